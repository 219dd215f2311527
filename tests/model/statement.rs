//! What clients ask for, as data and as SQL.

use super::expression::Value;
use super::shape::{Shape, TAG, Version};

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
    fn sql(&self, shape: &Shape, version: Version) -> String {
        let on = self.on.map(|cell| format!(" ({})", shape.called(cell, version)));
        let on = on.unwrap_or_default();
        match &self.update {
            None => format!(" ON CONFLICT{on} DO NOTHING"),
            Some(sets) => {
                let sets = assignments(shape, version, sets, "things_of");
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
    },
    Delete {
        tags: Vec<i64>,
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

    /// As SQL, over the columns of a version, in this table.
    pub(super) fn sql(&self, shape: &Shape, version: Version, table: &str) -> String {
        let called = |cell: usize| shape.called(cell, version);
        let list = |cells: &[usize]| -> String {
            cells.iter().map(|cell| called(*cell)).collect::<Vec<_>>().join(", ")
        };
        match self {
            Self::Insert { cells, rows, conflict, source } => {
                let conflict = conflict.as_ref();
                let rows = insertable(shape, cells, rows, *source);
                match source {
                    Source::Program => format!("COPY {table} ({}) {rows}", list(cells)),
                    _ => {
                        let conflict = conflict.map(|one| one.sql(shape, version));
                        let (cells, conflict) = (list(cells), conflict.unwrap_or_default());
                        format!("INSERT INTO {table} AS things_of ({cells}) {rows}{conflict}")
                    }
                }
            }
            Self::Update { how, rows } => self.update(shape, version, table, *how, rows),
            Self::Delete { tags } => {
                let tags: Vec<String> = tags.iter().map(ToString::to_string).collect();
                format!("DELETE FROM {table} WHERE {} IN ({})", called(TAG), tags.join(", "))
            }
            Self::Merge { key, cells, row, sets } => {
                let values = cells.iter().zip(row).map(|(cell, given)| {
                    let Given::Value(value) = given else { return "NULL".to_owned() };
                    format!("{} AS {}", shape.cells[*cell].of.literal(value), called(*cell))
                });
                let values = values.collect::<Vec<_>>().join(", ");
                let id = called(*key);
                let sets = assignments(shape, version, sets, "things_of");
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
                "DROP TABLE IF EXISTS elsewhere.moved; CREATE TABLE elsewhere.moved AS SELECT * FROM {table} WHERE {c} = {tag}; \
                 DELETE FROM {table} WHERE {c} = {tag}; INSERT INTO {table} SELECT * FROM elsewhere.moved",
                c = called(TAG)
            ),
        }
    }

    fn update(
        &self,
        shape: &Shape,
        version: Version,
        table: &str,
        how: How,
        rows: &[(i64, Vec<(usize, Written)>)],
    ) -> String {
        let tag = shape.called(TAG, version);
        let sets = &rows[0].1;
        let start = format!("UPDATE {table} AS things_of SET ");
        let tags: Vec<String> = rows.iter().map(|(tag, _)| tag.to_string()).collect();
        let which = format!("WHERE {tag} IN ({})", tags.join(", "));
        match how {
            How::Plain => {
                let sets = assignments(shape, version, sets, "things_of");
                return format!("{start}{sets} {which}");
            }
            How::Row => {
                let (cells, values): (Vec<String>, Vec<String>) =
                    sets.iter().map(|one| assigned(shape, version, one, "things_of")).unzip();
                let (cells, values) = (cells.join(", "), values.join(", "));
                return format!("{start}({cells}) = ROW({values}) {which}");
            }
            How::Locked => {
                let sets = assignments(shape, version, sets, "things_of");
                return format!(
                    "WITH locked AS MATERIALIZED (SELECT {tag} AS tag FROM {table} {which} FOR UPDATE SKIP LOCKED) \
                     {start}{sets} FROM locked WHERE things_of.{tag} = locked.tag"
                );
            }
            How::From => {}
        }
        let assigned = sets.iter().enumerate().map(|(place, (cell, _))| {
            format!("{} = others.c{place}", shape.called(*cell, version))
        });
        let names: Vec<String> = (0..sets.len()).map(|place| format!("c{place}")).collect();
        let values = rows.iter().map(|(tag, sets)| {
            let values = sets.iter().map(|(cell, written)| match written {
                Written::Value(value) => shape.cells[*cell].of.literal(value),
                other => unreachable!("UPDATE FROM with {other:?}"),
            });
            format!("({tag}, {})", values.collect::<Vec<_>>().join(", "))
        });
        format!(
            "{start}{} FROM (VALUES {}) AS others (tag, {}) WHERE things_of.{tag} = others.tag",
            assigned.collect::<Vec<_>>().join(", "),
            values.collect::<Vec<_>>().join(", "),
            names.join(", ")
        )
    }
}

fn assignments(shape: &Shape, version: Version, sets: &[(usize, Written)], row: &str) -> String {
    let sets = sets.iter().map(|one| {
        let (cell, value) = assigned(shape, version, one, row);
        format!("{cell} = {value}")
    });
    sets.collect::<Vec<_>>().join(", ")
}

/// A column, and what it is set to.
fn assigned(
    shape: &Shape,
    version: Version,
    (cell, written): &(usize, Written),
    row: &str,
) -> (String, String) {
    let value = match written {
        Written::Default => "DEFAULT".to_owned(),
        Written::Value(value) => shape.cells[*cell].of.literal(value),
        Written::Cell(other) => format!("{row}.{}", shape.called(*other, version)),
        Written::Excluded(other) => format!("excluded.{}", shape.called(*other, version)),
    };
    (shape.called(*cell, version), value)
}

/// The rows of an INSERT or COPY.
fn insertable(shape: &Shape, cells: &[usize], rows: &[Vec<Given>], source: Source) -> String {
    if source == Source::Program {
        let fields = |row: &Vec<Given>| row.iter().map(copied).collect::<Vec<_>>().join("\t");
        let lines = rows.iter().map(fields).collect::<Vec<_>>().join("'' ''");
        return format!("FROM PROGRAM 'printf ''%s\\n'' ''{lines}'''");
    }
    let row = |row: &Vec<Given>| -> String {
        let values = cells.iter().zip(row).map(|(cell, given)| match given {
            Given::Default => "DEFAULT".to_owned(),
            Given::Value(value) => shape.cells[*cell].of.literal(value),
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
