//! What an attempt was, for messages about its failure.

use std::fmt;

/// What was tried, for messages: everything but the password.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Tried {
    /// The host's name or address, or the directory of the socket.
    pub host: String,
    /// The port.
    pub port: u16,
    /// The role.
    pub user: String,
    /// The database.
    pub database: String,
    /// Whether a password was known; not which.
    pub had_password: bool,
    /// A password file that was passed over, and why.
    pub warnings: Vec<String>,
}

impl fmt::Display for Tried {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let place = if self.is_socket() { "socket directory" } else { "host" };
        write!(
            f,
            "{place} `{}`, port {}, user `{}`, database `{}`",
            self.host, self.port, self.user, self.database
        )
    }
}

impl Tried {
    fn is_socket(&self) -> bool {
        self.host.starts_with('/')
    }

    pub(super) fn unreachable_hint(&self) -> String {
        match self.is_socket() {
            true => format!(
                "is the server running, and does it make the socket {}/.s.PGSQL.{}? over TCP, \
                 name a host",
                self.host, self.port
            ),
            false => "is the server running, does it listen on that address and port, and does \
                a firewall let you through?"
                .to_owned(),
        }
    }

    /// What to do about a refused login; `refuser` is the part of the server that has refused it.
    pub(super) fn login_hint(&self, refuser: Option<&str>) -> String {
        match refuser {
            Some("InitializeSessionUserId") => {
                return format!(
                    "check the user's name; as an administrator, CREATE ROLE makes it, and ALTER ROLE {} LOGIN lets \
                     it in",
                    self.user
                );
            }
            Some("ClientAuthentication") => {
                return "let this user in by a line of pg_hba.conf; where that asks for TLS (hostssl), the server has \
                    to offer it: sslmode=require says whether it does"
                    .to_owned();
            }
            _ => {}
        }
        let mut hint = match self.had_password {
            true => {
                "check the user and the password, and that pg_hba.conf lets this user in from \
                here"
            }
            false => {
                "no password was found: give one in the URL, in PGPASSWORD or in ~/.pgpass; or \
                pg_hba.conf does not let this user in from here"
            }
        }
        .to_owned();
        for warning in &self.warnings {
            hint.push_str("; ");
            hint.push_str(warning);
        }
        hint
    }
}
