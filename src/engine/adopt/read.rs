//! What pgroll's ledger and catalog say, as history and plans.

use serde::Serialize;
use tokio_postgres::Row;
use tokio_postgres::types::Json;

use super::{Adopt, AdoptError};
use crate::compile::{self, Underway};
use crate::database::{Error as DatabaseError, read_schema};
use crate::engine::{DirectoryError, Engine, Error};
use crate::ledger::Adopted;
use crate::migration::document::{self, Format};
use crate::migration::{Content, Migration, contradictions};
use crate::plan::{Guard, Plan, Step};
use crate::schema::{Name, TableOrder};
use crate::sql;
use crate::sql::Ident;

/// What is adopted.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Adoption {
    /// The migrations that pgroll has completed, in order.
    pub completed: Vec<String>,
    /// The one that it is in the middle of.
    pub live: Option<String>,
    /// The newest version schema that is open.
    pub version_schema: Option<String>,
    /// The one before it, while a migration is live.
    pub previous_schema: Option<String>,
    /// Changes past pgroll that it has taken down, and that no file tells.
    pub left_out: Vec<String>,
    /// Older version schemas that are still there, and that nobody will close.
    pub left_open: Vec<String>,
    /// Other base schemas that pgroll manages, and goes on to.
    pub others: Vec<String>,
    /// What is proven first, in words.
    pub proven: Vec<String>,
    /// What is left to be done of the one that is live.
    pub plan: Option<Plan>,
}

/// The same, with what it takes to do it.
pub(super) struct Found {
    pub(super) adoption: Adoption,
    pub(super) history: Vec<Adopted>,
    /// Must find nothing: rows that pgroll has not filled.
    pub(super) unfilled: Vec<Guard>,
    /// Proves what pgroll would prove in its `complete`.
    pub(super) validate: Vec<Step>,
}

/// One row of pgroll's ledger.
struct Told {
    migration: Migration,
    kind: String,
    done: bool,
    version: Ident,
    is_open: bool,
    started_at: String,
    ended_at: String,
}

