//! Keys and foreign keys of partitioned tables. Of a partitioned table Postgres makes no index a constraint, and before 18
//! it takes no foreign key that is NOT VALID: each partition has its own first. A second primary key no table may have: in
//! the place of one that goes, the indexes of the partitions become one in `complete`.

use super::succession::key_words;
use super::table::TableChange;
use crate::operation::Rejection;
use crate::plan::{Guard, Step, ddl, names};
use crate::schema::{Check, Constraint, ForeignKey, Index, Kind, Table};
use crate::sql;
use crate::sql::{Expression, Ident, QualifiedName, Sql, commas};

impl TableChange<'_> {
    /// The key of a partitioned table that an index is for.
    pub(super) fn partitioned_key(&self, index: &Index) -> Option<&Constraint> {
        let mut keys = self.new_keys().into_iter();
        let key = keys.find(|key| index.constraint.as_ref() == Some(&key.name));
        key.filter(|_| self.before.kind == Kind::Partitioned)
    }

    /// Whether a key takes the place of a primary key: a partitioned table has it from `complete` on.
    pub(super) fn succeeds_primary_key(&self, key: &Constraint) -> bool {
        let is_primary = |key: &Constraint| key.check == Check::PrimaryKey;
        let is_partitioned = self.before.kind == Kind::Partitioned;
        is_partitioned && is_primary(key) && self.before.constraints.iter().any(is_primary)
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
        let foreign = self.new_foreign_keys().into_iter().filter(|key| !key.valid);
        let foreign = foreign.map(|key| {
            let hint = if key.not_enforced {
                "it is NOT ENFORCED there: drop it before, and make it again after `complete`"
            } else {
                "it is NOT VALID there: validate it, or drop it, before"
            };
            (&key.name, self.after.storages(&key.columns), hint.to_owned())
        });
        let unfit = keys.chain(foreign);
        let refuse = |(name, columns, hint): (&Ident, Vec<Ident>, String)| {
            let message =
                format!("`{}` is on the partitioned table `{}`", name.as_str(), self.after.name);
            let maker = self.maker(&self.before.storage, name);
            self.refusal(maker.or_else(|| self.maker_of(&columns)), message, &hint)
        };
        unfit.map(refuse).collect()
    }

    /// Why a key of a partitioned table cannot be made beside the application.
    fn unfit_key(&self, key: &Constraint) -> Option<String> {
        let index =
            self.outcome.indexes.iter().find(|one| one.constraint.as_ref() == Some(&key.name))?;
        let is_null = |column: &Ident| self.to_be_not_null().contains(&column);
        if index.has_parameters {
            return Some("leave the parameters of its index out".to_owned());
        }
        if !self.succeeds_primary_key(key) {
            let is_null = key.check == Check::PrimaryKey && key.columns.iter().any(is_null);
            let hint = "make its columns NOT NULL in a migration before this one";
            return is_null.then(|| hint.to_owned());
        }
        let (table, key) = self.unrenewable(key)?;
        Some(format!(
            "the foreign key `{}` of `{}` would stand on what comes in `complete`: drop it, and make \
             it in the next migration",
            key.name.as_str(),
            table.name,
        ))
    }

    /// A foreign key that would stand on this key and cannot be made anew along with it.
    fn unrenewable(&self, key: &Constraint) -> Option<(&Table, &ForeignKey)> {
        // Before 18, no foreign key of a partitioned table is NOT VALID.
        let reads_rows = |owner: &Table| {
            owner.kind == Kind::Partitioned && self.compiler.before.server < 18 || owner.is_new
        };
        let tables = self.compiler.draft.schema.tables.values().filter(|owner| reads_rows(owner));
        let mut keys =
            tables.flat_map(|owner| owner.foreign_keys.iter().map(move |key| (owner, key)));
        keys.find(|(_, other)| self.is_referred_to(key, other))
    }

    /// Whether a foreign key refers to the columns of a key.
    pub(super) fn is_referred_to(&self, key: &Constraint, by: &ForeignKey) -> bool {
        let sorted = |mut columns: Vec<Ident>| {
            columns.sort();
            columns
        };
        by.table.as_ref() == Some(&self.after.name)
            && sorted(self.after.storages(&by.referenced)) == sorted(key.columns.clone())
    }

    /// The steps that make a key of a partitioned table, or ready it for `complete`.
    pub(super) fn build_partitioned_key(&self, index: &Index, key: &Constraint) -> Vec<Step> {
        let (leaves, kind) = (self.leaves(), key_words(key.check));
        let (mut steps, mut built) = (Vec::new(), self.name_until_contract(&index.name));
        if self.succeeds_primary_key(key) {
            // Until `complete` another index is there for ON CONFLICT, and for partitions to come; but what is part
            // of one index cannot become part of another.
            steps.extend(self.build_index(index));
            built = names::copy_of(&self.before.storage, &built);
        }
        let own = |leaf: &QualifiedName| self.partition_index(leaf, &built).name;
        let build = |leaf: &&QualifiedName| {
            ddl::create_index(leaf, &own(leaf), index.unique, &index.definition)
        };
        steps.extend(leaves.iter().map(build));
        if self.succeeds_primary_key(key) {
            return steps;
        }
        let add = |leaf: &&QualifiedName| {
            ddl::add_partition_key(leaf, &own(leaf), (&kind, &key.deferral))
        };
        steps.extend(leaves.iter().map(add));
        let definition = sql!("{d}", d = key.definition);
        let given = (leaves.as_slice(), &self.table);
        steps.push(ddl::take_over(
            &self.table,
            &self.name_until_contract(&key.name),
            &definition,
            given,
        ));
        steps
    }

    /// The primary key of a partitioned table, out of the indexes of its partitions, when all columns have
    /// their names, and none of them may be NULL.
    pub(super) fn succeed_primary_key(&self, index: &Index, key: &Constraint) -> [Step; 3] {
        let name = |storage: &Ident| {
            let column = self.after.stored(storage);
            column.map_or_else(|| storage.clone(), |column| column.name.ident().clone())
        };
        let columns: Vec<Ident> = key.columns.iter().map(name).collect();
        let included: Vec<Ident> = index.included.iter().map(name).collect();
        let last = |leaf: &QualifiedName| self.partition_index_at_last(leaf, &index.name);
        let names = self.leaves().into_iter().map(|leaf| (leaf, last(leaf))).collect::<Vec<_>>();
        let definition = ((columns.as_slice(), included.as_slice()), &key.deferral);
        let built = self.name_until_contract(&index.name);
        let built = QualifiedName::new(&self.table.schema, &built);
        [
            ddl::drop_index_at_once(&self.table, &built),
            ddl::succeed_partitioned_primary_key(&self.table, &key.name, definition, &names),
            self.name_what_postgres_named(&key.name),
        ]
    }

    /// Partitions that came meanwhile have what becomes their primary key, or no rows.
    pub(super) fn guards_of_partitions(&self) -> Vec<Guard> {
        let indexes = self.new_indexes().into_iter();
        let keys = indexes.filter_map(|index| Some((index, self.partitioned_key(index)?)));
        let keys = keys.filter(|(_, key)| self.succeeds_primary_key(key));
        let guard = |(index, key): (&Index, &Constraint)| {
            let columns = (key.columns.as_slice(), index.included.as_slice());
            ddl::lacks_primary_key(&self.table, columns, &index.definition)
        };
        keys.map(guard).collect()
    }

    /// A foreign key for rows written from now on, on every partition.
    pub(super) fn add_foreign_keys_of_partitions(&self, key: &ForeignKey) -> Option<Vec<Step>> {
        let columns = self.after.storages(&key.columns);
        let (target, referenced) = self.compiler.referenced(key)?;
        let (name, options) =
            (self.name_until_contract(&key.name), self.options_until_contract(key));
        let add = |leaf: &QualifiedName| {
            let fails = self.orphans(&columns, &target, &referenced);
            let referenced = (&target, referenced.as_slice());
            let step = ddl::add_partition_foreign_key(leaf, &name, &columns, referenced, &options);
            step.blaming(fails)
        };
        Some(self.leaves().into_iter().map(add).collect())
    }

    /// Has the rows of every partition seen to satisfy a foreign key, which then is the table's.
    pub(super) fn settle_foreign_key_of_partitions(&self, key: &ForeignKey) -> Option<Vec<Step>> {
        let columns = self.after.storages(&key.columns);
        let (target, referenced) = self.compiler.referenced(key)?;
        let (leaves, name) = (self.leaves(), self.name_until_contract(&key.name));
        let validate = |leaf: &&QualifiedName| {
            let fails = self.orphans(&columns, &target, &referenced);
            ddl::validate_constraint(leaf, &name).blaming(fails)
        };
        let mut steps: Vec<Step> = leaves.iter().map(validate).collect();
        let definition: Sql = sql!(
            "FOREIGN KEY ({c}) REFERENCES {t} ({r}){o}",
            c = commas(&columns),
            t = target,
            r = commas(&referenced),
            o = self.options_until_contract(key),
        );
        let other = key.table.as_ref().and_then(|name| self.compiler.draft.schema.tables.get(name));
        let other = &other.unwrap_or(self.after).storage;
        let other = QualifiedName::new(&self.compiler.before.name, other);
        let given = (leaves.as_slice(), &other);
        steps.push(ddl::take_over(&self.table, &name, &definition, given));
        Some(steps)
    }

    /// The options that a foreign key has until `complete`.
    pub(super) fn options_until_contract(&self, key: &ForeignKey) -> Expression {
        let mut key = key.clone();
        if self.is_put_off(&key) {
            key.deferral = Expression::from_catalog(" DEFERRABLE INITIALLY DEFERRED");
        }
        self.options_of(&key)
    }

    /// Foreign keys of which partitions, on either side, have parts that Postgres named.
    pub(super) fn name_partition_foreign_keys(&self) -> Vec<Step> {
        let partitioned = |table: &Table| table.kind == Kind::Partitioned;
        let tables = &self.compiler.draft.schema.tables;
        let has_parts = |key: &ForeignKey| {
            let referenced = key.table.as_ref().and_then(|name| tables.get(name));
            partitioned(self.before) || referenced.is_some_and(partitioned)
        };
        let built = |key: &'_ ForeignKey| self.name_until_contract(&key.name);
        let keys = self.lasting_foreign_keys().into_iter();
        let keys = keys.filter(|key| has_parts(key));
        keys.map(|key| ddl::name_partition_foreign_keys(&self.table, &built(key), &key.name))
            .collect()
    }
}
