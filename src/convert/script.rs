//! A script as it is read: the operations so far, and what is known of the names in it.

use std::collections::{BTreeMap, BTreeSet};

use pg_query::NodeEnum;

use super::Note;
use super::item::{Item, Raw, about, sql};
use super::keys::Keys;
use super::statement::Statement;
use super::text::Reason;
use super::update::Update;
use super::{alter_table, sequence, view};
use super::{comment, create_index, create_table, drop, enums, function, left_out, rename};
use crate::operation::Operation;
use crate::plan::names;
use crate::schema::Name;
use crate::sql::{self, Ident};

/// What has been read of a script.
#[derive(Debug)]
pub(super) struct Script {
    /// The base schema.
    pub(super) base: Ident,
    /// What there is so far.
    pub(super) items: Vec<Item>,
    /// What is in no operation.
    pub(super) left_out: Vec<Note>,
    /// The numbers of the statements that are left out.
    pub(super) skipped: BTreeSet<usize>,
    /// Relations and types that SQL makes which stays as it is.
    pub(super) opaque: BTreeSet<String>,
    /// Names of relations and types that are free in the end only.
    pub(super) gone: BTreeSet<String>,
    /// Constraints that have been named here.
    pub(super) named: BTreeSet<String>,
    /// The table that is being made, and its primary key.
    pub(super) making: Option<(Name, Vec<Name>)>,
    /// The primary keys of tables that scripts before this one make.
    pub(super) known: Keys,
    /// Why nothing at all can be converted.
    pub(super) whole: Option<Reason>,
    /// Sequences, and the columns that they belong to.
    pub(super) owned: BTreeMap<String, (String, String)>,
    /// Sequences that are as `serial` makes them, and their types.
    pub(super) plain: BTreeMap<String, String>,
    /// Where the statements about such sequences begin.
    pub(super) sequence_lines: BTreeMap<String, BTreeSet<usize>>,
    /// How many statements have been read.
    count: usize,
    line: usize,
    reads: BTreeSet<String>,
    remarks: Vec<String>,
}

impl Script {
    pub(super) fn new(base: &Ident, left_out: Vec<Note>) -> Self {
        Self {
            base: base.clone(),
            items: Vec::new(),
            left_out,
            skipped: BTreeSet::new(),
            opaque: BTreeSet::new(),
            gone: BTreeSet::new(),
            named: BTreeSet::new(),
            making: None,
            known: Keys::default(),
            whole: None,
            owned: BTreeMap::new(),
            plain: BTreeMap::new(),
            sequence_lines: BTreeMap::new(),
            count: 0,
            line: 0,
            reads: BTreeSet::new(),
            remarks: Vec::new(),
        }
    }

    /// Reads the next statement.
    pub(super) fn read(&mut self, statement: &Statement<'_>) {
        self.line = statement.line;
        self.reads.clone_from(&statement.reads);
        self.remarks.clear();
        self.making = None;
        self.count += 1;
        if let Some(text) = left_out::why(self, statement) {
            self.skipped.insert(self.count - 1);
            if !text.is_empty() {
                self.left_out.push(Note { line: statement.line, text: text.into() });
            }
            return;
        }
        if let Some((name, of_type)) = sequence::plain_type(&statement.node) {
            self.is_about_sequence(&name);
            self.plain.insert(name, of_type);
        }
        if statement.is_guarded {
            self.remark("only where it is not there: `start` refuses where it is");
        }
        if let Err(reason) = self.convert(statement) {
            self.keep(statement, reason);
        }
    }

    fn convert(&mut self, statement: &Statement<'_>) -> Result<(), Reason> {
        self.refuse_opaque(&statement.reads)?;
        match &statement.node {
            NodeEnum::CreateStmt(create) => create_table::create_table(self, create),
            NodeEnum::AlterTableStmt(alter) => alter_table::alter_table(self, alter, statement),
            NodeEnum::IndexStmt(index) => create_index::create_index(self, index),
            NodeEnum::RenameStmt(rename) => rename::rename(self, rename),
            NodeEnum::DropStmt(drop) => drop::drop(self, drop),
            NodeEnum::CommentStmt(comment) => comment::comment(self, comment),
            NodeEnum::CreateEnumStmt(create) => enums::create(self, create),
            NodeEnum::AlterEnumStmt(alter) => enums::alter(self, alter),
            NodeEnum::CreateFunctionStmt(create) => function::create_function(self, create),
            NodeEnum::ViewStmt(create) => view::create_view(self, create),
            NodeEnum::CreateTableAsStmt(create) => view::create_materialized_view(self, create),
            NodeEnum::UpdateStmt(update) => {
                let update = Update::read(update)?;
                if self.fold_update(&update) {
                    return Ok(());
                }
                self.push_sql(statement, "no operation fills columns that are there", Some(update));
                Ok(())
            }
            NodeEnum::AlterSeqStmt(alter) => sequence::owned_by(self, alter),
            _ => Err(statement.why_not().into()),
        }
    }

