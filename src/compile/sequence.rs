//! Sequences of columns that the migration makes.
//!
//! A serial column's sequence goes over to the column that replaces it. An identity column's cannot:
//! the new one gets a sequence of its own in contract, which goes on where the old one was. A column
//! that is added has a sequence from expand on.

use super::copies::identity_words;
use super::table::TableChange;
use super::view::give;
use crate::operation::NewSequence;
use crate::plan::{Step, ddl, names};
use crate::schema::{Column, Drawn, Grant, Privilege, Sequence};
use crate::sql::Expression;

impl TableChange<'_> {
    /// The sequences of columns that are added.
    fn new_sequences(&self) -> impl Iterator<Item = (&NewSequence, Sequence)> {
        let sequences = self.compiler.draft.sequences.iter();
        let sequences = sequences.filter(|sequence| sequence.table == self.before.storage);
        sequences.filter_map(|new| {
            let column = self.outcome.stored(&new.column)?;
            let rehearsed = column.sequence.as_ref().filter(|_| new.is_identity);
            let options = rehearsed.and_then(|sequence| sequence.options.clone());
            let type_name = column.type_name.clone();
            let name = new.name.clone();
            let sequence = Sequence { name, type_name, options };
            Some((new, sequence))
        })
    }

    /// The steps that make them. Whoever writes to the table, through either version, takes numbers.
    pub(super) fn make_sequences(&self) -> Vec<Step> {
        let make = |(_, sequence): (&NewSequence, Sequence)| {
            let on = Expression::from_catalog(format!("SEQUENCE {}", sequence.name));
            let columns = self.before.columns.iter().flat_map(|column| &column.grants);
            let mut grants: Vec<Grant> = Vec::new();
            for grant in self.before.grants.iter().chain(columns) {
                let writes = matches!(grant.privilege, Privilege::Insert | Privilege::Update);
                let is_owner = grant.grantee.as_ref() == Some(&self.before.owner);
                if writes && !is_owner && !grants.iter().any(|one| one.grantee == grant.grantee) {
                    let privilege = Privilege::Usage;
                    grants.push(Grant { privilege, grantable: false, ..grant.clone() });
                }
            }
            let grants = grants.iter().map(|grant| give(grant, None, &on)).collect();
            ddl::create_sequence(&sequence, self.other_owner(), grants)
        };
        self.new_sequences().map(make).collect()
    }

    /// Columns that are identity columns in the end, and the sequence each of them has until then.
    fn identities(&self) -> Vec<(&Column, Sequence)> {
        let columns = self.after.columns.iter().filter(|column| self.is_new(&column.storage));
        let identities = columns.filter_map(|column| {
            let outcome = self.outcome.stored(&column.storage)?;
            identity_words(outcome)?;
            let sequence = match self.replaced(&column.storage) {
                Some(old) => old.sequence.clone()?,
                None => self.new_sequences().find(|(new, _)| new.column == column.storage)?.1,
            };
            Some((column, sequence))
        });
        identities.collect()
    }

    /// Before old columns go: how far the sequences are that go with them; others change hands.
    pub(super) fn move_sequences(&self) -> Vec<Step> {
        let mut steps = Vec::new();
        for (column, sequence) in self.identities() {
            let memory = names::memory_of(&sequence.name);
            steps.push(match self.replaced(&column.storage) {
                Some(_) => ddl::remember_sequence(&sequence, &memory),
                None => ddl::put_sequence_aside(&sequence.name, &memory),
            });
        }
        for (_, outcome, drawn) in self.drawn_from().filter(|(.., drawn)| drawn.may_alter) {
            steps.push(ddl::retype_sequence(&drawn.name, &outcome.type_name));
        }
        for column in self.after.columns.iter().filter(|column| self.is_new(&column.storage)) {
            let Some(outcome) = self.outcome.stored(&column.storage) else {
                continue;
            };
            let old = self.replaced(&column.storage).filter(|old| old.generated.is_none());
            let Some(sequence) = old.and_then(|old| old.sequence.as_ref()) else {
                continue;
            };
            if width(&outcome.type_name) > width(&sequence.type_name) {
                steps.push(ddl::retype_sequence(&sequence.name, &outcome.type_name));
            }
            steps.push(ddl::own_sequence(&self.table, &sequence.name, &column.storage));
        }
        for (new, sequence) in self.new_sequences().filter(|(new, _)| !new.is_identity) {
            steps.push(ddl::own_sequence(&self.table, &sequence.name, &new.column));
        }
        steps
    }

    /// Sequences that belong to no column, or to another one, and end before the new type of a column that takes its
    /// numbers from them.
    fn drawn_from(&self) -> impl Iterator<Item = (&Column, &Column, &Drawn)> {
        let columns = self.after.columns.iter().filter(|column| self.is_new(&column.storage));
        let replaced = columns.filter_map(|column| {
            let old = self.replaced(&column.storage).filter(|old| old.generated.is_none())?;
            Some((column, self.outcome.stored(&column.storage)?, old))
        });
        replaced.flat_map(|(column, outcome, old)| {
            let own = old.sequence.as_ref().map(|sequence| &sequence.name);
            let others = outcome.draws.iter().filter(move |drawn| Some(&drawn.name) != own);
            let short = others.filter(|drawn| width(&outcome.type_name) > width(&drawn.type_name));
            short.map(move |drawn| (column, outcome, drawn))
        })
    }

    /// What the reader of the plan should know of them.
    pub(super) fn notes_on_sequences(&self) -> Vec<String> {
        let strange = self.drawn_from().filter(|(.., drawn)| !drawn.may_alter);
        let note = |(column, outcome, drawn): (&Column, &Column, &Drawn)| {
            format!(
                "`{}.{}` takes its numbers from the sequence {n}, which goes on to end as `{}` does: its owner may \
                 `ALTER SEQUENCE {n} AS {}`",
                self.after.name,
                column.name,
                drawn.type_name,
                outcome.type_name,
                n = drawn.name,
            )
        };
        strange.map(note).collect()
    }

    /// Identity, under the columns' final names, and once they are NOT NULL.
    pub(super) fn add_identities(&self) -> Vec<Step> {
        let add = |(column, mut sequence): (&Column, Sequence)| {
            let outcome = self.outcome.stored(&column.storage)?;
            let words = identity_words(outcome)?;
            sequence.options = outcome.sequence.as_ref().and_then(|other| other.options.clone());
            let memory = names::memory_of(&sequence.name);
            let name = column.name.ident();
            let is_there = self.replaced(&column.storage).is_some();
            Some(ddl::add_identity(&self.table, name, (&words, &sequence), &memory, is_there))
        };
        self.identities().into_iter().filter_map(add).collect()
    }
}

/// How many bytes an integer type has; 0 for other types.
fn width(type_name: &Expression) -> u8 {
    match type_name.as_str() {
        "smallint" => 2,
        "integer" => 4,
        "bigint" => 8,
        _ => 0,
    }
}
