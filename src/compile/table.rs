//! What has to happen online so that a table becomes what its rehearsed copy is.

use super::expression::Function;
use super::sync::{Sync, Versions};
use super::{Compiler, backfill, storages};
use crate::operation::{Lens, Rejection};
use crate::plan::ddl::{self, Constant};
use crate::plan::{Action, Step, names};
use crate::schema::{Check, Column, Constraint, ForeignKey, Generated, Index, Kind, Table};
use crate::sql;
use crate::sql::{Expression, Ident, QualifiedName, Separated, Sql};

/// A table as it is, as the new version shows it, and as its rehearsed copy turned out: the
/// difference is what a plan is made of.
pub(super) struct TableChange<'a> {
    pub(super) compiler: &'a Compiler<'a>,
    pub(super) table: QualifiedName,
    pub(super) before: &'a Table,
    pub(super) after: &'a Table,
    pub(super) outcome: &'a Table,
    pub(super) lenses: Vec<ColumnLens<'a>>,
}

/// How a column of each version follow from each other, with what Postgres said of the expressions.
pub(super) struct ColumnLens<'a> {
    pub(super) path: &'a str,
    pub(super) old: Option<&'a Ident>,
    /// Whether a row gets a value in the old column without anybody giving it one.
    pub(super) old_fills_itself: bool,
    pub(super) new: Option<NewColumn<'a>>,
    pub(super) up: Option<Function<'a>>,
    pub(super) down: Option<Function<'a>>,
}

/// A column that only the new version has.
pub(super) struct NewColumn<'a> {
    pub(super) storage: &'a Ident,
    pub(super) constant: Option<Constant>,
}

impl<'a> TableChange<'a> {
    pub(super) fn new(
        compiler: &'a Compiler<'a>,
        before: &'a Table,
        after: &'a Table,
        outcome: &'a Table,
    ) -> Self {
        let lenses = compiler.draft.lenses.iter().filter(|lens| lens.table == before.storage);
        Self {
            compiler,
            table: QualifiedName::new(&compiler.before.name, &before.storage),
            before,
            after,
            outcome,
            lenses: lenses.map(|lens| ColumnLens::new(compiler, before, outcome, lens)).collect(),
        }
    }

    /// Whether the migration makes the column.
    pub(super) fn is_new(&self, storage: &Ident) -> bool {
        self.before.stored(storage).is_none()
    }

    pub(super) fn constant(&self, storage: &Ident) -> Option<&Constant> {
        let new = self.lenses.iter().filter_map(|lens| lens.new.as_ref());
        new.filter(|new| new.storage == storage).find_map(|new| new.constant.as_ref())
    }

    /// The columns that the migration makes, as Postgres described them.
    pub(super) fn new_columns(&self) -> Vec<Column> {
        let new = self.after.columns.iter().filter(|column| self.is_new(&column.storage));
        new.filter_map(|column| {
            let mut found = self.outcome.stored(&column.storage)?.clone();
            // An empty copy has no statistics target of its own.
            found.statistics = column.statistics;
            found.grants.clone_from(&column.grants);
            Some(found)
        })
        .collect()
    }

    /// The expression functions, needed before anything that calls them.
    pub(super) fn functions(&self) -> Vec<Step> {
        self.all_functions().map(Function::create).collect()
    }

