//! From what was said, and where, to a `Target`.
//!
//! The order is libpq's: the connection string, the service it or PGSERVICE names, the
//! environment, the defaults. (A service goes before the environment.)

use super::environment::Environment;
use super::keyword::Parameters;
use super::passfile::PassFile;
use super::settings::{Password, Place, Server};
use super::{Target, TargetError, conninfo, resolve_tls, resolve_transport, service};
use std::net::IpAddr;
use std::path::{Path, PathBuf};

const DEFAULT_PORT: u16 = 5432;

/// Debian's directory, then the one Postgres has when nobody decides otherwise.
pub(super) const SOCKET_DIRECTORIES: &[&str] = &["/var/run/postgresql", "/tmp"];

/// The sources of parameters, the strongest first.
pub(super) struct Sources {
    pub(super) url: Parameters,
    pub(super) service: Parameters,
    pub(super) environment: Parameters,
}

impl Sources {
    fn read(url: Option<&str>, environment: &Environment) -> Result<Self, TargetError> {
        let given = url.map(str::trim).filter(|url| !url.is_empty());
        let url = given.map_or_else(|| Ok(Parameters::default()), conninfo::parse)?;
        let variables = Parameters::from_environment(environment)?;
        let somewhere = ["host", "hostaddr", "service"];
        if given.is_none() && somewhere.iter().all(|name| variables.value(name).is_none()) {
            return Err(TargetError::NoTarget);
        }
        let either = |name| url.value(name).or_else(|| variables.value(name));
        let service = match either("service") {
            Some(name) => service::read(name, either("servicefile"), environment)?,
            None => Parameters::default(),
        };
        Ok(Self { url, service, environment: variables })
    }

    /// The strongest value.
    pub(super) fn value(&self, name: &str) -> Option<&str> {
        [&self.url, &self.service, &self.environment].into_iter().find_map(|from| from.value(name))
    }

    /// A value that `parse` must accept.
    pub(super) fn parsed<T>(
        &self,
        name: &str,
        expected: &str,
        parse: impl FnOnce(&str) -> Option<T>,
    ) -> Result<Option<T>, TargetError> {
        let Some(value) = self.value(name) else {
            return Ok(None);
        };
        match parse(value) {
            Some(parsed) => Ok(Some(parsed)),
            None => Err(TargetError::invalid(format!("`{name}` must be {expected}"))),
        }
    }
}

pub(super) fn resolve(url: Option<&str>, environment: &Environment) -> Result<Target, TargetError> {
    let sources = Sources::read(url, environment)?;
    let user = match sources.value("user").or_else(|| environment.var("USER")) {
        Some(user) => user.to_owned(),
        None => {
            return Err(TargetError::invalid("it names no user, and neither does PGUSER"));
        }
    };
    let database = sources.value("dbname").unwrap_or(&user).to_owned();
    let mut warnings = Vec::new();
    let mut servers = resolve_servers(&sources)?;
    find_passwords(&mut servers, &sources, environment, &user, &database, &mut warnings);
    let application_name = ["application_name", "fallback_application_name"]
        .iter()
        .find_map(|name| sources.value(name))
        .unwrap_or("straddle");
    Ok(Target {
        servers,
        user,
        database,
        options: sources.value("options").map(str::to_owned),
        application_name: application_name.to_owned(),
        tls: resolve_tls::resolve(&sources, environment)?,
        transport: resolve_transport::resolve(&sources)?,
        password_in_url: sources.url.value("password").is_some(),
        parameters: parameters_to_repeat(&sources),
        warnings,
    })
}

