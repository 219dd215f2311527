//! Times, sizes and counts, as people type and read them.

/// What a gauge counts in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Unit {
    /// Milliseconds.
    Time,
    /// Bytes; kB, MB, GB and TB are powers of 1024, as in Postgres' settings.
    Bytes,
    /// A plain number.
    Count,
}

type Units = &'static [(&'static str, f64)];

const TIMES: Units = &[("ms", 1.0), ("s", 1e3), ("m", 6e4), ("min", 6e4), ("h", 3.6e6)];
const SIZES: Units = &[
    ("B", 1.0),
    ("kB", 1024.0),
    ("MB", 1_048_576.0),
    ("GB", 1_073_741_824.0),
    ("TB", 1_099_511_627_776.0),
];

impl Unit {
    fn units(self) -> Units {
        match self {
            Self::Time => TIMES,
            Self::Bytes => SIZES,
            Self::Count => &[("", 1.0)],
        }
    }

    /// Reads `10s`, `64MB`, `40`. A zero needs no unit.
    ///
    /// # Errors
    /// When it is no number with one of the units, in words.
    pub fn parse(self, text: &str) -> Result<u64, String> {
        let text = text.trim();
        let split = text.find(|c: char| c.is_ascii_alphabetic()).unwrap_or(text.len());
        let (number, unit) = (text[..split].trim_end(), &text[split..]);
        let is_plain = number.chars().all(|c| c.is_ascii_digit() || c == '.' && !self.is_count());
        let factor = self.units().iter().find(|(name, _)| name.eq_ignore_ascii_case(unit));
        let value = match (factor, number.parse::<f64>()) {
            (Some((_, factor)), Ok(number)) if is_plain => number * factor,
            (None, Ok(0.0)) if is_plain && unit.is_empty() => 0.0,
            _ => return Err(self.expected().into()),
        };
        #[expect(
            clippy::cast_possible_truncation,
            clippy::cast_sign_loss,
            reason = "a float that is too large becomes the largest integer, and none is negative"
        )]
        Ok(value.round() as u64)
    }

    fn is_count(self) -> bool {
        self == Self::Count
    }

    fn expected(self) -> &'static str {
        match self {
            Self::Time => "a time is a number and a unit, such as `50ms` or `1s`",
            Self::Bytes => "a size is a number and a unit, such as `64MB` or `1GB`",
            Self::Count => "this is a whole number, such as `40`",
        }
    }

    /// A value as a person would say it: `0.4 s`, `3 min 20 s`, `1.5 GB`, `40`.
    #[must_use]
    pub fn say(self, value: u64) -> String {
        match self {
            Self::Count => value.to_string(),
            Self::Time => match value {
                0 => "0 s".into(),
                1..100 => format!("{value} ms"),
                100..10_000 => format!("{}.{} s", value / 1000, value % 1000 / 100),
                10_000..60_000 => format!("{} s", value / 1000),
                60_000..3_600_000 => format!("{} min {} s", value / 60_000, value % 60_000 / 1000),
                _ => format!("{} h {} min", value / 3_600_000, value % 3_600_000 / 60_000),
            },
            Self::Bytes => {
                #[expect(clippy::cast_precision_loss, reason = "it is rounded to be read")]
                let bytes = value as f64;
                let fits = |(_, factor): &&(&str, f64)| bytes >= *factor;
                let (name, factor) = SIZES.iter().rev().find(fits).unwrap_or(&SIZES[0]);
                let number = format!("{:.1}", bytes / factor);
                format!("{} {name}", number.trim_end_matches(".0"))
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_are_read() {
        assert_eq!(Unit::Time.parse("1.5 s"), Ok(1500));
        assert_eq!(Unit::Time.parse("0"), Ok(0));
        assert_eq!(Unit::Bytes.parse("64MB"), Ok(64 << 20));
        assert_eq!(Unit::Bytes.parse("1.5gb"), Ok(3 << 29));
        assert_eq!(Unit::Count.parse("40"), Ok(40));
        for (unit, wrong) in [
            (Unit::Time, "10"),
            (Unit::Time, "10MB"),
            (Unit::Time, ""),
            (Unit::Bytes, "10s"),
            (Unit::Bytes, "-1MB"),
            (Unit::Count, "1.5"),
            (Unit::Count, "4s"),
            (Unit::Count, ""),
        ] {
            assert!(unit.parse(wrong).is_err(), "{unit:?} {wrong}");
        }
    }

    #[test]
    fn values_are_said() {
        assert_eq!(Unit::Time.say(430), "0.4 s");
        assert_eq!(Unit::Time.say(12_600), "12 s");
        assert_eq!(Unit::Time.say(200_000), "3 min 20 s");
        assert_eq!(Unit::Bytes.say(512), "512 B");
        assert_eq!(Unit::Bytes.say(64 << 20), "64 MB");
        assert_eq!(Unit::Bytes.say(3 << 29), "1.5 GB");
        assert_eq!(Unit::Count.say(40), "40");
    }
}
