//! What stands on columns that are replaced, and whether it can be made again on the new ones.

use std::collections::BTreeSet;

use tokio_postgres::Row;
use tokio_postgres::types::ToSql;

use super::catalog::from_rows;
use super::connection::Connection;
use super::error::Error;
use super::probe::Probe;
use super::rejected::message;
use crate::operation::{Answers, DROP_IT_BEFORE, Deal, Mention, Rejection, Standing, WholeRows};
use crate::schema::{Carried, CarriedKind};
use crate::sql;
use crate::sql::{Ident, QualifiedName, commas};

/// What stands on these columns, pair by pair with their tables, now; read in the transaction that is open.
/// `own` are the version schemas.
///
/// # Errors
/// When the catalog cannot be read.
pub(crate) async fn carried(
    connection: &Connection,
    base: &Ident,
    (tables, columns): (&[Ident], &[Ident]),
    own: &[Ident],
) -> Result<Vec<Carried>, Error> {
    connection.qualify_names().await?;
    let found = read(connection, base, (tables, columns), own, None).await?;
    connection.resolve_names().await?;
    Ok(found)
}

/// The same as it is printed for the present search path; `scene` is where it is to be made, if elsewhere.
async fn read(
    connection: &Connection,
    base: &Ident,
    (tables, columns): (&[Ident], &[Ident]),
    own: &[Ident],
    scene: Option<&Ident>,
) -> Result<Vec<Carried>, Error> {
    let texts = |names: &[Ident]| -> Vec<String> {
        names.iter().map(|name| name.as_str().to_owned()).collect()
    };
    let (tables, columns, own) = (texts(tables), texts(columns), texts(own));
    let scene = scene.map(Ident::as_str);
    let parameters: [&(dyn ToSql + Sync); 5] = [&base.as_str(), &tables, &columns, &own, &scene];
    let mut rows = connection.ask(&sql!(file "catalog/carried.sql"), &parameters).await?;
    // Before, a publication has neither lists of columns nor filters.
    if connection.facts().major >= 15 {
        let parameters: [&(dyn ToSql + Sync); 4] = [&base.as_str(), &tables, &columns, &scene];
        let query = sql!(file "catalog/carried_publications.sql");
        rows.extend(connection.ask(&query, &parameters).await?);
    }
    from_rows(&rows)
}

