//! Which database, and the way to it.
//!
//! A [`Target`] is made from a connection string and an [`Environment`] as libpq would, so that
//! whatever works with `psql` works here: services, password files, every `sslmode`. It knows
//! nothing of migrations, sends no SQL, and reads the process's environment only through
//! [`Environment::from_process`]. Files are read: the service and password files when the target
//! is resolved, certificates when it is connected to.

mod application;
mod connect;
mod conninfo;
mod environment;
mod error;
mod failure;
mod keyword;
mod passfile;
mod percent;
mod resolve;
#[cfg(test)]
mod resolve_tests;
mod resolve_tls;
mod resolve_transport;
mod search_path;
mod service;
mod session;
mod settings;
mod tls;
mod tried;
mod verifier;

pub use application::Passwords;
pub use environment::Environment;
pub use error::{Cause, TargetError};
pub use session::{Canceller, Session};
pub use tried::Tried;

use settings::{Server, TlsSettings, Transport};

/// A database that can be connected to: everything libpq would know about it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Target {
    servers: Vec<Server>,
    user: String,
    database: String,
    options: Option<String>,
    application_name: String,
    tls: TlsSettings,
    transport: Transport,
    password_in_url: bool,
    parameters: Vec<(&'static str, String)>,
    warnings: Vec<String>,
}

impl Target {
    /// Works out the target from a URL or `key=value` string, if there is one, and what the
    /// environment adds.
    ///
    /// The order is libpq's: the string, the service, the environment, the password file, the
    /// defaults. An empty string counts as none. If neither the string nor `PGHOST`, `PGHOSTADDR`
    /// or `PGSERVICE` says where the database is, that is [`TargetError::NoTarget`]: a migration
    /// should not run on whatever database happens to be there.
    pub fn resolve(url: Option<&str>, environment: &Environment) -> Result<Self, TargetError> {
        resolve::resolve(url, environment)
    }

    /// Opens a session. Needs a tokio runtime, on which the session's task will run.
    pub async fn connect(&self) -> Result<Session, TargetError> {
        connect::connect(self).await
    }

    /// The URL with which an application sees these schemas: this target's, with
    /// `-c search_path=...` merged into its `options`.
    ///
    /// What else the URL or the service said is kept, and so is what the environment said about
    /// TLS.
    pub fn url_with_search_path(&self, schemas: &[&str], passwords: Passwords) -> String {
        search_path::url(self, schemas, passwords)
    }

    /// `user@host:port/database`, for messages.
    pub fn describe(&self) -> String {
        let servers: Vec<String> = self.servers.iter().map(ToString::to_string).collect();
        format!("{}@{}/{}", self.user, servers.join(","), self.database)
    }

    /// The role to log in as.
    pub fn user(&self) -> &str {
        &self.user
    }

    /// The database's name.
    pub fn database(&self) -> &str {
        &self.database
    }

    /// What the user calls the connection.
    pub fn application_name(&self) -> &str {
        &self.application_name
    }

    /// What the user should hear although it stopped nothing, such as a password file that was
    /// passed over because others may read it.
    pub fn warnings(&self) -> &[String] {
        &self.warnings
    }
}
