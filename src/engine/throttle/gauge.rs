//! The gauges: what each measures, where, and how it says what it found.

use serde::{Deserialize, Serialize};

use super::{Settings, Unit, disk};
use crate::database::{Connection, Error as DatabaseError};
use crate::sql;
use crate::sql::Sql;

/// Something that is measured while a backfill runs.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
#[non_exhaustive]
pub enum Gauge {
    /// How long ago the primary had what a replica has replayed.
    ReplicaLag,
    /// How much of the WAL a replica has not replayed.
    ReplicaLagBytes,
    /// How much of the WAL a replication slot keeps, whether somebody reads from it or not.
    SlotBacklog,
    /// How much of the WAL waits for being archived.
    ArchiveBacklog,
    /// How many sessions of others run a statement.
    ActiveSessions,
    /// How much is free on the disks of the server.
    FreeDisk,
}

/// What a gauge shows of one replica, slot or disk.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Reading {
    /// Its name.
    pub(super) subject: String,
    /// The value, or in words why there is none.
    pub(super) value: Result<u64, String>,
}

impl Gauge {
    /// All of them.
    pub const ALL: [Self; 6] = [
        Self::ReplicaLag,
        Self::ReplicaLagBytes,
        Self::SlotBacklog,
        Self::ArchiveBacklog,
        Self::ActiveSessions,
        Self::FreeDisk,
    ];

    /// Its name on the command line.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::ReplicaLag => "replica-lag",
            Self::ReplicaLagBytes => "replica-lag-bytes",
            Self::SlotBacklog => "slot-backlog",
            Self::ArchiveBacklog => "archive-backlog",
            Self::ActiveSessions => "active-sessions",
            Self::FreeDisk => "free-disk",
        }
    }

    /// What it counts in.
    #[must_use]
    pub fn unit(self) -> Unit {
        match self {
            Self::ReplicaLag => Unit::Time,
            Self::ActiveSessions => Unit::Count,
            _ => Unit::Bytes,
        }
    }

    /// A limit, as it may be given.
    #[must_use]
    pub fn example(self) -> &'static str {
        match self.unit() {
            Unit::Time => "10s",
            Unit::Count => "40",
            Unit::Bytes => "1GB",
        }
    }

    /// Whether a value is beyond a limit.
    #[must_use]
    pub fn is_beyond(self, value: u64, limit: u64) -> bool {
        if self == Self::FreeDisk { value < limit } else { value > limit }
    }

    /// The reading that is the nearest to a limit, or beyond it the furthest.
    pub(super) fn worst(self, readings: Vec<Reading>) -> Option<Reading> {
        let severity = |reading: &Reading| match reading.value {
            Err(_) => u128::MAX,
            Ok(value) if self == Self::FreeDisk => u128::from(u64::MAX - value),
            Ok(value) => u128::from(value),
        };
        readings.into_iter().max_by_key(severity)
    }

    /// `replica `standby1` is 12 s behind`.
    pub(super) fn words(self, reading: &Reading) -> String {
        let subject = &reading.subject;
        let value = match &reading.value {
            Ok(value) => self.unit().say(*value),
            Err(trouble) if subject.is_empty() => return format!("{}: {trouble}", self.name()),
            Err(trouble) => return format!("{} `{subject}` {trouble}", self.noun()),
        };
        match self {
            Self::ReplicaLag | Self::ReplicaLagBytes => {
                format!("replica `{subject}` is {value} behind")
            }
            Self::SlotBacklog => format!("replication slot `{subject}` keeps {value} of WAL"),
            Self::ArchiveBacklog => format!("{value} of WAL wait for being archived"),
            Self::ActiveSessions if value == "1" => "1 session is active".into(),
            Self::ActiveSessions => format!("{value} sessions are active"),
            Self::FreeDisk => format!("`{subject}` has {value} left on its disk"),
        }
    }

    fn noun(self) -> &'static str {
        match self {
            Self::ReplicaLag | Self::ReplicaLagBytes => "replica",
            Self::SlotBacklog => "replication slot",
            _ => self.name(),
        }
    }

    /// What it shows. What the role may not see, it does not show as nothing: that is a reading
    /// without a value.
    pub(super) async fn read(
        self,
        connection: &Connection,
        settings: &Settings,
    ) -> Result<Vec<Reading>, DatabaseError> {
        if self.needs_statistics() && !may_see_statistics(connection).await? {
            let value = Err(NOT_VISIBLE.into());
            return Ok(vec![Reading { subject: String::new(), value }]);
        }
        if self == Self::FreeDisk {
            return disk::read(connection).await;
        }
        let replicas = settings.replicas();
        let rows = match self {
            Self::ReplicaLag | Self::ReplicaLagBytes => {
                connection.query(&self.query(connection).await?, &[&replicas]).await?
            }
            _ => connection.query(&self.query(connection).await?, &[]).await?,
        };
        let reading = |row: &tokio_postgres::Row| {
            let value: Option<i64> = row.get(1);
            let trouble: Option<String> = row.get(2);
            Reading {
                subject: row.get(0),
                value: value.map(i64::unsigned_abs).ok_or_else(|| trouble.unwrap_or_default()),
            }
        };
        Ok(rows.iter().map(reading).collect())
    }

    async fn query(self, connection: &Connection) -> Result<Sql, DatabaseError> {
        Ok(match self {
            Self::ReplicaLag => sql!(file "throttle/replica_lag.sql"),
            Self::ReplicaLagBytes => sql!(file "throttle/replica_lag_bytes.sql"),
            Self::SlotBacklog => sql!(file "throttle/slot_backlog.sql"),
            Self::ActiveSessions => sql!(file "throttle/active_sessions.sql"),
            Self::ArchiveBacklog | Self::FreeDisk => {
                let may = sql!(
                    "SELECT has_function_privilege('pg_catalog.pg_ls_archive_statusdir()', 'EXECUTE')"
                );
                if answer(connection, &may).await? {
                    sql!(file "throttle/archive_backlog.sql")
                } else {
                    sql!(file "throttle/archive_backlog_by_name.sql")
                }
            }
        })
    }

    fn needs_statistics(self) -> bool {
        matches!(self, Self::ReplicaLag | Self::ReplicaLagBytes | Self::ActiveSessions)
    }
}

/// Why a role sees nothing.
pub(super) const NOT_VISIBLE: &str =
    "the role may not see this: GRANT pg_monitor (or pg_read_all_stats) to it";

/// Whether the role sees what sessions of others do; without, Postgres shows NULLs.
pub(in crate::engine) async fn may_see_statistics(
    connection: &Connection,
) -> Result<bool, DatabaseError> {
    let may = sql!("SELECT pg_catalog.pg_has_role('pg_read_all_stats', 'USAGE')");
    answer(connection, &may).await
}

async fn answer(connection: &Connection, query: &Sql) -> Result<bool, DatabaseError> {
    let rows = connection.query(query, &[]).await?;
    Ok(rows.first().is_some_and(|row| row.get(0)))
}