    /// Every expression of the table's lenses.
    pub(super) fn all_functions(&self) -> impl Iterator<Item = &Function<'a>> {
        self.lenses.iter().flat_map(|lens| lens.up.iter().chain(&lens.down))
    }

    /// The new columns.
    pub(super) fn add_columns(&self) -> Vec<Step> {
        self.new_columns()
            .iter()
            .map(|column| {
                let mut step = ddl::add_column(&self.table, column, self.constant(&column.storage));
                if let Action::Inside(statements) = &mut step.action {
                    statements.extend(self.column_grants(column));
                }
                step
            })
            .collect()
    }

    /// The privileges on the column that it replaces: a view with its caller's rights needs them on
    /// the table, too.
    fn column_grants(&self, column: &Column) -> Vec<Sql> {
        column
            .grants
            .iter()
            .map(|grant| {
                let grantee = match &grant.grantee {
                    None => Expression::from_catalog("PUBLIC"),
                    Some(role) => Expression::from_catalog(role.to_string()),
                };
                let option = if grant.grantable { " WITH GRANT OPTION" } else { "" };
                sql!(
                    "GRANT {p} ({c}) ON {t} TO {r}{o}",
                    p = Expression::from_catalog(grant.privilege.word()),
                    c = column.storage,
                    t = self.table,
                    r = grantee,
                    o = Expression::from_catalog(option),
                )
            })
            .collect()
    }

    fn sync_of(&self) -> Option<Sync<'_>> {
        (!self.lenses.is_empty()).then(|| Sync {
            table: &self.table,
            function: names::sync_function(&self.compiler.before.name, &self.before.storage),
            lenses: &self.lenses,
            keys: self.shared_keys(),
        })
    }

    /// Keys that are unique in both versions, in columns of each. What an index has in expressions
    /// stands for itself only where it is equal to the letter.
    fn shared_keys(&self) -> Vec<&[Ident]> {
        let unique = self.outcome.indexes.iter().filter(|index| index.unique);
        let both = |index: &&Index| {
            self.reads_new(&index.columns)
                && self.before.indexes.iter().any(|old| old.name == index.name && old.unique)
        };
        let keys = unique.filter(both).map(|index| match index.plain.as_slice() {
            [] => index.columns.as_slice(),
            plain => plain,
        });
        keys.collect()
    }

    /// The sync function in its form before `activate`, and its trigger.
    pub(super) fn sync(&self) -> Vec<Step> {
        let Some(sync) = self.sync_of() else {
            return Vec::new();
        };
        let drop = sql!("DROP FUNCTION {f}", f = sync.function);
        let function = Step::quiet(
            format!("make the sync function of `{}`", self.before.storage.as_str()),
            vec![sync.filling()],
        )
        .undone_by(Step::quiet(
            format!("drop the sync function of `{}`", self.before.storage.as_str()),
            vec![drop],
        ));
        let trigger = ddl::create_trigger(&self.table, &names::sync_trigger(), sync.trigger());
        vec![function, trigger]
    }

    /// The sync function in its form from `activate` on.
    pub(super) fn live_sync(&self) -> Option<Sql> {
        let versions = Versions {
            base: &self.compiler.before.name,
            old: self.compiler.previous,
            new: &self.compiler.version_schema,
        };
        self.sync_of().map(|sync| sync.live(&versions))
    }

    /// Constraints for rows written from now on. They come behind the trigger, which fills the
    /// columns they read.
    pub(super) fn constraints(&self) -> Vec<Step> {
        let mut steps = Vec::new();
        for column in self.new_columns() {
            if let Some(constant) = self.constant(&column.storage) {
                steps.push(ddl::drop_constant(&self.table, &column.storage, &constant.value));
            }
        }
        for column in self.to_be_not_null() {
            let condition = sql!("{c} IS NULL", c = column);
            if !self.is_new(column) {
                let because = format!("`{}` is to be NOT NULL, and is NULL", column.as_str());
                let column = std::slice::from_ref(column);
                steps.push(self.refuse(&condition, column, because));
            }
            let name = names::not_null(&self.before.storage, column);
            let check = Expression::from_catalog(format!("CHECK ({column} IS NOT NULL)"));
            let mut step = ddl::add_check(&self.table, &name, &check);
            step.purpose = format!("let no new row have NULL in {}", self.shown_column(column));
            steps.push(step.blaming(self.sample(&condition)));
        }
        for constraint in self.new_checks() {
            if let Some(condition) = &constraint.condition {
                let fails = sql!("NOT ({c})", c = condition);
                if !constraint.columns.iter().any(|column| self.is_new(column)) {
                    let name = constraint.name.as_str();
                    let because = format!("the check `{name}` fails");
                    steps.push(self.refuse(&fails, &constraint.columns, because));
                }
            }
            let name = self.name_until_contract(&constraint.name);
            steps.push(ddl::add_check(&self.table, &name, &constraint.definition));
        }
        for key in self.new_foreign_keys() {
            steps.extend(self.add_foreign_key(key));
        }
        steps
    }

    /// Everything slow, and everything that the data may refuse.
    pub(super) fn settle(&self) -> Vec<Step> {
        let mut steps: Vec<Step> = self.proof().into_iter().collect();
        for column in self.to_be_not_null() {
            let name = names::not_null(&self.before.storage, column);
            let nulls = sql!("{c} IS NULL", c = column);
            let nulls = self.sample_of(&nulls, std::slice::from_ref(column));
            let mut step = ddl::validate_constraint(&self.table, &name);
            step.purpose = format!("prove that no row has NULL in {}", self.shown_column(column));
            steps.push(step.blaming(nulls));
        }
        for constraint in self.new_checks().into_iter().filter(|constraint| constraint.valid) {
            let name = self.name_until_contract(&constraint.name);
            let step = ddl::validate_constraint(&self.table, &name);
            steps.push(match &constraint.condition {
                None => step,
                Some(condition) => {
                    let fails = sql!("NOT ({c})", c = condition);
                    step.blaming(self.sample_of(&fails, &constraint.columns))
                }
            });
        }
        for index in self.new_indexes() {
            let name = self.name_until_contract(&index.name);
            steps.push(ddl::create_index(&self.table, &name, index.unique, &index.definition));
        }
        for key in self.new_foreign_keys().into_iter().filter(|key| key.valid) {
            let name = self.name_until_contract(&key.name);
            let step = ddl::validate_constraint(&self.table, &name);
            steps.push(match self.compiler.referenced(key) {
                None => step,
                Some((target, referenced)) => {
                    let columns = storages(self.after, &key.columns);
                    step.blaming(self.orphans(&columns, &target, &referenced))
                }
            });
        }
        let new: Vec<Ident> = self.new_columns().into_iter().map(|column| column.storage).collect();
        if !new.is_empty() {
            steps.push(ddl::analyze(&self.table, &new));
        }
        steps
    }

    /// A column as the versions' users know it.
    fn shown_column(&self, storage: &Ident) -> String {
        let name = self.after.stored(storage).map(|column| &column.name);
        let name = name.map_or(storage.as_str(), |name| name.as_str());
        format!("`{}.{name}`", self.after.name)
    }

    fn refuse(&self, condition: &Sql, read: &[Ident], because: String) -> Step {
        let purpose =
            format!("look for rows of `{}` where {because}", self.before.storage.as_str());
        let mut step = Step::quiet(purpose, Vec::new())
            .locking(crate::plan::Lock::AccessShare, &self.table)
            .working(crate::plan::Work::Scan);
        step.action = Action::Refuse { query: self.sample_of(condition, read), because };
        step
    }

    /// Columns that are NOT NULL in the end and have to be made so.
    pub(super) fn to_be_not_null(&self) -> Vec<&Ident> {
        let constrained = |column: &&Column| {
            let already = match self.before.stored(&column.storage) {
                Some(before) => !before.nullable,
                None => self
                    .constant(&column.storage)
                    .is_some_and(|constant| constant.not_null.is_some()),
            };
            !column.nullable && !already
        };
        self.outcome.columns.iter().filter(constrained).map(|column| &column.storage).collect()
    }

    /// CHECK constraints that the table does not have on these columns.
    pub(super) fn new_checks(&self) -> Vec<&Constraint> {
        let is_check = |constraint: &&Constraint| constraint.check == Check::Check;
        let constraints = self.outcome.constraints.iter().filter(is_check);
        constraints
            .filter(|c| !self.has_constraint(&c.name) || self.reads_new(&c.columns))
            .collect()
    }

    /// Unique constraints and primary keys that the table does not have on these columns.
    pub(super) fn new_keys(&self) -> Vec<&Constraint> {
        let is_key = |c: &&Constraint| matches!(c.check, Check::Unique | Check::PrimaryKey);
        let constraints = self.outcome.constraints.iter().filter(is_key);
        constraints
            .filter(|c| !self.has_constraint(&c.name) || self.reads_new(&c.columns))
            .collect()
    }

    /// Indexes that the table does not have on these columns.
    pub(super) fn new_indexes(&self) -> Vec<&Index> {
        let has = |index: &&Index| self.before.indexes.iter().any(|old| old.name == index.name);
        let indexes = self.outcome.indexes.iter();
        indexes.filter(|index| !has(index) || self.reads_new(&index.columns)).collect()
    }

    /// Foreign keys that the table does not have on these columns.
    pub(super) fn new_foreign_keys(&self) -> Vec<&'a ForeignKey> {
        let has =
            |key: &&ForeignKey| self.before.foreign_keys.iter().any(|old| old.name == key.name);
        let keys = self.after.foreign_keys.iter();
        keys.filter(|key| !has(key) || self.reads_new(&storages(self.after, &key.columns)))
            .collect()
    }

    pub(super) fn reads_new(&self, columns: &[Ident]) -> bool {
        columns.iter().any(|column| self.is_new(column))
    }

    fn has_constraint(&self, name: &Ident) -> bool {
        self.before.constraints.iter().any(|constraint| &constraint.name == name)
    }

    /// The name of an index or constraint while the one that it replaces is still there.
    pub(super) fn name_until_contract(&self, name: &Ident) -> Ident {
        let taken = self.has_constraint(name)
            || self.before.indexes.iter().any(|index| &index.name == name)
            || self.before.foreign_keys.iter().any(|key| &key.name == name);
        if taken { names::copy_of(&self.before.storage, name) } else { name.clone() }
    }

    fn add_foreign_key(&self, key: &ForeignKey) -> Option<Step> {
        let columns = storages(self.after, &key.columns);
        let (target, referenced) = self.compiler.referenced(key)?;
        let name = self.name_until_contract(&key.name);
        let fails = self.orphans(&columns, &target, &referenced);
        let step = ddl::add_foreign_key(&self.table, &name, &columns, (&target, &referenced), key);
        Some(step.blaming(fails))
    }

    /// Rows whose foreign key finds nothing.
    fn orphans(&self, columns: &[Ident], target: &Expression, referenced: &[Ident]) -> Sql {
        let row = self.row();
        let given = columns.iter().map(|column| sql!("{r}.{c} IS NOT NULL", r = row, c = column));
        let equal = columns.iter().zip(referenced).map(|(column, other)| {
            sql!("{r}.{c} = referenced.{o}", r = row, c = column, o = other)
        });
        let condition = sql!(
            "{g} AND NOT EXISTS (SELECT FROM {t} AS referenced WHERE {e})",
            g = Separated::by(" AND ", given),
            t = target,
            e = Separated::by(" AND ", equal),
        );
        self.sample_of(&condition, columns)
    }

    /// What the reader of the plan should know.
    pub(super) fn notes(&self) -> Vec<String> {
        let table = self.after.name.as_str();
        let mut notes = Vec::new();
        for column in self.to_be_not_null().into_iter().filter(|column| !self.is_new(column)) {
            let column = column.as_str();
            notes.push(format!("`{table}.{column}` becomes NOT NULL for the old version, too"));
        }
        for check in self.new_checks().iter().filter(|check| !self.reads_new(&check.columns)) {
            let name = check.name.as_str();
            notes.push(format!("the check `{name}` on `{table}` binds the old version, too"));
        }
        for column in &self.before.columns {
            let loosened = self
                .outcome
                .stored(&column.storage)
                .is_some_and(|outcome| outcome.nullable && !column.nullable);
            if loosened {
                let name = column.storage.as_str();
                notes.push(format!(
                    "`{table}.{name}` stays NOT NULL until `complete`, for the new version, too"
                ));
            }
        }
        for (column, known) in self.going_with_columns() {
            let (column, known) = (column.as_str(), known.join("`, `"));
            notes.push(format!("`{known}` goes with the column `{table}.{column}` at `complete`"));
        }
        let writes_row = self.before.triggers.iter().filter(|trigger| trigger.before_row);
        if self.lenses.iter().any(|lens| lens.old.is_some()) {
            for trigger in writes_row {
                notes.push(format!(
                    "the trigger `{}` on `{table}` fires before the versions are brought in step: \
                     when the new version writes, it sees the old column as it was",
                    trigger.name.as_str()
                ));
            }
        }
        if self.backfill().is_some()
            && !self.before.triggers.is_empty()
            && !self.compiler.before.may_silence_triggers
        {
            notes.push(format!(
                "the triggers on `{table}` fire for every row that the backfill writes, for the \
                 role may not set session_replication_role"
            ));
        }
        notes
    }

    /// Old columns that go, and the indexes and constraints that go with them for good.
    fn going_with_columns(&self) -> Vec<(&Ident, Vec<String>)> {
        let kept = |name: &Ident| {
            self.outcome.indexes.iter().any(|index| &index.name == name)
                || self.outcome.constraints.iter().any(|constraint| &constraint.name == name)
        };
        self.doomed_columns()
            .into_iter()
            .map(|column| {
                let indexes = self.before.indexes.iter();
                let known = indexes
                    .filter(|index| index.columns.contains(column) && !kept(&index.name))
                    .map(|index| index.name.as_str().to_owned());
                (column, known.collect::<Vec<_>>())
            })
            .filter(|(_, known)| !known.is_empty())
            .collect()
    }

    /// Columns that the new version does not show.
    pub(super) fn doomed_columns(&self) -> Vec<&Ident> {
        let columns = self.before.columns.iter().map(|column| &column.storage);
        columns.filter(|storage| self.after.stored(storage).is_none()).collect()
    }

    /// What shows only now that Postgres has answered.
    pub(super) fn refusals(&self) -> Vec<Rejection> {
        let mut refusals = Vec::new();
        let mut refuse = |path: &str, message: String, hint: &str| {
            let hint = Some(hint.to_owned());
            refusals.push(Rejection { path: path.into(), offset: None, message, hint });
        };
        let table = &self.after.name;
        let first = self.lenses.first().map_or("operations", |lens| lens.path);
        if !self.lenses.is_empty() && (self.before.kind != Kind::Ordinary || self.before.inherits) {
            let message = format!("`{table}` is partitioned, inherited from or foreign");
            refuse(first, message, "columns of such tables cannot be kept in step yet");
        }
        let last = names::sync_trigger();
        let later = |trigger: &&crate::schema::Trigger| trigger.before_row && trigger.name > last;
        if let (Some(trigger), false) =
            (self.before.triggers.iter().find(later), self.lenses.is_empty())
        {
            let message =
                format!("the trigger `{}` fires after Straddle's own", trigger.name.as_str());
            refuse(first, message, "give it a name that sorts before `~straddle`");
        }
        for lens in &self.lenses {
            if let Some(column) = backfill::reads_volatile(lens, &self.lenses) {
                let message =
                    format!("it reads `{}`, which is different each time", column.as_str());
                refuse(lens.path, message, "make that column in a migration before this one");
            }
            let inputs = lens.up.iter().chain(&lens.down).flat_map(Function::input_names);
            for name in inputs {
                let is_generated = |column: &Column| {
                    matches!(column.generated, Some(Generated::Stored(_) | Generated::Virtual(_)))
                };
                if self.before.column(name).is_some_and(is_generated) {
                    let message = format!("it reads the generated column `{name}`");
                    let hint = "write the expression of that column instead";
                    refuse(lens.path, message, hint);
                }
            }
        }
        for column in self.new_columns().iter().filter(|column| column.constrained_domain) {
            let message = format!("`{}` is a domain with constraints", column.type_name);
            let hint = "a column of it rewrites the table: give the base type and a `check`";
            refuse(first, message, hint);
        }
        let excludes = self.outcome.constraints.iter().filter(|c| c.check == Check::Exclude);
        for constraint in excludes.filter(|c| self.reads_new(&c.columns)) {
            let message = format!("`{}` is an exclusion constraint", constraint.name.as_str());
            refuse(first, message, "it cannot be built beside the application: drop it first");
        }
        refusals
    }
}