impl Engine<'_> {
    /// Reads what is there. In the transaction that is open.
    pub(super) async fn found(&self, how: &Adopt) -> Result<Found, Error> {
        let told = self.told(how).await?;
        let base = &self.options.base_schema;
        let (done, underway): (Vec<Told>, Vec<Told>) = told.into_iter().partition(|one| one.done);
        if underway.len() > 1 {
            let found = underway.into_iter().map(|one| one.migration.name).collect();
            return Err(AdoptError::Several { found }.into());
        }
        let left_out: Vec<String> =
            done.iter().filter(|one| one.is_left_out(how)).map(Told::name).collect();
        let version = done.iter().rev().find(|one| one.is_open).map(|one| one.version.clone());
        let left_open =
            done.iter().filter(|one| one.is_open && Some(&one.version) != version.as_ref());
        let left_open: Vec<String> = left_open.map(|one| one.version.as_str().to_owned()).collect();
        let mut history: Vec<Adopted> = Vec::new();
        for one in done.into_iter().filter(|one| !one.is_left_out(how)) {
            let plan = compile::adopted_version(base, &one.version, Vec::new());
            history.push(one.adopted(how, plan));
        }
        // The last one's is the version that the next migration follows.
        if let (Some(last), Some(version)) = (history.last_mut(), &version) {
            last.plan = compile::adopted_version(base, version, self.shown(version).await?);
        }
        let completed = history.iter().map(|one| one.migration.name.clone()).collect();
        let (mut unfilled, mut validate) = (Vec::new(), Vec::new());
        let (mut live, mut plan) = (None, None);
        if let Some(one) = underway.into_iter().next() {
            let adopted = self.underway(&one, version.as_ref()).await?;
            (unfilled, validate) = (adopted.unfilled, adopted.validate);
            plan = Some(adopted.plan.clone());
            live = Some(one.name());
            history.push(Adopted { ended_at: None, ..one.adopted(how, adopted.plan) });
        }
        self.compare(how, &history)?;
        let text = |version: &Ident| version.as_str().to_owned();
        let newest = plan.as_ref().map(|plan| text(&plan.version_schema));
        let adoption = Adoption {
            completed,
            previous_schema: live.as_ref().and(version.as_ref().map(text)),
            live,
            version_schema: newest.or_else(|| version.as_ref().map(text)),
            left_out,
            left_open,
            others: self.others(how).await?,
            proven: validate.iter().map(|step| step.purpose.clone()).collect(),
            plan,
        };
        Ok(Found { adoption, history, unfilled, validate })
    }

    /// The plan of the one that pgroll is in the middle of.
    async fn underway(
        &self,
        one: &Told,
        previous: Option<&Ident>,
    ) -> Result<compile::Adopted, Error> {
        let base = &self.options.base_schema;
        let refused = |found| Error::from(AdoptError::Underway { name: one.name(), found });
        if !one.is_open {
            let version = one.version.as_str();
            return Err(refused(vec![format!("its version schema `{version}` is not there")]));
        }
        let own: Vec<Ident> = previous.into_iter().chain([&one.version]).cloned().collect();
        let schema = read_schema(&self.connection, None, base, &own).await?;
        let schema = self.there(schema)?;
        let mut views = Vec::new();
        if let Some(previous) = previous {
            views = self.shown(previous).await?;
        }
        let previous = previous.map(|version| (version, views.as_slice()));
        let order = self.shown(&one.version).await?;
        let underway = Underway {
            migration: &one.migration,
            schema: &schema,
            version: &one.version,
            order,
            previous,
        };
        underway.adopt().map_err(refused)
    }

    /// The rows of pgroll's ledger.
    async fn told(&self, how: &Adopt) -> Result<Vec<Told>, Error> {
        let table = sql!("{p}.migrations", p = how.pgroll_schema);
        let rows =
            self.connection.query(&sql!(file "pgroll/owner.sql"), &[&table.as_str()]).await?;
        let Some(row) = rows.first() else {
            let schema = how.pgroll_schema.as_str().to_owned();
            return Err(AdoptError::NoLedger { schema }.into());
        };
        if !row.get::<_, bool>(2) {
            return Err(AdoptError::NotOurs { owner: row.get(0), role: row.get(1) }.into());
        }
        let base = self.options.base_schema.as_str();
        let query = sql!(file "pgroll/ledger.sql", pgroll = how.pgroll_schema);
        let rows = self.connection.query(&query, &[&base]).await?;
        if rows.is_empty() {
            return Err(AdoptError::NoHistory { base: base.to_owned() }.into());
        }
        rows.iter().map(told).collect()
    }

    /// The views of a version schema.
    async fn shown(&self, version: &Ident) -> Result<Vec<TableOrder>, Error> {
        let base = self.options.base_schema.as_str();
        let query = sql!(file "pgroll/shown.sql");
        let rows = self.connection.query(&query, &[&base, &version.as_str()]).await?;
        let name = |text: String| {
            Name::new(text).map_err(|error| Error::from(DatabaseError::Answer(error.to_string())))
        };
        let order = |row: &Row| {
            let columns = row.get::<_, Vec<String>>(1).into_iter().map(name);
            Ok(TableOrder {
                table: name(row.get(0))?,
                columns: columns.collect::<Result<_, Error>>()?,
            })
        };
        rows.iter().map(order).collect()
    }

    async fn others(&self, how: &Adopt) -> Result<Vec<String>, Error> {
        let base = self.options.base_schema.as_str();
        let query = sql!(file "pgroll/others.sql", pgroll = how.pgroll_schema);
        let rows = self.connection.query(&query, &[&base]).await?;
        Ok(rows.iter().map(|row| row.get(0)).collect())
    }

    /// Refuses a directory that says something else.
    fn compare(&self, how: &Adopt, history: &[Adopted]) -> Result<(), Error> {
        let Some(files) = &how.files else {
            return Ok(());
        };
        let history: Vec<Migration> = history.iter().map(|one| one.migration.clone()).collect();
        match contradictions(&history, files) {
            found if found.is_empty() => Ok(()),
            found => Err(DirectoryError::Contradicted { found, live: None }.into()),
        }
    }
}

impl Told {
    fn name(&self) -> String {
        self.migration.name.clone()
    }

    /// The file of a directory of which the ledger does not have the content: pgroll takes down what was
    /// changed past it, and writes something else into a baseline's file.
    fn file<'h>(&self, how: &'h Adopt) -> Option<&'h Migration> {
        let mut files = how.files.iter().flatten().filter(|_| self.kind != "pgroll");
        files.find(|file| file.name == self.migration.name)
    }

    /// Whether it was no migration, and no file tells of it.
    fn is_left_out(&self, how: &Adopt) -> bool {
        self.kind == "inferred" && self.file(how).is_none()
    }

    fn adopted(self, how: &Adopt, plan: Plan) -> Adopted {
        let migration = self.file(how).cloned();
        Adopted {
            migration: migration.unwrap_or(self.migration),
            plan,
            started_at: self.started_at,
            ended_at: Some(self.ended_at),
        }
    }
}

fn told(row: &Row) -> Result<Told, Error> {
    let name: String = row.get("name");
    let Json(content) = row.get::<_, Json<serde_json::Value>>("content");
    let read = document::read::<Content>("pgroll's ledger", &content.to_string(), Format::Json);
    let unreadable =
        |reason: String| Error::from(AdoptError::Unreadable { name: name.clone(), reason });
    let (content, _) = read.map_err(|error| unreadable(error.to_string()))?;
    let version = Ident::new(row.get::<_, String>("version_schema"));
    let version = version.map_err(|error| unreadable(error.to_string()))?;
    Ok(Told {
        migration: content.named(name),
        kind: row.get("kind"),
        done: row.get("done"),
        version,
        is_open: row.get("is_open"),
        started_at: row.get("started_at"),
        ended_at: row.get("ended_at"),
    })
}
