//! One file per command. Each returns what it has to report, and prints nothing itself.

mod adopt;
mod agree;
mod ask;
mod baseline;
mod check;
mod complete;
#[cfg(feature = "convert")]
mod convert;
#[cfg(feature = "convert")]
mod convert_to;
mod create;
mod dialogue;
mod doctor;
mod drift;
mod formatting;
mod history;
mod init;
mod json_schema;
mod latest;
mod migrate;
mod path;
mod pause;
mod plan;
mod pull;
mod repair;
mod rollback;
mod sandbox;
mod squash;
mod start;
mod status;
mod throttle;
mod trial;
mod validate;

pub(super) use adopt::adopt;
pub(super) use baseline::baseline;
pub(super) use check::check;
pub(super) use complete::complete;
#[cfg(feature = "convert")]
pub(super) use convert::convert;
pub(super) use create::create;
pub(super) use doctor::doctor;
pub(super) use drift::drift;
pub(super) use formatting::formatting;
pub(super) use history::history;
pub(super) use init::init;
pub(super) use json_schema::json_schema;
pub(super) use latest::latest;
pub(super) use migrate::migrate;
pub(super) use pause::{pause, resume};
pub(super) use plan::plan;
pub(super) use pull::pull;
pub(super) use repair::repair;
pub(super) use rollback::rollback;
pub(super) use sandbox::sandbox;
pub(super) use squash::squash;
pub(super) use start::start;
pub(super) use status::status;
pub(super) use throttle::throttle;
pub(super) use validate::validate;
