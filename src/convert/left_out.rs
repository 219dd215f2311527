//! Statements that are in no operation: transactions and settings are Straddle's own business, and
//! so is which migrations were run.

use pg_query::NodeEnum;

use super::script::Script;
use super::statement::Statement;

/// Tables in which other tools write down what they have run.
const LEDGERS: [&str; 13] = [
    "alembic_version",
    "schema_migrations",
    "ar_internal_metadata",
    "django_migrations",
    "_prisma_migrations",
    "__drizzle_migrations",
    "flyway_schema_history",
    "goose_db_version",
    "gorp_migrations",
    "knex_migrations",
    "knex_migrations_lock",
    "pgmigrations",
    "SequelizeMeta",
];

/// Why a statement is left out, if it is; empty where there is nothing to say.
pub(super) fn why(script: &mut Script, statement: &Statement<'_>) -> Option<&'static str> {
    let text = statement.text.to_ascii_lowercase();
    match &statement.node {
        NodeEnum::TransactionStmt(_) => Some(""),
        NodeEnum::VariableSetStmt(set) if set.name == "search_path" => {
            let base = script.base.as_str();
            let first = set.args.first().and_then(super::text::constant).unwrap_or_default();
            if !first.is_empty() && first != base && first != "$user" {
                script.give_up(format!(
                    "line {}: it sets the search path, so its names are not those of `{base}`",
                    statement.line
                ));
                return None;
            }
            Some("the search path is left out: names are those of the base schema")
        }
        NodeEnum::VariableSetStmt(_) => Some("settings of the session are left out"),
        NodeEnum::SelectStmt(_) if text.contains("set_config(") && statement.reads.is_empty() => {
            Some("settings of the session are left out")
        }
        NodeEnum::ConstraintsSetStmt(_) => {
            Some("SET CONSTRAINTS is left out: no rows are written in this transaction")
        }
        NodeEnum::LockStmt(_) => Some("LOCK is left out: Straddle takes its locks itself"),
        NodeEnum::CreateStmt(_)
        | NodeEnum::InsertStmt(_)
        | NodeEnum::UpdateStmt(_)
        | NodeEnum::DeleteStmt(_)
        | NodeEnum::DropStmt(_)
        | NodeEnum::AlterTableStmt(_)
        | NodeEnum::IndexStmt(_)
            if !statement.reads.is_empty()
                && statement.reads.iter().all(|table| LEDGERS.contains(&table.as_str())) =>
        {
            Some("what another tool writes down of its own runs is left out")
        }
        _ => None,
    }
}
