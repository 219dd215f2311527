//! Enum types and functions, which versions share: made before everything else, dropped after it.

use super::shown_types::rename_type;
use super::view::give;
use super::{Compiler, raw};
use crate::operation::{
    Gone, Made, Question, RawSql, Rejection, Renewed, USED_UNTIL_COMPLETE, create_enum,
};
use crate::plan::{Step, names};
use crate::schema::{Name, Table};
use crate::sql;
use crate::sql::{Expression, Ident, Literal, QualifiedName, Sql};

impl Compiler<'_> {
    fn in_base(&self, name: &Ident) -> QualifiedName {
        QualifiedName::new(&self.before.name, name)
    }

    /// What operations behind may use.
    pub(super) fn objects(&self) -> Vec<Step> {
        let made = self.draft.objects.iter().filter_map(|made| self.made(made));
        made.chain(self.draft.renewed.iter().map(|renewed| self.renewed(renewed))).collect()
    }

    fn made(&self, made: &Made) -> Option<Step> {
        match made {
            Made::Sql { up, down } => Some(raw::make(up, down.as_deref())),
            Made::Enum(made) => {
                let name = self.in_base(made.name.ident());
                let mut statements = vec![create_enum(&name, &made.values)];
                statements.extend(made.comment.as_ref().map(|text| comment(&name, text)));
                let purpose = format!("make the type `{}`", made.name);
                Some(Step::quiet(purpose, statements).undone_by(drop_type(&name)))
            }
            Made::Function { number, name, create, comment, .. } => {
                let arguments = self.answers.signatures.get(*number)?;
                let function = self.in_base(name.ident());
                let signature = sql!("{f}({a})", f = function, a = arguments);
                let mut statements = vec![create.clone()];
                statements.extend(
                    comment.as_ref().map(|text| {
                        sql!("COMMENT ON FUNCTION {f} IS {c}", f = signature, c = text)
                    }),
                );
                let drop = sql!("DROP FUNCTION {f}", f = signature);
                let undo = Step::quiet(format!("drop the function `{name}`"), vec![drop]);
                let purpose = format!("make the function `{name}`");
                Some(Step::quiet(purpose, statements).undone_by(undo))
            }
        }
    }

    /// A type with other labels, under its name until contract, for the same roles.
    fn renewed(&self, renewed: &Renewed) -> Step {
        let (old, name) = (&renewed.old, self.in_base(&renewed.storage));
        let mut statements = vec![create_enum(&name, &renewed.values)];
        statements.extend(old.comment.as_ref().map(|text| comment(&name, text)));
        if let Some(grants) = &old.grants {
            let on = Expression::from_catalog(format!("TYPE {name}"));
            statements.push(sql!("REVOKE ALL ON {on} FROM PUBLIC", on = on));
            let of_others =
                grants.iter().filter(|grant| grant.grantee.as_ref() != Some(&old.owner));
            statements.extend(of_others.map(|grant| give(grant, None, &on)));
        }
        if old.owner != self.before.role {
            statements.push(sql!("ALTER TYPE {t} OWNER TO {o}", t = name, o = old.owner));
        }
        let purpose = format!("make the type `{}` of the new version", old.name);
        Step::quiet(purpose, statements).undone_by(drop_type(&name))
    }

    /// What goes or takes its name, when no table needs it any more. Functions stand on types.
    pub(super) fn settle_objects(&self) -> Vec<Step> {
        let (types, functions): (Vec<&Gone>, Vec<&Gone>) =
            self.draft.gone.iter().partition(|gone| gone.is_type);
        let gone = functions.into_iter().chain(types);
        let mut steps: Vec<Step> = gone
            .map(|gone| Step::quiet(format!("drop {}", gone.what), vec![gone.drop.clone()]))
            .collect();
        for renewed in &self.draft.renewed {
            let (old, new) = (renewed.old.name.ident(), self.in_base(&renewed.storage));
            steps.push(drop_type(&self.in_base(old)));
            let purpose = format!("name the type `{}`", old.as_str());
            steps.push(Step::quiet(purpose, vec![rename_type(&new, old)]));
        }
        for late in &self.draft.late {
            let purpose = format!("give `{}` the label `{}`", late.name, late.value);
            steps.push(Step::quiet(purpose, vec![late.add.clone()]));
        }
        steps.extend(self.steps_in_complete());
        steps
    }

    /// Whether types or functions go in contract, or may go.
    pub(super) fn takes_objects_away(&self) -> bool {
        let draft = self.draft;
        let is_late = |raw: &RawSql| raw.on_complete && raw.transaction;
        !draft.gone.is_empty() || !draft.renewed.is_empty() || draft.raw.iter().any(is_late)
    }

    /// What goes and is still used by a table as the migration leaves it.
    pub(super) fn still_used(&self) -> Vec<Rejection> {
        let gone = self.draft.gone.iter();
        gone.filter_map(|gone| {
            let tables = self.answers.outcome.iter();
            let user = tables.filter_map(|table| mentions(table, &gone.hidden)).next()?;
            Some(Rejection {
                path: gone.path.clone(),
                offset: None,
                message: format!("{user} uses {}", gone.what),
                hint: Some("change or drop that first, in an operation before this one".into()),
            })
        })
        .collect()
    }

    /// Functions that are made under the name, and with the arguments, of one that goes.
    pub(super) fn made_too_early(&self) -> Vec<Rejection> {
        let questions = self.draft.questions.iter();
        let made = questions.filter_map(|question| match question {
            Question::Function { path, function, .. } => Some((path, &function.name)),
            _ => None,
        });
        let made = made.zip(&self.answers.signatures);
        let early = made.filter_map(|((path, name), arguments)| {
            let hidden = names::gone(&Name::from(name.clone()), arguments.as_str());
            let gone = self.draft.gone.iter().find(|gone| gone.hidden == hidden)?;
            Some(Rejection {
                path: format!("{path}.name"),
                offset: None,
                message: format!("{} is there until `complete`", gone.what),
                hint: Some(USED_UNTIL_COMPLETE.into()),
            })
        });
        early.collect()
    }

    /// What the reader of the plan should know.
    pub(super) fn notes_on_objects(&self) -> Vec<String> {
        let (version, base) = (self.version_schema.as_str(), self.before.name.as_str());
        let renewed = self.draft.renewed.iter();
        let renewed = renewed.map(|renewed| {
            let name = &renewed.old.name;
            if self.draft.schema.view(name).is_some() {
                return format!("until `complete`, the type `{name}` is the old version's");
            }
            format!(
                "until `complete`, the type `{name}` of the new version is `{version}.{name}`, and \
                 `{base}.{name}` the old version's"
            )
        });
        let late =
            self.draft.late.iter().map(|late| {
                format!("neither version can write `{}` before `complete`", late.value)
            });
        renewed.chain(late).collect()
    }
}

