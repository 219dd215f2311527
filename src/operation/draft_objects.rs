//! Enum types and functions, which versions share: what is made for all operations behind, and what
//! goes at `complete`.

use std::collections::BTreeSet;

use super::draft::Draft;
use super::near::meant;
use super::question::{Parts, Question};
use super::rejection::Rejected;
use crate::plan::names;
use crate::schema::{EnumType, Function, Name, User};
use crate::sql;
use crate::sql::{Expression, Ident, Literal, QualifiedName, Sql, commas};

/// Something that is made in the base schema before anything else, in the order of the file.
#[derive(Debug, Clone)]
pub(crate) enum Made {
    /// An enum type.
    Enum(EnumType),
    /// A function.
    Function {
        /// Which of the answers tells its signature.
        number: usize,
        /// Its name.
        name: Name,
        /// The statement.
        create: Sql,
        /// The names that occur in the types of its arguments and of its result.
        names: BTreeSet<String>,
        /// Its comment.
        comment: Option<Literal>,
    },
    /// What SQL of the user's makes.
    Sql {
        /// The statements.
        up: String,
        /// The statements that take it back.
        down: Option<String>,
    },
}

/// A type or function that `complete` drops. In the rehearsal it has another name from then on, so
/// that what still uses it shows.
#[derive(Debug, Clone)]
pub(crate) struct Gone {
    /// The operation that asks for it.
    pub path: String,
    /// What it is: "the type `mood`".
    pub what: String,
    /// Whether it is a type: functions stand on types.
    pub is_type: bool,
    /// Its name in the rehearsal.
    pub hidden: Ident,
    /// As `pg_describe_object` says it, for a function: what that one uses is free.
    pub description: Option<String>,
    /// Drops it.
    pub drop: Sql,
}

/// What to do where a migration of another base schema, which is live, is in the way.
pub(super) const OF_ANOTHER_SCHEMA: &str =
    "complete the migration of the other base schema that made it, or roll it back, before";

/// What to do about a name that is in use until `complete`.
pub(crate) const USED_UNTIL_COMPLETE: &str =
    "choose another name, or use the name in the next migration";

impl Draft {
    /// Where a name of the base schema points to.
    pub(super) fn in_base(&self, name: &Name) -> QualifiedName {
        QualifiedName::new(&self.schema.name, name.ident())
    }

    /// An enum type of the base schema.
    pub(super) fn enum_type(&mut self, name: &Name, field: &str) -> Result<EnumType, Rejected> {
        if let Some(found) = self.schema.enums.get(name) {
            return Ok(found.clone());
        }
        let known: Vec<&str> = self.schema.enums.keys().map(Name::as_str).collect();
        let hint = meant(name.as_str(), &known);
        let base = self.schema.name.as_str();
        let message = format!("there is no enum type `{name}` in `{base}`");
        Err(self.reject_at(field, None, message, hint))
    }

    /// The function with this name and these argument types.
    pub(super) fn function(
        &mut self,
        name: &Name,
        arguments: Option<&str>,
    ) -> Result<Function, Rejected> {
        let named = self.schema.functions.iter().filter(|function| &function.name == name);
        let named: Vec<Function> = named.cloned().collect();
        if named.is_empty() {
            let known: Vec<&str> = self.schema.functions.iter().map(|f| f.name.as_str()).collect();
            let hint = meant(name.as_str(), &known);
            let message =
                format!("there is no function `{name}` in `{}`", self.schema.name.as_str());
            return Err(self.reject_at("name", None, message, hint));
        }
        let list = |functions: &[Function]| {
            let list: Vec<String> =
                functions.iter().map(|f| format!("`{}`", f.arguments.as_str())).collect();
            format!("the types of its arguments: {}", list.join(" or "))
        };
        match (arguments, named.as_slice()) {
            (None, [only]) => Ok(only.clone()),
            (None, several) => {
                let message = format!("there are {} functions `{name}`", several.len());
                let hint = format!("give `arguments`, {}", list(several));
                Err(self.reject_with("name", message, hint))
            }
            (Some(arguments), several) => {
                let plain = |text: &str| text.split_whitespace().collect::<Vec<_>>().join(" ");
                let is_meant = |one: &&Function| plain(one.arguments.as_str()) == plain(arguments);
                if let Some(found) = several.iter().find(is_meant) {
                    return Ok(found.clone());
                }
                let message = format!("there is no function `{name}({arguments})`");
                let hint = format!("give {}", list(several));
                Err(self.reject_with("arguments", message, hint))
            }
        }
    }

