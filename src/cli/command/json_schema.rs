//! `json-schema`.

use crate::cli::render::Report;
use crate::migration;

pub(in crate::cli) fn json_schema() -> Report {
    let schema = migration::json_schema();
    Report::new(format!("{schema:#}"), schema)
}
