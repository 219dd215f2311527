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

pub use activity::Activity;
pub use blockers::{Blocker, BlockerKind, Ending};
pub use catalog::{Hanging, from_rows, hanging_on, read_described, read_schema};
pub use connection::{Connection, Settings};
pub use dependents::carried;
pub use described::read_beside;
pub use dump::{DumpError, dump};
pub use error::Error;
pub use facts::{ReadOnly, ServerFacts, Support};
pub use probe::{ProbeError, answer, set_scene};
pub use target::{Environment, Target, TargetError};
pub use views::read_views;
