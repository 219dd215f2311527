//! What a database has, as one file in the place of many.

use std::collections::BTreeMap;

use super::{Covered, Extension, Migration, baseline};
use crate::operation::{
    CreateMaterializedView, CreateView, Operation, RunSql, ViewIndexDefinition,
};
use crate::plan::names::PREFIX;
use crate::schema::{Name, View, ViewKind};

/// Why migrations are not squashed. Nothing has changed.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum SquashError {
    /// One file cannot be fewer.
    #[error(
        "{}; nothing has changed",
        match only {
            None => "no migration of the directory is completed here".to_owned(),
            Some(name) => format!("of the directory, `{name}` alone is completed here"),
        }
    )]
    Nothing {
        /// The one that is completed.
        only: Option<String>,
    },
    /// The file would not be the first.
    #[error("`{name}` would sort behind `{first}`, and has to be the first; nothing has changed")]
    SortsBehind {
        /// The name.
        name: String,
        /// The first file that stays.
        first: String,
    },
    /// A migration has the name.
    #[error("`{name}` is the name of another migration; nothing has changed")]
    Taken {
        /// The name.
        name: String,
    },
    /// It is no name for a file.
    #[error("`{0}` cannot be the name of a file; nothing has changed")]
    NoFileName(String),
    /// The base schema is not what the migrations have made.
    #[error("the schema holds what is straddle's own, `{name}`; nothing has changed")]
    Leftover {
        /// The name.
        name: String,
    },
    /// Somebody else was at work.
    #[error("the schema, or the history, has changed meanwhile; nothing is squashed")]
    Meanwhile,
}

impl SquashError {
    /// What to type next.
    #[must_use]
    pub fn hint(&self) -> String {
        match self {
            Self::Nothing { .. } => {
                "squash where the directory was run: several migrations become one there".into()
            }
            Self::SortsBehind { .. } | Self::Taken { .. } | Self::NoFileName(_) => {
                "give another name: --name NAME".into()
            }
            Self::Leftover { .. } => {
                "`straddle doctor` says what that is, and `straddle repair` removes it".into()
            }
            Self::Meanwhile => "run the same command again".into(),
        }
    }
}

/// What the file of a squash is made of, as the database has it.
#[derive(Debug, Clone, PartialEq)]
pub struct Present {
    /// The name of the version that was completed last.
    pub version: String,
    /// What is completed.
    pub completed: Covered,
    /// The order of a table's columns in the version, where it is not the table's own.
    pub column_order: BTreeMap<Name, Vec<Name>>,
    /// The users' own views, each behind those that it reads.
    pub views: Vec<View>,
    /// The extensions whose objects the schema may use.
    pub extensions: Vec<Extension>,
}

/// Files that one file is to replace.
#[derive(Debug, Clone, PartialEq)]
pub struct Squash<'a> {
    /// The name of the new file.
    pub name: String,
    /// The files that go.
    pub replaced: &'a [Migration],
}

impl<'a> Squash<'a> {
    /// All of these files, a directory's in order, that are completed.
    ///
    /// # Errors
    /// When there are not several, or the file would get no name, or one at a wrong place.
    pub fn of(
        files: &'a [Migration],
        completed: &Covered,
        name: Option<&str>,
    ) -> Result<Self, SquashError> {
        let end = files.iter().rposition(|file| completed.has(file)).map_or(0, |last| last + 1);
        let (replaced, pending) = files.split_at(end);
        let last = match replaced {
            [_, .., last] => last,
            few => {
                let only = few.first().map(|one| one.name.clone());
                return Err(SquashError::Nothing { only });
            }
        };
        let name = name.map_or_else(|| squashed(&last.name), ToOwned::to_owned);
        if name.is_empty() || name.starts_with('.') || name.contains(['/', '\\']) {
            return Err(SquashError::NoFileName(name));
        }
        let is_taken = |one: &Migration| one.name == name || one.stands_for().contains(&name);
        if completed.has_name(&name) || files.iter().any(is_taken) {
            return Err(SquashError::Taken { name });
        }
        match pending.first().filter(|first| first.name < name) {
            Some(first) => Err(SquashError::SortsBehind { name, first: first.name.clone() }),
            None => Ok(Self { name, replaced }),
        }
    }

