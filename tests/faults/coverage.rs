//! What was tried, so that the short form tries everything once for each kind of step, and the long one
//! at each step of each case.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Mutex, PoisonError};

use straddle::plan::Plan;

use super::fault::{Fault, Moment, Part, Side};
use crate::lifecycle::all_steps;

/// How much is tried.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Extent {
    /// Every fault at every step of every case.
    Everything,
    /// Every fault at every kind of step.
    Kinds,
    /// Every fault at what either of two sessions does that make or drop views.
    Pairs,
    /// One fault each, where the cursor moves or a transaction is committed.
    FewOfPairs,
}

#[derive(Debug)]
pub(super) struct Coverage {
    extent: Extent,
    faults: Vec<Fault>,
    tried: Mutex<Tried>,
}

#[derive(Debug, Default)]
struct Tried {
    keys: BTreeSet<String>,
    planned: BTreeSet<String>,
    steps: BTreeSet<String>,
    faults: BTreeMap<Fault, usize>,
    missed: usize,
}

impl Coverage {
    pub(super) fn new(extent: Extent, faults: &[Fault]) -> Self {
        Self { extent, faults: faults.to_vec(), tried: Mutex::default() }
    }

    /// The next fault that has not been tried at such a moment, taken note of.
    pub(super) fn take(
        &self,
        case: &str,
        way: &str,
        moment: &Moment,
        is_repeatable: bool,
    ) -> Option<Fault> {
        let mut tried = self.tried.lock().unwrap_or_else(PoisonError::into_inner);
        // Where one is enough, another one each time.
        let first = if self.extent == Extent::FewOfPairs { tried.keys.len() } else { 0 };
        let mut faults = self.faults.iter().copied().cycle().skip(first).take(self.faults.len());
        let wanted = faults.find(|fault| {
            (is_repeatable || *fault != Fault::Serialization) && fault.fits(moment) && {
                let key = self.key(case, way, moment, *fault);
                key.is_some_and(|key| tried.keys.insert(key))
            }
        })?;
        *tried.faults.entry(wanted).or_default() += 1;
        let Moment { command, phase, purpose, .. } = moment;
        tried.steps.insert(match self.extent {
            Extent::Everything => format!("{case} {command} {phase} {purpose}"),
            _ => format!("{command} {phase} {}", kind_of(purpose)),
        });
        Some(wanted)
    }

    /// What counts as the same; none where it need not be tried.
    fn key(&self, case: &str, way: &str, moment: &Moment, fault: Fault) -> Option<String> {
        let Moment { command, phase, purpose, part, side, statement, of_second } = moment;
        match self.extent {
            Extent::Kinds => {}
            Extent::Everything => {
                return Some(format!(
                    "{fault:?} {way} {case} {command} {phase} {purpose} {part:?} {side:?} {statement}"
                ));
            }
            Extent::Pairs | Extent::FewOfPairs => {
                let is_few = self.extent == Extent::FewOfPairs;
                // Where the first one's batch is done, there is often nothing left for two.
                let is_end = *part == Part::Commit && *side == Side::After && !of_second;
                // A start that comes to its end is the last one on the way back.
                let is_fit = if way == "back" { fault.is_loss() } else { !is_end };
                let is_wanted = !is_few || *part != Part::Statement && is_fit;
                let fault = if is_few { String::new() } else { format!("{fault:?}") };
                return (purpose.ends_with(" views") && is_wanted)
                    .then(|| format!("{fault} {command} {of_second} {part:?} {side:?}"));
            }
        }
        let kind = kind_of(purpose);
        let is_plain = *part == Part::Statement && *side == Side::Before;
        let (kind, is_enough) = match fault {
            // What went wrong does not matter to a rollback.
            Fault::HalfBuilt => (&*kind, true),
            Fault::Cut if way == "back" => (&*kind, *part == Part::Statement),
            Fault::Crash if way == "back" => ("", is_plain),
            _ if way == "back" => (&*kind, false),
            // The server does not care what the step was for.
            Fault::Crash | Fault::DiskFull | Fault::Cut => ("", true),
            Fault::Terminate => (&*kind, is_plain),
            _ => (&*kind, true),
        };
        is_enough.then(|| format!("{fault:?} {way} {command} {phase} {kind} {part:?} {side:?}"))
    }

    /// Whether that is still to be tried.
    pub(super) fn wants(&self, case: &str, way: &str, moment: &Moment, fault: Fault) -> bool {
        let tried = self.tried.lock().unwrap_or_else(PoisonError::into_inner);
        let key = self.key(case, way, moment, fault);
        self.faults.contains(&fault) && key.is_some_and(|key| !tried.keys.contains(&key))
    }

    /// Whether a plan has kinds of steps that no plan before it had. Raw SQL has a plan that grows.
    pub(super) fn is_new(&self, plan: &Plan) -> bool {
        let kinds =
            all_steps(plan).map(|(phase, step)| format!("{phase} {}", kind_of(&step.purpose)));
        let mut tried = self.tried.lock().unwrap_or_else(PoisonError::into_inner);
        let mut is_new = self.extent == Extent::Everything || plan.raw.is_some();
        for kind in kinds {
            is_new |= tried.planned.insert(kind);
        }
        is_new
    }

    /// Whether something went wrong with each of two sessions, in each command.
    pub(super) fn tried_both_sessions(&self) -> bool {
        let tried = self.tried.lock().unwrap_or_else(PoisonError::into_inner);
        ["start", "rollback", "complete"].iter().all(|command| {
            [true, false].iter().all(|of_second| {
                let what = format!(" {command} {of_second} ");
                tried.keys.iter().any(|key| key.contains(&what))
            })
        })
    }

    /// So many faults did not come about after all.
    pub(super) fn miss(&self, times: usize) {
        self.tried.lock().unwrap_or_else(PoisonError::into_inner).missed += times;
    }

    /// How much was tried.
    pub(super) fn told(&self) -> String {
        let tried = self.tried.lock().unwrap_or_else(PoisonError::into_inner);
        let steps = match self.extent {
            Extent::Everything => "steps",
            _ => "kinds of steps",
        };
        let all = tried.faults.values().sum::<usize>() - tried.missed;
        let each: Vec<String> =
            tried.faults.iter().map(|(fault, times)| format!("{fault:?} {times}")).collect();
        format!(
            "{} {steps} x faults: {all} tried, all recovered ({})",
            tried.steps.len(),
            each.join(", ")
        )
    }
}

/// A purpose without its names.
pub(crate) fn kind_of(purpose: &str) -> String {
    let quoted = purpose.split('`').enumerate();
    let kind: Vec<&str> = quoted.map(|(at, text)| if at % 2 == 0 { text } else { "_" }).collect();
    kind.concat()
}
