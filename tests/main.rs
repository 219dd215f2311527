//! The only test binary: one throw-away cluster for all server tests, a database for each.

mod architecture;
mod command;
mod deadlocks;
mod interruptions;
mod lifecycle;
mod locks;
mod operations;
mod operator;
mod plans;
mod refusals;
mod rejections;
mod server;
mod upserts;
mod views;
