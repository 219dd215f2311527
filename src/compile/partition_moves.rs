//! Rows that change their partition: to triggers, an UPDATE and then an INSERT. The INSERT alone could not
//! tell a NULL that the new version stored from one that nobody has filled as yet.
//!
//! A row is marked when its partition key changes. The mark is a setting of the transaction, and is taken
//! back with a savepoint. A row is known again by the table, the statement, the depth of triggers and its own
//! key, which decides where it belongs: one that arrives elsewhere than it left has moved. Partition keys are
//! those at the time of planning: within a partition that is attached later, and is partitioned by yet other
//! columns, rows move as by DELETE and INSERT.

use super::lens::ColumnLens;
use super::sync::{Sync, any_image_changed, function, new_text, setting_by_depth, value_of};
use crate::plan::{Step, ddl, names};
use crate::schema::Table;
use crate::sql;
use crate::sql::{Ident, Literal, QualifiedName, Separated, Sql, commas};

/// How the rows of a partitioned table are known again.
pub(super) struct Moved<'a> {
    /// The columns by which the table and its partitions are partitioned.
    key: Vec<&'a Ident>,
    /// What a row is known by: the primary key, or else everything that is in no lens.
    identity: Vec<&'a Ident>,
    function: QualifiedName,
}

impl<'a> Moved<'a> {
    /// None where no row can move.
    pub(super) fn new(base: &Ident, table: &'a Table, lenses: &[ColumnLens<'_>]) -> Option<Self> {
        if table.partition_key.is_empty() {
            return None;
        }
        let in_lens = |column: &&Ident| lenses.iter().any(|lens| lens.old == Some(*column));
        let columns: Vec<&Ident> = match table.primary_key() {
            [] => {
                let written = table.columns.iter().filter(|column| !column.is_computed());
                written.map(|column| &column.storage).collect()
            }
            key => key.iter().collect(),
        };
        Some(Self {
            key: table.partition_key.iter().collect(),
            identity: columns.into_iter().filter(|column| !in_lens(column)).collect(),
            function: names::moved_function(base, &table.storage),
        })
    }

    /// Takes off what puts moved rows down, when sync stops.
    pub(super) fn stop(&self, table: &QualifiedName) -> [Step; 2] {
        let drop = sql!("DROP FUNCTION {f}", f = self.function);
        let purpose = "drop the function that marks rows which change their partition";
        [ddl::drop_trigger(table, &names::moved_trigger()), Step::quiet(purpose, vec![drop])]
    }
}

impl Sync<'_> {
    /// What puts rows down that leave their partition, behind the sync trigger.
    pub(super) fn mark_moved(&self) -> Vec<Step> {
        let Some(moved) = &self.moved else {
            return Vec::new();
        };
        let columns = self.watched().into_iter().map(new_text);
        let body = sql!(
            file "sync/leaving.sql",
            place = place(),
            row = self.known_by(moved),
            columns = commas(columns),
        );
        let create = function(&moved.function, &self.text_settings(), &body);
        let trigger = sql!(
            file "sync/leaving_trigger.sql",
            trigger = names::moved_trigger(),
            table = self.table,
            key_changed = any_image_changed(&moved.key),
            function = moved.function,
        );
        let [off, drop] = moved.stop(self.table);
        let table = self.table.name.as_str();
        let purpose =
            format!("make the function that marks rows of `{table}` which change their partition");
        let mut step = ddl::create_trigger(self.table, &names::moved_trigger(), trigger);
        step.purpose = format!("mark rows of `{table}` that change their partition");
        vec![Step::quiet(purpose, vec![create]).undone_by(drop), step.undone_by(off)]
    }

    /// What knows them again, in front of everything else that the sync function does.
    pub(super) fn arriving(&self) -> Sql {
        let Some(moved) = &self.moved else {
            return sql!("");
        };
        let columns = self.watched().into_iter().zip(IDENTIFYING + 2..).map(|(column, place)| {
            let marked = sql!("mark[{n}]", n = place);
            sql!(
                "          IF {m} IS DISTINCT FROM {t} THEN OLD.{c} := {v}; END IF;",
                m = marked,
                t = new_text(column),
                c = column,
                v = value_of(&marked),
            )
        });
        sql!(
            file "sync/arriving.sql",
            place = place(),
            is_it = self.is_marked(moved),
            columns = Separated::by("\n", columns),
        )
    }

    /// As [`Sync::arriving`], for the trigger that fires before the users': it leaves such rows alone.
    pub(super) fn leave_moved(&self) -> Sql {
        let Some(moved) = &self.moved else {
            return sql!("");
        };
        sql!(
            file "sync/leave_moved.sql",
            place = place(),
            is_it = self.is_marked(moved),
        )
    }

    /// Whether the row is the one of the mark, and left another partition: one that stayed in its own,
    /// and is now made again there, is no update.
    fn is_marked(&self, moved: &Moved<'_>) -> Sql {
        sql!(
            file "sync/is_marked.sql",
            identifying = IDENTIFYING,
            from = IDENTIFYING + 1,
            row = self.known_by(moved),
        )
    }

    /// The table, the statement, the row.
    fn known_by(&self, moved: &Moved<'_>) -> Sql {
        let table = Literal::new(self.table.to_string());
        let identity = moved.identity.iter().map(|column| sql!("NEW.{c}", c = column));
        sql!(
            "{t}, pg_catalog.statement_timestamp()::pg_catalog.text, ROW({i})::pg_catalog.text",
            t = table,
            i = commas(identity),
        )
    }
}

/// How many texts [`Sync::known_by`] gives.
const IDENTIFYING: u32 = 3;

/// The setting of the mark.
fn place() -> Sql {
    setting_by_depth("straddle.moved_")
}
