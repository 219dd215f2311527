//! A schema in words, one text for each thing in it: what is the same after a dump and restore is described
//! alike. Owners and privileges, settings of storage, and partitions, which come and go with the data, are no part of it.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;

use sha2::{Digest, Sha256};

use super::ReplicaIdentity;
use super::{
    Column, Constraint, EnumType, ForeignKey, Generated, Index, Kind, Name, Schema, Table,
};
use crate::sql::Ident;

/// The form of descriptions. Another one is not compared with: to be raised with every change of the texts.
pub(crate) const DESCRIPTION_FORMAT: i32 = 1;

/// One thing of a schema.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Described {
    /// What it is, such as `table users`.
    pub object: String,
    /// Its bare name.
    pub name: String,
    /// What it is like.
    pub text: String,
}

impl Described {
    /// Whether it is a table that is none of these: one that has not changed, and is not described again.
    #[must_use]
    pub(crate) fn is_other_than(&self, tables: &[Ident]) -> bool {
        let is_table =
            self.object.starts_with("table ") || self.object.starts_with("foreign table ");
        is_table && !tables.iter().any(|table| table.as_str() == self.name)
    }
}

/// What is in a schema beside what [`Schema`] says of its tables.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Beside {
    /// Its kind.
    pub kind: String,
    /// Its name.
    pub name: String,
    /// The table that it is on.
    pub table: Option<String>,
    /// What it is like.
    pub text: String,
}

/// Describes a schema. What `is_own` is Straddle's, and what belongs to an extension is that extension's.
#[must_use]
pub(crate) fn describe(
    schema: &Schema,
    beside: &[Beside],
    is_own: impl Fn(&str) -> bool,
) -> Vec<Described> {
    let members = beside.iter().filter(|one| one.kind == "member");
    let members: BTreeSet<&str> = members.map(|one| one.name.as_str()).collect();
    let is_users = |name: &str| !members.contains(name) && !is_own(name);
    let mut on_tables: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
    let mut all = Vec::new();
    for one in beside.iter().filter(|one| one.kind != "member" && is_users(&one.name)) {
        match &one.table {
            Some(table) => on_tables.entry(table).or_default().push(&one.text),
            None => {
                // Functions of one name differ by their arguments.
                let bare = one.name.split('(').next().unwrap_or_default().trim_matches('"');
                all.push(described(&one.kind, &one.name, bare, &one.text));
            }
        }
    }
    for table in schema.tables.values().filter(|table| is_users(table.storage.as_str())) {
        let mut lines = of_table(table, &is_own);
        let on_it = on_tables.remove(table.storage.as_str()).unwrap_or_default();
        lines.extend(on_it.into_iter().map(str::to_owned));
        let kind = match table.kind {
            Kind::Foreign => "foreign table",
            _ => "table",
        };
        let name = &table.storage;
        all.push(described(kind, &shown(name), name.as_str(), &lines.join("\n")));
    }
    for found in schema.enums.values().filter(|found| is_users(found.name.as_str())) {
        let name = found.name.ident();
        all.push(described("enum", &shown(name), name.as_str(), &of_enum(found)));
    }
    all.sort_by(|one, other| one.object.cmp(&other.object));
    all
}

pub(super) fn described(kind: &str, shown: &str, name: &str, text: &str) -> Described {
    let mut indented = String::new();
    for line in text.lines() {
        // Infallible: it is a text that is written to.
        let _ = writeln!(indented, "  {line}");
    }
    Described { object: format!("{kind} {shown}"), name: name.to_owned(), text: indented }
}

fn of_table(table: &Table, is_own: &impl Fn(&str) -> bool) -> Vec<String> {
    let users = |name: &Ident| !is_own(name.as_str());
    let mut lines = Vec::new();
    if table.unlogged {
        lines.push("unlogged".to_owned());
    }
    let mut columns: Vec<&Column> =
        table.columns.iter().filter(|column| users(&column.storage)).collect();
    // Their order is a matter of the versions', and changes with every column that is replaced.
    columns.sort_by(|one, other| one.storage.cmp(&other.storage));
    lines.extend(columns.into_iter().map(of_column));
    let mut rest: Vec<String> = Vec::new();
    rest.extend(table.constraints.iter().filter(|one| users(&one.name)).map(of_constraint));
    rest.extend(table.foreign_keys.iter().filter(|one| users(&one.name)).map(of_foreign_key));
    let own = |index: &&Index| index.constraint.is_none() && users(&index.name);
    rest.extend(table.indexes.iter().filter(own).map(of_index));
    rest.extend(table.statistics.iter().map(|one| {
        let definition = &one.definition;
        format!(
            "statistics {} {definition}{}",
            shown(&one.name.name),
            comment(one.comment.as_ref())
        )
    }));
    rest.sort();
    lines.extend(rest);
    if table.row_security {
        lines.push("row level security".into());
    }
    if table.replica_identity != ReplicaIdentity::Default {
        lines.push(format!("replica identity {}", table.replica_identity.words()));
    }
    lines.extend(table.comment.iter().map(|text| format!("comment {text:?}")));
    lines
}

