//! What to type next, when something has failed.

use super::Error;
use crate::database::{Blocker, BlockerKind, Error as DatabaseError};
use crate::ledger::LedgerError;
use crate::migration::quoted;
use crate::plan::Fires;
use crate::sql::Ident;

/// What lets a sort end for which `temp_file_limit` is too low.
const MORE_ROOM: &str = "have a superuser raise it for the role that logs in (ALTER ROLE .. SET temp_file_limit = '10GB'; \
    -1 is no limit), or let sorts have more memory (ALTER ROLE .. SET maintenance_work_mem = '1GB', which the role \
    itself may), and run the same command again";

impl Error {
    /// What to type next.
    #[must_use]
    pub fn hint(&self) -> Option<String> {
        Some(match self {
            Self::Refused(refusal) => refusal.hint().into(),
            Self::Directory(error) => error.hint(),
            Self::Adopt(error) => error.hint(),
            Self::AnotherOperator { .. } => {
                "wait until that command has ended, and try again; `straddle status` has its pid, by which \
                 pg_terminate_backend ends it"
                    .into()
            }
            Self::ReadOnly(read_only) => read_only.hint().into(),
            Self::Altered { .. } => {
                "put that back, and run the same command again; `straddle doctor` says more".into()
            }
            Self::Drifted { .. } => {
                "put that back, or take it for given: `straddle drift --record`".into()
            }
            Self::AlteredMeanwhile { .. } => "put that back, and run `straddle rollback`".into(),
            Self::MayNot { grants, .. } => {
                format!("{}, and run the same command again", quoted(grants))
            }
            Self::LedgerBehind { .. } => {
                "the ledger was changed by hand, or restored without the tables: put its row in \
                 straddle.migrations right, or have `straddle rollback` undo all of the start"
                    .into()
            }
            Self::Unwatchable { .. } => "mend that, or leave out --wait-replicas".into(),
            Self::ReplicasBehind { again, .. } => {
                format!("mend or wait; `straddle {again}` as before, with --wait-replicas, waits again")
            }
            Self::NoSchema { schema } => {
                format!("create it, or name another one with --schema ({schema:?} was asked for)")
            }
            Self::SchemaTaken { .. } => {
                "rename the migration, or give it a `version_schema`".into()
            }
            Self::StartUndone { .. } => "mend the rows or the migration, and start it again".into(),
            Self::StartAborted { .. } => "start it again when that is over, or with another critical level \
                 (--abort-at, --abort-query, --abort-file)"
                .into(),
            Self::Unthrottled { .. } => "mend that, or leave the setting out".into(),
            Self::StartKept { .. } => "mend that, and run the same command again to go on from here; or \
                 `straddle rollback`"
                .into(),
            Self::WouldFire { found } => {
                format!("{}; or let them fire: --allow-triggers", remedies(found))
            }
            Self::UndoFailed { .. } => "run `straddle rollback` to finish taking it back".into(),
            Self::Blocked { blockers, .. } => of_blockers(blockers).into(),
            Self::NotContracted { .. } => {
                "mend that and run `straddle complete` again, or `straddle rollback`".into()
            }
            Self::StepFailed { .. } => "mend that, and run the same command again to go on".into(),
            Self::Interrupted { source, .. } => {
                let again = "run the same command again to go on";
                let again = if source.is_temp_file_limit() { MORE_ROOM } else { again };
                format!("{again}, or `straddle rollback`")
            }
            Self::SqlFailed { .. } => "run by hand what is left of that SQL".into(),
            Self::WouldLose { .. } => {
                "write values that the checks take into these rows, through either version, and run \
                 `straddle complete` again; or `straddle rollback`"
                    .into()
            }
            Self::InTheWay { rows_apart, .. } => of_what_is_in_the_way(rows_apart).into(),
            Self::Database(error) => return of_database(error),
            Self::Ledger(error) => return of_ledger(error),
            _ => return None,
        })
    }
}

fn of_database(error: &DatabaseError) -> Option<String> {
    Some(match error {
        DatabaseError::Connect(error) => error.hint(),
        DatabaseError::Pooled => "name Postgres itself, or a pool in session mode".into(),
        DatabaseError::Unsupported { .. } => "upgrade the server, or name another one".into(),
        DatabaseError::LongName { .. } => {
            "rename it (`ALTER .. RENAME`), and run the same command again".into()
        }
        DatabaseError::Role { user, role, source } => match source.is_forbidden() {
            true => {
                format!("check --role, or have its owner GRANT {role} TO {}", quoted_name(user))
            }
            false => format!("check --role; CREATE ROLE {role} makes it"),
        },
        DatabaseError::Lost(_) => {
            "run the same command again: it goes on where it was interrupted".into()
        }
        error if error.is_read_only() => {
            "the server has become read-only: name the primary, or find out why, and run the same \
                 command again"
                .into()
        }
        error if error.is_temp_file_limit() => MORE_ROOM.into(),
        // As of the ledger's row, which somebody held.
        DatabaseError::Refused(_) if !error.is_permanent() => {
            "run the same command again to go on".into()
        }
        _ => return None,
    })
}

/// A name as it is typed in SQL.
fn quoted_name(name: &str) -> String {
    Ident::new(name).map_or_else(|_| name.to_owned(), |name| name.to_string())
}

fn of_ledger(error: &LedgerError) -> Option<String> {
    Some(match error {
        LedgerError::TooNew { .. } => "use that release, or a later one".into(),
        LedgerError::NotOurs { owner, role } => format!(
            "act as that role (--role {owner}), which all operators of a database share; `straddle doctor \
                 --role {role}` says how another one gets its rights; who only looks needs USAGE on the schema straddle, \
                 and SELECT on its tables"
        ),
        LedgerError::Unreadable(_) => {
            "put the row in straddle.migrations right, by a backup of it, or use the \
             release that has written it"
                .into()
        }
        LedgerError::TakenOver => "see `straddle status`".into(),
        _ => return None,
    })
}

fn of_blockers(blockers: &[Blocker]) -> &'static str {
    let is_prepared = |one: &Blocker| one.kind == BlockerKind::Prepared;
    if !blockers.is_empty() && blockers.iter().all(is_prepared) {
        // They have no session.
        return "end these as it says, and run the same command again; or `straddle rollback`";
    }
    "run the same command again when those are done, or with --kill-blockers-after 10s, which ends them; or \
     `straddle rollback`"
}

fn of_what_is_in_the_way(rows_apart: &[String]) -> &'static str {
    match rows_apart {
        [] => "drop or move these, and run `straddle complete` again",
        _ => {
            "write these rows again through the version that is right, drop or move what else is named, and \
             run `straddle complete` again; or `straddle rollback`"
        }
    }
}

/// What keeps them from firing, each remedy once.
fn remedies(found: &[Fires]) -> String {
    let mut remedies: Vec<String> = found.iter().map(|fires| fires.remedy.clone()).collect();
    remedies.dedup();
    remedies.join(", ")
}
