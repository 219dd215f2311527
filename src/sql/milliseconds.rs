//! Times, as the settings of Postgres have them.

use std::fmt;
use std::time::Duration;

/// A time in whole milliseconds. 0 stands for no limit in Postgres, so only no time at all is 0.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Milliseconds(u32);

/// The most that a setting of Postgres takes.
const MOST: u32 = i32::MAX.unsigned_abs();

impl Milliseconds {
    /// A time that is a limit, even where none is left.
    pub(crate) fn limit(time: Duration) -> Self {
        Self::from(time.max(Duration::from_millis(1)))
    }
}

impl From<Duration> for Milliseconds {
    fn from(time: Duration) -> Self {
        let least = u32::from(!time.is_zero());
        Self(u32::try_from(time.as_millis()).unwrap_or(MOST).clamp(least, MOST))
    }
}

impl From<Milliseconds> for Duration {
    fn from(time: Milliseconds) -> Self {
        Self::from_millis(time.0.into())
    }
}

impl fmt::Display for Milliseconds {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(formatter)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_short_time_is_not_taken_for_no_limit() {
        let told = |time: Duration| Milliseconds::from(time).to_string();
        assert_eq!(told(Duration::ZERO), "0");
        assert_eq!(Milliseconds::limit(Duration::ZERO).to_string(), "1");
        assert_eq!(told(Duration::from_micros(1)), "1");
        assert_eq!(told(Duration::from_micros(1_999)), "1");
        assert_eq!(told(Duration::MAX), "2147483647");
    }
}
