//! `sql`: runs SQL as it is.
//!
//! ```json
//! {"sql": {"up": "CREATE EXTENSION IF NOT EXISTS citext", "down": "DROP EXTENSION citext"}}
//! ```
//!
//! Where all operations of a migration are `sql`, those of the phase `expand`, the default, run in
//! `start`, each in one transaction; then the schema is read, and shown by the new version. `down` runs on rollback; without
//! it, rollback says what stays.
//!
//! Beside other operations it is tried beforehand like them, on a scene that is rolled back, so its
//! statements may only make what nobody uses yet: types, domains, functions, sequences, extensions; and GRANT
//! rights on these. Operations behind it may use those. Anything else belongs into a migration of its own. Who
//! writes to a table takes the numbers of its defaults, in both versions, so a sequence wants its `GRANT USAGE ON
//! SEQUENCE numbers TO app` beside it.
//!
//! With `phase: contract` (or pgroll's `onComplete`) it runs at the end of `complete`, and may stand
//! beside other operations; the version's views are brought up to date after it. Those views stand on
//! the tables already, so it cannot drop or rename a column that the version shows, nor change its
//! type: there are operations for that. Where it adds columns to a table, an application that has
//! prepared `SELECT *` on the version gets `cached plan must not change result type` once, as after
//! any ADD COLUMN: name the columns, or leave adding them to `add_column`, which another version shows.
//!
//! With `transaction: false` the statements are sent one by one, outside of transactions, as CREATE
//! INDEX CONCURRENTLY and VACUUM need it. They wait for locks as long as it takes. When the command is
//! interrupted nobody knows how far they came: all of them run again, and in a rollback so does `down`,
//! so they have to bear being run twice (IF NOT EXISTS, IF EXISTS). In `complete` they run behind its
//! transaction, when the old version is gone; what they add, the next version shows.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::Operate;
use super::draft::{Draft, RawSql};
use super::draft_objects::Made;
use super::field::given;
use super::question::Question;
use super::rejection::Rejected;
use crate::sql;
use crate::sql::{Expression, Statement};

/// Runs SQL as it is.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct RunSql {
    /// The statements.
    pub up: String,
    /// The statements that take it back.
    #[serde(default, deserialize_with = "given", skip_serializing_if = "Option::is_none")]
    #[schemars(with = "String")]
    pub down: Option<String>,
    /// Whether it runs in `complete` and not in `start`: the same as `phase: contract`.
    #[serde(default, rename = "onComplete")]
    pub on_complete: bool,
    /// Whether it runs in `start` or in `complete`.
    #[serde(default, deserialize_with = "given", skip_serializing_if = "Option::is_none")]
    #[schemars(with = "String")]
    pub phase: Option<SqlPhase>,
    /// Whether it runs in a transaction.
    #[serde(default = "yes", skip_serializing_if = "is_yes")]
    pub transaction: bool,
}

/// When SQL runs.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum SqlPhase {
    /// In `start`.
    Expand,
    /// In `complete`.
    Contract,
}

