//! `50ms`, `1s`, `1.5s`, `2m`: times as people type them.

use std::time::Duration;

use crate::engine::throttle::Unit;

/// Reads a time.
pub(super) fn parse(text: &str) -> Result<Duration, String> {
    Unit::Time.parse(text).map(Duration::from_millis)
}

/// The shortest time of a batch: a transaction takes some milliseconds of its own.
const SHORTEST: Duration = Duration::from_millis(10);

/// Reads the time of a batch.
pub(super) fn parse_batch(text: &str) -> Result<Duration, String> {
    match parse(text)? {
        time if time < SHORTEST => Err("at least `10ms`".into()),
        time => Ok(time),
    }
}

/// A time as a person would say it: `0.4 s`, `12 s`, `3 min 20 s`.
pub(super) fn say(time: Duration) -> String {
    Unit::Time.say(u64::try_from(time.as_millis()).unwrap_or(u64::MAX))
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
