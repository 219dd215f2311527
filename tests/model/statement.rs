//! What clients ask for, as data and as SQL.

use super::client::Client;
use super::expression::Value;
use super::labels::Among;
use super::shape::{Shape, TAG};

/// A value of an INSERT.
#[derive(Debug, Clone)]
pub(super) enum Given {
    Default,
    Value(Value),
}

/// A value of an UPDATE.
#[derive(Debug, Clone)]
pub(super) enum Written {
    Default,
    Value(Value),
    /// What another column, or the same one, holds.
    Cell(usize),
    /// What the row that was to be inserted holds.
    Excluded(usize),
}

/// ON CONFLICT.
#[derive(Debug, Clone)]
pub(super) struct Conflict {
    /// Of which column; of any, if none.
    pub(super) on: Option<usize>,
    /// DO NOTHING, if none.
    pub(super) update: Option<Vec<(usize, Written)>>,
}

impl Conflict {
    fn sql(&self, shape: &Shape, by: &Client) -> String {
        let on = self.on.map(|cell| format!(" ({})", by.called(shape, cell)));
        let on = on.unwrap_or_default();
        match &self.update {
            None => format!(" ON CONFLICT{on} DO NOTHING"),
            Some(sets) => {
                let sets = assignments(shape, by, sets, "things_of");
                format!(" ON CONFLICT{on} DO UPDATE SET {sets}")
            }
        }
    }
}

/// How rows come into an INSERT.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Source {
    Values,
    Select,
    /// COPY.
    Program,
}

/// How an UPDATE finds its rows and values.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum How {
    Plain,
    From,
    /// All columns at once.
    Row,
    /// Of those that it has locked before.
    Locked,
}

/// A statement, in terms of cells.
#[derive(Debug, Clone)]
pub(super) enum Statement {
    Insert {
        cells: Vec<usize>,
        rows: Vec<Vec<Given>>,
        conflict: Option<Conflict>,
        source: Source,
    },
    Update {
        how: How,
        rows: Vec<(i64, Vec<(usize, Written)>)>,
        among: Option<Among>,
    },
    Delete {
        tags: Vec<i64>,
        among: Option<Among>,
    },
    /// MERGE by the primary key.
    Merge {
        key: usize,
        cells: Vec<usize>,
        row: Vec<Given>,
        sets: Vec<(usize, Written)>,
    },
    /// DELETE and INSERT of one row as it stands, as when it moves between partitions.
    Copied {
        tag: i64,
    },
}

impl Statement {
    /// The tags of rows that may have got their key from the sequence.
    pub(super) fn keyless(&self) -> Vec<i64> {
        let (cells, rows) = match self {
            Self::Insert { cells, rows, .. } => (cells, rows.as_slice()),
            Self::Merge { cells, row, .. } => (cells, std::slice::from_ref(row)),
            _ => return Vec::new(),
        };
        let tag = cells.iter().position(|cell| *cell == TAG).expect("every row has a tag");
        let tags = rows.iter().filter_map(|row| match &row[tag] {
            Given::Value(Some(tag)) => tag.parse().ok(),
            _ => None,
        });
        tags.collect()
    }

    /// As SQL of a client.
    pub(super) fn sql(&self, shape: &Shape, by: &Client) -> String {
        let table = &by.table;
        let called = |cell: usize| by.called(shape, cell);
        let list = |cells: &[usize]| -> String {
            cells.iter().map(|cell| called(*cell)).collect::<Vec<_>>().join(", ")
        };
        match self {
            Self::Insert { cells, rows, conflict, source } => {
                let conflict = conflict.as_ref();
                let rows = insertable(shape, by, cells, rows, *source);
                match source {
                    Source::Program => format!("COPY {table} ({}) {rows}", list(cells)),
                    _ => {
                        let conflict = conflict.map(|one| one.sql(shape, by));
                        let (cells, conflict) = (list(cells), conflict.unwrap_or_default());
                        format!("INSERT INTO {table} AS things_of ({cells}) {rows}{conflict}")
                    }
                }
            }
            Self::Update { how, rows, among } => {
                update(shape, by, *how, rows, &and_among(shape, by, among))
            }
            Self::Delete { tags, among } => {
                let (tags, and) = (listed(tags.iter()), and_among(shape, by, among));
                format!("DELETE FROM {table} WHERE {} IN ({tags}){and}", called(TAG))
            }
            Self::Merge { key, cells, row, sets } => {
                let values = cells.iter().zip(row).map(|(cell, given)| {
                    let Given::Value(value) = given else { return "NULL".to_owned() };
                    format!("{} AS {}", by.literal(shape.cells[*cell].of, value), called(*cell))
                });
                let values = values.collect::<Vec<_>>().join(", ");
                let id = called(*key);
                let sets = assignments(shape, by, sets, "things_of");
                let from: Vec<String> =
                    cells.iter().map(|cell| format!("excluded.{}", called(*cell))).collect();
                format!(
                    "MERGE INTO {table} AS things_of USING (SELECT {values}) AS excluded \
                     ON things_of.{id} = excluded.{id} \
                     WHEN MATCHED THEN UPDATE SET {sets} \
                     WHEN NOT MATCHED THEN INSERT ({}) VALUES ({})",
                    list(cells),
                    from.join(", ")
                )
            }
            Self::Copied { tag } => format!(
                "CREATE TABLE elsewhere.moved AS SELECT * FROM {table} WHERE {c} = {tag}; \
                 DELETE FROM {table} WHERE {c} = {tag}; INSERT INTO {table} SELECT * FROM elsewhere.moved; \
                 DROP TABLE elsewhere.moved",
                c = called(TAG)
            ),
        }
    }
}

