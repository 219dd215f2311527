//! What filling costs: the tables whose rows are written, and what of the users' own fires for it.

use super::table::TableChange;
use crate::plan::{Fires, Rewrites};
use crate::schema::{Firing, FiringKind};

impl TableChange<'_> {
    /// The table, if its rows are written to be filled.
    pub(super) fn rows_written(&self) -> Option<Rewrites> {
        self.backfill()?;
        Some(Rewrites { table: self.before.name.clone(), rows: self.before.rows })
    }

    /// What of the users' own fires for rows that the backfill writes. The triggers of foreign keys
    /// need no silencing: the backfill writes columns that no row refers by or is referred to by yet.
    pub(super) fn fires(&self) -> Vec<Fires> {
        if self.backfill().is_none() {
            return Vec::new();
        }
        self.before.firing.iter().filter_map(|one| self.fires_for_us(one)).collect()
    }

    fn fires_for_us(&self, firing: &Firing) -> Option<Fires> {
        let schema = self.compiler.before;
        let silenced = schema.may_silence_triggers;
        if !(if silenced { firing.as_replica } else { firing.as_origin }) {
            return None;
        }
        let kind = match firing.kind {
            FiringKind::Trigger => "trigger",
            FiringKind::Rule => "rule",
        };
        let table = firing.partition.as_ref().unwrap_or(&self.table);
        let of_what = if firing.partition.is_some() { "the partition " } else { "" };
        let what =
            format!("the {kind} `{}` on {of_what}`{}`", firing.name.as_str(), table.name.as_str());
        let role = &schema.role;
        let remedy = if silenced {
            format!("`ALTER TABLE {table} ENABLE {} {}`", kind.to_uppercase(), firing.name)
        } else if schema.server < 15 {
            "start it as a superuser".to_owned()
        } else {
            format!("`GRANT SET ON PARAMETER session_replication_role TO {role}`")
        };
        Some(Fires { what, remedy })
    }

    /// The same for the reader of the plan.
    pub(super) fn notes_on_firing(&self) -> Vec<String> {
        let because = if self.compiler.before.may_silence_triggers {
            "it fires where `session_replication_role` is `replica`, too"
        } else {
            "the role may not set `session_replication_role`"
        };
        let note = |fires: Fires| {
            format!(
                "{} fires for rows that the backfill writes, for {because}; `start` wants \
                 --allow-triggers for that",
                fires.what
            )
        };
        self.fires().into_iter().map(note).collect()
    }
}
