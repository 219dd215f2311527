//! A schema as the operations so far leave it.

use crate::choices::Choices;

/// The types of columns.
pub(super) const TYPES: [&str; 5] = ["integer", "text", "bigint", "numeric(10,2)", "varchar(40)"];

/// Names, some of which want quotes.
const NAMES: [&str; 10] = [
    "a",
    "b",
    "c",
    "name",
    "order",
    "Mixed Case",
    "user",
    "d",
    "e",
    "a_rather_long_name_for_a_column_but_not_quite_too_long",
];

#[derive(Debug, Clone)]
pub(super) struct Column {
    pub(super) name: String,
    pub(super) type_name: &'static str,
    pub(super) nullable: bool,
    pub(super) default: Option<String>,
}

#[derive(Debug, Clone)]
pub(super) struct Table {
    pub(super) name: String,
    /// Behind the primary key `id`.
    pub(super) columns: Vec<Column>,
    /// Indexes and constraints that have been made, by name.
    pub(super) indexes: Vec<String>,
    pub(super) constraints: Vec<String>,
}

#[derive(Debug)]
pub(super) struct World {
    pub(super) tables: Vec<Table>,
    /// How many things have been named.
    named: usize,
    extras: Vec<String>,
}

impl World {
    pub(super) fn new(choices: &mut Choices<'_>) -> Self {
        let mut world = Self { tables: Vec::new(), named: 0, extras: Vec::new() };
        for _ in 0..1 + choices.below(2) {
            let mut table = Table {
                name: world.name("table"),
                columns: Vec::new(),
                indexes: Vec::new(),
                constraints: Vec::new(),
            };
            for _ in 0..1 + choices.below(4) {
                let column = Column::new(choices, &table);
                table.columns.push(column);
            }
            let (on, column) = (quoted(&table.name), quoted(&choices.one_of(&table.columns).name));
            if choices.once_in(2) {
                let name = world.name("idx");
                let tail = choices.one_of(&["", " DESC NULLS LAST", ", id DESC"]);
                let which = choices.one_of(&["", " WHERE id > 1"]);
                world.extras.push(format!("CREATE INDEX {name} ON {on} ({column}{tail}){which}"));
                table.indexes.push(name);
            }
            if choices.once_in(2) {
                let name = world.name("check");
                let check = format!("CHECK ({column}::text <> 'never')");
                world.extras.push(format!("ALTER TABLE {on} ADD CONSTRAINT {name} {check}"));
                table.constraints.push(name);
            }
            if choices.once_in(3) {
                world.extras.push(format!("COMMENT ON COLUMN {on}.{column} IS 'a comment'"));
            }
            world.tables.push(table);
        }
        if let ([one, other], true) = (world.tables.as_slice(), choices.once_in(2))
            && let Some(column) =
                other.columns.iter().find(|c| c.type_name == "integer" && c.nullable)
        {
            let (from, column, to) = (quoted(&other.name), quoted(&column.name), quoted(&one.name));
            let key = format!("FOREIGN KEY ({column}) REFERENCES {to} (id) NOT VALID");
            world.extras.push(format!("ALTER TABLE {from} ADD CONSTRAINT a_key {key}"));
        }
        world
    }

    /// A name that nothing has.
    pub(super) fn name(&mut self, kind: &str) -> String {
        self.named += 1;
        format!("{kind}_{}", self.named)
    }

    /// The statements that make it, with a few rows.
    pub(super) fn sql(&self) -> String {
        let mut statements = Vec::new();
        for table in &self.tables {
            let name = quoted(&table.name);
            let columns: String = table.columns.iter().map(|c| format!(", {}", c.sql())).collect();
            statements.push(format!("CREATE TABLE {name} (id integer PRIMARY KEY{columns})"));
            let values =
                table.columns.iter().map(|column| match (column.type_name, column.nullable) {
                    (_, true) => ", CASE WHEN n > 2 THEN n END".to_owned(),
                    (_, false) => ", n * 10".to_owned(),
                });
            let values: String = values.collect();
            let rows = "generate_series(1, 4) AS n";
            statements.push(format!("INSERT INTO {name} SELECT n{values} FROM {rows}"));
        }
        statements.extend(self.extras.iter().cloned());
        statements.join(";\n")
    }
}

impl Column {
    /// A column with a name that the table does not have.
    pub(super) fn new(choices: &mut Choices<'_>, table: &Table) -> Self {
        let type_name = *choices.one_of(&TYPES);
        let default = choices.once_in(3).then(|| match type_name {
            "text" | "varchar(40)" => "'7'".to_owned(),
            _ => "7".to_owned(),
        });
        Self {
            name: free_name(choices, table),
            type_name,
            nullable: choices.below(2) == 0,
            default,
        }
    }

    pub(super) fn sql(&self) -> String {
        let nullable = if self.nullable { "" } else { " NOT NULL" };
        let default = self.default.as_ref().map_or_else(String::new, |d| format!(" DEFAULT {d}"));
        format!("{} {}{nullable}{default}", quoted(&self.name), self.type_name)
    }
}

/// A column name that the table does not have.
pub(super) fn free_name(choices: &mut Choices<'_>, table: &Table) -> String {
    let first = choices.below(NAMES.len());
    let names = NAMES.iter().cycle().skip(first).take(NAMES.len());
    let taken = |name: &str| table.columns.iter().any(|column| column.name == name);
    let free = names.copied().find(|name| !taken(name));
    free.map_or_else(|| format!("column_{}", table.columns.len()), str::to_owned)
}

/// A name as SQL has it.
pub(super) fn quoted(name: &str) -> String {
    format!("\"{}\"", name.replace('"', "\"\""))
}