    /// Adds an operation.
    pub(super) fn push(&mut self, operation: Operation) {
        let notes = std::mem::take(&mut self.remarks);
        let mut reads = self.reads.clone();
        reads.extend(about(&operation).map(Name::to_string));
        self.items.push(Item { operation, line: self.line, notes, reads, raw: None });
    }

    /// Something to know of the operation that comes next.
    pub(super) fn remark(&mut self, text: impl Into<String>) {
        self.remarks.push(text.into());
    }

    /// Hands what was remarked to an operation that the statement was folded into.
    pub(super) fn remarks_to(&mut self, item: usize) {
        let remarks = std::mem::take(&mut self.remarks);
        self.items[item].notes.extend(remarks);
    }

    /// Keeps a statement as SQL.
    pub(super) fn keep(&mut self, statement: &Statement<'_>, reason: Reason) {
        self.opaque.extend(made_by(&statement.node));
        self.push_sql(statement, &reason, None);
    }

    fn push_sql(&mut self, statement: &Statement<'_>, reason: &str, update: Option<Update>) {
        let made = sql::Statement::split(statement.text);
        let one = made.as_deref().ok().and_then(<[sql::Statement]>::first);
        let makes_objects = one.is_some_and(sql::Statement::makes_objects)
            && statement.reads.is_disjoint(&self.opaque);
        let mut operation = sql(statement.text);
        operation.transaction = !statement.is_outside();
        operation.down = sequence::way_back(&statement.node);
        self.items.push(Item {
            operation: Operation::Sql(operation),
            line: statement.line,
            notes: vec![reason.to_owned()],
            reads: statement.reads.clone(),
            raw: Some(Raw {
                makes_objects,
                touches_anything: statement.may_touch_anything(),
                commutes: statement.commutes(),
                breaks_views: statement.breaks_views(),
                update,
            }),
        });
    }

    /// Refuses what is not known, since SQL that stays as it is makes it.
    pub(super) fn refuse_opaque(
        &self,
        names: impl IntoIterator<Item = impl AsRef<str>>,
    ) -> Result<(), Reason> {
        match names.into_iter().find(|name| self.opaque.contains(name.as_ref())) {
            None => Ok(()),
            Some(name) => Err(format!("SQL that stays as it is makes `{}`", name.as_ref())),
        }
    }

    /// A name as Postgres finds it, as far as this script tells what is taken.
    pub(super) fn free_name(&self, table: &Name, columns: &[&str], label: &'static str) -> Name {
        let column = (!columns.is_empty()).then(|| columns.join("_"));
        let mut candidates = names::candidates(table.as_str().to_owned(), column, label);
        let free = candidates.find(|name| !self.named.contains(name.as_str()));
        free.expect("numbers do not end").into()
    }

    /// The present statement is about this relation, too.
    pub(super) fn also_about(&mut self, name: &str) {
        self.reads.insert(name.to_owned());
    }

    /// The present statement is one of those that make a sequence what it is.
    pub(super) fn is_about_sequence(&mut self, name: &str) {
        self.sequence_lines.entry(name.to_owned()).or_default().insert(self.line);
    }

    /// Nothing can be converted, for this reason.
    pub(super) fn give_up(&mut self, reason: impl Into<String>) {
        self.whole.get_or_insert(reason.into());
    }

    /// Takes note of a new relation or type; its name may be one that is in use until `complete`.
    pub(super) fn makes(&mut self, name: &str) {
        if self.gone.contains(name) {
            self.give_up(format!(
                "line {}: `{name}` has its name from something that this script drops or renames, and \
                 the old version uses that until `complete`; in two migrations it could be converted",
                self.line
            ));
        }
    }
}

/// The relations and types that a statement makes.
fn made_by(node: &NodeEnum) -> Vec<String> {
    let relation = |relation: Option<&pg_query::protobuf::RangeVar>| {
        relation.map(|relation| relation.relname.clone()).into_iter().collect()
    };
    match node {
        NodeEnum::CreateStmt(create) => relation(create.relation.as_ref()),
        NodeEnum::ViewStmt(create) => relation(create.view.as_ref()),
        NodeEnum::CreateForeignTableStmt(create) => {
            relation(create.base_stmt.as_ref().and_then(|base| base.relation.as_ref()))
        }
        NodeEnum::CreateTableAsStmt(create) => {
            relation(create.into.as_ref().and_then(|into| into.rel.as_ref()))
        }
        NodeEnum::RenameStmt(rename) if rename.relation_type == 0 || rename.object.is_some() => {
            let mut made = vec![rename.newname.clone()];
            made.extend(rename.object.as_deref().map(rename::words_of).unwrap_or_default());
            made
        }
        _ => Vec::new(),
    }
}