/// Hosts, addresses and ports are lists that go together.
fn resolve_servers(sources: &Sources) -> Result<Vec<Server>, TargetError> {
    let list = |name| -> Vec<&str> {
        sources.value(name).map(|value| value.split(',').collect()).unwrap_or_default()
    };
    let (hosts, addresses, ports) = (list("host"), list("hostaddr"), list("port"));
    let number = hosts.len().max(addresses.len()).max(1);
    let counts = [("host", &hosts, 0), ("hostaddr", &addresses, 0), ("port", &ports, 1)];
    for (name, values, also) in counts {
        if !values.is_empty() && values.len() != number && values.len() != also {
            return Err(TargetError::invalid(format!(
                "it names {number} servers, but `{name}` has {} values",
                values.len()
            )));
        }
    }
    let at = |values: &[&str], index: usize| -> String {
        values.get(index).or_else(|| values.first()).map_or("", |value| value.trim()).to_owned()
    };
    (0..number)
        .map(|index| {
            let port = parse_port(&at(&ports, index))?;
            let address = parse_address(&at(&addresses, index))?;
            let place = resolve_place(at(&hosts, index), address, port);
            Ok(Server { place, address, port, password: None })
        })
        .collect()
}

/// The text is not repeated: where a password holds a bare `/`, it is part of that.
fn parse_port(text: &str) -> Result<u16, TargetError> {
    match text {
        "" => Ok(DEFAULT_PORT),
        text => text.parse().ok().filter(|port| *port > 0).ok_or_else(|| {
            TargetError::invalid(
                "`port` must be a number from 1 to 65535 (a `/` inside a password is \
                 written `%2F`)",
            )
        }),
    }
}

fn parse_address(text: &str) -> Result<Option<IpAddr>, TargetError> {
    match text {
        "" => Ok(None),
        text => text.parse().map(Some).map_err(|_| {
            TargetError::invalid("`hostaddr` must be an IP address; a name goes into `host`")
        }),
    }
}

fn resolve_place(host: String, address: Option<IpAddr>, port: u16) -> Place {
    match (host, address) {
        (host, _) if host.starts_with('/') => Place::Socket(host),
        (host, Some(address)) if host.is_empty() => Place::Name(address.to_string()),
        (host, None) if host.is_empty() => SOCKET_DIRECTORIES
            .iter()
            .find(|directory| Path::new(directory).join(format!(".s.PGSQL.{port}")).exists())
            .map_or_else(
                || Place::Name("localhost".to_owned()),
                |directory| Place::Socket((*directory).to_owned()),
            ),
        (host, _) => Place::Name(host),
    }
}

/// A password that was given is for every server; the file has one for each.
fn find_passwords(
    servers: &mut [Server],
    sources: &Sources,
    environment: &Environment,
    user: &str,
    database: &str,
    warnings: &mut Vec<String>,
) {
    if let Some(password) = sources.value("password") {
        for server in servers {
            server.password = Some(Password(password.to_owned()));
        }
        return;
    }
    let path = match (sources.value("passfile"), environment.var("HOME")) {
        (Some(path), _) => PathBuf::from(path),
        (None, Some(home)) => Path::new(home).join(".pgpass"),
        (None, None) => return,
    };
    let file = PassFile::read(&path);
    for server in servers {
        let host = match &server.place {
            Place::Socket(directory) if SOCKET_DIRECTORIES.contains(&directory.as_str()) => {
                "localhost"
            }
            place => place.as_str(),
        };
        let wanted = [host, &server.port.to_string(), database, user];
        server.password = file.password(&wanted).map(Password);
    }
    warnings.extend(file.warning);
}

/// What a URL for an application must say again. How to reach a server safely is part of it
/// wherever it came from; other variables are this process's business.
fn parameters_to_repeat(sources: &Sources) -> Vec<(&'static str, String)> {
    /// These have places of their own in a URL, or were used up.
    const ELSEWHERE: &[&str] =
        &["dbname", "host", "options", "password", "port", "service", "servicefile", "user"];
    let mut repeated: Vec<(&'static str, String)> = Vec::new();
    let safety =
        |name: &str| name.starts_with("ssl") || matches!(name, "hostaddr" | "channel_binding");
    let from_environment = sources.environment.iter().filter(|(name, _)| safety(name));
    for (name, value) in sources.url.iter().chain(sources.service.iter()).chain(from_environment) {
        let known = repeated.iter().any(|(earlier, _)| *earlier == name);
        if !known && !value.is_empty() && !ELSEWHERE.contains(&name) {
            repeated.push((name, value.to_owned()));
        }
    }
    repeated
}