fn listed<'t>(tags: impl Iterator<Item = &'t i64>) -> String {
    tags.map(ToString::to_string).collect::<Vec<_>>().join(", ")
}

fn and_among(shape: &Shape, by: &Client, among: &Option<Among>) -> String {
    among.as_ref().map(|among| format!(" AND {}", among.sql(shape, by))).unwrap_or_default()
}

fn update(
    shape: &Shape,
    by: &Client,
    how: How,
    rows: &[(i64, Vec<(usize, Written)>)],
    and: &str,
) -> String {
    let (table, tag) = (&by.table, by.called(shape, TAG));
    let sets = &rows[0].1;
    let start = format!("UPDATE {table} AS things_of SET ");
    let which = format!("WHERE {tag} IN ({}){and}", listed(rows.iter().map(|(tag, _)| tag)));
    match how {
        How::Plain => {
            let sets = assignments(shape, by, sets, "things_of");
            return format!("{start}{sets} {which}");
        }
        How::Row => {
            let (cells, values): (Vec<String>, Vec<String>) =
                sets.iter().map(|one| assigned(shape, by, one, "things_of")).unzip();
            let (cells, values) = (cells.join(", "), values.join(", "));
            return format!("{start}({cells}) = ROW({values}) {which}");
        }
        How::Locked => {
            let sets = assignments(shape, by, sets, "things_of");
            return format!(
                "WITH locked AS MATERIALIZED (SELECT {tag} AS tag FROM {table} {which} FOR UPDATE SKIP LOCKED) \
                 {start}{sets} FROM locked WHERE things_of.{tag} = locked.tag"
            );
        }
        How::From => {}
    }
    let assigned = sets
        .iter()
        .enumerate()
        .map(|(place, (cell, _))| format!("{} = others.c{place}", by.called(shape, *cell)));
    let names: Vec<String> = (0..sets.len()).map(|place| format!("c{place}")).collect();
    let values = rows.iter().map(|(tag, sets)| {
        let values = sets.iter().map(|(cell, written)| match written {
            Written::Value(value) => by.literal(shape.cells[*cell].of, value),
            other => unreachable!("UPDATE FROM with {other:?}"),
        });
        format!("({tag}, {})", values.collect::<Vec<_>>().join(", "))
    });
    format!(
        "{start}{} FROM (VALUES {}) AS others (tag, {}) WHERE things_of.{tag} = others.tag{and}",
        assigned.collect::<Vec<_>>().join(", "),
        values.collect::<Vec<_>>().join(", "),
        names.join(", ")
    )
}
fn assignments(shape: &Shape, by: &Client, sets: &[(usize, Written)], row: &str) -> String {
    let sets = sets.iter().map(|one| {
        let (cell, value) = assigned(shape, by, one, row);
        format!("{cell} = {value}")
    });
    sets.collect::<Vec<_>>().join(", ")
}

/// A column, and what it is set to.
fn assigned(
    shape: &Shape,
    by: &Client,
    (cell, written): &(usize, Written),
    row: &str,
) -> (String, String) {
    let value = match written {
        Written::Default => "DEFAULT".to_owned(),
        Written::Value(value) => by.literal(shape.cells[*cell].of, value),
        Written::Cell(other) => format!("{row}.{}", by.called(shape, *other)),
        Written::Excluded(other) => format!("excluded.{}", by.called(shape, *other)),
    };
    (by.called(shape, *cell), value)
}

/// The rows of an INSERT or COPY.
fn insertable(
    shape: &Shape,
    by: &Client,
    cells: &[usize],
    rows: &[Vec<Given>],
    source: Source,
) -> String {
    if source == Source::Program {
        let fields = |row: &Vec<Given>| row.iter().map(copied).collect::<Vec<_>>().join("\t");
        let lines = rows.iter().map(fields).collect::<Vec<_>>().join("'' ''");
        return format!("FROM PROGRAM 'printf ''%s\\n'' ''{lines}'''");
    }
    let row = |row: &Vec<Given>| -> String {
        let values = cells.iter().zip(row).map(|(cell, given)| match given {
            Given::Default => "DEFAULT".to_owned(),
            Given::Value(value) => by.literal(shape.cells[*cell].of, value),
        });
        values.collect::<Vec<_>>().join(", ")
    };
    let rows: Vec<String> = rows.iter().map(row).collect();
    match source {
        Source::Select => format!("SELECT {}", rows.join(" UNION ALL SELECT ")),
        _ => format!("VALUES ({})", rows.join("), (")),
    }
}

/// A value as COPY reads it.
fn copied(given: &Given) -> String {
    match given {
        Given::Value(Some(value)) => value.replace('\\', "\\\\"),
        _ => "\\N".to_owned(),
    }
}