/// What in a table still has the hidden name, which occurs nowhere else.
fn mentions(table: &Table, hidden: &Ident) -> Option<String> {
    let has = |text: &Expression| text.as_str().contains(hidden.as_str());
    let generated = |column: &crate::schema::Column| match &column.generated {
        Some(crate::schema::Generated::Stored(text) | crate::schema::Generated::Virtual(text)) => {
            has(text)
        }
        _ => false,
    };
    let mut columns = table.columns.iter();
    if let Some(column) = columns.find(|column| {
        has(&column.type_name) || column.default.as_ref().is_some_and(has) || generated(column)
    }) {
        return Some(format!("the column `{}.{}`", table.name, column.name));
    }
    let mut constraints = table.constraints.iter();
    if let Some(constraint) = constraints.find(|constraint| has(&constraint.definition)) {
        return Some(format!("the constraint `{}`", constraint.name.as_str()));
    }
    let index = table.indexes.iter().find(|index| has(&index.definition))?;
    Some(format!("the index `{}`", index.name.as_str()))
}

fn comment(name: &QualifiedName, text: &str) -> Sql {
    sql!("COMMENT ON TYPE {t} IS {c}", t = name, c = Literal::new(text))
}

fn drop_type(name: &QualifiedName) -> Step {
    let purpose = match name.name.as_str().strip_prefix(names::PREFIX) {
        None => format!("drop the type `{}`", name.name.as_str()),
        Some(_) => "drop the type of the new version".to_owned(),
    };
    Step::quiet(purpose, vec![sql!("DROP TYPE {t}", t = name)])
}
