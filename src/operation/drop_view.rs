//! `drop_view`: removes a view, materialized or not.
//!
//! ```json
//! {"drop_view": {"name": "adults"}}
//! ```
//!
//! The new version does not show the view; the old one has its own until `complete`. To change a
//! view, drop it and make it in one migration (or give `create_view` a `replace: true`). Views that
//! are in the base schema itself, and not made by `create_view`, are none of a version's.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::Operate;
use super::draft::Draft;
use super::rejection::Rejected;
use crate::schema::Name;

/// Removes a view of either kind.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct DropView {
    /// The view.
    pub name: Name,
}

impl Operate for DropView {
    fn change(&self, draft: &mut Draft) -> Result<(), Rejected> {
        draft.hide_view(&self.name)
    }
}
