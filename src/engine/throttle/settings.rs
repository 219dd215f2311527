//! What a backfill is throttled by: at which values it waits, and at which the start is aborted.

use std::collections::{BTreeMap, BTreeSet};
use std::path::PathBuf;
use std::time::Duration;

use serde::{Deserialize, Serialize};

use super::Gauge;

/// The settings of the throttle. Each that is given replaces the same one of before; the others stay.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Settings {
    /// When the backfill waits.
    pub throttle: Limits,
    /// When the start is aborted, and undone.
    pub abort: Limits,
    /// The replicas that count, by `application_name`; an empty list means all.
    pub replicas: Option<Vec<String>>,
    /// Whether the backfill waits while autovacuum keeps the table from wraparound; it does unless
    /// told otherwise.
    pub wraparound: Option<bool>,
    /// How many rows a batch writes at the most.
    pub batch_size: Option<u32>,
    /// How long the backfill rests between two batches.
    pub batch_delay: Option<Duration>,
}

/// Limits of one kind.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Limits {
    /// The limit of each gauge, in its unit; none takes one away.
    pub at: BTreeMap<Gauge, Option<u64>>,
    /// A query that says `true` where the limit is reached; an empty one takes it away.
    pub query: Option<String>,
    /// A file on the machine of the start that is there where the limit is reached; an empty path
    /// takes it away.
    pub file: Option<PathBuf>,
}

impl Limits {
    /// The limit of a gauge, if it has one.
    #[must_use]
    pub fn of(&self, gauge: Gauge) -> Option<u64> {
        self.at.get(&gauge).copied().flatten()
    }

    /// The query, if there is one.
    #[must_use]
    pub fn query(&self) -> Option<&str> {
        self.query.as_deref().filter(|query| !query.is_empty())
    }

    /// The file, if there is one.
    #[must_use]
    pub fn file(&self) -> Option<&PathBuf> {
        self.file.as_ref().filter(|file| !file.as_os_str().is_empty())
    }

    fn replace(&mut self, given: &Self) {
        self.at.extend(&given.at);
        replace(&mut self.query, &given.query);
        replace(&mut self.file, &given.file);
    }
}

impl Settings {
    /// Takes over every setting that is given.
    pub fn replace(&mut self, given: &Self) {
        self.throttle.replace(&given.throttle);
        self.abort.replace(&given.abort);
        replace(&mut self.replicas, &given.replicas);
        replace(&mut self.wraparound, &given.wraparound);
        replace(&mut self.batch_size, &given.batch_size);
        replace(&mut self.batch_delay, &given.batch_delay);
    }

    /// Whether none is given.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        *self == Self::default()
    }

    /// The gauges that have a limit.
    pub(super) fn gauges(&self) -> impl Iterator<Item = Gauge> {
        let has_limit =
            |gauge: &Gauge| self.throttle.of(*gauge).is_some() || self.abort.of(*gauge).is_some();
        let all: BTreeSet<Gauge> =
            self.throttle.at.keys().chain(self.abort.at.keys()).copied().collect();
        all.into_iter().filter(has_limit)
    }

    /// The replicas that count; none means all.
    pub(super) fn replicas(&self) -> &[String] {
        self.replicas.as_deref().unwrap_or_default()
    }

    /// Whether a vacuum against wraparound is waited for.
    pub(super) fn wraparound(&self) -> bool {
        self.wraparound.unwrap_or(true)
    }
}

fn replace<T: Clone>(own: &mut Option<T>, given: &Option<T>) {
    if given.is_some() {
        own.clone_from(given);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn limits(at: &[(Gauge, Option<u64>)], query: Option<&str>) -> Limits {
        let query = query.map(str::to_owned);
        Limits { at: at.iter().copied().collect(), query, file: None }
    }

    #[test]
    fn what_is_given_replaces_and_the_rest_stays() {
        let mut settings = Settings {
            throttle: limits(
                &[(Gauge::ReplicaLag, Some(10_000)), (Gauge::ActiveSessions, Some(40))],
                Some("SELECT true"),
            ),
            batch_size: Some(10),
            ..Settings::default()
        };
        settings.replace(&Settings {
            throttle: limits(&[(Gauge::ActiveSessions, None)], Some("")),
            abort: limits(&[(Gauge::FreeDisk, Some(1))], None),
            ..Settings::default()
        });
        let gauges: Vec<Gauge> = settings.gauges().collect();
        assert_eq!(gauges, [Gauge::ReplicaLag, Gauge::FreeDisk]);
        assert_eq!((settings.throttle.query(), settings.batch_size), (None, Some(10)));
    }

    #[test]
    fn settings_are_stored_and_read() {
        let settings = Settings {
            throttle: limits(&[(Gauge::ReplicaLag, Some(10_000)), (Gauge::FreeDisk, None)], None),
            batch_delay: Some(Duration::from_millis(1500)),
            replicas: Some(vec!["a".into()]),
            ..Settings::default()
        };
        let stored = serde_json::to_value(&settings).expect("JSON");
        assert_eq!(stored["throttle"]["at"]["replica-lag"], 10_000);
        assert_eq!(serde_json::from_value::<Settings>(stored).expect("settings"), settings);
    }
}
