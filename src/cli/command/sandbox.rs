//! `sandbox`
use crate::cli::arguments::Sandbox;
use crate::cli::context::Context;
use crate::cli::failure::Failure;
use crate::cli::render::Report;
pub(in crate::cli) async fn sandbox(_c: &Context, _a: &Sandbox) -> Result<Report, Failure> {
    todo!()
}