fn of_column(column: &Column) -> String {
    let mut line = format!("{} {}", shown(&column.storage), column.type_name);
    let mut add = |words: String| {
        line.push(' ');
        line.push_str(&words);
    };
    column.collation.iter().for_each(|collation| add(format!("collate {collation}")));
    if !column.nullable {
        add("not null".into());
    }
    column.default.iter().for_each(|default| add(format!("default {default}")));
    match &column.generated {
        None => {}
        Some(Generated::Stored(what)) => add(format!("generated always as ({what}) stored")),
        Some(Generated::Virtual(what)) => add(format!("generated always as ({what}) virtual")),
        Some(Generated::IdentityAlways) => add("generated always as identity".into()),
        Some(Generated::IdentityByDefault) => add("generated by default as identity".into()),
    }
    if let Some(sequence) = &column.sequence {
        let options = sequence.options.iter().map(|options| format!(" {options}"));
        add(format!("(sequence {}{})", sequence.type_name, options.collect::<String>()));
    }
    format!("{line}{}", comment(column.comment.as_ref()))
}

fn of_constraint(one: &Constraint) -> String {
    let (name, definition) = (shown(&one.name), &one.definition);
    format!(
        "constraint {name} {definition}{}{}",
        validity(one.valid),
        comment(one.comment.as_ref())
    )
}

fn of_foreign_key(key: &ForeignKey) -> String {
    let names = |names: &[Name]| -> String {
        let names: Vec<String> = names.iter().map(|name| shown(name.ident())).collect();
        names.join(", ")
    };
    let to = match (&key.table, &key.foreign_table) {
        (Some(table), _) => shown(table.ident()),
        (None, foreign) => foreign.iter().map(ToString::to_string).collect(),
    };
    let options = key.options(|name| name.ident().clone());
    format!(
        "foreign key {} ({}) references {to} ({}){options}{}{}",
        shown(&key.name),
        names(&key.columns),
        names(&key.referenced),
        validity(key.valid),
        comment(key.comment.as_ref())
    )
}

fn of_index(index: &Index) -> String {
    let unique = if index.unique { "unique " } else { "" };
    let (name, definition) = (shown(&index.name), &index.definition);
    format!("{unique}index {name} {definition}{}", comment(index.comment.as_ref()))
}

fn of_enum(found: &EnumType) -> String {
    let labels = found.values.iter().map(|label| format!("{label:?}"));
    labels.chain(found.comment.iter().map(|text| format!("comment {text:?}"))).fold(
        String::new(),
        |mut text, line| {
            text.push_str(&line);
            text.push('\n');
            text
        },
    )
}

/// A name, quoted where it has to be.
fn shown(name: &Ident) -> String {
    let text = name.as_str();
    let is_plain = !text.starts_with(|first: char| first.is_ascii_digit())
        && text.chars().all(|one| matches!(one, 'a'..='z' | '0'..='9' | '_'));
    if is_plain { text.to_owned() } else { name.to_string() }
}

fn validity(is_valid: bool) -> &'static str {
    if is_valid { "" } else { " not valid" }
}

fn comment(comment: Option<&String>) -> String {
    comment.map_or_else(String::new, |text| format!(" -- {text:?}"))
}

/// What is the same of equal descriptions, and of no others.
#[must_use]
pub(crate) fn digest(described: &[Described]) -> String {
    let mut digest = Sha256::new();
    for one in described {
        for text in [&one.object, &one.text] {
            digest.update(text.len().to_be_bytes());
            digest.update(text);
        }
    }
    digest.finalize().iter().map(|byte| format!("{byte:02x}")).collect()
}
