//! Who is in the way of a lock, and the way to end that.

use std::fmt;

use tokio_postgres::Row;
use tokio_postgres::error::SqlState;
use tokio_postgres::types::ToSql;

use super::connection::Connection;
use super::error::Error;
use crate::plan::Lock;
use crate::sql;
use crate::sql::{QualifiedName, Sql};

/// Somebody who has a lock that others wait for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Blocker {
    /// The process on the server; a prepared transaction has none.
    pub pid: Option<i32>,
    /// What it is.
    pub kind: BlockerKind,
    /// Whether it does nothing at the moment, so that there is no statement to cancel.
    pub is_idle: bool,
    /// When its transaction began: with this, what it does later is not mistaken for what was seen. None
    /// where the server does not say (`track_activities = off`).
    pub since: Option<String>,
    /// Why it was not ended, though that was asked for.
    pub spared: Option<String>,
    words: String,
}

/// What kind of a session, or of something else, is in the way.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum BlockerKind {
    /// An application, or a person.
    Client,
    /// A session of Straddle.
    Ours,
    /// An autovacuum worker, which gives way after `deadlock_timeout`.
    Autovacuum,
    /// An autovacuum worker against wraparound, which does not.
    UrgentAutovacuum,
    /// A transaction that was prepared for a commit in two phases, without a session.
    Prepared,
    /// Replication, or another process of the server.
    System,
    /// What it is cannot be seen by our role.
    Unseen,
}

/// What came of asking a session to end.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Ending {
    /// It was told to.
    Told,
    /// It is gone already.
    Gone,
    /// Our role may not.
    Denied(String),
}

impl fmt::Display for Blocker {
    /// For people: `pid 123 (ann, psql, idle in transaction, since 09:15:00): UPDATE ..`.
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.words)?;
        match &self.spared {
            None => Ok(()),
            Some(why) => write!(formatter, "\n      it was not ended: {why}"),
        }
    }
}

impl Blocker {
    fn read(row: &Row) -> Result<Self, Error> {
        let kind: String = row.get(3);
        let kind = match kind.as_str() {
            "client" => BlockerKind::Client,
            "ours" => BlockerKind::Ours,
            "autovacuum" => BlockerKind::Autovacuum,
            "urgent" => BlockerKind::UrgentAutovacuum,
            "prepared" => BlockerKind::Prepared,
            "system" => BlockerKind::System,
            "unseen" => BlockerKind::Unseen,
            other => return Err(Error::Answer(format!("a blocker of the kind `{other}`"))),
        };
        Ok(Self {
            pid: row.get(0),
            since: row.get(1),
            is_idle: row.get::<_, Option<bool>>(2).unwrap_or(false),
            kind,
            spared: None,
            words: row.get(4),
        })
    }

    /// Why it is not ended, whoever asks; none where it may be.
    #[must_use]
    pub fn immunity(&self) -> Option<&'static str> {
        Some(match self.kind {
            BlockerKind::Client => return None,
            BlockerKind::Ours => "it is Straddle's own",
            BlockerKind::Autovacuum => "it gives way by itself",
            BlockerKind::UrgentAutovacuum => "it keeps the server from having to stop",
            BlockerKind::Prepared => "it has no session",
            BlockerKind::System => "it is a process of the server",
            BlockerKind::Unseen => "what it is may be seen by members of pg_read_all_stats only",
        })
    }
}

impl Lock {
    /// The modes that conflict with it, as `pg_locks` calls them (manual, section 13.3.1).
    fn conflicts(self) -> &'static [&'static str] {
        const BY_STRENGTH: [&str; 8] = [
            "AccessExclusiveLock",
            "ExclusiveLock",
            "ShareRowExclusiveLock",
            "ShareLock",
            "ShareUpdateExclusiveLock",
            "RowExclusiveLock",
            "RowShareLock",
            "AccessShareLock",
        ];
        // Share does not conflict with itself.
        const WITH_SHARE: [&str; 5] = [
            "AccessExclusiveLock",
            "ExclusiveLock",
            "ShareRowExclusiveLock",
            "ShareUpdateExclusiveLock",
            "RowExclusiveLock",
        ];
        match self {
            Self::AccessShare => &BY_STRENGTH[..1],
            Self::RowExclusive => &BY_STRENGTH[..4],
            Self::ShareUpdateExclusive => &BY_STRENGTH[..5],
            Self::Share => &WITH_SHARE,
            Self::ShareRowExclusive => &BY_STRENGTH[..6],
            Self::None | Self::AccessExclusive => &BY_STRENGTH,
        }
    }
}

impl Connection {
    /// Who has locks on these relations that such a lock would have to wait for, and whose these transactions
    /// are.
    ///
    /// # Errors
    /// When the connection is lost.
    pub(crate) async fn blockers(
        &self,
        relations: &[QualifiedName],
        lock: Lock,
        transactions: &[String],
    ) -> Result<Vec<Blocker>, Error> {
        let names: Vec<String> = relations.iter().map(ToString::to_string).collect();
        let query = sql!(file "catalog/blockers.sql");
        let parameters: [&(dyn ToSql + Sync); 4] =
            [&None::<i32>, &names, &lock.conflicts(), &transactions];
        let rows = self.query(&query, &parameters).await?;
        rows.iter().map(Blocker::read).collect()
    }

    /// Whom a session waits for at this moment.
    ///
    /// # Errors
    /// When the connection is lost.
    pub(crate) async fn blockers_of(&self, pid: i32) -> Result<Vec<Blocker>, Error> {
        // To plan the query that says who takes longer than to run it, and mostly there is nobody.
        let waits = sql!("SELECT cardinality(pg_catalog.pg_blocking_pids($1)) > 0");
        if !self.ask(&waits, &[&pid]).await?.first().is_some_and(|row| row.get(0)) {
            return Ok(Vec::new());
        }
        let (none, query) = (Vec::<String>::new(), sql!(file "catalog/blockers.sql"));
        let rows = self.query(&query, &[&Some(pid), &none, &none, &none]).await?;
        rows.iter().map(Blocker::read).collect()
    }

    /// Cancels what a session does: that ends its transaction's locks, and leaves the session.
    ///
    /// # Errors
    /// When the connection is lost.
    pub(crate) async fn cancel(&self, blocker: &Blocker) -> Result<Ending, Error> {
        self.signal(blocker, &sql!("pg_cancel_backend")).await
    }

    /// Ends a session.
    ///
    /// # Errors
    /// When the connection is lost.
    pub(crate) async fn terminate(&self, blocker: &Blocker) -> Result<Ending, Error> {
        self.signal(blocker, &sql!("pg_terminate_backend")).await
    }

    async fn signal(&self, blocker: &Blocker, function: &Sql) -> Result<Ending, Error> {
        let query = sql!(
            "SELECT {f}(pid) FROM pg_catalog.pg_stat_activity \
             WHERE pid = $1 AND xact_start IS NOT DISTINCT FROM $2::text::timestamptz",
            f = function,
        );
        match self.query(&query, &[&blocker.pid, &blocker.since]).await {
            Ok(rows) if rows.first().is_some_and(|row| row.get(0)) => Ok(Ending::Told),
            Ok(_) => Ok(Ending::Gone),
            Err(error) => match error.refused() {
                Some(refused) if refused.state == SqlState::INSUFFICIENT_PRIVILEGE => {
                    Ok(Ending::Denied(refused.to_string()))
                }
                _ => Err(error),
            },
        }
    }
}
