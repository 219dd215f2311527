//! Which event trigger it was that refused a statement.

use super::connection::Connection;
use super::error::Error;
use crate::sql;

impl Connection {
    /// The error, with the event trigger that raised it, where one did: Postgres tells the function alone. Not for use in a
    /// transaction that has failed.
    pub(crate) async fn attribute(&self, error: Error) -> Error {
        let Error::Refused(mut refused) = error else {
            return error;
        };
        if let Some(context) = &refused.context {
            // Only to be helpful: what Postgres said has to do otherwise.
            let asked = self.query(&sql!(file "catalog/event_trigger.sql"), &[context]).await;
            refused.event_trigger = asked.iter().flatten().find_map(|row| row.get(0));
        }
        Error::Refused(refused)
    }
}
