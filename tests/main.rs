//! The only test binary: one throw-away cluster for all server tests, a database for each.

mod architecture;
mod command;
mod composition;
mod copies;
mod dead_ends;
mod deadlocks;
mod documentation;
mod interruptions;
mod json_schema;
mod lifecycle;
mod locks;
mod operations;
mod operator;
mod partitions;
mod plans;
mod pooler;
mod refusals;
mod rejections;
mod replication;
mod server;
mod sessions;
mod upserts;
mod views;
mod violations;
