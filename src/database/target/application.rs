//! What an application, or what stands between it and the server, is to be told of a version, in other
//! forms than a URL of libpq's.

use super::Target;
use super::percent;
use super::search_path::{merged_options, quoted_where_needed};
use super::settings::{Place, Server};

/// Whether passwords are told.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Passwords {
    /// They are.
    Shown,
    /// They are `***`. One that was not in the URL is left out instead, as it will be found again where it was found.
    Hidden,
}

impl Target {
    /// The URL for Java's driver, with which an application sees this schema; none where the server is
    /// reached by a socket, which that driver cannot. Parameters are those that it knows by the same
    /// or another name.
    pub fn jdbc_url(&self, schema: &str, passwords: Passwords) -> Option<String> {
        let server = |server: &Server| match &server.place {
            Place::Name(name) if name.contains(':') => Some(format!("[{name}]:{}", server.port)),
            Place::Name(name) => Some(format!("{name}:{}", server.port)),
            Place::Socket(_) => None,
        };
        let servers = self.servers.iter().map(server).collect::<Option<Vec<String>>>()?;
        let mut parameters = vec![("user", self.user.clone())];
        let password = self.password(passwords);
        parameters.extend(password.map(|password| ("password", password)));
        for (name, value) in &self.parameters {
            let known = match *name {
                same @ ("sslmode" | "sslrootcert" | "sslcert" | "sslkey") => same,
                "connect_timeout" => "connectTimeout",
                "application_name" => "ApplicationName",
                _ => continue,
            };
            parameters.push((known, value.clone()));
        }
        parameters.push(("currentSchema", quoted_where_needed(schema)));
        let parameters: Vec<String> = parameters
            .iter()
            .map(|(name, value)| format!("{name}={}", percent::encode(value)))
            .collect();
        let (servers, database) = (servers.join(","), percent::encode(&self.database));
        Some(format!("jdbc:postgresql://{servers}/{database}?{}", parameters.join("&")))
    }

    /// Environment variables with which whatever uses libpq sees this schema.
    pub fn variables(&self, schema: &str, passwords: Passwords) -> Vec<(&'static str, String)> {
        let mut variables = self.variables_of_place(self.password(passwords));
        let options = merged_options(self.options.as_deref().unwrap_or(""), &[schema]);
        variables.push(("PGOPTIONS", options));
        variables
    }

    /// Environment variables with which a program of Postgres' gets where this target is.
    pub(in crate::database) fn variables_as_given(&self) -> Vec<(&'static str, String)> {
        let mut variables = self.variables_of_place(self.password(Passwords::Shown));
        variables.push(("PGOPTIONS", self.options.clone().unwrap_or_default()));
        variables
    }

    fn variables_of_place(&self, password: Option<String>) -> Vec<(&'static str, String)> {
        let all =
            |of: fn(&Server) -> String| self.servers.iter().map(of).collect::<Vec<_>>().join(",");
        let mut variables = vec![
            ("PGHOST", all(|server| server.place.as_str().to_owned())),
            ("PGPORT", all(|server| server.port.to_string())),
            ("PGUSER", self.user.clone()),
            ("PGDATABASE", self.database.clone()),
        ];
        variables.extend(password.map(|password| ("PGPASSWORD", password)));
        for (name, value) in &self.parameters {
            let variable = match *name {
                "sslmode" => "PGSSLMODE",
                "sslrootcert" => "PGSSLROOTCERT",
                "sslcert" => "PGSSLCERT",
                "sslkey" => "PGSSLKEY",
                "connect_timeout" => "PGCONNECT_TIMEOUT",
                "target_session_attrs" => "PGTARGETSESSIONATTRS",
                _ => continue,
            };
            variables.push((variable, value.clone()));
        }
        variables
    }

    /// The line of PgBouncer's `[databases]` that makes this schema a database of its own, by this name.
    pub fn pgbouncer_entry(&self, name: &str, schema: &str) -> String {
        let value = |text: &str| match text
            .chars()
            .all(|c| c.is_ascii_alphanumeric() || "_-./,".contains(c))
        {
            true => text.to_owned(),
            false => format!("'{}'", text.replace('\'', "''")),
        };
        let name = match name.chars().all(|c| c.is_ascii_alphanumeric() || "_.-".contains(c)) {
            true => name.to_owned(),
            false => format!("\"{}\"", name.replace('"', "\"\"")),
        };
        let hosts: Vec<&str> = self.servers.iter().map(|server| server.place.as_str()).collect();
        let port = self.servers.first().map_or(5432, |server| server.port);
        let query = format!("SET search_path = {}", quoted_where_needed(schema));
        format!(
            "{name} = host={} port={port} dbname={} connect_query={}",
            value(&hosts.join(",")),
            value(&self.database),
            value(&query),
        )
    }

    /// The password, or stars in its place where it was in the URL.
    fn password(&self, passwords: Passwords) -> Option<String> {
        let password = self.servers.iter().find_map(|server| server.password.as_ref())?;
        match (passwords, self.password_in_url) {
            (Passwords::Shown, _) => Some(password.0.clone()),
            (Passwords::Hidden, true) => Some("***".into()),
            (Passwords::Hidden, false) => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::{Environment, Passwords, Target};

    fn target(url: &str) -> Target {
        Target::resolve(Some(url), &Environment::empty()).expect("a target")
    }

    #[test]
    fn each_form_says_the_same() {
        let target = target(
            "postgresql://ann:s%40cret@db:5433/my%20shop?sslmode=require&options=-c%20a%3D1",
        );
        assert_eq!(
            target.jdbc_url("public_02", Passwords::Hidden).expect("no socket"),
            "jdbc:postgresql://db:5433/my%20shop?user=ann&password=%2A%2A%2A&sslmode=require&currentSchema=public_02"
        );
        assert!(
            target
                .jdbc_url("My", Passwords::Shown)
                .is_some_and(|url| url.contains("s%40cret") && url.ends_with("%22My%22"))
        );
        let variables = target.variables("public_02", Passwords::Shown);
        let shown: Vec<String> =
            variables.iter().map(|(name, value)| format!("{name}={value}")).collect();
        assert_eq!(
            shown,
            [
                "PGHOST=db",
                "PGPORT=5433",
                "PGUSER=ann",
                "PGDATABASE=my shop",
                "PGPASSWORD=s@cret",
                "PGSSLMODE=require",
                "PGOPTIONS=-c a=1 -c search_path=public_02",
            ]
        );
        assert_eq!(
            target.pgbouncer_entry("shop 02", "public_02"),
            "\"shop 02\" = host=db port=5433 dbname='my shop' connect_query='SET search_path = public_02'"
        );
    }

    #[test]
    fn a_socket_is_nothing_for_java() {
        assert_eq!(target("host=/tmp dbname=shop user=ann").jdbc_url("v", Passwords::Hidden), None);
    }
}
