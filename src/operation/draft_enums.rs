//! Enum types whose labels change. Postgres takes no label back, and a label is one for both versions;
//! so a type with the new labels is made, and every column of the old one is replaced by one of the new.

use super::draft::{Argument, Call, Draft, Lens};
use super::draft_objects::{Made, OF_ANOTHER_SCHEMA};
use super::near::meant;
use super::question::{Bound, Question};
use super::rejection::Rejected;
use crate::plan::names;
use crate::schema::{Column, EnumType, Name, Table, User};
use crate::sql;
use crate::sql::{Expression, Ident, Literal, QualifiedName, Separated, Sql};

/// A type that gets other labels, by operations next to each other.
#[derive(Debug, Clone)]
pub(super) struct Renewing {
    path: String,
    old: EnumType,
    /// The labels of the new version.
    pub(super) values: Vec<String>,
    /// For each label of the old version, the one of the new.
    pub(super) up: Vec<(String, String)>,
    /// For each label of the new version, the one of the old; none where nothing was said of it.
    pub(super) down: Vec<(String, Option<String>)>,
}

/// An enum type that is made anew: under a hidden name until `complete`.
#[derive(Debug, Clone)]
pub(crate) struct Renewed {
    /// The type as it was.
    pub old: EnumType,
    /// The name until `complete`.
    pub storage: Ident,
    /// The labels of the new version.
    pub values: Vec<String>,
}

/// A label that an enum type gets at `complete`.
#[derive(Debug, Clone)]
pub(crate) struct Late {
    /// The type.
    pub name: Name,
    /// The label.
    pub value: String,
    /// The statement.
    pub add: Sql,
}

impl Renewing {
    /// Whether it is the type of this name.
    pub(super) fn knows_type(&self, name: &Name) -> bool {
        &self.old.name == name
    }

    /// Whether a label is one of the old version's, or of the new one's.
    pub(super) fn knows(&self, label: &str) -> bool {
        self.old.values.iter().chain(&self.values).any(|known| known == label)
    }
}

impl Draft {
    /// The type whose labels are changed, with what operations just before this one made of it.
    pub(super) fn renewing(&mut self, name: &Name) -> Result<&mut Renewing, Rejected> {
        let old = self.enum_type(name, "name")?;
        if let Some(at) = self.renewing.iter().position(|known| &known.old.name == name) {
            return Ok(&mut self.renewing[at]);
        }
        if old.is_new || self.late.iter().any(|late| &late.name == name) {
            let message =
                format!("an earlier operation of this migration makes or changes `{name}`");
            let hint = "change its labels by operations next to each other";
            return Err(self.reject_with("name", message, hint));
        }
        if self.questions.iter().any(|question| matches!(question, Question::Bind(_))) {
            let message =
                "an operation before this one has an `up`, a `down` or a default to fill in";
            let hint = "change labels first: move this operation in front of it";
            return Err(self.reject_with("", message, hint));
        }
        let same = |label: &String| (label.clone(), label.clone());
        self.renewing.push(Renewing {
            path: self.path_of(""),
            values: old.values.clone(),
            up: old.values.iter().map(same).collect(),
            down: old.values.iter().map(|label| (label.clone(), Some(label.clone()))).collect(),
            old,
        });
        let last = self.renewing.len() - 1;
        Ok(&mut self.renewing[last])
    }

    /// Refuses a label that the type does not have.
    pub(super) fn no_label(&mut self, name: &Name, field: &str, label: &str) -> Rejected {
        let renewing = self.renewing.iter().find(|known| known.knows_type(name));
        let values = renewing.map(|renewing| &renewing.values);
        let values = values.or_else(|| Some(&self.schema.enums.get(name)?.values));
        let values: Vec<&str> = values.into_iter().flatten().map(String::as_str).collect();
        let hint = meant(label, &values);
        self.reject_at(field, None, format!("`{name}` has no label `{label}`"), hint)
    }

