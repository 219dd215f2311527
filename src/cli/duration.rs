//! `50ms`, `1s`, `1.5s`, `2m`: times as people type them.

use std::time::Duration;

const UNITS: [(&str, f64); 4] = [("ms", 0.001), ("s", 1.0), ("m", 60.0), ("h", 3600.0)];

/// Reads a time.
pub(super) fn parse(text: &str) -> Result<Duration, String> {
    let text = text.trim();
    let split = text.find(|c: char| c.is_ascii_alphabetic());
    let (number, unit) = text.split_at(split.unwrap_or(text.len()));
    let unit = UNITS.iter().find(|(name, _)| *name == unit);
    let number = number.trim_end();
    let is_plain = number.chars().all(|c| c.is_ascii_digit() || c == '.');
    let seconds = match (unit, number.parse::<f64>()) {
        (Some((_, factor)), Ok(number)) if is_plain => number * factor,
        (None, Ok(number)) if is_plain && number == 0.0 => 0.0,
        _ => return Err("a time is a number and a unit, such as `50ms` or `1s`".into()),
    };
    Duration::try_from_secs_f64(seconds).map_err(|error| error.to_string())
}

/// Reads a time that is not zero.
pub(super) fn parse_some(text: &str) -> Result<Duration, String> {
    match parse(text)? {
        Duration::ZERO => Err("at least `1ms`".into()),
        time => Ok(time.max(Duration::from_millis(1))),
    }
}

/// A time as a person would say it: `0.4 s`, `12 s`, `3 min 20 s`.
pub(super) fn say(time: Duration) -> String {
    let seconds = time.as_secs();
    match seconds {
        0..10 => format!("{:.1} s", time.as_secs_f64()),
        10..60 => format!("{seconds} s"),
        60..3600 => format!("{} min {} s", seconds / 60, seconds % 60),
        _ => format!("{} h {} min", seconds / 3600, seconds % 3600 / 60),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_are_read() {
        let read = |text| parse(text).map(|time| time.as_millis());
        assert_eq!(read("50ms"), Ok(50));
        assert_eq!(read("1s"), Ok(1_000));
        assert_eq!(read("1.5 s"), Ok(1_500));
        assert_eq!(read("2m"), Ok(120_000));
        assert_eq!(read("0"), Ok(0));
        for wrong in ["", "5", "s", "-1s", "1e3s", "5 parsecs", "infs", "1s2"] {
            assert!(parse(wrong).is_err(), "{wrong}");
        }
    }

    #[test]
    fn times_are_said() {
        let say = |seconds| say(Duration::from_secs_f64(seconds));
        assert_eq!(say(0.43), "0.4 s");
        assert_eq!(say(12.6), "12 s");
        assert_eq!(say(200.0), "3 min 20 s");
        assert_eq!(say(3700.0), "1 h 1 min");
    }
}
