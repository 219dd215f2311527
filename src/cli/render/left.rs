//! What a command leaves that was interrupted, and what to type next.

use super::pace::Far;
use super::status::state;
use crate::engine::Status;
use crate::plan::Phase;

/// What is known of it.
pub(in crate::cli) struct Left {
    /// Where the base schema stands, if the server could say so at once.
    pub(in crate::cli) status: Option<Status>,
    /// How far the table was filled that was being filled.
    pub(in crate::cli) far: Option<Far>,
}

impl Left {
    /// What is true now.
    pub(in crate::cli) fn state(&self) -> String {
        let kept = self.far().map(|far| {
            let percent = far.percent();
            format!("what is filled stays filled ({percent} %, up to {})", far.place())
        });
        let stands = match &self.status {
            Some(status) => state(status),
            None => "the server did not answer at once; what was committed is kept".into(),
        };
        match kept {
            Some(kept) => format!("{stands}; {kept}"),
            None => stands,
        }
    }

    /// Where the next run goes on; a proof begins anew.
    fn far(&self) -> Option<Far> {
        let active = self.status.as_ref().and_then(|status| status.active.as_ref());
        let phase = active.map(|active| active.phase);
        self.far.filter(|_| phase.is_none_or(|phase| phase == Phase::Backfill))
    }

    /// What to type next.
    pub(in crate::cli) fn next(&self) -> String {
        let phase = match &self.status {
            None => None,
            Some(Status { active: None, .. }) => return "the same command again".into(),
            Some(Status { active: Some(active), .. }) => Some(active.phase),
        };
        let on = match self.far() {
            Some(far) => format!("the same command again goes on at {}", far.place()),
            None => "the same command again goes on from here".into(),
        };
        let look = "`straddle status` says where things stand";
        match phase {
            Some(Phase::Contract) => format!("`straddle complete`, to finish; {look}"),
            Some(Phase::Abort) => format!("`straddle rollback`, to finish; {look}"),
            Some(Phase::Live) => format!("the same command again, or `straddle rollback`; {look}"),
            _ => format!("{on}; `straddle rollback` takes it back; {look}"),
        }
    }
}