    /// Those that ran SQL of their own: what it did to rows, and elsewhere, no dump of a schema has.
    #[must_use]
    pub fn with_sql(&self) -> Vec<String> {
        let is_own = |operation: &Operation| matches!(operation, Operation::Sql(sql) if !sql.up.starts_with(baseline::WRITTEN));
        let with_sql = self.replaced.iter().filter(|one| one.operations.iter().any(is_own));
        with_sql.map(|one| one.name.clone()).collect()
    }

    /// The one that stands in their place, with the DDL of the base schema.
    ///
    /// # Errors
    /// When something of ours is in the DDL.
    pub fn migration(&self, present: Present, ddl: &str) -> Result<Migration, SquashError> {
        let is_name = |c: char| c.is_alphanumeric() || c == '_';
        if let Some((at, _)) =
            ddl.match_indices(PREFIX).find(|(at, _)| !ddl[..*at].ends_with(is_name))
        {
            let name = ddl[at..].split(|c| !is_name(c)).next().unwrap_or(PREFIX).to_owned();
            return Err(SquashError::Leftover { name });
        }
        let Present { version, column_order, views, extensions, .. } = present;
        let sql = RunSql::in_start(baseline::text("squash", &extensions, ddl));
        let views = views.into_iter().map(made_anew);
        Ok(Migration {
            name: self.name.clone(),
            version_schema: Some(version).filter(|version| *version != self.name),
            replaces: self.replaced.iter().flat_map(Migration::stands_for).cloned().collect(),
            column_order,
            operations: std::iter::once(Operation::Sql(sql)).chain(views).collect(),
        })
    }
}

/// The name for what goes up to this migration.
fn squashed(last: &str) -> String {
    let digits = last.find(|c: char| !c.is_ascii_digit()).unwrap_or(last.len());
    match digits {
        0 => format!("{last}_squashed"),
        end => format!("{}_squashed", &last[..end]),
    }
}

/// The operation that makes a view of the version elsewhere.
fn made_anew(view: View) -> Operation {
    let View { name, query, columns, kind, comment, .. } = view;
    let (query, replace) = (query.as_str().to_owned(), false);
    match kind {
        ViewKind::Plain { security_invoker, security_barrier } => {
            Operation::CreateView(CreateView {
                name,
                query,
                columns,
                replace,
                security_invoker,
                security_barrier,
                comment,
            })
        }
        ViewKind::Materialized { indexes } => {
            let indexes = indexes.into_iter().map(|index| ViewIndexDefinition {
                name: index.name,
                columns: Vec::new(),
                definition: Some(index.definition.as_str().to_owned()),
                unique: index.unique,
            });
            let indexes = indexes.collect();
            Operation::CreateMaterializedView(CreateMaterializedView {
                name,
                query,
                columns,
                indexes,
                replace,
                comment,
            })
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn files(names: &[&str]) -> Vec<Migration> {
        names.iter().map(|name| Migration::new(*name, Vec::new())).collect()
    }

    #[test]
    fn the_new_file_stands_before_what_is_pending() {
        let named = |names: &[&str], completed: usize, name: Option<&str>| {
            let files = files(names);
            let completed = Covered::of_all(&files[..completed]);
            Squash::of(&files, &completed, name)
                .map(|squash| squash.name)
                .map_err(|error| error.to_string())
        };
        assert_eq!(named(&["01_a", "02_b", "03_c"], 2, None), Ok("02_squashed".into()));
        assert_eq!(named(&["20260101_a", "20260102_b"], 2, None), Ok("20260102_squashed".into()));
        assert_eq!(named(&["a", "b"], 2, None), Ok("b_squashed".into()));
        assert_eq!(named(&["a", "b", "c"], 2, Some("base")), Ok("base".into()));
        assert_eq!(
            named(&["a", "b"], 2, Some("a")),
            Err("`a` is the name of another migration; nothing has changed".into())
        );
        for (names, completed, name) in [
            (&["a", "b", "b1"][..], 2, None),
            (&["a", "b"], 1, None),
            (&["a", "b"], 0, None),
            (&["a", "b"], 2, Some("x/y")),
        ] {
            assert!(named(names, completed, name).is_err(), "{names:?}");
        }
    }
}
