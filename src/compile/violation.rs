//! Writes of the old version that a constraint of the new one can refuse, because it stands on a
//! column that `up` fills: the plan says so beforehand.

use std::collections::BTreeMap;

use super::expression::Function;
use super::lens::ColumnLens;
use super::table::TableChange;
use crate::schema::Column;
use crate::sql::Ident;

/// What a constraint, or a type, does not take, and what comes of it.
enum Demand {
    /// The write fails.
    Else(String),
    /// The new column is NULL.
    OrNull(String),
}

/// What is asked of the same columns.
#[derive(Default)]
struct Demands {
    columns: Vec<Ident>,
    what: Vec<String>,
}

impl<'a> TableChange<'a> {
    /// Which writes of the old version can fail, and why: one note for all that stands on the same
    /// columns.
    pub(super) fn notes_on_writes(&self) -> Vec<String> {
        let mut known: BTreeMap<(Vec<usize>, bool), Demands> = BTreeMap::new();
        for (columns, demand) in self.demands() {
            let is_fatal = matches!(demand, Demand::Else(_));
            let demands = known.entry((self.filling(&columns), is_fatal)).or_default();
            demands.columns.extend(columns);
            let (Demand::Else(demand) | Demand::OrNull(demand)) = demand;
            demands.what.push(demand);
        }
        let note = |((lenses, is_fatal), demands): (&(Vec<usize>, bool), &Demands)| {
            self.note_on_writes(lenses, demands, *is_fatal)
        };
        known.iter().map(note).collect()
    }

    fn note_on_writes(&self, lenses: &[usize], demands: &Demands, is_fatal: bool) -> String {
        let mut inputs: Vec<&Ident> = Vec::new();
        for lens in lenses.iter().filter_map(|lens| self.lenses.get(*lens)) {
            inputs.extend(self.old_inputs(lens));
        }
        inputs.extend(&demands.columns);
        let mut names: Vec<String> = Vec::new();
        for column in inputs.into_iter().filter_map(|column| self.before.stored(column)) {
            let name = format!("`{}`", column.name);
            if !names.contains(&name) {
                names.push(name);
            }
        }
        let table = &self.before.name;
        let writes = match names.as_slice() {
            [] => format!("an INSERT into `{table}` through the old version"),
            names => format!(
                "an INSERT into `{table}` through the old version, or an UPDATE that changes {},",
                joined(names, "or")
            ),
        };
        let filling: Vec<&ColumnLens<'_>> =
            lenses.iter().filter_map(|lens| self.lenses.get(*lens)).collect();
        let maker = filling.iter().find_map(|lens| lens.up.as_ref());
        let maker = maker.map_or("up", Function::what);
        let filled = filling.iter().filter_map(|lens| Some(lens.new.as_ref()?.storage));
        let filled = filled.filter_map(|storage| self.after.stored(storage));
        let filled: Vec<String> = filled.map(|column| format!("`{}`", column.name)).collect();
        let filled = joined(&filled, "and");
        let what = joined(&demands.what, "or");
        if is_fatal {
            return format!("{writes} fails if `{maker}` gives {filled} {what}");
        }
        let note =
            format!("{writes} leaves {filled} NULL for the new version if `{maker}` gives {what}");
        let loses = filling.iter().any(|lens| !lens.going.is_empty());
        let kept = "the old version keeps the value, and `complete` refuses to lose it";
        if loses { format!("{note}; {kept}") } else { note }
    }

