//! Straddle changes the schema of a live Postgres without anybody noticing: the old and the new
//! version of an application each see their own schema at the same time.

#[cfg(feature = "cli")]
pub mod cli;
pub mod compile;
pub mod database;
pub mod engine;
pub mod ledger;
pub mod lifecycle;
pub mod migration;
pub mod operation;
pub mod plan;
pub mod sandbox;
pub mod schema;
pub mod server;
pub mod sql;
