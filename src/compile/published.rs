//! Tables of which Postgres refuses every UPDATE, as they are published and their replica identity does not suffice for it:
//! those whose rows are to be filled, and those that the migration would leave so.

use super::table::TableChange;
use crate::operation::Rejection;
use crate::schema::{Check, Kind, Published, ReplicaIdentity, Starved};
use crate::sql::Ident;

impl TableChange<'_> {
    /// Tables that cannot be updated now, or in the end.
    pub(super) fn cannot_be_updated(&self) -> Option<Rejection> {
        let mut published = self.before.published.iter();
        let now = published.clone().find_map(|one| Some((one, one.starved()?)));
        if let Some((one, starved)) = now {
            // The one who writes to it is used to that: nobody does more than insert.
            let fills = self.backfill().is_some();
            return fills.then(|| self.starved(one, &starved, "is", "refuses to fill its rows"));
        }
        if self.before.kind != Kind::Ordinary {
            return None;
        }
        published.find_map(|one| {
            let starved = self.starved_in_the_end(one)?;
            Some(self.starved(one, &starved, "would be", "would refuse every UPDATE"))
        })
    }

    /// Why Postgres would refuse every UPDATE once the migration is completed.
    fn starved_in_the_end(&self, published: &Published) -> Option<Starved> {
        let identity = match &self.after.replica_identity {
            ReplicaIdentity::Full => return None,
            ReplicaIdentity::Nothing => None,
            ReplicaIdentity::Default => {
                let mut constraints = self.outcome.constraints.iter();
                let key = constraints.find(|one| one.check == Check::PrimaryKey);
                let key = key.filter(|key| key.deferral.as_str().is_empty());
                key.map(|key| key.columns.clone())
            }
            ReplicaIdentity::Index(name) => {
                let mut indexes = self.outcome.indexes.iter();
                indexes.find(|index| &index.name == name).map(|index| index.plain.clone())
            }
        };
        // What is published now are the columns before, and what replaces them in the end.
        let before = |storage: Ident| match self.replaced(&storage) {
            Some(old) => old.storage.clone(),
            None => storage,
        };
        let identity = identity.map(|columns| columns.into_iter().map(before).collect::<Vec<_>>());
        published.starved_by(identity.as_deref())
    }

    fn starved(&self, published: &Published, starved: &Starved, is: &str, so: &str) -> Rejection {
        let publication = published.publication.as_str();
        let or_partition = match self.before.kind {
            Kind::Partitioned => " or a partition of it",
            Kind::Ordinary | Kind::Foreign => "",
        };
        let table = format!("`{}`{or_partition}", self.before.name);
        let shown = |column: &Ident| self.shown_column(column);
        let why = match starved {
            Starved::OfIdentity => {
                format!("publishes updates of {table}, and there {is} no replica identity")
            }
            Starved::Filter(column) => format!(
                "chooses rows of {table} by {}, which {is} no part of the replica identity",
                shown(column)
            ),
            Starved::Columns(column) => format!(
                "publishes updates of {table} without {}, which {is} a part of the replica identity",
                shown(column)
            ),
        };
        let message = format!("the publication `{publication}` {why}: Postgres {so}");
        let hint = "give the table another replica identity, by a primary key or `set_replica_identity` in a \
                    migration before this one, or have the publication leave updates or the table out";
        self.refusal(self.changer(), message, hint)
    }
}
