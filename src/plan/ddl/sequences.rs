//! Sequences of columns, and identity.

use super::super::{Lock, Step};
use crate::schema::Sequence;
use crate::sql;
use crate::sql::{Expression, Ident, Literal, QualifiedName, Sql};

/// Has a sequence go with another column. The sequence is locked: who takes a number waits.
#[must_use]
pub(crate) fn own_sequence(
    table: &QualifiedName,
    sequence: &QualifiedName,
    column: &Ident,
) -> Step {
    let purpose = format!("let `{}` own its sequence", column.as_str());
    let own = sql!("ALTER SEQUENCE {s} OWNED BY {t}.{c}", s = sequence, t = table, c = column);
    Step { lock: Lock::ShareRowExclusive, ..Step::quiet(purpose, vec![own]) }
}

/// Has a sequence give numbers of another type.
#[must_use]
pub(crate) fn retype_sequence(sequence: &QualifiedName, type_name: &Expression) -> Step {
    let purpose = format!("let `{}` give numbers of type {type_name}", sequence.name.as_str());
    let retype = sql!("ALTER SEQUENCE {s} AS {t}", s = sequence, t = type_name);
    Step { lock: Lock::ShareRowExclusive, ..Step::quiet(purpose, vec![retype]) }
}

/// Makes a sequence that belongs to no column as yet. Who writes to the table takes numbers from it.
#[must_use]
pub(crate) fn create_sequence(
    sequence: &Sequence,
    owner: Option<&Ident>,
    grants: Vec<Sql>,
) -> Step {
    let name = &sequence.name;
    let options = sequence.options.as_ref().map(|options| sql!(" {o}", o = options));
    let create = sql!(
        "CREATE SEQUENCE {s} AS {t}{o}",
        s = name,
        t = sequence.type_name,
        o = options.unwrap_or_else(|| sql!("")),
    );
    let mut statements = vec![create];
    statements.extend(grants);
    if let Some(owner) = owner {
        statements.push(sql!("ALTER SEQUENCE {s} OWNER TO {o}", s = name, o = owner));
    }
    Step::quiet(format!("make the sequence `{}`", name.name.as_str()), statements)
        .undone_by(drop_sequence(name))
}

/// Drops a sequence.
#[must_use]
pub(super) fn drop_sequence(sequence: &QualifiedName) -> Step {
    let purpose = format!("drop the sequence `{}`", sequence.name.as_str());
    let mut step = Step::quiet(purpose, vec![sql!("DROP SEQUENCE {s}", s = sequence)]);
    step.lock = Lock::AccessExclusive;
    step
}

/// Makes a sequence that is as far as one which is about to go, with its privileges and its comment.
#[must_use]
pub(crate) fn remember_sequence(sequence: &Sequence, memory: &QualifiedName) -> Step {
    let name = &sequence.name;
    // Setting the type that it has locks the sequence, so that nobody takes a number meanwhile.
    let hold = sql!("ALTER SEQUENCE {s} AS {t}", s = name, t = sequence.type_name);
    let create = sql!("CREATE SEQUENCE {m} MINVALUE -9223372036854775808", m = memory);
    let remember = sql!(
        "SELECT pg_catalog.setval({l}::regclass, last_value, is_called) FROM {s}",
        l = Literal::new(memory.to_string()),
        s = name,
    );
    let purpose = format!("remember how far the sequence `{}` is", name.name.as_str());
    let statements = vec![hold, create, remember, dress_sequence(name, memory)];
    Step { lock: Lock::ShareRowExclusive, ..Step::quiet(purpose, statements) }
}

/// Gives a sequence the privileges and the comment of another one, as they are by then.
fn dress_sequence(from: &QualifiedName, to: &QualifiedName) -> Sql {
    super::anonymous_block(&sql!(
        file "sync/dress_sequence.sql",
        from = Literal::new(from.to_string()),
        to = Literal::new(to.to_string()),
    ))
}

/// Makes room for a sequence of the same name.
#[must_use]
pub(crate) fn put_sequence_aside(sequence: &QualifiedName, memory: &QualifiedName) -> Step {
    let purpose = format!("put the sequence `{}` aside", sequence.name.as_str());
    let rename = sql!("ALTER SEQUENCE {s} RENAME TO {m}", s = sequence, m = memory.name);
    Step { lock: Lock::AccessExclusive, ..Step::quiet(purpose, vec![rename]) }
}

/// Makes a column an identity column, whose sequence goes on where the remembered one is. Where that is a copy of one
/// that was there, it has its privileges and comment, too.
#[must_use]
pub(crate) fn add_identity(
    table: &QualifiedName,
    column: &Ident,
    (words, sequence): (&Expression, &Sequence),
    memory: &QualifiedName,
    is_copy: bool,
) -> Step {
    let name = &sequence.name;
    let options = sequence.options.as_ref().map(|options| sql!(" {o}", o = options));
    let add = sql!(
        "ALTER TABLE {t} ALTER COLUMN {c} ADD GENERATED {w} AS IDENTITY (SEQUENCE NAME {s}{o})",
        t = table,
        c = column,
        w = words,
        s = name,
        o = options.unwrap_or_else(|| sql!("")),
    );
    // A number that the type does not have is beyond its last.
    let go_on = sql!(
        file "sync/go_on.sql",
        sequence = Literal::new(name.to_string()),
        memory = memory,
    );
    let mut statements = vec![add, go_on];
    statements.extend(is_copy.then(|| dress_sequence(memory, name)));
    statements.push(sql!("DROP SEQUENCE {m}", m = memory));
    let purpose = format!("let `{}` be an identity column", column.as_str());
    Step::quiet(purpose, statements).locking(Lock::AccessExclusive, table)
}
