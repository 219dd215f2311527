//! `add_column`: adds a column to a table.
//!
//! ```json
//! {"add_column": {"table": "products", "up": "upper(name)",
//!                 "column": {"name": "label", "type": "text"}}}
//! ```
//!
//! Rows that are there, and rows that the old version writes, get the value of `up`, or else the
//! default. The column is in the table at once under another name; it is NOT NULL, has its default
//! and its own name from `complete` on. Until then the new version's view has the default.
//!
//! Where `up` gives what the column's check refuses, the old version's INSERT or UPDATE fails, and a
//! start with such rows takes itself back; with `on_violation: null` the column is NULL there. That
//! loses nothing where the columns that `up` reads stay; where one of them goes in the same migration,
//! `complete` refuses as long as a value would be lost, as for `alter_column`.
//!
//! A serial or identity column takes its numbers from its sequence: rows that are there when they are
//! filled, others when they are written. Roles that may write to the table may use the sequence. Of a
//! primary key the index is built beside the application.
//!
//! Not yet: stored generated columns and columns of a domain with constraints, on tables that are there:
//! Postgres would rewrite the table while nobody can use it.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::Operate;
use super::column::{ColumnDefinition, serial_type};
use super::draft::{Draft, Lens, NewSequence};
use super::field::given;
use super::rejection::Rejected;
use super::withheld::OnViolation;
use crate::plan::names;
use crate::schema::{Check, Name, Table};
use crate::sql;
use crate::sql::{Expression, Ident, Literal, QualifiedName};

/// Adds a column to a table.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct AddColumn {
    /// The table.
    pub table: Name,
    /// The column.
    pub column: ColumnDefinition,
    /// The value for rows that the old version wrote, as SQL.
    #[serde(default, deserialize_with = "given", skip_serializing_if = "Option::is_none")]
    #[schemars(with = "String")]
    pub up: Option<String>,
    /// What becomes of a value that `up` gives and the column's check refuses: the old version's write is refused,
    /// or the new column is `null`, and the old one keeps the value.
    #[serde(default, skip_serializing_if = "OnViolation::is_refuse")]
    #[schemars(with = "Option<OnViolation>")]
    pub on_violation: OnViolation,
}

impl Operate for AddColumn {
    fn change(&self, draft: &mut Draft) -> Result<(), Rejected> {
        let table = draft.change_table(&self.table, "table")?;
        draft.new_column_name(&self.table, &self.column.name, "column.name")?;
        let storage = draft.new_storage(&table.storage, &self.column.name);
        let mut asked = self.column.clone();
        let number = if table.is_new {
            None
        } else {
            self.refuse_what_rewrites(draft)?;
            self.number(draft, &table, &storage, &mut asked)?
        };
        // By itself, so that a mistake in it is shown where it is.
        let check = asked.check.take();
        let defined = asked.definition(draft, &self.table, "column")?;
        let mut column = defined.column;
        let up = if table.is_new {
            let up = self.read_up(draft)?;
            draft.read_over(&self.table, "up", up.as_ref());
            None
        } else {
            column.storage = storage;
            let default = number.or_else(|| column.default.clone());
            match (self.read_up(draft)?, default) {
                (Some(up), _) => Some(("up", up)),
                (None, Some(default)) => Some(("column.default", default)),
                (None, None) if column.nullable => None,
                (None, None) => return Err(self.value_is_missing(draft)),
            }
        };
        let bind = |(field, up)| draft.bind(&self.table, field, up, &column.type_name);
        let up = up.map(bind).transpose()?;
        let copy = Draft::probe(&self.table);
        draft.rehearse("column", sql!("ALTER TABLE {t} ADD COLUMN {d}", t = copy, d = defined.sql));
        if let Some(check) = check {
            let (before, condition, after) = check.parts(draft, "column.check")?;
            let before = sql!("ALTER TABLE {t} ADD {b}", t = copy, b = before);
            draft.rehearse_text("column.check.constraint", (before, &condition, after), None);
        }
        let key = self.column.pk.then(|| self.rehearse_key(draft));
        if !self.on_violation.is_refuse() && !table.is_new {
            if self.up.is_none() {
                let message = "there is no `up`, of which a check could refuse a value";
                return Err(draft.reject("on_violation", message));
            }
            draft.withhold(&table, &column.storage);
        }
        if up.is_some() {
            let path = draft.path_of("");
            draft.lenses.push(Lens {
                path,
                table: table.storage,
                old: None,
                new: Some(column.storage.clone()),
                up,
                down: None,
            });
        }
        let name = column.name.clone();
        draft.add_column(&self.table, column);
        self.column.take_note(draft, &self.table, defined.unique.as_ref());
        if let Some(key) = key {
            let columns = std::slice::from_ref(&name);
            draft.made_constraint(&self.table, &key, Check::PrimaryKey, columns);
        }
        if let Some(reference) = &self.column.references {
            let key = reference.foreign_key(draft, &name, "column.references")?;
            draft.add_foreign_key(&self.table, key, "column.references")?;
        }
        Ok(())
    }
}