    /// What is asked of columns that `up` fills, each with the columns that it is about.
    fn demands(&self) -> Vec<(Vec<Ident>, Demand)> {
        let mut demands = Vec::new();
        for lens in &self.lenses {
            demands.extend(self.demands_of_column(lens));
        }
        for check in self.new_checks() {
            let is_there = self.constraint_before(&check.name).is_some();
            if self.can_be_violated(&check.columns, is_there) && self.varies(&check.columns) {
                let demand = format!("what the check `{}` refuses", check.name.as_str());
                let filling = self.filling(&check.columns);
                let mut lenses = filling.iter().filter_map(|lens| self.lenses.get(*lens));
                let is_sieved = |lens: &ColumnLens<'_>| {
                    check.valid && lens.up.as_ref().is_some_and(|up| up.checks().is_some())
                };
                let demand = if lenses.any(is_sieved) {
                    Demand::OrNull(demand)
                } else {
                    Demand::Else(demand)
                };
                demands.push((check.columns.clone(), demand));
            }
        }
        let indexes = self.new_indexes().into_iter().map(|index| {
            let mut before = self.before.indexes.iter();
            let origin = self.index_before(&index.name);
            let is_there = before.any(|old| Some(&old.name) == origin && old.unique);
            (index, &index.name, is_there)
        });
        let own = self.renewed_own_indexes();
        let own = own.iter().map(|one| (one.after, &one.before.index.name, true));
        for (index, name, is_there) in indexes.chain(own).filter(|(index, ..)| index.unique) {
            let columns = index.deciding();
            if self.can_be_violated(&columns, is_there) && !self.counts_up(&columns) {
                let demand = format!("a duplicate in `{}`", name.as_str());
                demands.push((columns, Demand::Else(demand)));
            }
        }
        for key in self.new_foreign_keys() {
            let columns = self.after.storages(&key.columns);
            let is_there = self.constraint_before(&key.name).is_some();
            if self.can_be_violated(&columns, is_there) && self.varies(&columns) {
                let demand = format!("what the foreign key `{}` does not find", key.name.as_str());
                demands.push((columns, Demand::Else(demand)));
            }
        }
        demands
    }

    /// What is asked of one column by itself: a value, and one that fits.
    fn demands_of_column(&self, lens: &ColumnLens<'_>) -> Vec<(Vec<Ident>, Demand)> {
        let mut demands = Vec::new();
        let Some((new, up)) = lens.new.as_ref().zip(lens.up.as_ref()) else {
            return demands;
        };
        let column = self.outcome.stored(new.storage);
        let columns = vec![new.storage.clone()];
        let Some(column) = column.filter(|_| !up.inputs().is_empty()) else {
            return demands;
        };
        let old = up.copied().and_then(|old| self.before.stored(old));
        if !column.nullable && old.is_none_or(|old| old.nullable) {
            demands.push((columns.clone(), Demand::Else("NULL".into())));
        }
        let fails = match old {
            Some(old) => narrows(old.type_name.as_str(), column.type_name.as_str()),
            None => is_limited(column.type_name.as_str()),
        };
        if fails {
            let demand = format!("what does not fit `{}`", column.type_name);
            demands.push((columns, Demand::Else(demand)));
        }
        demands
    }

    /// Whether a constraint on these columns can refuse what the old version writes: not if the old
    /// version has the same constraint on the same values.
    fn can_be_violated(&self, columns: &[Ident], is_there: bool) -> bool {
        let filling = self.filling(columns);
        let mut lenses = filling.iter().filter_map(|lens| self.lenses.get(*lens));
        !(filling.is_empty() || is_there && lenses.all(|lens| self.kept(lens).is_some()))
    }

    /// Whether what fills these columns reads anything: what every row has alike, the rows that are
    /// there have shown to be right.
    fn varies(&self, columns: &[Ident]) -> bool {
        let filling = self.filling(columns);
        let mut ups = filling.iter().filter_map(|lens| self.lenses.get(*lens)?.up.as_ref());
        ups.any(|up| !up.inputs().is_empty())
    }

    /// Whether a new value is made for each row from nothing: numbers of a sequence, random ones.
    fn counts_up(&self, columns: &[Ident]) -> bool {
        let filling = self.filling(columns);
        let mut ups = filling.iter().filter_map(|lens| self.lenses.get(*lens)?.up.as_ref());
        ups.any(|up| !up.is_immutable() && up.inputs().is_empty())
    }

    /// The numbers of the lenses whose `up` fills one of these columns.
    fn filling(&self, columns: &[Ident]) -> Vec<usize> {
        let fills = |lens: &ColumnLens<'_>| {
            lens.up.is_some() && lens.new.as_ref().is_some_and(|new| columns.contains(new.storage))
        };
        let lenses = self.lenses.iter().enumerate();
        lenses.filter(|(_, lens)| fills(lens)).map(|(number, _)| number).collect()
    }

    /// The old version's columns that the new one is made of.
    fn old_inputs(&self, lens: &ColumnLens<'a>) -> Vec<&'a Ident> {
        let mut inputs = Vec::new();
        for input in lens.up.iter().flat_map(Function::inputs) {
            let makes = |other: &&ColumnLens<'a>| {
                other.new.as_ref().is_some_and(|new| new.storage == input)
            };
            match self.lenses.iter().find(makes) {
                Some(maker) => inputs.extend(self.old_inputs(maker)),
                None => inputs.push(input),
            }
        }
        inputs
    }

    /// The old version's column, where the new one certainly has the same value.
    fn kept(&self, lens: &ColumnLens<'_>) -> Option<&'a Column> {
        let new = self.outcome.stored(lens.new.as_ref()?.storage)?;
        let old = self.before.stored(lens.up.as_ref()?.copied()?)?;
        let (from, to) = (old.type_name.as_str(), new.type_name.as_str());
        let renewed = &self.compiler.draft.renewed;
        let has_new_labels = renewed.iter().any(|one| to.contains(one.storage.as_str()));
        (has_new_labels || keeps(from, to)).then_some(old)
    }
}

