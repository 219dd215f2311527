//! Types whose labels change, under the names that the new version calls them by. From `activate` until contract
//! they are in its schema: drivers look for an enum by its name there, and clients cast to it.
//!
//! Functions of PL/pgSQL keep their text, and look up a type in it when they are first run. Those which name such
//! a type are made anew in the same transaction, in which nobody writes.

use super::Compiler;
use super::table::TableChange;
use super::view;
use crate::operation::Renewed;
use crate::plan::Step;
use crate::sql;
use crate::sql::{Ident, QualifiedName, Sql};

/// A function of PL/pgSQL that runs from `activate` on.
struct LiveFunction<'a> {
    table: &'a QualifiedName,
    /// Its text while the types have their hidden names.
    hidden: Sql,
    /// Its text while they are shown.
    shown: Sql,
}

impl LiveFunction<'_> {
    fn names_types(&self) -> bool {
        self.hidden != self.shown
    }
}

impl Compiler<'_> {
    /// Text that names types as `start` makes them, with the names that they have while the version is shown.
    pub(super) fn with_shown_types(&self, text: &Sql) -> Sql {
        self.shown_renewed().fold(text.clone(), |text, renewed| {
            text.renaming(&self.hidden_type(renewed), &self.shown_type(renewed))
        })
    }

    /// Their names there.
    pub(super) fn shown_types(&self) -> Vec<Ident> {
        self.shown_renewed().map(|renewed| renewed.old.name.ident().clone()).collect()
    }

    /// A view of the users' own has its type's name, which is in no base schema: where that is the name of the
    /// enum, the enum keeps its hidden one.
    fn shown_renewed(&self) -> impl Iterator<Item = &Renewed> {
        let is_free = |name| self.draft.schema.view(name).is_none();
        self.draft.renewed.iter().filter(move |renewed| is_free(&renewed.old.name))
    }

    fn hidden_type(&self, renewed: &Renewed) -> QualifiedName {
        QualifiedName::new(&self.before.name, &renewed.storage)
    }

    fn shown_type(&self, renewed: &Renewed) -> QualifiedName {
        QualifiedName::new(&self.version_schema, renewed.old.name.ident())
    }

    /// Shows the version and its types, and has the sync functions know both versions.
    pub(super) fn activate(&self, changes: &[TableChange<'_>]) -> Step {
        let functions: Vec<LiveFunction<'_>> =
            changes.iter().flat_map(|change| self.functions(change)).collect();
        let naming = || functions.iter().filter(|function| function.names_types());
        // Nobody is in the middle of a function that looks up a type by a name which it has no more.
        let mut tables: Vec<&QualifiedName> = naming().map(|function| function.table).collect();
        tables.dedup();
        let shown = functions.iter().map(|function| function.shown.clone());
        let hidden = naming().map(|function| function.hidden.clone());
        view::show(
            &self.version_schema,
            &tables,
            self.moving_types(Self::show_type).chain(shown).collect(),
            self.moving_types(Self::hide_type).chain(hidden).collect(),
        )
    }

    /// What `activate` makes for a table: the sync function, and of the others those that name a type.
    fn functions<'c>(&self, change: &'c TableChange<'_>) -> impl Iterator<Item = LiveFunction<'c>> {
        let function = |hidden: Sql| {
            let shown = self.with_shown_types(&hidden);
            LiveFunction { table: &change.table, hidden, shown }
        };
        let further = change.functions_beside_sync().into_iter().map(function);
        let further = further.filter(LiveFunction::names_types);
        change.live_sync().into_iter().map(function).chain(further)
    }

    /// The first of contract: what follows names the types as `start` made them.
    pub(super) fn hide_types(&self) -> Option<Step> {
        let statements: Vec<Sql> = self.moving_types(Self::hide_type).collect();
        let purpose = "take the new version's types out of its schema";
        (!statements.is_empty()).then(|| Step::quiet(purpose, statements))
    }

    fn moving_types(&self, one: fn(&Self, &Renewed) -> [Sql; 2]) -> impl Iterator<Item = Sql> {
        self.shown_renewed().flat_map(move |renewed| one(self, renewed))
    }

    fn show_type(&self, renewed: &Renewed) -> [Sql; 2] {
        let (hidden, shown) = (self.hidden_type(renewed), self.shown_type(renewed));
        let moved = QualifiedName::new(&shown.schema, &hidden.name);
        [
            sql!("ALTER TYPE {t} SET SCHEMA {s}", t = hidden, s = shown.schema),
            rename_type(&moved, &shown.name),
        ]
    }

    fn hide_type(&self, renewed: &Renewed) -> [Sql; 2] {
        let (hidden, shown) = (self.hidden_type(renewed), self.shown_type(renewed));
        let named = QualifiedName::new(&shown.schema, &hidden.name);
        [
            rename_type(&shown, &hidden.name),
            sql!("ALTER TYPE {t} SET SCHEMA {s}", t = named, s = hidden.schema),
        ]
    }
}

pub(super) fn rename_type(name: &QualifiedName, to: &Ident) -> Sql {
    sql!("ALTER TYPE {n} RENAME TO {t}", n = name, t = to)
}
