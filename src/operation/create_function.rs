//! `create_function`: makes a function.
//!
//! ```json
//! {"create_function": {"name": "cents", "arguments": "price numeric", "returns": "integer",
//!                      "body": "SELECT round(price * 100)::integer", "volatility": "immutable"}}
//! ```
//!
//! It is in the base schema from `start` on, where both versions may call it, and so may the `up`,
//! checks and defaults of operations behind this one. Rollback drops it. Its body runs with the search
//! path of whoever calls it, a version's too, unless `set` gives it a `search_path` of its own.

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::Operate;
use super::draft::Draft;
use super::field::given;
use super::question::Parts;
use super::rejection::Rejected;
use super::setting::Setting;
use crate::schema::Name;
use crate::sql;
use crate::sql::{Body, Expression, Ident, Literal, Separated, Sql, commas};

/// Makes a function.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct CreateFunction {
    /// Its name.
    pub name: Name,
    /// Its arguments as in CREATE FUNCTION: `a integer, b text DEFAULT 'x'`.
    #[serde(default)]
    pub arguments: String,
    /// What it returns, as behind RETURNS: `text`, `SETOF users`, `TABLE (id integer)`.
    pub returns: String,
    /// The language of the body.
    #[serde(default = "in_sql")]
    pub language: Name,
    /// The body.
    pub body: String,
    /// What its result depends on.
    #[serde(default)]
    pub volatility: Volatility,
    /// Whether it is NULL where an argument is, without being called.
    #[serde(default)]
    pub strict: bool,
    /// Whether it runs with the rights of its owner.
    #[serde(default)]
    pub security_definer: bool,
    /// Whether a parallel query may call it.
    #[serde(default)]
    pub parallel: Parallel,
    /// Settings while it runs, such as `search_path`: a text, a number, true or false, or a list where
    /// the setting is one.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub set: BTreeMap<String, Setting>,
    /// A comment.
    #[serde(default, deserialize_with = "given", skip_serializing_if = "Option::is_none")]
    #[schemars(with = "String")]
    pub comment: Option<String>,
}

/// What a function's result depends on (manual, section 38.7).
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Volatility {
    /// On anything.
    #[default]
    Volatile,
    /// On its arguments and the tables, within one statement.
    Stable,
    /// On its arguments alone.
    Immutable,
}

/// Whether a parallel query may call a function.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Parallel {
    /// No.
    #[default]
    Unsafe,
    /// Only its leader.
    Restricted,
    /// Yes.
    Safe,
}

fn in_sql() -> Name {
    Name::from(Ident::new("sql").expect("three bytes"))
}

impl Operate for CreateFunction {
    fn change(&self, draft: &mut Draft) -> Result<(), Rejected> {
        draft.reserved(&self.name, "name")?;
        if self.body.contains('\0') {
            return Err(draft.reject("body", "Postgres has no NUL character in text"));
        }
        let create = self.create(draft)?;
        let types = [&self.arguments, &self.returns].map(Expression::from_catalog);
        let names = types.iter().flat_map(Expression::names).collect();
        let comment = self.comment.as_deref().map(Literal::new);
        draft.make_function(&self.name, create, names, comment);
        Ok(())
    }
}

impl CreateFunction {
    /// The statement, and how many characters of it come before each field.
    fn create(&self, draft: &mut Draft) -> Result<(Sql, Parts), Rejected> {
        let arguments = match self.arguments.trim() {
            "" => Expression::from_catalog(""),
            text => draft.expression("arguments", text)?,
        };
        let returns = draft.expression("returns", &self.returns)?;
        for (field, text) in [("arguments", &arguments), ("returns", &returns)] {
            draft.no_renewed_type(field, text)?;
        }
        let mut settings = Vec::new();
        for (name, value) in &self.set {
            settings.push(self.setting(draft, name, value)?);
        }
        // Every option is said, so that none can be slipped in behind a type: twice is an error.
        let length = |sql: &Sql| sql.as_str().chars().count();
        let name = sql!("CREATE FUNCTION {f}(", f = draft.in_base(&self.name));
        let head = sql!("{n}{a}\n) RETURNS ", n = name, a = arguments);
        let types = sql!("{h}{r}\n ", h = head, r = returns);
        let before = sql!(
            "{t}LANGUAGE {l} {o}{s} AS ",
            t = types,
            l = self.language.ident(),
            o = Expression::from_catalog(self.options()),
            s = Separated::by("", settings),
        );
        let body = Body::new(self.body.clone());
        let quoted = body.to_string();
        let tag = quoted[1..].find('$').map_or(0, |end| end + 2);
        let parts = vec![
            ("arguments", length(&name)),
            ("returns", length(&head)),
            ("language", length(&types)),
            ("body", length(&before) + tag),
        ];
        Ok((sql!("{b}{x}", b = before, x = body), parts))
    }

    fn options(&self) -> String {
        let volatility = match self.volatility {
            Volatility::Volatile => "VOLATILE",
            Volatility::Stable => "STABLE",
            Volatility::Immutable => "IMMUTABLE",
        };
        let strict = if self.strict { "STRICT" } else { "CALLED ON NULL INPUT" };
        let security = if self.security_definer { "DEFINER" } else { "INVOKER" };
        let parallel = match self.parallel {
            Parallel::Unsafe => "UNSAFE",
            Parallel::Restricted => "RESTRICTED",
            Parallel::Safe => "SAFE",
        };
        format!("{volatility} {strict} SECURITY {security} PARALLEL {parallel}")
    }

    fn setting(&self, draft: &mut Draft, name: &str, value: &Setting) -> Result<Sql, Rejected> {
        let field = format!("set.{name}");
        let setting = draft.qualified(&field, name)?;
        let values = match value {
            Setting::One(one) if name == "search_path" && one.contains(',') => {
                let message = "this is one schema with a comma in its name";
                return Err(draft.reject_with(&field, message, "give a list of schemas"));
            }
            Setting::One(one) => std::slice::from_ref(one),
            Setting::List(list) if list.is_empty() => {
                let message = "an empty list sets nothing";
                return Err(draft.reject_with(&field, message, "give `\"\"` for an empty one"));
            }
            Setting::List(list) => list,
        };
        let values = commas(values.iter().map(Literal::new));
        Ok(sql!(" SET {n} TO {v}", n = setting, v = values))
    }
}
