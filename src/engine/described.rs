//! The base schema in words, as `complete` leaves it: what drift is told by.

use super::onlooker::Trial;
use super::{Engine, Error, Event};
use crate::database::{read_beside, read_described};
use crate::ledger::Description;
use crate::plan::{Plan, names};
use crate::schema::{Beside, Described, Schema, describe};
use crate::sql::Ident;

impl Engine<'_> {
    /// Stores what the base schema is like now that `completing`, or else the undo of SQL of the user's, has come
    /// to its end. A courtesy to who asks for drift later: what cannot be described is not compared with.
    pub(super) async fn describe_for_later(
        &self,
        completing: Option<(i64, &Plan)>,
    ) -> Result<(), Error> {
        let store = async {
            let touched = match completing {
                Some((_, plan)) => self.touched_since(plan).await?,
                None => None,
            };
            let completing = completing.map(|(id, _)| id);
            let (server, present) = self.described(touched.as_deref()).await?;
            let base = &self.options.base_schema;
            self.write_down(async || {
                let described = (server, present.as_slice());
                let connection = &self.connection;
                Ok(Description::store(connection, base, completing, described, None).await?)
            })
            .await
        };
        match store.await {
            Err(error) if !error.is_lost() => {
                let why = format!("drift will not be told before the next migration: {error}");
                self.emit(&Event::Note(&why));
                Ok(())
            }
            done => done,
        }
    }

    /// The base schema as it is now, with the major version of the server, in a transaction of its own. With
    /// `touched`, it is as it was described last, but for these tables, and whatever is no table.
    pub(super) async fn described(
        &self,
        touched: Option<&[Ident]>,
    ) -> Result<(u32, Vec<Described>), Error> {
        let base = &self.options.base_schema;
        let read = async || {
            self.connection.begin().await?;
            let beside = read_beside(&self.connection, base).await?;
            // What policies read may have got other names.
            let secured = beside.iter().filter(|one| one.kind == "policy");
            let secured = secured.filter_map(|one| Ident::new(one.table.clone()?).ok());
            let anew: Option<Vec<Ident>> =
                touched.map(|touched| secured.chain(touched.iter().cloned()).collect());
            let schema = read_described(&self.connection, base, anew.as_deref()).await?;
            let schema = self.there(schema)?;
            let mut described = described_with(&schema, &beside);
            if let Some(anew) = &anew {
                let before = Description::objects(&self.connection, base).await?;
                described.extend(before.into_iter().filter(|one| one.is_other_than(anew)));
                described.sort_by(|one, other| one.object.cmp(&other.object));
            }
            self.connection.rollback().await?;
            Ok((schema.server, described))
        };
        self.with_retries(Trial::of_ours("describe the schema"), read).await
    }

    /// The tables that are to be described when this migration is completed, where it was the last to change anything: in what
    /// was described before it, the others are still as they were left.
    async fn touched_since(&self, plan: &Plan) -> Result<Option<Vec<Ident>>, Error> {
        let Some(touched) = &plan.touched else {
            return Ok(None);
        };
        let server = u32::try_from(self.connection.facts().major).unwrap_or_default();
        let is_fit = |known: &Description| known.is_comparable(server) && known.in_place;
        Ok(self.known().await?.filter(is_fit).map(|_| touched.clone()))
    }

    pub(super) async fn describe(&self, schema: &Schema) -> Result<Vec<Described>, Error> {
        let beside = read_beside(&self.connection, &self.options.base_schema).await?;
        Ok(described_with(schema, &beside))
    }
}

fn described_with(schema: &Schema, beside: &[Beside]) -> Vec<Described> {
    describe(schema, beside, names::is_ours)
}
