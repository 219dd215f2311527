//! The connection service file (libpq, section 34.17): parameters kept under a name.

use super::TargetError;
use super::environment::Environment;
use super::keyword::Parameters;
use std::fs;
use std::io::ErrorKind;
use std::path::{Path, PathBuf};

/// Where packagers put the system-wide file; libpq has one of them compiled in.
const SYSTEM_DIRECTORIES: &[&str] =
    &["/etc/postgresql-common", "/etc/sysconfig/pgsql", "/usr/local/etc/postgresql", "/etc"];

/// Finds the service: in the given file (or the user's), then in the system's.
pub(super) fn read(
    name: &str,
    given_file: Option<&str>,
    environment: &Environment,
) -> Result<Parameters, TargetError> {
    let mut looked_in = Vec::new();
    for path in candidates(given_file, environment) {
        let text = match fs::read_to_string(&path) {
            Ok(text) => text,
            Err(error) if error.kind() == ErrorKind::NotFound && given_file.is_none() => continue,
            Err(error) if error.kind() == ErrorKind::NotFound && !looked_in.is_empty() => continue,
            Err(source) => return Err(TargetError::file("the service file", path, source)),
        };
        if let Some(parameters) = section(&text, name, &path)? {
            return Ok(parameters);
        }
        looked_in.push(path);
    }
    Err(TargetError::UnknownService { name: name.to_owned(), looked_in })
}

fn candidates(given_file: Option<&str>, environment: &Environment) -> Vec<PathBuf> {
    let mut paths = Vec::new();
    match (given_file, environment.var("HOME")) {
        (Some(given), _) => paths.push(PathBuf::from(given)),
        (None, Some(home)) => paths.push(Path::new(home).join(".pg_service.conf")),
        (None, None) => {}
    }
    match environment.var("PGSYSCONFDIR") {
        Some(directory) => paths.push(Path::new(directory).join("pg_service.conf")),
        None => paths.extend(
            SYSTEM_DIRECTORIES.iter().map(|directory| Path::new(directory).join("pg_service.conf")),
        ),
    }
    paths
}

fn section(text: &str, name: &str, path: &Path) -> Result<Option<Parameters>, TargetError> {
    let mut found: Option<Parameters> = None;
    for (index, line) in text.lines().enumerate() {
        let line = line.trim();
        if line.is_empty() || line.starts_with('#') {
            continue;
        }
        if let Some(heading) = line.strip_prefix('[') {
            if found.is_some() {
                break;
            }
            if heading.strip_suffix(']') == Some(name) {
                found = Some(Parameters::default());
            }
            continue;
        }
        if let Some(parameters) = &mut found {
            set(parameters, line).map_err(|reason| TargetError::ServiceLine {
                path: path.to_owned(),
                line: index + 1,
                reason,
            })?;
        }
    }
    Ok(found)
}

fn set(parameters: &mut Parameters, line: &str) -> Result<(), String> {
    if line.starts_with("ldap://") {
        return Err("parameters from an LDAP server are not supported".to_owned());
    }
    let Some((name, value)) = line.split_once('=') else {
        return Err("it has no `=`".to_owned());
    };
    let (name, value) = (name.trim_end(), value.trim_start());
    if matches!(name, "service" | "servicefile") {
        return Err("a service cannot name another service".to_owned());
    }
    // libpq keeps the first of two lines for one parameter, unlike in a connection string.
    if parameters.value(name).is_some() {
        return Ok(());
    }
    parameters.set(name, value.to_owned()).map_err(|error| error.reason())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_section_ends_at_the_next_heading() -> Result<(), TargetError> {
        let text = "# c\n[a]\nhost=x\n\n[b]\n host = y \nport=1\nport=2\n#host=z\n[c]\nhost=w\n";
        let parameters = section(text, "b", Path::new("f"))?.expect("the section is there");
        assert_eq!((parameters.value("host"), parameters.value("port")), (Some("y"), Some("1")));
        assert!(section(text, "d", Path::new("f"))?.is_none());
        Ok(())
    }

    #[test]
    fn a_bad_line_is_named() {
        for (line, expected) in [
            ("ldap://x", "LDAP"),
            ("nonsense", "no `=`"),
            ("service=b", "another service"),
            ("colour=red", "`colour`"),
        ] {
            let error = section(&format!("[a]\n{line}\n"), "a", Path::new("/f")).err();
            let shown = error.map(|error| error.to_string()).unwrap_or_default();
            assert!(shown.starts_with("line 2 of `/f`") && shown.contains(expected), "{shown}");
        }
    }
}