impl<'a> ColumnLens<'a> {
    fn new(
        compiler: &'a Compiler<'a>,
        before: &'a Table,
        outcome: &'a Table,
        lens: &'a Lens,
    ) -> Self {
        let function = |call: &'a Option<_>| {
            call.as_ref().and_then(|call| Function::new(call, compiler.answers))
        };
        let up = function(&lens.up);
        let new = lens.new.as_ref().map(|storage| {
            let column = outcome.stored(storage);
            // A default of a constrained domain is not kept in the catalog but written to each row.
            let constant = up.as_ref().filter(|up| {
                up.is_constant() && column.is_some_and(|column| !column.constrained_domain)
            });
            let constant = constant.map(|up| Constant {
                value: up.call(|column| sql!("{c}", c = column)),
                not_null: column
                    .is_some_and(|column| !column.nullable)
                    .then(|| names::not_null(&before.storage, storage)),
            });
            NewColumn { storage, constant }
        });
        let old = lens.old.as_ref();
        let old_fills_itself = old.and_then(|storage| before.stored(storage)).is_some_and(|old| {
            old.default.is_some() || old.generated.is_some() || old.sequence.is_some()
        });
        Self { path: &lens.path, old, old_fills_itself, new, up, down: function(&lens.down) }
    }
}

impl Compiler<'_> {
    /// The table and the columns that a foreign key refers to, as they are stored.
    pub(super) fn referenced(&self, key: &ForeignKey) -> Option<(Expression, Vec<Ident>)> {
        match (&key.table, &key.foreign_table) {
            (Some(name), _) => {
                let table = self.draft.schema.tables.get(name)?;
                let target = QualifiedName::new(&self.before.name, &table.storage);
                let target = Expression::from_catalog(target.to_string());
                Some((target, storages(table, &key.referenced)))
            }
            (None, Some(target)) => {
                let columns = key.referenced.iter().map(|name| name.ident().clone());
                Some((target.clone(), columns.collect()))
            }
            (None, None) => None,
        }
    }
}