impl AddColumn {
    fn read_up(&self, draft: &mut Draft) -> Result<Option<Expression>, Rejected> {
        let text = self.up.as_deref().filter(|up| !up.trim().is_empty());
        text.map(|text| draft.expression("up", text)).transpose()
    }

    fn value_is_missing(&self, draft: &mut Draft) -> Rejected {
        let message = format!(
            "`{}` is NOT NULL, so the rows that are there need a value in it",
            self.column.name
        );
        draft.reject_with("", message, "give `up` or a default, or make it `nullable: true`")
    }

    /// What would rewrite the table under a lock that stops everybody.
    fn refuse_what_rewrites(&self, draft: &mut Draft) -> Result<(), Rejected> {
        let generated = self.column.generated.as_ref();
        let Some(generated) = generated.filter(|one| one.expression.is_some()) else {
            return Ok(());
        };
        if !generated.is_virtual {
            let message =
                "a stored generated column rewrites the whole table while nobody can use it";
            let hint = "add a plain column with `up`, or a `virtual` one (Postgres 18), or use `sql` in a quiet hour";
            return Err(draft.reject_with("column.generated.expression", message, hint));
        }
        if self.up.is_some() {
            let message = "the column is computed from others, so it takes no `up`";
            return Err(draft.reject("up", message));
        }
        if !self.column.nullable {
            let message = "whether it is NULL somewhere shows only when each row is read";
            let hint = "make it `nullable: true`: Postgres reads the table while nobody can use it";
            return Err(draft.reject_with("column", message, hint));
        }
        Ok(())
    }

    /// The next number of a sequence of its own, where the column is a serial or an identity column.
    /// What is asked of Postgres is then a column with that default, or an identity column.
    fn number(
        &self,
        draft: &mut Draft,
        table: &Table,
        storage: &Ident,
        asked: &mut ColumnDefinition,
    ) -> Result<Option<Expression>, Rejected> {
        let serial = serial_type(&self.column.type_name);
        let identity = self.column.generated.as_ref().and_then(|one| one.identity.as_ref());
        if serial.is_none() && identity.is_none() {
            return Ok(None);
        }
        if self.column.default.is_some() {
            let message = "the column takes its values from a sequence, so it takes no `default`";
            return Err(draft.reject("column.default", message));
        }
        let options = identity.and_then(|identity| identity.sequence_options.as_deref());
        if self.up.as_deref().is_some_and(|up| !up.trim().is_empty()) {
            let message = "the column takes its values from a sequence, so it takes no `up`";
            return Err(draft.reject("up", message));
        }
        if let Some(options) = options {
            let field = "column.generated.identity.sequence_options";
            if draft.expression(field, options)?.names().contains("sequence") {
                let message = "the sequence has its usual name where the table has rows";
                return Err(draft.reject_with(field, message, "leave SEQUENCE NAME out"));
            }
        }
        let candidates = names::sequence_candidates(&self.table, &self.column.name);
        let name = draft.free_relation_name(&self.table, candidates);
        let name = QualifiedName::new(&draft.schema.name, &name);
        draft.rehearse("column", sql!("CREATE SEQUENCE {s}", s = name));
        // The one that is made may be used by whoever writes to the table: nobody is to be told that he may not.
        draft.rehearse("column", sql!("GRANT USAGE ON SEQUENCE {s} TO PUBLIC", s = name));
        let next = format!("nextval({}::regclass)", Literal::new(name.to_string()));
        asked.nullable = false;
        if let Some(type_name) = serial {
            asked.type_name = type_name.to_owned();
            asked.default = Some(next.clone());
        }
        draft.sequences.push(NewSequence {
            table: table.storage.clone(),
            column: storage.clone(),
            name,
            is_identity: serial.is_none(),
        });
        Ok(Some(Expression::from_catalog(next)))
    }

    fn rehearse_key(&self, draft: &mut Draft) -> Ident {
        let candidates = names::primary_key_candidates(&self.table);
        let name = draft.free_relation_name(&self.table, candidates);
        let (copy, column) = (Draft::probe(&self.table), self.column.name.ident());
        let add = sql!(
            "ALTER TABLE {t} ADD CONSTRAINT {n} PRIMARY KEY ({c})",
            t = copy,
            n = name,
            c = column
        );
        let hint = "a table has one key: drop the one it has in a migration before".to_owned();
        draft.rehearse_with("column.pk", add, Some(hint));
        name
    }
}
