//! Which version wrote a row, and what follows for the other: ARCHITECTURE.md, "Sync".

use super::counterpart::Counterpart;
use super::expression::Expression;
use super::rows::{Row, Writer};
use super::shape::{Cell, Fills, Shape, Version};

/// A row on its way into the table.
pub(super) struct Proposed {
    pub(super) row: Row,
    /// Cells that nobody gave a value, and that have one all the same.
    pub(super) filled: Vec<usize>,
}

/// The row as it goes into the table.
pub(super) fn synced(
    shape: &Shape,
    counterparts: &[Counterpart],
    writer: Writer,
    before: Option<&Row>,
    proposed: Proposed,
) -> Row {
    if writer.is_replica
        && let Some(row) = replicated(shape, writer, before, &proposed.row)
    {
        return row;
    }
    let tells = |version| tells(shape, version, before, &proposed.row);
    let version = match (tells(Version::Old), tells(Version::New)) {
        (true, false) => Version::Old,
        (false, true) => Version::New,
        (false, false) if before.is_none() && !writer.is_pinned && lacks(shape, &proposed.row) => {
            Version::New
        }
        _ => writer.path,
    };
    let made = match version {
        Version::Old => &shape.ups,
        Version::New => &shape.downs,
    };
    let Proposed { mut row, filled } = proposed;
    if let (Some(before), Version::New) = (before, version) {
        for (cell, up) in &shape.ups {
            let is_its_own = before[*cell] != row[*cell];
            if !is_its_own
                && shape.withholds(*cell, before)
                && shape.is_judged_anew(*cell, before, &row)
            {
                row[*cell] = shape.filled(*cell, up, &row);
            }
        }
    }
    if before.is_none() && version == Version::New {
        // Only from `complete` on does an identity column fill itself.
        for (cell, up) in &shape.ups {
            let fills = shape.cells[*cell].fills == Some(Fills::Identity);
            if fills && row[*cell].is_none() && filled.contains(cell) {
                row[*cell] = up.value(&row);
            }
        }
    }
    for (cell, made) in made {
        let changed = |input: &usize| before.is_none_or(|before| before[*input] != row[*input]);
        // What the new version does not show stays in the old one.
        let stays = |input: &usize| {
            before.is_some_and(|before| !changed(input) && shape.withholds(*input, before))
        };
        let inputs = made.inputs();
        // The check on it may judge otherwise now, because of another column that it reads.
        let judged = before.is_some_and(|before| {
            let otherwise = shape.withholds(*cell, before) || shape.is_withdrawn(*cell, made, &row);
            otherwise && shape.is_judged_anew(*cell, before, &row)
        });
        let is_other = inputs.iter().any(changed) && !inputs.iter().any(stays);
        if before.is_none() || is_other || judged {
            let told = counterparts.iter().find_map(|one| one.of(*cell, &row));
            row[*cell] = told.unwrap_or_else(|| shape.filled(*cell, made, &row));
        }
    }
    row
}

/// A row that is replicated, unless it is to be treated as another that the version wrote.
fn replicated(shape: &Shape, writer: Writer, before: Option<&Row>, row: &Row) -> Option<Row> {
    let tells = |version| tells(shape, version, before, row);
    if !tells(Version::New) {
        return None;
    }
    if before.is_some() {
        let agrees = |made: &[(usize, Expression)]| {
            let mut told = made.iter().filter(|(_, made)| made.is_immutable()).peekable();
            told.peek().is_some()
                && told.all(|(cell, made)| row[*cell] == shape.filled(*cell, made, row))
        };
        if agrees(&shape.ups) || agrees(&shape.downs) {
            return Some(row.clone());
        }
        let mut cells = shape.cells.iter().zip(row);
        let is_unfilled = cells.all(|(cell, value)| !cell.is_only(Version::New) || value.is_none());
        // Its publisher has not filled it yet; a client that pins the new version means its NULLs.
        if is_unfilled && writer.path != Version::New {
            let mut row = row.clone();
            for (cell, up) in &shape.ups {
                row[*cell] = shape.filled(*cell, up, &row);
            }
            return Some(row);
        }
    }
    tells(Version::Old).then(|| row.clone())
}

/// Whether the row itself tells that this version wrote it.
fn tells(shape: &Shape, version: Version, before: Option<&Row>, row: &Row) -> bool {
    shape.shown(version).map(|(cell, _)| cell).any(|number| {
        let cell = &shape.cells[number];
        let default = cell.old.as_ref().and_then(|column| column.default.as_ref());
        match before {
            _ if cell.is_shared() => false,
            Some(before) => before[number] != row[number],
            None if row[number].is_none() => false,
            None if version == Version::New => true,
            None if cell.fills.is_some() => false,
            None => row[number].as_ref() != default,
        }
    })
}

/// Whether the row lacks what the old version alone has and may not leave out.
fn lacks(shape: &Shape, row: &Row) -> bool {
    let required = |cell: &Cell| cell.old.as_ref().is_some_and(|column| !column.nullable);
    shape
        .cells
        .iter()
        .zip(row)
        .any(|(cell, value)| cell.is_only(Version::Old) && required(cell) && value.is_none())
}

/// Whether a row that is inserted as it stands is known to have both sides.
pub(super) fn has_both(shape: &Shape, row: &Row) -> bool {
    tells(shape, Version::Old, None, row) && tells(shape, Version::New, None, row)
}

/// Whether each version has what follows from the other, so that a copy of the row is known as one;
/// and has a value of its own, so that it does not look like a new row of the other's.
pub(super) fn is_consistent(shape: &Shape, row: &Row) -> bool {
    let follows = |made: &[(usize, Expression)]| {
        made.iter().all(|(cell, made)| row[*cell] == shape.filled(*cell, made, row))
    };
    let plain = |cell: &Cell| cell.fills.is_none();
    let mut made = shape.ups.iter().chain(&shape.downs);
    shape.cells.iter().all(plain)
        && made.all(|(_, made)| made.is_immutable())
        && has_both(shape, row)
        && (follows(&shape.ups) || follows(&shape.downs))
}
