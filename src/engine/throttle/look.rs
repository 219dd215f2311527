//! One look at everything that a backfill is throttled by.

use std::path::Path;

use super::gauge::{self, NOT_VISIBLE};
use super::{Gauge, Settings, query};
use crate::database::{Connection, Error as DatabaseError};
use crate::ledger::Controls;
use crate::sql;
use crate::sql::QualifiedName;

/// What a paused backfill waits for.
pub(super) const PAUSED: &str = "paused; `straddle resume` goes on";

/// What a look comes to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Finding {
    /// The backfill may write.
    Well,
    /// It has to wait, and for what.
    Wait(String),
    /// The start is to be aborted, and why.
    Abort(String),
}

/// Looks. While the backfill is paused nothing else counts: it does no harm, and an operator is there.
pub(super) async fn look(
    connection: &Connection,
    controls: &Controls,
    settings: &Settings,
    table: &QualifiedName,
) -> Result<Finding, DatabaseError> {
    if controls.paused {
        return Ok(Finding::Wait(PAUSED.into()));
    }
    let mut reasons = Vec::new();
    for found in [
        look_at_abort(connection, settings).await?,
        look_at_gauges(connection, settings).await?,
        look_at_wait(connection, settings, table).await?,
    ] {
        match found {
            Finding::Abort(reason) => return Ok(Finding::Abort(reason)),
            Finding::Wait(reason) => reasons.push(reason),
            Finding::Well => {}
        }
    }
    Ok(if reasons.is_empty() { Finding::Well } else { Finding::Wait(reasons.join("; ")) })
}

/// The query and the file that abort.
async fn look_at_abort(
    connection: &Connection,
    settings: &Settings,
) -> Result<Finding, DatabaseError> {
    if let Some(file) = settings.abort.file() {
        match is_there(file) {
            Ok(true) => {
                let file = file.display();
                return Ok(Finding::Abort(format!("the file `{file}` is there (--abort-file)")));
            }
            Ok(false) => {}
            Err(why) => return Ok(Finding::Wait(why)),
        }
    }
    let Some(text) = settings.abort.query() else {
        return Ok(Finding::Well);
    };
    Ok(match query::ask(connection, text).await? {
        Ok(None) => Finding::Well,
        Ok(Some(reason)) => Finding::Abort(format!("{reason} (--abort-query)")),
        Err(why) => Finding::Wait(format!("the query of --abort-query fails: {why}")),
    })
}

async fn look_at_gauges(
    connection: &Connection,
    settings: &Settings,
) -> Result<Finding, DatabaseError> {
    let mut reasons = Vec::new();
    for gauge in settings.gauges() {
        let readings = gauge.read(connection, settings).await?;
        let Some(worst) = gauge.worst(readings.clone()) else {
            continue;
        };
        // One without a value does not hide another that is critical.
        let valued = readings.into_iter().filter(|reading| reading.value.is_ok()).collect();
        if let (Some(limit), Some(reading)) = (settings.abort.of(gauge), gauge.worst(valued))
            && let Ok(value) = reading.value
            && gauge.is_beyond(value, limit)
        {
            let (words, limit) = (gauge.words(&reading), gauge.unit().say(limit));
            return Ok(Finding::Abort(format!(
                "{words}, beyond the critical level of {limit} (--abort-at {})",
                gauge.name()
            )));
        }
        match (&worst.value, settings.throttle.of(gauge)) {
            (Err(_), _) => reasons.push(gauge.words(&worst)),
            (Ok(value), Some(limit)) if gauge.is_beyond(*value, limit) => {
                let limit = gauge.unit().say(limit);
                reasons.push(format!("{} (limit {limit})", gauge.words(&worst)));
            }
            _ => {}
        }
    }
    Ok(if reasons.is_empty() { Finding::Well } else { Finding::Wait(reasons.join("; ")) })
}

