//! The users' own views: what they are like in a version, and whether they fit the next one.

use std::collections::{BTreeMap, BTreeSet};

use tokio_postgres::types::ToSql;

use super::catalog::json;
use super::connection::Connection;
use super::error::{Error, Refused};
use super::probe::Probe;
use super::rejected::said_besides;
use crate::operation::{Answers, Rejection, VersionViews, ViewStatement, ViewTrial};
use crate::plan::names;
use crate::schema::{Name, ShownView, View};
use crate::sql;
use crate::sql::{Ident, QualifiedName};

/// These views as the version shows them, with their owners, privileges and comments, read in the
/// transaction that is open.
///
/// # Errors
/// When the catalog cannot be read.
pub(crate) async fn read_views(
    connection: &Connection,
    version: &Ident,
    views: &[View],
) -> Result<Vec<View>, Error> {
    if views.is_empty() {
        return Ok(Vec::new());
    }
    let known: Vec<&str> = views.iter().map(|view| view.name.as_str()).collect();
    connection.qualify_names().await?;
    let parameters: [&(dyn ToSql + Sync); 2] = [&version.as_str(), &known];
    let mut shown = BTreeMap::new();
    for row in connection.query(&sql!(file "catalog/views.sql"), &parameters).await? {
        shown.insert(row.get::<_, String>(0), json::<ShownView>(&row, 1)?);
    }
    let as_shown = |view: &View| view.clone().shown_as(shown.remove(view.name.as_str()));
    Ok(views.iter().map(as_shown).collect())
}

impl Probe<'_> {
    /// Makes every view, one over the other, and takes them all away again. `false` when one was
    /// rejected.
    pub(super) async fn try_views(
        &mut self,
        views: &VersionViews,
        answers: &mut Answers,
    ) -> Result<bool, Error> {
        self.connection.batch(&sql!("SAVEPOINT views")).await?;
        let (before, version) = (self.rejections.len(), names::probe_version());
        self.connection.batch(&sql!("CREATE SCHEMA {s}", s = version)).await?;
        for table in &views.tables {
            self.connection.batch(table).await?;
        }
        let mut missing: BTreeSet<&Name> = BTreeSet::new();
        for trial in &views.views {
            let name = &trial.view.name;
            // What stands on a view that cannot be made would be rejected for that reason alone.
            if missing.iter().any(|missing| trial.view.may_read(missing)) {
                missing.insert(name);
                continue;
            }
            self.connection.batch(&sql!("SAVEPOINT view")).await?;
            match self.try_view(trial, views).await? {
                Ok(columns) => {
                    answers.views.insert(name.clone(), columns);
                }
                Err(rejection) => {
                    self.connection.batch(&sql!("ROLLBACK TO SAVEPOINT view")).await?;
                    self.rejections.push(rejection);
                    missing.insert(name);
                }
            }
        }
        self.connection.batch(&sql!("ROLLBACK TO SAVEPOINT views")).await?;
        Ok(self.rejections.len() == before)
    }

    /// Makes one view; its columns, or why it cannot be made.
    async fn try_view(
        &self,
        trial: &ViewTrial,
        views: &VersionViews,
    ) -> Result<Result<Vec<Name>, Rejection>, Error> {
        let connection = self.connection;
        let (version, rest) = (names::probe_version(), connection.search_path());
        connection.batch(&sql!("SET LOCAL search_path = {v}, {r}", v = version, r = rest)).await?;
        for statement in &trial.statements {
            // The extended protocol takes one statement only.
            match connection.execute(&statement.statement, &[]).await {
                Ok(_) => {}
                Err(error) => match error.refused() {
                    Some(refused) if error.is_permanent() => {
                        return Ok(Err(refuse(trial, statement, refused)));
                    }
                    _ => return Err(error),
                },
            }
        }
        connection.qualify_names().await?;
        let made = QualifiedName::new(&version, trial.view.name.ident()).to_string();
        if let Some(rejection) = self.reads_past(trial, views, &made).await? {
            return Ok(Err(rejection));
        }
        let rows = connection.ask(&sql!(file "catalog/view_columns.sql"), &[&made]).await?;
        let columns = rows.iter().map(|row| Name::new(row.get::<_, String>(0)));
        let columns: Result<Vec<Name>, _> = columns.collect();
        Ok(Ok(columns.map_err(|error| Error::Answer(error.to_string()))?))
    }

    /// A view that reads a table itself would keep its columns from being replaced, and show their
    /// storage names.
    async fn reads_past(
        &self,
        trial: &ViewTrial,
        views: &VersionViews,
        made: &str,
    ) -> Result<Option<Rejection>, Error> {
        let version = views.version.as_ref().map(Ident::as_str);
        let parameters: [&(dyn ToSql + Sync); 3] = [&made, &self.schema.as_str(), &version];
        let query = sql!(file "catalog/view_reads.sql");
        let rows = self.connection.ask(&query, &parameters).await?;
        let Some(row) = rows.first() else {
            return Ok(None);
        };
        let (schema, relation): (String, String) = (row.get(0), row.get(1));
        let is_known = views.known.iter().any(|known| known.as_str() == relation);
        let (message, hint) = if schema == self.schema.as_str() && !is_known {
            let message = format!("the new version has no table `{relation}`");
            (message, "a view reads the tables and views that the version shows")
        } else {
            let message = format!("it reads `{schema}.{relation}`, past the new version");
            (message, "leave the schema out: the name alone is what the version shows")
        };
        Ok(Some(rejection(trial, &trial.statements[0], None, &message, Some(hint.into()))))
    }
}

/// What Postgres has against a view.
fn refuse(trial: &ViewTrial, statement: &ViewStatement, refused: &Refused) -> Rejection {
    let position = refused.position.zip(statement.prefix);
    let offset = position.and_then(|(position, prefix)| position.checked_sub(prefix));
    rejection(trial, statement, offset, &refused.message, said_besides(refused))
}

fn rejection(
    trial: &ViewTrial,
    statement: &ViewStatement,
    offset: Option<usize>,
    message: &str,
    hint: Option<String>,
) -> Rejection {
    let path = statement.path.clone();
    if trial.is_made {
        return Rejection { path, offset, message: message.to_owned(), hint };
    }
    let name = &trial.view.name;
    let message = format!("the view `{name}` does not fit the new version: {message}");
    let hint = "take it away with `drop_view` in this migration, and make it anew with \
                `create_view` where it is still wanted";
    Rejection { path, offset: None, message, hint: Some(hint.into()) }
}
