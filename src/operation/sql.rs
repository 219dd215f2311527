//! `sql`: runs SQL as it is.
//!
//! ```json
//! {"sql": {"up": "CREATE TYPE mood AS ENUM ('glad', 'sad')", "down": "DROP TYPE mood"}}
//! ```
//!
//! It stands alone in its migration, and runs in `start`, in one transaction; then the schema is
//! read, and shown by the new version. `down` runs on rollback; without it, rollback says what
//! stays. With `onComplete` it runs at the end of `complete`, and may stand beside other operations.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::Operate;
use super::draft::{Draft, RawSql};
use super::field::given;
use super::rejection::Rejected;

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
    /// Whether it runs in `complete` and not in `start`.
    #[serde(default, rename = "onComplete")]
    pub on_complete: bool,
}

impl Operate for RunSql {
    fn change(&self, draft: &mut Draft) -> Result<(), Rejected> {
        if self.on_complete && self.down.is_some() {
            let message = "what runs in `complete` cannot be rolled back, so it takes no `down`";
            return Err(draft.reject("down", message));
        }
        draft.parse("up", &self.up);
        if let Some(down) = &self.down {
            draft.parse("down", down);
        }
        draft.raw.push(RawSql {
            up: self.up.clone(),
            down: self.down.clone(),
            on_complete: self.on_complete,
        });
        Ok(())
    }
}
