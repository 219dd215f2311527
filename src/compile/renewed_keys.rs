//! Foreign keys that refer to the primary key of a partitioned table, and a column of that is replaced. The key comes in
//! `complete`, and what their copies stand on until then goes: so they are made there once more, for rows written from
//! then on, as every row is known to satisfy them; and Postgres sees so itself when the tables are free again.

use super::Compiler;
use super::table::TableChange;
use crate::plan::{Step, ddl};
use crate::schema::{ForeignKey, Kind, Name};
use crate::sql::{Expression, Ident, QualifiedName};

impl Compiler<'_> {
    /// Whether a foreign key refers to a primary key that comes in `complete`.
    fn refers_to_successor(&self, key: &ForeignKey) -> bool {
        let change = key.table.as_ref().and_then(|name| self.change_of(name));
        change.filter(|change| change.after.kind == Kind::Partitioned).is_some_and(|change| {
            let mut keys = change.new_keys().into_iter();
            keys.any(|one| change.succeeds_primary_key(one) && change.is_referred_to(one, key))
        })
    }
}

impl<'a> TableChange<'a> {
    /// Foreign keys that are made once more in `complete`.
    fn renewed_foreign_keys(&self) -> Vec<&'a ForeignKey> {
        let keys = self.new_foreign_keys().into_iter();
        keys.filter(|key| self.compiler.refers_to_successor(key)).collect()
    }

    /// Foreign keys that are as they will be from `start` on, but for their names.
    pub(super) fn lasting_foreign_keys(&self) -> Vec<&'a ForeignKey> {
        let keys = self.new_foreign_keys().into_iter();
        keys.filter(|key| !self.compiler.refers_to_successor(key)).collect()
    }

    /// What they stood on goes.
    pub(super) fn drop_copies_of_renewed(&self) -> Vec<Step> {
        let keys = self.renewed_foreign_keys().into_iter();
        keys.map(|key| ddl::drop_constraint(&self.table, &self.name_until_contract(&key.name)))
            .collect()
    }

    /// Once all tables and columns have their names.
    pub(super) fn renew_foreign_keys(&self) -> Vec<Step> {
        let table = self.table_at_last();
        let idents = |names: &[Name]| -> Vec<Ident> {
            names.iter().map(|name| name.ident().clone()).collect()
        };
        let renew = |key: &ForeignKey| {
            let target = QualifiedName::new(&self.table.schema, key.table.as_ref()?.ident());
            let target = Expression::from_catalog(target.to_string());
            let referenced = idents(&key.referenced);
            let options = key.options(|name| name.ident().clone());
            let refers = (&target, referenced.as_slice());
            let add =
                ddl::add_foreign_key(&table, &key.name, &idents(&key.columns), refers, &options);
            let comment = key.comment.as_ref();
            let comment = comment.map(|text| ddl::comment_on_constraint(&table, &key.name, text));
            Some([Step { undo: None, ..add }].into_iter().chain(comment))
        };
        self.renewed_foreign_keys().into_iter().filter_map(renew).flatten().collect()
    }

    /// Behind the transaction in which they were made.
    pub(super) fn validate_renewed(&self) -> Vec<Step> {
        let table = self.table_at_last();
        let keys = self.renewed_foreign_keys().into_iter().filter(|key| key.valid);
        keys.map(|key| ddl::validate_constraint(&table, &key.name)).collect()
    }

    /// What the reader of the plan should know.
    pub(super) fn notes_on_renewed(&self) -> Vec<String> {
        let note = |key: &ForeignKey| {
            let name = key.name.as_str();
            let other = key.table.as_ref().map_or("", |name| name.as_str());
            format!(
                "behind its transaction, `complete` reads `{}` to validate `{name}` once more: it stands on the primary \
                 key of `{other}`, which comes there",
                self.after.name
            )
        };
        let keys = self.renewed_foreign_keys().into_iter().filter(|key| key.valid);
        keys.map(note).collect()
    }

    fn table_at_last(&self) -> QualifiedName {
        QualifiedName::new(&self.table.schema, self.after.name.ident())
    }
}