/// The query and the file for which the backfill waits, and a vacuum.
async fn look_at_wait(
    connection: &Connection,
    settings: &Settings,
    table: &QualifiedName,
) -> Result<Finding, DatabaseError> {
    let mut reasons = Vec::new();
    if let Some(file) = settings.throttle.file() {
        match is_there(file) {
            Ok(true) => reasons.push(format!("the file `{}` is there", file.display())),
            Ok(false) => {}
            Err(why) => reasons.push(why),
        }
    }
    if let Some(text) = settings.throttle.query() {
        match query::ask(connection, text).await? {
            Ok(None) => {}
            Ok(Some(reason)) => reasons.push(reason),
            Err(why) => reasons.push(format!("the query of --throttle-query fails: {why}")),
        }
    }
    if settings.wraparound() {
        let query = sql!(file "throttle/wraparound.sql");
        let rows = connection.query(&query, &[&table.to_string()]).await?;
        reasons.extend(rows.iter().map(|row| row.get(0)));
    }
    Ok(if reasons.is_empty() { Finding::Well } else { Finding::Wait(reasons.join("; ")) })
}

fn is_there(file: &Path) -> Result<bool, String> {
    file.try_exists().map_err(|error| format!("`{}` cannot be looked for: {error}", file.display()))
}

/// A setting that cannot be, and why.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Unusable {
    pub(super) setting: String,
    pub(super) reason: String,
}

/// Whether everything that is asked for can be looked at, before anything is done.
pub(super) async fn check(
    connection: &Connection,
    settings: &Settings,
) -> Result<Result<(), Unusable>, DatabaseError> {
    let unusable =
        |setting: &str, reason: String| Ok(Err(Unusable { setting: setting.to_owned(), reason }));
    for gauge in settings.gauges() {
        if let Some(reason) = contradiction(settings, gauge) {
            return unusable(gauge.name(), reason);
        }
        for reading in gauge.read(connection, settings).await? {
            // A replica that is away may come.
            if let (Err(reason), true) = (reading.value, reading.subject.is_empty()) {
                return unusable(gauge.name(), reason);
            }
        }
    }
    for (setting, text) in
        [("--throttle-query", settings.throttle.query()), ("--abort-query", settings.abort.query())]
    {
        if let Some(text) = text
            && let Err(reason) = query::check(connection, text).await?
        {
            return unusable(setting, reason);
        }
    }
    let is_asked = settings.wraparound == Some(true);
    if is_asked && !gauge::may_see_statistics(connection).await? {
        return unusable("--throttle-wraparound", NOT_VISIBLE.into());
    }
    Ok(Ok(()))
}

/// What is wrong with two limits of one gauge.
fn contradiction(settings: &Settings, gauge: Gauge) -> Option<String> {
    let (wait, abort) = (settings.throttle.of(gauge)?, settings.abort.of(gauge)?);
    let say = |limit| gauge.unit().say(limit);
    (!gauge.is_beyond(abort, wait))
        .then(|| format!("it would abort at {} before it could wait at {}", say(abort), say(wait)))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn limits(gauge: Gauge, wait: u64, abort: u64) -> Settings {
        let mut settings = Settings::default();
        settings.throttle.at.insert(gauge, Some(wait));
        settings.abort.at.insert(gauge, Some(abort));
        settings
    }

    #[test]
    fn the_critical_level_is_behind_the_other_one() {
        for (gauge, wait, abort, is_sound) in [
            (Gauge::ReplicaLag, 10, 60, true),
            (Gauge::ReplicaLag, 60, 10, false),
            (Gauge::ReplicaLag, 10, 10, false),
            (Gauge::FreeDisk, 60, 10, true),
            (Gauge::FreeDisk, 10, 60, false),
        ] {
            let found = contradiction(&limits(gauge, wait, abort), gauge);
            assert_eq!(found.is_none(), is_sound, "{gauge:?} {wait} {abort}");
        }
    }
}