    /// Refuses a type in a text of the user's that stands for another one at `complete`.
    pub(super) fn no_renewed_type(
        &mut self,
        field: &str,
        text: &Expression,
    ) -> Result<(), Rejected> {
        let names = text.names();
        let named = |name: &Name| names.contains(name.as_str());
        match self.renewed.iter().map(|renewed| &renewed.old.name).find(|name| named(name)) {
            None => Ok(()),
            Some(name) => {
                let message = format!("an earlier operation of this migration changes `{name}`");
                Err(self.reject_with(field, message, "make the function in the next migration"))
            }
        }
    }

    /// Replaces the columns of the types whose labels have been changed.
    pub(super) fn renew_enums(&mut self) {
        let path = self.path.clone();
        for renewing in std::mem::take(&mut self.renewing) {
            self.path.clone_from(&renewing.path);
            // What went wrong is recorded.
            let _recorded: Result<(), Rejected> = self.renew(renewing);
        }
        self.path = path;
    }

    fn renew(&mut self, renewing: Renewing) -> Result<(), Rejected> {
        let old = &renewing.old;
        let columns = self.columns_of(old)?;
        let unanswered = renewing.down.iter().find(|(_, down)| down.is_none());
        if let (Some((label, _)), false) = (unanswered, columns.is_empty()) {
            let message = format!("rows with `{label}` need a label in the old version");
            let hint = "give `down`, one of the old labels, or `on_complete: true`";
            return Err(self.reject_with("", message, hint));
        }
        let storage = names::new_type(&old.name);
        for (table, column) in &columns {
            self.replace_enum_column(table, column, (&renewing, &storage))?;
        }
        let name = self.in_base(&old.name);
        self.naming.push(sql!("ALTER TYPE {t} RENAME TO {n}", t = name, n = storage));
        if let Some(known) = self.schema.enums.get_mut(&old.name) {
            known.values.clone_from(&renewing.values);
            known.is_new = true;
        }
        self.renewed.push(Renewed { old: renewing.old, storage, values: renewing.values });
        Ok(())
    }

    /// The columns of the type that stay; refused is whatever else uses it.
    fn columns_of(&mut self, old: &EnumType) -> Result<Vec<(Table, Column)>, Rejected> {
        let mut columns = Vec::new();
        let mut in_the_way = Vec::new();
        for user in &old.users {
            let table = user.table.as_ref();
            let mut tables = self.schema.tables.values();
            let table = table.map(|table| tables.find(|known| &known.storage == table));
            match table {
                // It goes with its table.
                Some(None) => {}
                Some(Some(table)) => match self.column_of(table, user, old) {
                    Ok(Some(column)) => columns.push((table.clone(), column)),
                    Ok(None) => {}
                    Err(()) => in_the_way.push(user),
                },
                None => in_the_way.push(user),
            }
        }
        if self.objects.iter().any(|made| matches!(made, Made::Function { .. })) {
            let message = "an operation before this one makes a function";
            let hint = "change labels first: move this operation in front of it";
            return Err(self.reject_with("", message, hint));
        }
        let Some(user) = User::foremost(in_the_way.into_iter()) else {
            return Ok(columns);
        };
        let message =
            format!("{} uses the type `{}`, which is made anew", user.description, old.name);
        let hint = "drop it before, and make it again after `complete`; for one more label there is \
                    `on_complete: true`";
        let hint = if user.is_ours { OF_ANOTHER_SCHEMA } else { hint };
        Err(self.reject_with("name", message, hint))
    }