    /// Has Postgres make a function, and say what its arguments are. `parts` are the fields that are in
    /// the statement, and how many characters come before each.
    pub(super) fn make_function(
        &mut self,
        name: &Name,
        (create, parts): (Sql, Parts),
        names: BTreeSet<String>,
        comment: Option<Literal>,
    ) {
        let path = self.path_of("");
        let function = self.in_base(name);
        let statement = create.clone();
        self.questions.push(Question::Function { path, statement, parts, function });
        let number = self.functions;
        self.functions += 1;
        self.objects.push(Made::Function { number, name: name.clone(), create, names, comment });
    }

    /// Refuses what uses a type or function that goes, as far as the catalog tells. Of tables that
    /// are changed, the rehearsal tells.
    pub(super) fn nothing_uses(&mut self, what: &str, users: &[User]) -> Result<(), Rejected> {
        let stays = |user: &&User| {
            let table = user.table.as_ref();
            let gone = |gone: &Gone| gone.description.as_ref() == Some(&user.description);
            !self.gone.iter().any(gone)
                && table.is_none_or(|table| {
                    !self.touched.contains(table)
                        && self.schema.tables.values().any(|known| &known.storage == table)
                })
        };
        let user = User::foremost(users.iter().filter(stays));
        match user.map(|user| (user.description.clone(), user.is_ours)) {
            None => Ok(()),
            Some((user, is_ours)) => {
                let message = format!("{user} uses {what}");
                let hint = "change or drop that first, in an operation before this one";
                let hint = if is_ours { OF_ANOTHER_SCHEMA } else { hint };
                Err(self.reject_with("name", message, hint))
            }
        }
    }

    /// A type or a function goes at `complete`; operations behind this one do not find it.
    pub(super) fn goes(&mut self, rename: Sql, gone: Gone) {
        self.rehearse("name", rename);
        self.gone.push(gone);
    }

    /// Refuses the name of a type that is there until `complete`.
    pub(super) fn no_type_goes(&mut self, name: &Name, field: &str) -> Result<(), Rejected> {
        let hidden = hidden(name, "");
        if self.gone.iter().any(|gone| gone.is_type && gone.hidden == hidden) {
            let message = format!("the type `{name}` is there until `complete`");
            return Err(self.reject_with(field, message, USED_UNTIL_COMPLETE));
        }
        Ok(())
    }

    /// Refuses a type's name that is taken.
    pub(super) fn new_type_name(&mut self, name: &Name, field: &str) -> Result<(), Rejected> {
        self.reserved(name, field)?;
        self.no_type_goes(name, field)?;
        if self.schema.enums.contains_key(name) {
            return Err(self.reject(field, format!("there is a type `{name}` already")));
        }
        // Every relation has a type of its name.
        if self.schema.holds_relation(name.ident()) || self.schema.tables.contains_key(name) {
            return Err(self.reject(field, format!("there is a relation `{name}` already")));
        }
        Ok(())
    }

    /// A label that Postgres takes.
    pub(super) fn label(&mut self, label: &str, field: &str) -> Result<(), Rejected> {
        let most = 63;
        if label.len() > most || label.contains('\0') {
            let bytes = label.len();
            let message = format!("`{label}` has {bytes} bytes; a label has {most} at the most");
            return Err(self.reject(field, message));
        }
        Ok(())
    }
}

/// `CREATE TYPE .. AS ENUM (..)`.
#[must_use]
pub(crate) fn create_enum(name: &QualifiedName, values: &[String]) -> Sql {
    let values = values.iter().map(Literal::new);
    sql!("CREATE TYPE {n} AS ENUM ({v})", n = name, v = commas(values))
}

/// `FUNCTION schema.name(types)`.
pub(super) fn signature(function: &QualifiedName, arguments: &Expression) -> Sql {
    sql!("{f}({a})", f = function, a = arguments)
}

/// The name that a type or function which goes has in the rehearsal.
pub(super) fn hidden(name: &Name, arguments: &str) -> Ident {
    names::gone(name, arguments)
}
