//! Indexes of partitioned tables, which Postgres does not build CONCURRENTLY: the parent's is made
//! empty, one is built on each partition, and all are attached. Of a partitioned table it makes no index a
//! constraint, and before 18 it takes no foreign key that is NOT VALID: each partition has its own first.

use super::storages;
use super::succession::key_words;
use super::table::TableChange;
use crate::operation::Rejection;
use crate::plan::{Action, Step, ddl, names};
use crate::schema::{Check, Constraint, ForeignKey, Index, Kind, Partition};
use crate::sql;
use crate::sql::{Expression, Ident, Literal, QualifiedName, Sql, commas};

/// What is said of a constraint of a partitioned table whose name is taken until `complete`: those of its partitions
/// would have to change theirs, too.
const TAKES_A_PLACE: &str = "what is on a replaced column there cannot be made anew yet: drop it, and make it in the next migration";

impl TableChange<'_> {
    /// The steps that build an index, be the table partitioned or not.
    pub(super) fn build_index(&self, index: &Index) -> Vec<Step> {
        let name = self.name_until_contract(&index.name);
        if self.before.kind != Kind::Partitioned {
            let mut step = ddl::create_index(&self.table, &name, index.unique, &index.definition);
            if name != index.name {
                let (name, table) = (index.name.as_str(), self.before.storage.as_str());
                step.purpose = format!("build the new version's index `{name}` on `{table}`");
            }
            return vec![match self.duplicates(index) {
                None => step,
                Some(rows) => step.blaming(rows),
            }];
        }
        self.build_on_partitions(&name, index.unique, &index.definition)
    }

    /// The steps that build an index on a partitioned table.
    pub(super) fn build_on_partitions(
        &self,
        name: &Ident,
        unique: bool,
        definition: &Expression,
    ) -> Vec<Step> {
        let mut steps = Vec::new();
        // The parents come first: a partition that is made from now on gets its index at once.
        let make = |table: &QualifiedName, name: &Ident| {
            ddl::create_partitioned_index(table, name, unique, definition)
        };
        steps.push(make(&self.table, name));
        let partitions = &self.before.partitions;
        for partition in partitions.iter().filter(|one| one.kind == Kind::Partitioned) {
            steps.push(make(&partition.table, &self.partition_index(&partition.table, name).name));
        }
        for partition in partitions.iter().filter(|one| one.kind == Kind::Ordinary) {
            let own = self.partition_index(&partition.table, name).name;
            steps.push(ddl::create_index(&partition.table, &own, unique, definition));
        }
        // The lowest are attached first, and make their parents valid.
        for partition in partitions.iter().rev() {
            let parent = self.partition_index(&partition.parent, name);
            let own = self.partition_index(&partition.table, name);
            steps.push(ddl::attach_index((&partition.parent, &parent), &own));
        }
        steps.push(self.is_complete(name));
        steps
    }

    /// The key of a partitioned table that an index is for.
    pub(super) fn partitioned_key(&self, index: &Index) -> Option<&Constraint> {
        let mut keys = self.new_keys().into_iter();
        let key = keys.find(|key| index.constraint.as_ref() == Some(&key.name));
        key.filter(|_| self.before.kind == Kind::Partitioned)
    }

    /// The partitions that hold rows.
    fn leaves(&self) -> Vec<&QualifiedName> {
        let partitions = self.before.partitions.iter();
        partitions.filter(|one| one.kind == Kind::Ordinary).map(|one| &one.table).collect()
    }

    /// Keys and foreign keys of a partitioned table that cannot be made beside the application.
    pub(super) fn unfit_for_partitions(&self) -> Vec<Rejection> {
        let keys = self.new_keys().into_iter();
        let keys =
            keys.filter_map(|key| Some((&key.name, key.columns.clone(), self.unfit_key(key)?)));
        let taken = |name: &Ident| &self.name_until_contract(name) != name;
        let foreign = self.new_foreign_keys().into_iter().filter(|key| taken(&key.name));
        let foreign =
            foreign.map(|key| (&key.name, storages(self.after, &key.columns), TAKES_A_PLACE));
        let unfit = keys.chain(foreign);
        let refuse = |(name, columns, hint): (&Ident, Vec<Ident>, &str)| {
            let message =
                format!("`{}` is on the partitioned table `{}`", name.as_str(), self.after.name);
            let maker = self.maker(&self.before.storage, name);
            self.refusal(maker.or_else(|| self.maker_of(&columns)), message, hint)
        };
        unfit.map(refuse).collect()
    }

    /// Why a key of a partitioned table cannot be made beside the application.
    fn unfit_key(&self, key: &Constraint) -> Option<&'static str> {
        let index =
            self.outcome.indexes.iter().find(|one| one.constraint.as_ref() == Some(&key.name));
        let is_null = |column: &Ident| self.to_be_not_null().contains(&column);
        if self.name_until_contract(&key.name) != key.name {
            Some(TAKES_A_PLACE)
        } else if index.is_some_and(|index| index.has_parameters) {
            Some("leave the parameters of its index out")
        } else if key.check == Check::PrimaryKey && key.columns.iter().any(is_null) {
            Some("make its columns NOT NULL in a migration before this one")
        } else {
            None
        }
    }

    /// The steps that make a key of a partitioned table.
    pub(super) fn build_partitioned_key(&self, index: &Index, key: &Constraint) -> Vec<Step> {
        let (leaves, kind) = (self.leaves(), key_words(key));
        let own = |leaf: &QualifiedName| self.partition_index(leaf, &index.name).name;
        let build = |leaf: &&QualifiedName| {
            ddl::create_index(leaf, &own(leaf), index.unique, &index.definition)
        };
        let mut steps: Vec<Step> = leaves.iter().map(build).collect();
        let add = |leaf: &&QualifiedName| {
            ddl::add_partition_key(leaf, &own(leaf), (&kind, &key.deferral))
        };
        steps.extend(leaves.iter().map(add));
        let definition = sql!("{d}", d = key.definition);
        let given = (leaves.as_slice(), &self.table);
        steps.push(ddl::take_over(&self.table, &key.name, &definition, given));
        steps
    }

    /// A foreign key for rows written from now on, on every partition.
    pub(super) fn add_foreign_keys_of_partitions(&self, key: &ForeignKey) -> Option<Vec<Step>> {
        let columns = storages(self.after, &key.columns);
        let (target, referenced) = self.compiler.referenced(key)?;
        let options = self.options_of(key);
        let add = |leaf: &QualifiedName| {
            let fails = self.orphans(&columns, &target, &referenced);
            let referenced = (&target, referenced.as_slice());
            let (name, options) = (&key.name, &options);
            let step = ddl::add_partition_foreign_key(leaf, name, &columns, referenced, options);
            step.blaming(fails)
        };
        Some(self.leaves().into_iter().map(add).collect())
    }

    /// Has the rows of every partition seen to satisfy a foreign key, which then is the table's.
    pub(super) fn settle_foreign_key_of_partitions(&self, key: &ForeignKey) -> Option<Vec<Step>> {
        let columns = storages(self.after, &key.columns);
        let (target, referenced) = self.compiler.referenced(key)?;
        let leaves = self.leaves();
        let validate = |leaf: &&QualifiedName| {
            let fails = self.orphans(&columns, &target, &referenced);
            ddl::validate_constraint(leaf, &key.name).blaming(fails)
        };
        let mut steps: Vec<Step> = leaves.iter().map(validate).collect();
        let definition = sql!(
            "FOREIGN KEY ({c}) REFERENCES {t} ({r}){o}",
            c = commas(&columns),
            t = target,
            r = commas(&referenced),
            o = self.options_of(key),
        );
        let other = key.table.as_ref().and_then(|name| self.compiler.draft.schema.tables.get(name));
        let other = &other.unwrap_or(self.after).storage;
        let other = QualifiedName::new(&self.compiler.before.name, other);
        let given = (leaves.as_slice(), &other);
        steps.push(ddl::take_over(&self.table, &key.name, &definition, given));
        Some(steps)
    }

    /// Rows that a unique index would refuse, where it is of nothing but columns, and of all rows.
    fn duplicates(&self, index: &Index) -> Option<Sql> {
        let definition = index.definition.as_str();
        let is_plain = !definition.contains(" WHERE ") && !definition.contains(" INCLUDE ");
        if !index.unique || !is_plain || index.columns.len() > index.plain.len() {
            return None;
        }
        let key = || commas(&index.plain);
        let twice = sql!(
            "({k}) IN (SELECT {c} FROM ONLY {t} GROUP BY {g} HAVING count(*) > 1)",
            k = commas(index.plain.iter().map(|c| sql!("{r}.{c}", r = self.row(), c = c))),
            c = key(),
            t = self.table,
            g = key(),
        );
        Some(self.sample_of(&twice, &index.plain))
    }

    /// The indexes of partitions are called as those that they replace, or else after that of the table,
    /// which has its name now.
    pub(super) fn name_partition_indexes(&self, built: &Ident, index: &Ident) -> Vec<Step> {
        let rename = |partition: &Partition| {
            let table = &partition.table;
            let from = self.partition_index(table, built).name;
            let replaced = self.index_before(index).and_then(|before| partition.parts.get(before));
            let to = replaced.cloned().unwrap_or_else(|| self.partition_index(table, index).name);
            ddl::rename_partition_index(table, &from, &to)
        };
        self.before.partitions.iter().map(rename).collect()
    }

    /// The index of the table or of one of its partitions.
    fn partition_index(&self, table: &QualifiedName, index: &Ident) -> QualifiedName {
        if table == &self.table {
            return QualifiedName::new(&table.schema, index);
        }
        let base = self.compiler.before;
        let is_taken = |name: &Ident| table.schema != base.name || base.holds_relation(name);
        let name = names::partition_index(&table.name, index, is_taken);
        QualifiedName::new(&table.schema, &name)
    }

    /// A partition that came between the plan and its first step has no index.
    fn is_complete(&self, index: &Ident) -> Step {
        let because = "a partition was attached meanwhile, so that the index lacks one";
        let name = QualifiedName::new(&self.table.schema, index);
        let query = sql!(
            "SELECT indexrelid::regclass::text FROM pg_catalog.pg_index \
             WHERE indexrelid = {i}::regclass AND NOT indisvalid",
            i = Literal::new(name.to_string()),
        );
        let mut step =
            Step::quiet(format!("see that `{}` is complete", index.as_str()), Vec::new());
        step.action = Action::Refuse { query, because: because.into() };
        step
    }
}