/// `a`, `a or b`, `a, b or c`.
pub(super) fn joined(words: &[String], conjunction: &str) -> String {
    match words {
        [] => String::new(),
        [one] => one.clone(),
        [first @ .., last] => format!("{} {conjunction} {last}", first.join(", ")),
    }
}

/// Whether every value of the one type is the same in the other, by the types' names.
pub(super) fn takes_all(from: &str, to: &str) -> bool {
    from == to || widens(from, to) == Some(true)
}

/// Whether a value is the same in the other type, or none of it.
pub(super) fn keeps(from: &str, to: &str) -> bool {
    let whole = ["smallint", "integer", "bigint"];
    takes_all(from, to) || whole.contains(&from) && whole.contains(&to)
}

/// Whether an assignment fails for some values, by the types' names.
pub(super) fn narrows(from: &str, to: &str) -> bool {
    from != to && widens(from, to).map_or_else(|| is_limited(to), |widens| !widens)
}

/// Whether an assignment to the type fails for what is too long or too large; of times and
/// intervals it only rounds.
pub(super) fn is_limited(type_name: &str) -> bool {
    let kinds = ["numeric", "character", "character varying", "bit", "bit varying"];
    let (kind, modifiers) = parts(type_name);
    kinds.contains(&kind) && !modifiers.is_empty()
}

/// Whether one of two types of the same kind holds all of the other; none where they are of
/// different kinds.
fn widens(from: &str, to: &str) -> Option<bool> {
    let whole = ["smallint", "integer", "bigint", "numeric"];
    let size = |name: &str| whole.iter().position(|one| *one == name);
    if let (Some(from), Some(to)) = (size(from), size(to)) {
        return Some(from <= to);
    }
    let ((from, limits), (to, others)) = (parts(from), parts(to));
    let text = |kind: &str| ["character varying", "text"].contains(&kind);
    if from != to && !(text(from) && text(to)) {
        return None;
    }
    Some(match (limits.as_slice(), others.as_slice()) {
        (_, []) => true,
        ([digits, scale], [more, finer]) => scale <= finer && digits - scale <= more - finer,
        ([length], [more]) => length <= more,
        _ => false,
    })
}

/// The name of a type without its modifiers, and those.
pub(super) fn parts(type_name: &str) -> (&str, Vec<i64>) {
    let Some((name, rest)) = type_name.split_once('(') else {
        return (type_name, Vec::new());
    };
    let numbers = rest.strip_suffix(')').unwrap_or(rest).split(',');
    (name, numbers.filter_map(|number| number.trim().parse().ok()).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_wider_takes_all() {
        for (from, to) in [
            ("integer", "bigint"),
            ("numeric(10,2)", "numeric(12,2)"),
            ("numeric(10,2)", "numeric"),
            ("character varying(3)", "character varying(30)"),
            ("character varying(3)", "text"),
        ] {
            assert!(takes_all(from, to) && !narrows(from, to), "{from} to {to}");
            assert!(!takes_all(to, from) && narrows(to, from), "{to} to {from}");
        }
        assert!(keeps("bigint", "smallint") && !keeps("text", "character varying(3)"));
        assert!(!takes_all("integer", "text") && !narrows("integer", "text"));
        assert!(narrows("integer", "numeric(4,2)") && !narrows("text[]", "character varying[]"));
    }

    #[test]
    fn notes_read_as_a_person_would_say_them() {
        let words = ["a", "b", "c"].map(str::to_owned);
        assert_eq!(joined(&words, "or"), "a, b or c");
        assert_eq!(joined(&words[..2], "and"), "a and b");
    }
}
