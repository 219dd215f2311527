//! The only test binary: one throw-away cluster for all server tests, a database for each.

mod architecture;
mod choices;
mod command;
mod composition;
mod copies;
mod crowd;
mod dead_ends;
mod deadlocks;
mod documentation;
mod interruptions;
mod json_schema;
mod lifecycle;
mod locks;
mod model;
mod operations;
mod operator;
mod plans;
mod refusals;
mod rejections;
mod server;
mod upserts;
mod views;
