//! What may follow what, as one table. Pure: it decides, and does nothing.

use serde::{Serialize, Serializer};

use crate::plan::Phase;

/// Where a base schema stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum State {
    /// No migration is underway.
    Idle {
        /// The migration that ended last, if any, and how.
        last: Option<(String, Ended)>,
    },
    /// One is.
    Active {
        /// Its name.
        name: String,
        /// The checksum of what it says.
        checksum: String,
        /// Its phase.
        phase: Phase,
    },
}

/// How a migration ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Ended {
    /// By `complete`.
    Completed,
    /// By `rollback`.
    RolledBack,
}

impl Ended {
    /// The word for it in the ledger, and in what programs read.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::Completed => "completed",
            Self::RolledBack => "rolled_back",
        }
    }

    /// What a word stands for; none where it is another state's.
    pub(crate) fn of(word: &str) -> Option<Self> {
        [Self::Completed, Self::RolledBack].into_iter().find(|ended| ended.word() == word)
    }
}

impl Serialize for Ended {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.word())
    }
}

/// What a user asks for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Command {
    /// Start this migration.
    Start {
        /// Its name.
        name: String,
        /// The checksum of what it says.
        checksum: String,
        /// Whether it was completed before.
        is_completed: bool,
    },
    /// Complete the one that is live.
    Complete,
    /// Take the one that is underway or live back.
    Rollback,
    /// Pause or throttle the start that is underway, or let it go on.
    Throttle,
}

/// What is to be done.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Next {
    /// Start from the beginning.
    Begin,
    /// Go on where the start was interrupted.
    ContinueStart,
    /// Nothing: it is live.
    AlreadyLive,
    /// Contract, or go on with it.
    Contract,
    /// Abort, or go on with it.
    Abort,
    /// Say how the start is to go on.
    Throttle,
}

/// Why nothing is done. The text says what is true, [`Refusal::hint`] what to type.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum Refusal {
    /// Another migration is underway or live.
    #[error("`{name}` is {}", if *phase == Phase::Live { "live".into() } else { format!("underway, in phase {phase}") })]
    Busy {
        /// Its name.
        name: String,
        /// Its phase.
        phase: Phase,
    },
    /// The file has another content than when it was started.
    #[error("`{name}` was started with another content")]
    Edited {
        /// Its name.
        name: String,
        /// Its phase.
        phase: Phase,
    },
    /// The migration was completed before.
    #[error("`{name}` was completed before")]
    AlreadyCompleted {
        /// Its name.
        name: String,
    },
    /// There is nothing to complete or to roll back.
    #[error("no migration is started{}", ended(last))]
    NothingStarted {
        /// The migration that ended last, if any, and how.
        last: Option<(String, Ended)>,
    },
    /// There is nothing to roll back, for what ended last was completed.
    #[error("no migration is started; `{name}` was completed last, and that is not taken back")]
    Final {
        /// Its name.
        name: String,
    },
    /// The start has not come to its end.
    #[error("the start of `{name}` was interrupted in phase {phase}; it is not live yet")]
    NotLive {
        /// Its name.
        name: String,
        /// Its phase.
        phase: Phase,
    },
    /// The start has come to its end.
    #[error("`{name}` is live: nothing is left to fill")]
    NothingToFill {
        /// Its name.
        name: String,
    },
    /// `complete` has done what cannot be taken back.
    #[error("`complete` of `{name}` was interrupted behind the point of no return")]
    Contracting {
        /// Its name.
        name: String,
    },
    /// `rollback` has begun.
    #[error("`rollback` of `{name}` was interrupted")]
    Aborting {
        /// Its name.
        name: String,
    },
}

fn ended(last: &Option<(String, Ended)>) -> String {
    match last {
        None => String::new(),
        Some((name, Ended::Completed)) => format!("; `{name}` was completed last"),
        Some((name, Ended::RolledBack)) => format!("; `{name}` was rolled back last"),
    }
}

impl Refusal {
    /// What to type next.
    #[must_use]
    pub fn hint(&self) -> &'static str {
        match self {
            Self::Busy { phase: Phase::Live, .. } | Self::Edited { phase: Phase::Live, .. } => {
                "run `straddle complete` or `straddle rollback` first"
            }
            Self::Edited { .. } => {
                "start it as it was to go on, or run `straddle rollback` and start it as it is"
            }
            Self::Busy { .. } => "start it again to go on, or run `straddle rollback`",
            Self::AlreadyCompleted { .. } => "to change the schema again, write another migration",
            Self::NothingToFill { .. } => "run `straddle complete` or `straddle rollback`",
            Self::NothingStarted { .. } => "run `straddle start FILE`",
            Self::Final { .. } => {
                "write a migration that does the opposite, and run `straddle start FILE`"
            }
            Self::NotLive { .. } => {
                "run `straddle start` (or `migrate`) as before to go on, or `straddle rollback`"
            }
            Self::Contracting { .. } => "run `straddle complete` to finish",
            Self::Aborting { .. } => "run `straddle rollback` to finish",
        }
    }
}

