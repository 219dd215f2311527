//! The variables that say where the database is: the one door to the process environment.

use super::keyword::KEYWORDS;
use std::collections::BTreeMap;
use std::fmt;

/// Variables that are read beside those that stand for a connection parameter.
const OTHERS: &[&str] = &["HOME", "PGSYSCONFDIR", "USER"];

/// The environment variables that libpq, and so [`Target::resolve`](super::Target::resolve), reads.
///
/// A plain map, so that a test or an embedder can say what it likes without touching the process.
#[derive(Clone, Default)]
pub struct Environment(BTreeMap<String, String>);

impl Environment {
    /// An environment in which nothing is set.
    pub fn empty() -> Self {
        Self::default()
    }

    /// What this process was started with. Only the variables that matter are kept.
    ///
    /// As in libpq, `USER` is the operating system's name for the account where it has one: under
    /// `docker exec` the variable is often not set, and under `sudo` it may be another's.
    pub fn from_process() -> Self {
        let mut environment: Self = std::env::vars_os()
            .filter_map(|(name, value)| Some((name.into_string().ok()?, value.into_string().ok()?)))
            .filter(|(name, _)| matters(name))
            .collect();
        if let Ok(account) = whoami::username() {
            environment.set("USER", account);
        }
        environment
    }

    /// Sets a variable; for tests and embedders.
    pub fn set(&mut self, name: impl Into<String>, value: impl Into<String>) -> &mut Self {
        self.0.insert(name.into(), value.into());
        self
    }

    /// The value of a variable. One that is set to nothing counts as not set, as for libpq.
    pub fn var(&self, name: &str) -> Option<&str> {
        self.0.get(name).map(String::as_str).filter(|value| !value.is_empty())
    }
}

impl<N: Into<String>, V: Into<String>> FromIterator<(N, V)> for Environment {
    fn from_iter<I: IntoIterator<Item = (N, V)>>(variables: I) -> Self {
        Self(variables.into_iter().map(|(name, value)| (name.into(), value.into())).collect())
    }
}

/// Names only: one of the values is a password.
impl fmt::Debug for Environment {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_set().entries(self.0.keys()).finish()
    }
}

fn matters(name: &str) -> bool {
    OTHERS.contains(&name) || KEYWORDS.iter().any(|keyword| keyword.variable == Some(name))
}
