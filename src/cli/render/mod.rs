//! How values look, for people and for programs.

mod adoption;
mod backfill;
mod doctor;
mod drift;
mod error;
mod history;
mod left;
mod migrate;
mod pace;
mod plan;
mod progress;
mod report;
mod sandbox;
mod status;
mod style;
mod terminal;
mod throttle;

pub(super) use adoption::adoption;
pub(super) use doctor::{diagnosis, repaired};
pub(super) use drift::{drift, noted};
pub(super) use error::{bug, usage};
pub(super) use history::history;
pub(super) use left::Left;
pub(super) use migrate::{composed, migrated};
pub(super) use plan::plan;
pub(super) use progress::Progress;
pub(super) use report::Report;
pub(super) use sandbox::{traffic, version};
pub(super) use status::{state, status, status_line, what_next};
pub(super) use terminal::Terminal;
pub(super) use throttle::throttling;