/// What a command does in a state.
///
/// # Errors
/// When it does nothing.
pub(crate) fn next(state: &State, command: &Command) -> Result<Next, Refusal> {
    match state {
        State::Idle { last } => when_idle(last.as_ref(), command),
        State::Active { name, checksum, phase } => when_active(name, checksum, *phase, command),
    }
}

fn when_idle(last: Option<&(String, Ended)>, command: &Command) -> Result<Next, Refusal> {
    match command {
        Command::Start { name, is_completed: true, .. } => {
            Err(Refusal::AlreadyCompleted { name: name.clone() })
        }
        Command::Start { .. } => Ok(Next::Begin),
        Command::Complete | Command::Rollback | Command::Throttle => match (command, last) {
            (Command::Rollback, Some((name, Ended::Completed))) => {
                Err(Refusal::Final { name: name.clone() })
            }
            _ => Err(Refusal::NothingStarted { last: last.cloned() }),
        },
    }
}

fn when_active(
    name: &str,
    checksum: &str,
    phase: Phase,
    command: &Command,
) -> Result<Next, Refusal> {
    let name = name.to_owned();
    match (command, phase) {
        (Command::Complete, Phase::Live | Phase::Contract) => Ok(Next::Contract),
        (Command::Rollback | Command::Start { .. } | Command::Throttle, Phase::Contract) => {
            Err(Refusal::Contracting { name })
        }
        (Command::Rollback, _) => Ok(Next::Abort),
        (Command::Complete | Command::Start { .. } | Command::Throttle, Phase::Abort) => {
            Err(Refusal::Aborting { name })
        }
        (Command::Complete, _) => Err(Refusal::NotLive { name, phase }),
        (Command::Start { name: other, .. }, _) if *other != name => {
            Err(Refusal::Busy { name, phase })
        }
        (Command::Start { checksum: other, .. }, _) if other != checksum => {
            Err(Refusal::Edited { name, phase })
        }
        (Command::Start { .. }, Phase::Live) => Ok(Next::AlreadyLive),
        (Command::Start { .. }, _) => Ok(Next::ContinueStart),
        (Command::Throttle, Phase::Live) => Err(Refusal::NothingToFill { name }),
        (Command::Throttle, _) => Ok(Next::Throttle),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const PHASES: [Phase; 7] = [
        Phase::Expand,
        Phase::Backfill,
        Phase::Settle,
        Phase::Activate,
        Phase::Live,
        Phase::Contract,
        Phase::Abort,
    ];

    fn start(name: &str, checksum: &str, is_completed: bool) -> Command {
        Command::Start { name: name.into(), checksum: checksum.into(), is_completed }
    }

    /// Every state with every command, as a person would want to read it.
    #[test]
    fn every_state_and_command() {
        let commands = [
            ("start the same", start("02", "a", false)),
            ("start it edited", start("02", "b", false)),
            ("start another", start("03", "c", false)),
            ("start a completed one", start("01", "d", true)),
            ("complete", Command::Complete),
            ("rollback", Command::Rollback),
            ("throttle", Command::Throttle),
        ];
        let mut states = vec![
            ("idle".to_owned(), State::Idle { last: None }),
            ("ended".into(), State::Idle { last: Some(("01".into(), Ended::RolledBack)) }),
            ("done".into(), State::Idle { last: Some(("01".into(), Ended::Completed)) }),
        ];
        states.extend(PHASES.map(|phase| {
            let state = State::Active { name: "02".into(), checksum: "a".into(), phase };
            (phase.to_string(), state)
        }));
        let mut table = String::new();
        for (state_name, state) in &states {
            for (command_name, command) in &commands {
                let outcome = match next(state, command) {
                    Ok(next) => format!("{next:?}"),
                    Err(refusal) => format!("{refusal}: {}", refusal.hint()),
                };
                table.push_str(&format!("{state_name:8} | {command_name:21} | {outcome}\n"));
            }
        }
        insta::assert_snapshot!(table);
    }
}
