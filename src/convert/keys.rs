//! Primary keys that scripts have told of: a foreign key may refer to a table without naming its columns.

use std::collections::BTreeMap;

use pg_query::{NodeEnum, ParserOptions};

use crate::operation::{ConstraintKind, CreateTable, Operation};
use crate::schema::Name;

/// The primary keys of tables, as far as scripts tell.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Keys(BTreeMap<Name, Vec<Name>>);

/// The primary key of a table that is made.
pub(super) fn of(create: &CreateTable) -> Vec<Name> {
    let own = create.constraints.iter().find(|one| one.kind == ConstraintKind::PrimaryKey);
    match own {
        Some(own) => own.columns.clone(),
        None => {
            let key = create.columns.iter().filter(|column| column.pk);
            key.map(|column| column.name.clone()).collect()
        }
    }
}

impl Keys {
    /// The key of a table; empty where that is not known.
    pub(super) fn of(&self, table: &Name) -> Vec<Name> {
        self.0.get(table).cloned().unwrap_or_default()
    }

    /// Takes note of what operations make of the tables.
    pub(super) fn follow<'a>(&mut self, operations: impl Iterator<Item = &'a Operation>) {
        for operation in operations {
            match operation {
                Operation::CreateTable(create) => {
                    self.0.insert(create.name.clone(), of(create));
                }
                Operation::DropTable(one) => {
                    self.0.remove(&one.name);
                }
                Operation::RenameTable(one) => {
                    if let Some(key) = self.0.remove(&one.from) {
                        self.0.insert(one.to.clone(), key);
                    }
                }
                Operation::RenameColumn(one) => {
                    let key = self.0.get_mut(&one.table).into_iter().flatten();
                    key.filter(|column| **column == one.from)
                        .for_each(|column| *column = one.to.clone());
                }
                Operation::DropColumn(one) => self.forget_by(&one.table, &one.column),
                Operation::DropConstraint(one) => {
                    self.0.remove(&one.table);
                }
                Operation::DropMulticolumnConstraint(one) => {
                    self.0.remove(&one.table);
                }
                Operation::Sql(sql) => self.forget_what_is_in(&sql.up),
                _ => {}
            }
        }
    }

    fn forget_by(&mut self, table: &Name, column: &Name) {
        if self.of(table).contains(column) {
            self.0.remove(table);
        }
    }

    /// What SQL makes of a table is not known.
    fn forget_what_is_in(&mut self, sql: &str) {
        let Ok(parsed) = pg_query::parse(sql, ParserOptions::DEFAULT) else {
            return self.0.clear();
        };
        let is_hidden = |statement: &pg_query::protobuf::RawStmt| {
            let node = statement.stmt.as_ref().and_then(|node| node.node.as_ref());
            matches!(
                node,
                Some(NodeEnum::DoStmt(_) | NodeEnum::CallStmt(_) | NodeEnum::RenameStmt(_))
            )
        };
        if parsed.protobuf.stmts.iter().any(is_hidden) {
            return self.0.clear();
        }
        let changed = parsed.ddl_tables();
        self.0.retain(|table, _| !changed.iter().any(|one| one.ends_with(table.as_str())));
    }
}
