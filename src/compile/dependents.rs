//! What stands on columns that are replaced is dropped in contract, behind all locks, and made again on the
//! new columns once they have the names, as Postgres printed it beforehand. The rehearsal has made all of it
//! on the copies.

use super::Compiler;
use super::table::TableChange;
use crate::operation::{DROP_IT_BEFORE, Deal, Mention, RawSql, Rejection, WholeRows};
use crate::plan::{Step, ddl};
use crate::schema::{Carried, CarriedKind, Carrying, Dependent, Name, ReplicaIdentity, Table};
use crate::sql::Ident;

impl Compiler<'_> {
    fn carried(&self) -> &[Carried] {
        &self.answers.carried
    }

    /// Views are locked before the tables, the last first: in this order their readers lock them.
    pub(super) fn lock_dependents(&self) -> Vec<Step> {
        let views = self.carried().iter().rev();
        let views = views.filter_map(|one| Some((one.relation.as_ref()?, one.owner.as_ref()?)));
        views.map(|(view, owner)| ddl::lock_view(view, owner)).collect()
    }

    /// Each goes before what it stands on.
    pub(super) fn drop_dependents(&self) -> Vec<Step> {
        self.carried().iter().rev().map(ddl::drop_dependent).collect()
    }

    /// Once columns, constraints and types have their names.
    pub(super) fn make_dependents(&self) -> Vec<Step> {
        self.carried().iter().map(ddl::make_dependent).collect()
    }

    /// What has to be as it was when the time comes.
    pub(super) fn carrying(&self) -> Option<Carrying> {
        let columns = &self.draft.carried;
        (!self.carried().is_empty()).then(|| Carrying {
            tables: columns.iter().map(|one| one.table.clone()).collect(),
            columns: columns.iter().map(|one| one.column.clone()).collect(),
            found: self.carried().to_vec(),
        })
    }

    /// What the rehearsal cannot show: that a name means something else in the end.
    pub(super) fn unfit_dependents(&self, changes: &[TableChange<'_>]) -> Vec<Rejection> {
        let Some(first) = self.draft.carried.first() else {
            return Vec::new();
        };
        let reject = |message: String, hint: &str| Rejection {
            path: first.path.clone(),
            offset: None,
            message,
            hint: Some(hint.to_owned()),
        };
        let mut rejections = Vec::new();
        for one in self.carried() {
            if let Some(column) = self.renames(one, changes) {
                let message = format!(
                    "{} reads {column}, which has another name in the end",
                    one.description
                );
                rejections.push(reject(message, "rename it in a migration of its own"));
            }
            let name = one.relation.as_ref().map(|view| Name::from(view.name.clone()));
            let name = name.filter(|_| one.kind == CarriedKind::View);
            let reader = name.and_then(|name| {
                let mut views = self.draft.schema.views.iter().chain(&self.before.views);
                views.find(|view| view.may_read(&name))
            });
            if let Some(reader) = reader {
                let message =
                    format!("the version's view `{}` may read {}", reader.name, one.description);
                rejections.push(reject(message, DROP_IT_BEFORE));
            }
        }
        let late = self.draft.raw.iter().any(|raw: &RawSql| raw.on_complete);
        let types = !self.draft.renewed.is_empty() || !self.draft.gone.is_empty();
        if let Some(one) = self.carried().first().filter(|_| late || types) {
            let what = if late { "SQL on complete" } else { "a type or a function that goes" };
            let message = format!(
                "{} is made again at `complete`, which is not possible beside {what}",
                one.description
            );
            rejections.push(reject(message, "make two migrations of this one"));
        }
        rejections
    }

    /// A column of the object's that is called otherwise in the end.
    fn renames(&self, one: &Carried, changes: &[TableChange<'_>]) -> Option<String> {
        let reads = |other: &&Dependent| other.description == one.description;
        self.before.tables.values().find_map(|before| {
            let columns: Vec<&Ident> =
                before.dependents.iter().filter(reads).flat_map(|other| &other.columns).collect();
            let change = changes.iter().find(|change| change.before.storage == before.storage)?;
            let renamed = change.after.name.ident() != &before.storage;
            let moved =
                columns.into_iter().find(|column| renamed || !stays(change, before, column));
            moved.map(|column| format!("`{}.{}`", before.name, column.as_str()))
        })
    }

    /// What the reader of the plan should know.
    pub(super) fn notes_on_dependents(&self) -> Vec<String> {
        let columns = &self.draft.carried;
        let note = |one: &Carried| {
            let standing = columns.get(one.number)?;
            let (table, column) = (standing.table.as_str(), standing.column.as_str());
            let what = &one.description;
            Some(format!(
                "{what} is made again at `complete`, on the new `{table}.{column}`: make sure that it \
                 means what it should"
            ))
        };
        let mentions = self.answers.mentions.iter().map(|one| self.note_on_mention(one));
        self.carried()
            .iter()
            .filter_map(note)
            .chain(mentions)
            .chain(self.notes_on_strays())
            .chain(self.answers.whole_rows.iter().map(note_on_whole_rows))
            .collect()
    }

    fn note_on_mention(&self, Mention { function, table, column, .. }: &Mention) -> String {
        let what = match column {
            Some(column) => format!("`{table}.{column}`, which goes, or becomes another one,"),
            None => {
                let mut tables = self.draft.schema.tables.values();
                let renamed = tables.find(|one| one.storage.as_str() == table);
                let name = renamed.map_or(table.as_str(), |renamed| renamed.name.as_str());
                format!("`{table}`, which becomes `{name}`")
            }
        };
        format!(
            "the function `{function}` mentions {what} at `complete`: Postgres does not look into its body \
             before it runs"
        )
    }

    /// Functions that triggers call, and that see another version's tables as soon as that writes.
    fn notes_on_strays(&self) -> Vec<String> {
        let mut notes: Vec<String> = Vec::new();
        let base = Ident::to_string(&self.before.name);
        for Mention { function, table, .. } in self.answers.mentions.iter().filter(|one| one.strays)
        {
            let note = format!(
                "a trigger calls `{function}`, which names `{table}` without a schema and has no search path of \
                 its own: when the new version writes, that is looked for in the new version. `ALTER FUNCTION \
                 {function} SET search_path = {base}, pg_temp` has it mean the table itself"
            );
            if !notes.contains(&note) {
                notes.push(note);
            }
        }
        notes
    }
}

impl TableChange<'_> {
    /// REPLICA IDENTITY FULL means all columns, and Postgres refuses updates where a publication lists only
    /// some of them.
    pub(super) fn starves_publication(&self) -> Option<Rejection> {
        let is_full = self.before.replica_identity == ReplicaIdentity::Full;
        let publication = self.before.listed_by.first().filter(|_| is_full)?;
        let new = self.new_columns().into_iter().next()?;
        let column = self.shown_column(&new.storage);
        let message = format!(
            "the publication `{}` lists columns of `{}`, whose replica identity is all of them: with \
             {column}, updates would be refused",
            publication.as_str(),
            self.before.name
        );
        let made = (self.before.storage.clone(), new.storage);
        let path = self.compiler.draft.makers.columns.get(&made).map(String::as_str);
        let hint = "give the table another replica identity before, by `set_replica_identity`, or publish all \
                    columns";
        Some(self.refusal(path, message, hint))
    }
}

/// What becomes of a function that counts on the columns that a table has.
fn note_on_whole_rows(WholeRows { function, table, deal }: &WholeRows) -> String {
    let (deals, then) = match deal {
        Deal::Puts => (
            "takes whole rows of",
            "where it puts them into another table, every write fails from then on",
        ),
        Deal::Gives => (
            "gives whole rows of",
            "where it gets them by `SELECT *` of a version's view, it fails from then on",
        ),
        Deal::Tells => (
            "makes values of whole rows of",
            "what it stores or sends has those that begin with `_straddle_`, too",
        ),
    };
    format!(
        "the function `{function}` {deals} `{table}`, which has the columns of both versions from `start` to \
         `complete`: {then}. Have it name the columns before"
    )
}

/// Whether the name means the same column in the end, or what replaces it.
fn stays(change: &TableChange<'_>, before: &Table, column: &Ident) -> bool {
    let Some(name) = before.stored(column).map(|column| &column.name) else {
        return true;
    };
    change.after.column(name).is_some_and(|after| {
        let replaced = change.replaced(&after.storage).map(|old| &old.storage);
        &after.storage == column || replaced == Some(column)
    })
}
