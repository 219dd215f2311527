//! The only test binary: one throw-away cluster for all server tests, a database for each.

mod command;
mod interruptions;
mod lifecycle;
mod plans;
mod server;
mod upserts;
