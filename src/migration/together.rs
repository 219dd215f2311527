//! Migrations that are started as one, and which of a directory can be.

use sha2::{Digest, Sha256};

use super::Migration;
use crate::operation::{Operation, RunSql};
use crate::sql::Statement;

/// One or several migrations that are started, completed and rolled back as one. The version is named
/// by the last of them; those between are in the history, but no version shows what they leave.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Together<'a> {
    all: &'a [Migration],
    last: &'a Migration,
}

impl<'a> Together<'a> {
    /// These migrations, in this order; none where there are none.
    #[must_use]
    pub fn of(all: &'a [Migration]) -> Option<Self> {
        all.last().map(|last| Self { all, last })
    }

    /// One migration alone.
    #[must_use]
    pub fn alone(migration: &'a Migration) -> Self {
        Self { all: std::slice::from_ref(migration), last: migration }
    }

    /// All of them, in order.
    #[must_use]
    pub fn all(self) -> &'a [Migration] {
        self.all
    }

    /// The name that the whole goes by: the last one's.
    #[must_use]
    pub fn name(self) -> &'a str {
        &self.last.name
    }

    /// The names of all of them, in order.
    #[must_use]
    pub fn names(self) -> Vec<String> {
        self.all.iter().map(|one| one.name.clone()).collect()
    }

    /// A checksum of what they say.
    #[must_use]
    pub fn checksum(self) -> String {
        if let [only] = self.all {
            return only.checksum();
        }
        let mut digest = Sha256::new();
        for one in self.all {
            digest.update(format!("{}\n{}\n", one.name, one.checksum()));
        }
        super::hexadecimal(&digest.finalize())
    }
}

/// Migrations that can be started as one, and why the one behind them is not among them.
#[derive(Debug, Clone, PartialEq)]
pub struct Group<'a> {
    /// The migrations, at least one.
    pub migrations: &'a [Migration],
    /// Why it ends here, for people; none behind the last group.
    pub ends: Option<String>,
}

/// What has to be told apart: SQL by itself is run, and then the schema is read; with other
/// operations everything is planned beforehand.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Kind {
    /// Nothing but SQL.
    Sql,
    /// Operations that are planned.
    Planned,
}

/// The longest groups, in order, into which these migrations fall.
#[must_use]
pub fn groups(pending: &[Migration]) -> Vec<Group<'_>> {
    let mut groups = Vec::new();
    let (mut first, mut present) = (0, None);
    for (index, migration) in pending.iter().enumerate() {
        let kind = kind(migration);
        let ends = match index.checked_sub(1).map(|before| &pending[before]) {
            Some(before) if index > first => why_between(before, migration, present, kind),
            _ => None,
        };
        if ends.is_some() {
            groups.push(Group { migrations: &pending[first..index], ends });
            (first, present) = (index, None);
        }
        present = present.or(kind);
    }
    if first < pending.len() {
        groups.push(Group { migrations: &pending[first..], ends: None });
    }
    groups
}

/// Why the second cannot be in one group with the first, if so.
fn why_between(
    before: &Migration,
    next: &Migration,
    present: Option<Kind>,
    kind: Option<Kind>,
) -> Option<String> {
    let (first, second) = (&before.name, &next.name);
    if sql_of(before).any(RunSql::is_late) {
        return Some(format!(
            "`{first}` runs SQL in `complete`, and only then it is known what `{second}` finds"
        ));
    }
    // Its views are made when it has run, of what it has made.
    if before.is_raw() && !before.replaces.is_empty() {
        return Some(format!(
            "`{first}` makes what others have made before it, and `{second}` goes on from there"
        ));
    }
    match (present?, kind?) {
        (Kind::Planned, Kind::Sql) => Some(format!(
            "the SQL of `{second}` is run as it is, and cannot be planned together with the \
             operations before it"
        )),
        (Kind::Sql, Kind::Planned) => Some(format!(
            "what the SQL before it does to the schema is known only when it has run, and `{second}` is \
             planned by that"
        )),
        _ => None,
    }
}

fn sql_of(migration: &Migration) -> impl Iterator<Item = &RunSql> {
    migration.operations.iter().filter_map(|operation| match operation {
        Operation::Sql(sql) => Some(sql),
        _ => None,
    })
}

/// None where it may be with either kind: SQL that only makes what nobody uses yet, or runs in `complete`.
fn kind(migration: &Migration) -> Option<Kind> {
    if !migration.is_raw() {
        return Some(Kind::Planned);
    }
    // What SQL makes there has views and an order that only a reading of the schema gives it.
    if !migration.replaces.is_empty() {
        return Some(Kind::Sql);
    }
    let may_stand_beside = |sql: &RunSql| sql.is_late() || sql.transaction && is_harmless(&sql.up);
    if sql_of(migration).all(may_stand_beside) { None } else { Some(Kind::Sql) }
}

/// Whether it makes types and the like. Such SQL is run before all operations, and a function may read
/// what those before it made.
fn is_harmless(text: &str) -> bool {
    Statement::split(text)
        .is_ok_and(|all| all.iter().all(|one| one.makes_objects() && !one.makes_routines()))
}

#[cfg(test)]
mod tests {
    use super::super::document::{self, Format};
    use super::*;

    fn migration(name: &str, operations: &str) -> Migration {
        let read = document::read_bytes(name, operations.as_bytes(), Format::Yaml);
        let (operations, _) = read.unwrap_or_else(|error| panic!("{error}"));
        Migration::new(name, operations)
    }

    #[test]
    fn what_can_be_planned_is_one_group() {
        let planned = "- drop_table: {name: t}";
        let sql = "- sql: {up: UPDATE t SET a = 1}";
        let types = "- sql: {up: CREATE TYPE mood AS ENUM ('a'); CREATE EXTENSION citext}";
        let function = "- sql: {up: CREATE FUNCTION f() RETURNS int LANGUAGE sql AS 'SELECT 1'}";
        let late = "- sql: {up: ANALYZE t, onComplete: true}";
        for (files, expected) in [
            (&[planned, planned, planned][..], "012"),
            (&[planned, sql, sql, planned], "0 12 3"),
            (&[types, planned, types, planned], "0123"),
            (&[types, sql, types, planned], "012 3"),
            (&[planned, function, planned], "0 1 2"),
            (&[planned, late, planned], "01 2"),
            (&[], ""),
        ] {
            let files: Vec<Migration> = files
                .iter()
                .enumerate()
                .map(|(number, operations)| migration(&number.to_string(), operations))
                .collect();
            let groups = groups(&files);
            let shown: Vec<String> = groups
                .iter()
                .map(|group| group.migrations.iter().map(|one| one.name.as_str()).collect())
                .collect();
            assert_eq!(shown.join(" "), expected);
            let open = groups.iter().filter(|group| group.ends.is_none()).count();
            assert_eq!(
                open,
                usize::from(!files.is_empty()),
                "only the last one is without a reason"
            );
        }
    }

    #[test]
    fn the_checksum_of_one_alone_is_its_own() {
        let files = ["a", "b"].map(|name| migration(name, "- drop_table: {name: t}"));
        assert_eq!(Together::alone(&files[0]).checksum(), files[0].checksum());
        let both = Together::of(&files).expect("two");
        assert_ne!(both.checksum(), files[1].checksum());
        assert_eq!(both.name(), "b");
    }
}