    /// The column that a use of the type is, none where it is a part of such a column and is made anew
    /// with it, or an error.
    fn column_of(&self, table: &Table, user: &User, old: &EnumType) -> Result<Option<Column>, ()> {
        let kept: Vec<&Column> =
            user.columns.iter().filter_map(|column| table.stored(column)).collect();
        if kept.len() < user.columns.len() {
            return Ok(None);
        }
        if user.is_column {
            return Ok(kept.first().map(|column| (*column).clone()));
        }
        let is_replaced = |column: &&Column| {
            let is_it = |other: &&User| {
                other.is_column
                    && other.table.as_ref() == Some(&table.storage)
                    && other.columns.contains(&column.storage)
            };
            old.users.iter().any(|other| is_it(&other))
        };
        if kept.iter().any(is_replaced) { Ok(None) } else { Err(()) }
    }

    fn replace_enum_column(
        &mut self,
        table: &Table,
        column: &Column,
        (renewing, storage): (&Renewing, &Ident),
    ) -> Result<(), Rejected> {
        let what = format!("`{}.{}` is of the type", table.name, column.name);
        if column.generated.is_some() {
            return Err(self.reject("name", format!("{what} and fills itself; drop it before")));
        }
        let mut identity = table.indexes.iter().filter(|index| index.replica_identity);
        if identity.any(|index| index.columns.contains(&column.storage)) {
            let message = format!("{what} and belongs to the table's replica identity");
            let hint = "give the table another one before, by `set_replica_identity`";
            return Err(self.reject_with("name", message, hint));
        }
        self.nothing_computes_from(&table.name, column, "name")?;
        self.nothing_references(&table.name, Some(&column.name), "name")?;
        self.nothing_stands_on(&table.name, column, "name")?;
        self.change_table(&table.name, "name")?;
        let mut new = column.clone();
        new.storage = self.new_storage(&table.storage, &column.name);
        self.replace_column(&table.name, &column.name, new.clone());
        let old_type = self.in_base(&renewing.old.name);
        let new_type = QualifiedName::new(&self.schema.name, storage);
        let up = renewing.up.iter().map(|(from, to)| (from.as_str(), to.as_str()));
        let up = self.translated(table, (column, "up"), (&old_type, &new_type), up);
        let down = renewing.down.iter();
        let down = down.filter_map(|(from, to)| Some((from.as_str(), to.as_deref()?)));
        let down = self.translated(table, (&new, "down"), (&new_type, &old_type), down);
        let path = self.path_of("");
        self.lenses.push(Lens {
            path,
            table: table.storage.clone(),
            old: Some(column.storage.clone()),
            new: Some(new.storage),
            up: Some(up),
            down: Some(down),
        });
        Ok(())
    }

    /// A function that takes a label of one type for one of another. It is immutable, which a cast by
    /// way of text is not.
    fn translated<'l>(
        &mut self,
        table: &Table,
        (column, what): (&Column, &str),
        (from, to): (&QualifiedName, &QualifiedName),
        labels: impl Iterator<Item = (&'l str, &'l str)>,
    ) -> Call {
        let cases = labels.map(|(label, other)| {
            sql!(
                "WHEN $1 OPERATOR(pg_catalog.=) {a}::{f} THEN {b}::{t}",
                a = Literal::new(label),
                f = from,
                b = Literal::new(other),
                t = to,
            )
        });
        let body = sql!("RETURN CASE\n {c}\nEND", c = Separated::by("\n ", cases));
        let number = self.next_answer();
        self.questions.push(Question::Given(Bound {
            parameters: Expression::from_catalog(from.to_string()),
            returns: Expression::from_catalog(to.to_string()),
            body: Expression::from_catalog(body.to_string()),
            inputs: vec![1],
            immutable: true,
            settings: Expression::from_catalog(""),
            lacking: Vec::new(),
        }));
        Call {
            path: self.path_of(""),
            number,
            label: format!("`{what}` of `{}`", table.name),
            text: None,
            function: names::expression(&self.schema.name, &table.name, number),
            arguments: vec![Argument {
                storage: column.storage.clone(),
                type_name: column.type_name.clone(),
            }],
            // A label for a label.
            is_copy: true,
        }
    }
}
