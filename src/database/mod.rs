//! The way to Postgres: connection, errors, the catalog, the rehearsal. It knows statements and
//! answers, not what a migration is for.

mod activity;
mod bind;
mod blockers;
mod catalog;
mod connection;
mod dependents;
mod described;
mod dump;
mod error;
mod event_trigger;
mod facts;
mod kinds;
mod lost;
mod pooler;
mod probe;
mod rejected;
mod row;
mod tables;
pub mod target;
mod transaction;
mod views;

pub(crate) use activity::Activity;
pub(crate) use blockers::Ending;
pub use blockers::{Blocker, BlockerKind};
pub(crate) use catalog::{from_rows, hanging_on, read_described, read_schema};
pub(crate) use connection::{Connection, Settings};
pub(crate) use dependents::carried;
pub(crate) use described::read_beside;
pub use dump::{DumpError, dump};
pub use error::Error;
pub use facts::ReadOnly;
pub(crate) use facts::Support;
pub(crate) use probe::{ProbeError, answer, set_scene};
pub use target::{Environment, Target, TargetError};
pub(crate) use views::read_views;