impl Probe<'_> {
    /// Makes on the copies all that stands on these columns, and takes it away again. `false` when something
    /// was rejected.
    pub(super) async fn try_dependents(
        &mut self,
        columns: &[Standing],
        copies: &[Ident],
        version: Option<&Ident>,
        answers: &mut Answers,
    ) -> Result<bool, Error> {
        let (connection, before) = (self.connection, self.rejections.len());
        let tables: Vec<Ident> = columns.iter().map(|one| one.table.clone()).collect();
        let names: Vec<Ident> = columns.iter().map(|one| one.column.clone()).collect();
        let (places, own) =
            ((tables.as_slice(), names.as_slice()), Vec::from_iter(version.cloned()));
        connection.batch(&sql!("SAVEPOINT dependents")).await?;
        connection.qualify_names().await?;
        let found = read(connection, self.schema, places, &own, None).await?;
        // Where names need no schema, the copies are found by them instead of the tables.
        let schemas = found.iter().filter_map(|one| Some(one.relation.as_ref()?.schema.clone()));
        let others: BTreeSet<Ident> = schemas.filter(|schema| schema != self.schema).collect();
        let path: Vec<Ident> = [self.schema.clone()].into_iter().chain(others).collect();
        connection.batch(&sql!("SET LOCAL search_path = {p}", p = commas(&path))).await?;
        let trials = read(connection, self.schema, places, &own, Some(self.scene)).await?;
        let path: Vec<Ident> = [self.scene.clone()].into_iter().chain(path).collect();
        connection.batch(&sql!("SET LOCAL search_path = {p}", p = commas(&path))).await?;
        for one in &found {
            let trial = trials.iter().find(|trial| trial.identity == one.identity);
            let problem = match (&one.problem, trial) {
                (Some(problem), _) => Some(problem.clone()),
                (None, Some(trial)) => self.try_dependent(trial).await?,
                (None, None) => Some("it has changed meanwhile".to_owned()),
            };
            if let Some(problem) = problem {
                self.refuse_dependent(one, columns, &problem);
            }
        }
        if self.rejections.len() == before {
            self.refuse_reading_past(&found, columns, copies).await?;
        }
        connection.batch(&sql!("ROLLBACK TO SAVEPOINT dependents")).await?;
        answers.carried = found;
        Ok(self.rejections.len() == before)
    }

    /// The functions that mention these tables and columns, as text.
    pub(super) async fn mentions(
        &self,
        asked: &[(Ident, Option<Ident>)],
    ) -> Result<Vec<Mention>, Error> {
        let tables: Vec<&str> = asked.iter().map(|(table, _)| table.as_str()).collect();
        let columns: Vec<Option<&str>> =
            asked.iter().map(|(_, column)| column.as_ref().map(Ident::as_str)).collect();
        let base = self.schema.as_str();
        let parameters: [&(dyn ToSql + Sync); 3] = [&base, &tables, &columns];
        let rows = self.connection.query(&sql!(file "catalog/mentions.sql"), &parameters).await?;
        let mention = |row: &Row| Mention {
            function: row.get(0),
            table: row.get(1),
            column: row.get(2),
            strays: row.get(3),
        };
        Ok(rows.iter().map(mention).collect())
    }

    /// The functions that deal in whole rows of these tables, as text.
    pub(super) async fn whole_rows(&self, tables: &[Ident]) -> Result<Vec<WholeRows>, Error> {
        let tables: Vec<&str> = tables.iter().map(Ident::as_str).collect();
        let query = sql!(file "catalog/whole_rows.sql");
        let rows = self.connection.query(&query, &[&self.schema.as_str(), &tables]).await?;
        let whole = |row: &Row| WholeRows {
            function: row.get(0),
            table: row.get(1),
            deal: match row.get(2) {
                "gives" => Deal::Gives,
                "puts" => Deal::Puts,
                _ => Deal::Tells,
            },
        };
        Ok(rows.iter().map(whole).collect())
    }

    /// Makes one of them on the copies; or why that cannot be.
    async fn try_dependent(&self, trial: &Carried) -> Result<Option<String>, Error> {
        self.connection.batch(&sql!("SAVEPOINT dependent")).await?;
        for statement in &trial.make {
            match self.connection.batch(&sql!("{s}", s = statement)).await {
                Ok(()) => {}
                Err(error) => match error.refused() {
                    Some(refused) if error.is_permanent() => {
                        let refusal = message(refused);
                        self.connection.batch(&sql!("ROLLBACK TO SAVEPOINT dependent")).await?;
                        return Ok(Some(refusal));
                    }
                    _ => return Err(error),
                },
            }
        }
        Ok(None)
    }

    fn refuse_dependent(&mut self, one: &Carried, columns: &[Standing], problem: &str) {
        let Some(standing) = columns.get(one.number).or(columns.first()) else {
            return;
        };
        let (what, column) = (&one.description, standing.column.as_str());
        self.rejections.push(Rejection {
            path: standing.path.clone(),
            offset: None,
            message: format!(
                "{what} stands on `{column}`, and cannot be made again on the new one: {problem}"
            ),
            hint: Some(DROP_IT_BEFORE.to_owned()),
        });
    }

    /// What would read a table itself has not been rehearsed on the copy.
    async fn refuse_reading_past(
        &mut self,
        found: &[Carried],
        columns: &[Standing],
        copies: &[Ident],
    ) -> Result<(), Error> {
        let tables = copies.iter().map(|table| QualifiedName::new(self.schema, table).to_string());
        let views = found.iter().filter(|one| one.kind == CarriedKind::View);
        let views = views.filter_map(|one| one.relation.as_ref()).map(ToString::to_string);
        let real: Vec<String> = tables.chain(views).collect();
        let identities: Vec<&str> = found.iter().map(|one| one.identity.as_str()).collect();
        let scene = self.scene.as_str();
        let parameters: [&(dyn ToSql + Sync); 3] = [&scene, &identities, &real];
        let query = sql!(file "catalog/carried_past.sql");
        self.connection.qualify_names().await?;
        let rows = self.connection.query(&query, &parameters).await?;
        let Some((row, first)) = rows.first().zip(columns.first()) else {
            return Ok(());
        };
        let scene = format!("{scene}.");
        let (what, read) = (row.get::<_, String>(0).replace(&scene, ""), row.get::<_, String>(1));
        self.rejections.push(Rejection {
            path: first.path.clone(),
            offset: None,
            message: format!("{what} reads {read} in a way that cannot be tried beforehand"),
            hint: Some(DROP_IT_BEFORE.to_owned()),
        });
        Ok(())
    }
}
