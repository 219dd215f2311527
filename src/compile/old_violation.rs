//! Writes of the new version that a constraint of the old one can refuse, because it stands on a column
//! that `down` makes: the plan says so beforehand.

use super::lens::ColumnLens;
use super::table::TableChange;
use super::violation::{is_limited, joined, keeps, narrows};
use crate::schema::{Check, Column};
use crate::sql::Ident;

impl TableChange<'_> {
    /// Which writes of the new version can fail until `complete`, and why: one note for each column
    /// that goes.
    pub(super) fn notes_on_writes_back(&self) -> Vec<String> {
        self.lenses.iter().filter_map(|lens| self.note_on_writes_back(lens)).collect()
    }

    fn note_on_writes_back(&self, lens: &ColumnLens<'_>) -> Option<String> {
        let (storage, down) = lens.kept()?;
        let old = self.before.stored(storage)?;
        let name = |storage: &Ident| {
            let shown = |lens: &&ColumnLens<'_>| lens.old == Some(storage);
            let new = self.lenses.iter().find(shown).and_then(|lens| lens.new.as_ref());
            let storage = new.map_or(storage, |new| new.storage);
            let known = self.after.stored(storage).or_else(|| self.before.stored(storage));
            Some(format!("`{}`", known?.name))
        };
        let (what, beside) = self.demands_back(lens, old);
        let mut inputs: Vec<String> = down.inputs().into_iter().filter_map(name).collect();
        // What every row has alike, the file has settled.
        if inputs.is_empty() || what.is_empty() {
            return None;
        }
        for also in beside.iter().filter_map(name) {
            if !inputs.contains(&also) {
                inputs.push(also);
            }
        }
        let (table, changed) = (&self.after.name, joined(&inputs, "or"));
        let (maker, old, what) = (down.what(), &old.name, joined(&what, "or"));
        Some(format!(
            "until `complete`, an INSERT into `{table}` through the new version, or an UPDATE that \
             changes {changed}, fails if `{maker}` gives `{old}` {what}"
        ))
    }

    /// What the old version asks of a column that `down` makes, and of which columns together with it.
    fn demands_back(&self, lens: &ColumnLens<'_>, old: &Column) -> (Vec<String>, Vec<Ident>) {
        let down = lens.down.as_ref();
        let copied = down.and_then(|down| self.outcome.stored(down.copied()?));
        // The column of the new version, where the old one certainly has the same value.
        let is_relabelled = |column: &Column| {
            let renewed = &self.compiler.draft.renewed;
            renewed.iter().any(|one| column.type_name.as_str().contains(one.storage.as_str()))
        };
        let (from, to) = (copied.map(|column| column.type_name.as_str()), old.type_name.as_str());
        let same = copied.filter(|column| is_relabelled(column) || keeps(from.unwrap_or(to), to));
        let (mut demands, mut beside) = (Vec::new(), Vec::new());
        if !old.nullable && copied.is_none_or(|column| column.nullable) {
            demands.push("NULL".to_owned());
        }
        let is_refused = |name: &_, columns: &[_]| {
            let mut constraints = self.outcome.constraints.iter();
            let stays = constraints.any(|one| self.constraint_before(&one.name) == Some(name));
            columns.contains(&old.storage) && !(same.is_some() && stays)
        };
        let checks = self.before.constraints.iter().filter(|one| one.check == Check::Check);
        let checks = checks.filter(|check| is_refused(&check.name, &check.columns));
        for check in checks {
            demands.push(format!("what the check `{}` refuses", check.name.as_str()));
            beside.extend(check.columns.iter().cloned());
        }
        let own = self.before.own_indexes.iter().map(|own| &own.index);
        let unique = self.before.indexes.iter().chain(own).filter(|index| index.unique);
        let renewed = self.renewed_own_indexes();
        let unique = unique.filter(|index| {
            let mut indexes = self.outcome.indexes.iter();
            let stays = indexes
                .any(|one| one.unique && self.index_before(&one.name) == Some(&index.name))
                || renewed.iter().any(|one| std::ptr::eq(&raw const one.before.index, *index));
            index.deciding().contains(&old.storage) && !(same.is_some() && stays)
        });
        for index in unique {
            demands.push(format!("a duplicate in `{}`", index.name.as_str()));
            beside.extend(index.deciding());
        }
        for key in &self.before.foreign_keys {
            let mut keys = self.after.foreign_keys.iter();
            let stays = keys.any(|one| self.constraint_before(&one.name) == Some(&key.name));
            let reads = self.before.storages(&key.columns).contains(&old.storage);
            if reads && !(same.is_some() && stays) {
                let name = key.name.as_str();
                demands.push(format!("what the foreign key `{name}` does not find"));
                beside.extend(self.before.storages(&key.columns));
            }
        }
        if from.map_or_else(|| is_limited(to), |from| narrows(from, to)) {
            demands.push(format!("what does not fit `{}`", old.type_name));
        }
        if old.constrained_domain && from != Some(to) {
            demands.push(format!("what the domain `{to}` refuses"));
        }
        beside.retain(|column| *column != old.storage);
        (demands, beside)
    }
}
