//! Asks before something is done that is hard to take back.

use std::io::{IsTerminal as _, stdin};

use crate::cli::context::Context;
use crate::cli::failure::{Failure, Reason};

/// Asks whether it is meant, unless that was said, where there is somebody to be asked.
pub(super) fn agree(context: &Context, is_said: bool, what: &str) -> Result<(), Failure> {
    if is_said {
        return Ok(());
    }
    if !stdin().is_terminal() {
        return Err(Reason::Unsaid("--yes is needed where nobody can be asked").into());
    }
    context.terminal.line(&format!("{what} Go on? [y/N]"));
    let mut answer = String::new();
    stdin().read_line(&mut answer)?;
    match answer.trim().to_lowercase().as_str() {
        "y" | "yes" => Ok(()),
        _ => Err(Reason::NotMeant.into()),
    }
}
