//! Indexes of partitioned tables, which Postgres does not build CONCURRENTLY: the parent's is made
//! empty, one is built on each partition, and all are attached.

use super::table::TableChange;
use crate::plan::{Action, Step, ddl, names};
use crate::schema::{Index, Kind, Partition};
use crate::sql;
use crate::sql::{Expression, Ident, Literal, QualifiedName, Sql, commas};

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
            return vec![match self.duplicates_of(index, None) {
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

    /// Rows that a unique index, of the table or of a partition alone, would refuse, where it is of nothing but
    /// columns, and of all rows.
    pub(super) fn duplicates_of(
        &self,
        index: &Index,
        partition: Option<&QualifiedName>,
    ) -> Option<Sql> {
        let definition = index.definition.as_str();
        let is_plain = !definition.contains(" WHERE ") && !definition.contains(" INCLUDE ");
        if !index.unique || !is_plain || index.columns.len() > index.plain.len() {
            return None;
        }
        let key = || commas(&index.plain);
        let there = partition.map(|partition| {
            let name = Literal::new(partition.to_string());
            sql!("{r}.tableoid = pg_catalog.to_regclass({p}) AND ", r = self.row(), p = name)
        });
        let twice = sql!(
            "{p}({k}) IN (SELECT {c} FROM ONLY {t} GROUP BY {g} HAVING count(*) > 1)",
            p = there.unwrap_or_else(|| sql!("")),
            k = commas(index.plain.iter().map(|c| sql!("{r}.{c}", r = self.row(), c = c))),
            c = key(),
            t = partition.unwrap_or(&self.table),
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
            ddl::rename_partition_index(table, &from, &self.partition_index_at_last(table, index))
        };
        if self.before.kind != Kind::Partitioned {
            return Vec::new();
        }
        let renamed = |one: &&Partition| {
            self.partition_index(&one.table, built).name
                != self.partition_index_at_last(&one.table, index)
        };
        let partitions = self.before.partitions.iter().filter(renamed);
        // Postgres made others by itself: for partitions that came later, and in between for a key.
        let rest = self.name_what_postgres_named(index);
        partitions.map(rename).chain([rest]).collect()
    }

    pub(super) fn name_what_postgres_named(&self, index: &Ident) -> Step {
        let tables = self.before.partitions.iter().map(|one| &one.table);
        let names: Vec<(&QualifiedName, Ident)> =
            tables.map(|table| (table, self.partition_index_at_last(table, index))).collect();
        ddl::name_other_partition_indexes(&self.table, index, &names)
    }

    /// What the index of a partition is called in the end: as the one that it replaces, or else after that
    /// of the table.
    pub(super) fn partition_index_at_last(
        &self,
        partition: &QualifiedName,
        index: &Ident,
    ) -> Ident {
        let mut partitions = self.before.partitions.iter();
        let replaced = partitions
            .find(|one| &one.table == partition)
            .and_then(|one| one.parts.get(self.index_before(index)?));
        replaced.cloned().unwrap_or_else(|| self.partition_index(partition, index).name)
    }

    /// The index of the table or of one of its partitions.
    pub(super) fn partition_index(&self, table: &QualifiedName, index: &Ident) -> QualifiedName {
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
