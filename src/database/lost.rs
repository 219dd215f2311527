//! What a rehearsal has lost by a change that was rejected.

use std::collections::BTreeSet;

use crate::operation::Question;
use crate::schema::Name;

/// Tables of which a change was rejected, by the names that operations call them: what is asked of
/// them after that would be rejected for that reason alone. Of other tables there is more to be told.
#[derive(Default)]
pub(super) struct Lost(BTreeSet<Name>);

impl Lost {
    /// Whether the question is about such a table.
    pub(super) fn concerns(&self, question: &Question) -> bool {
        match question {
            Question::Rehearse { tables, .. } => tables.iter().any(|table| self.0.contains(table)),
            Question::Bind(binding) => self.0.contains(&binding.table),
            Question::Filter { table, .. } => self.0.contains(table),
            Question::Views(_) | Question::Dependents { .. } => !self.0.is_empty(),
            Question::Copy { .. }
            | Question::Type { .. }
            | Question::Function { .. }
            | Question::Given(_)
            | Question::Mentions { .. }
            | Question::WholeRows { .. }
            | Question::Parse { .. } => false,
        }
    }

    /// Takes note of what a change that was not made would have changed; `false` where that is more
    /// than tables.
    pub(super) fn follow(&mut self, question: &Question) -> bool {
        match question {
            Question::Rehearse { tables, prefix, .. } => {
                // A condition, a default: nothing else reads it.
                if prefix.is_none() {
                    self.0.extend(tables.iter().cloned());
                }
                !tables.is_empty()
            }
            Question::Bind(_) | Question::Views(_) | Question::Dependents { .. } => true,
            _ => false,
        }
    }
}