fn yes() -> bool {
    true
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde passes a reference")]
fn is_yes(value: &bool) -> bool {
    *value
}

impl Operate for RunSql {
    fn change(&self, draft: &mut Draft) -> Result<(), Rejected> {
        let is_late = self.is_late();
        if self.on_complete && self.phase == Some(SqlPhase::Expand) {
            let message = "`onComplete` and the phase `expand` contradict each other";
            return Err(draft.reject_with("phase", message, "give one of them"));
        }
        if is_late && self.down.is_some() {
            let message = "what runs in `complete` cannot be rolled back, so it takes no `down`";
            return Err(draft.reject("down", message));
        }
        self.refuse_what_cannot_run(draft, "up", &self.up)?;
        if let Some(down) = &self.down {
            self.refuse_what_cannot_run(draft, "down", down)?;
        }
        if !is_late && !draft.raw_alone {
            return self.make_objects(draft);
        }
        draft.parse("up", &self.up);
        if let Some(down) = &self.down {
            draft.parse("down", down);
        }
        let up = self.statements(draft, "up", &self.up)?;
        let down = match &self.down {
            None => None,
            Some(down) => Some(self.statements(draft, "down", down)?),
        };
        let transaction = self.transaction;
        let path = draft.path_of("");
        draft.raw.push(RawSql { path, up, down, on_complete: is_late, transaction });
        Ok(())
    }
}

impl RunSql {
    /// What runs in `start`, in a transaction, and is not taken back.
    #[must_use]
    pub fn in_start(up: String) -> Self {
        Self { up, down: None, on_complete: false, phase: None, transaction: true }
    }

    /// Whether it runs in `complete`.
    #[must_use]
    pub fn is_late(&self) -> bool {
        self.on_complete || self.phase == Some(SqlPhase::Contract)
    }

    /// What is sent at once: the whole text, or outside of transactions each statement.
    fn statements(
        &self,
        draft: &mut Draft,
        field: &str,
        text: &str,
    ) -> Result<Vec<String>, Rejected> {
        if self.transaction {
            return Ok(vec![text.to_owned()]);
        }
        let statements = self.split(draft, field, text)?;
        Ok(statements.into_iter().map(|statement| statement.text).collect())
    }

    fn split(
        &self,
        draft: &mut Draft,
        field: &str,
        text: &str,
    ) -> Result<Vec<Statement>, Rejected> {
        Statement::split(text)
            .map_err(|error| draft.reject_at(field, Some(error.offset), error.message, None))
    }

    fn refuse_what_cannot_run(
        &self,
        draft: &mut Draft,
        field: &str,
        text: &str,
    ) -> Result<(), Rejected> {
        if let Some(at) = text.chars().position(|character| character == '\0') {
            let message = "Postgres has no NUL character in text";
            return Err(draft.reject_at(field, Some(at), message, None));
        }
        // What cannot be cut is for Postgres to read.
        let Ok(statements) = Statement::split(text) else {
            return Ok(());
        };
        if statements.is_empty() {
            return Err(draft.reject(field, "there is no statement in it"));
        }
        let mut refuse = |statement: &Statement, message: &str, hint: &str| {
            let offset = Some(statement.offset);
            Err(draft.reject_at(field, offset, message, Some(hint.to_owned())))
        };
        // The cursor moves in the transaction of the step, which is ours to end.
        if let Some(statement) = statements.iter().find(|one| one.controls_transactions()) {
            let message = "this begins or ends a transaction, and that is Straddle's to do";
            let hint = "leave it out; `transaction: false` runs the statements outside of one";
            return refuse(statement, message, hint);
        }
        if let Some(statement) = statements.iter().find(|one| one.copies_by_client()) {
            let message = "this copies from or to the client, which has no rows to send or to keep";
            let hint = "use INSERT, or COPY with a file of the server's";
            return refuse(statement, message, hint);
        }
        Ok(())
    }

    /// Beside other operations: made before them, and tried beforehand like them.
    fn make_objects(&self, draft: &mut Draft) -> Result<(), Rejected> {
        let hint = "move it into a migration of its own, or set `phase: contract`";
        if !self.transaction {
            let message = "outside of a transaction, `sql` stands alone in its migration";
            return Err(draft.reject_with("transaction", message, hint));
        }
        let statements = self.split(draft, "up", &self.up)?;
        let is_known = |one: &&Statement| one.makes_objects() || one.grants_on_objects();
        if let Some(other) = statements.iter().find(|one| !is_known(one)) {
            let message = "beside other operations, `sql` can only CREATE types, domains, \
                           functions, sequences, schemas and extensions, and GRANT rights on \
                           them: what else it does to the schema cannot be planned together \
                           with them";
            let offset = Some(other.offset);
            return Err(draft.reject_at("up", offset, message, Some(hint.into())));
        }
        let path = draft.path_of("up");
        for statement in statements {
            // Behind as many blanks as there is text before it, so that places are those in the file.
            let blanks = " ".repeat(statement.offset);
            let text = Expression::from_catalog(format!("{blanks}{}", statement.text));
            let (path, statement) = (path.clone(), sql!("{t}", t = text));
            draft.questions.push(Question::Rehearse {
                path,
                tables: Vec::new(),
                statement,
                prefix: Some(0),
                hint: None,
            });
        }
        if let Some(down) = &self.down {
            draft.parse("down", down);
        }
        draft.objects.push(Made::Sql { up: self.up.clone(), down: self.down.clone() });
        Ok(())
    }
}
