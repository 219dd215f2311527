//! What is said where, and what comes of it.

use super::resolve::SOCKET_DIRECTORIES;
use super::{Environment, Passwords, Target, TargetError};
use std::fs;
use std::os::unix::fs::PermissionsExt as _;
use std::path::Path;

/// A home directory with files in it, `.pgpass` readable by its owner only.
fn home(files: &[(&str, &str)]) -> tempfile::TempDir {
    let home = tempfile::tempdir().expect("a temporary directory");
    for (name, text) in files {
        let path = home.path().join(name);
        fs::create_dir_all(path.parent().expect("it has a parent")).expect("a directory");
        fs::write(&path, text).expect("a file");
        set_mode(&path, 0o600);
    }
    home
}

fn set_mode(path: &Path, mode: u32) {
    fs::set_permissions(path, fs::Permissions::from_mode(mode)).expect("its own file");
}

/// `NAME=value` words; `~` is the home directory. There is no system-wide service file.
fn environment(words: &str, home: &Path) -> Environment {
    let home = home.to_str().expect("a plain path");
    let mut environment: Environment = words
        .split_whitespace()
        .filter_map(|word| word.split_once('='))
        .map(|(name, value)| (name, value.replace('~', home)))
        .collect();
    environment.set("HOME", home).set("USER", "me").set("PGSYSCONFDIR", home);
    environment
}

/// `user:password@host:port/database`, as far as it is known.
fn shown(target: &Result<Target, TargetError>) -> String {
    match target {
        Err(error) => format!("error: {error}"),
        Ok(target) => {
            let server = &target.servers[0];
            let password = server.password.as_ref().map_or("", |password| &password.0);
            target.describe().replacen('@', &format!(":{password}@"), 1)
        }
    }
}

#[test]
fn the_string_goes_before_the_service_before_the_environment_before_the_defaults() {
    let home = home(&[
        (".pg_service.conf", "[s]\nhost=sh\nport=1\nuser=su\ndbname=sd\n[only]\nhost=oh\n"),
        ("other.conf", "[s]\nhost=other\n"),
        (".pgpass", "eh:*:*:*:filed\nsh:1:sd:su:served\n"),
    ]);
    let all = "PGHOST=eh PGPORT=2 PGUSER=eu PGDATABASE=ed PGPASSWORD=ep";
    let cases = [
        ("postgresql://u:p@h:9/d", all, "u:p@h:9/d"),
        ("postgresql://h", "", "me:@h:5432/me"),
        ("postgresql://u@h", "", "u:@h:5432/u"),
        ("host=h", "PGDATABASE=ed", "me:@h:5432/ed"),
        ("postgresql://h", all, "eu:ep@h:2/ed"),
        ("postgresql:///d", all, "eu:ep@eh:2/d"),
        ("", all, "eu:ep@eh:2/ed"),
        ("", "PGHOST=eh", "me:filed@eh:5432/me"),
        ("", "PGHOST=eh PGPASSFILE=/nowhere", "me:@eh:5432/me"),
        ("", "PGHOSTADDR=127.0.0.1", "me:@127.0.0.1:5432/me"),
        ("", "PGSERVICE=s", "su:served@sh:1/sd"),
        ("service=s", all, "su:ep@sh:1/sd"),
        ("postgresql://u@/?service=s", all, "u:ep@sh:1/sd"),
        ("service=only", all, "eu:ep@oh:2/ed"),
        ("service=s", "PGSERVICEFILE=~/other.conf", "me:@other:5432/me"),
        ("postgresql:///?service=s&servicefile=/nowhere", "", "error: the service file"),
        ("service=none", "", "error: the service `none` is not defined in"),
        ("", "PGDATABASE=ed PGUSER=eu", "error: no database was named"),
        ("  ", "", "error: no database was named"),
        ("", "PGHOST=eh PGSSLMODE=maybe", "error: the connection string or its environment"),
        ("postgresql://[::1]:1/d", "", "me:@[::1]:1/d"),
        ("postgresql://%2Ftmp%2Fx/d", "", "me:@/tmp/x:5432/d"),
        ("postgresql://a:1,b:2,c/d", "", "me:@a:1,b:2,c:5432/d"),
        ("host=a,b port=7", "", "me:@a:7,b:7/me"),
        ("host=a,b,c port=7,8", "", "error: the connection string"),
        ("host=a,b hostaddr=::1", "", "error: the connection string"),
        ("host=a hostaddr=b", "", "error: the connection string"),
        ("postgresql://h:0/d", "", "error: the connection string"),
        ("postgresql://u:secret/x@h/d", "", "error: the connection string"),
    ];
    for (url, variables, expected) in cases {
        let shown = shown(&Target::resolve(Some(url), &environment(variables, home.path())));
        let as_expected = match expected.starts_with("error") {
            true => shown.starts_with(expected) && !shown.contains("secret"),
            false => shown == expected,
        };
        assert!(as_expected, "{url} with {variables}:\n  {shown}\n  {expected}");
    }
}

#[test]
fn each_server_has_its_own_line_in_the_password_file() -> Result<(), TargetError> {
    let home = home(&[(
        ".pgpass",
        "# c\na:1:*:*:one\nb:*:d:me:two\nlocalhost:*:*:*:here\n/tmp/x:*:*:*:there\n",
    )]);
    let empty = environment("", home.path());
    let passwords = |url: &str| -> Result<Vec<String>, TargetError> {
        let target = Target::resolve(Some(url), &empty)?;
        let password = |server: &super::settings::Server| {
            server.password.as_ref().map_or("", |password| &password.0).to_owned()
        };
        Ok(target.servers.iter().map(password).collect())
    };
    assert_eq!(passwords("postgresql://a:1,a:2,b/d")?, ["one", "", "two"]);
    assert_eq!(passwords("postgresql://%2Ftmp%2Fx/d")?, ["there"]);
    for directory in SOCKET_DIRECTORIES {
        assert_eq!(passwords(&format!("host={directory}"))?, ["here"]);
    }
    Ok(())
}

#[test]
fn a_password_file_that_others_may_read_is_passed_over_with_a_warning() -> Result<(), TargetError> {
    let home = home(&[(".pgpass", "*:*:*:*:pw\n")]);
    for mode in [0o640, 0o604] {
        set_mode(&home.path().join(".pgpass"), mode);
        let target = Target::resolve(Some("host=h"), &environment("", home.path()));
        assert_eq!(shown(&target), "me:@h:5432/me");
        assert!(target?.warnings()[0].contains("chmod 0600"));
    }
    set_mode(&home.path().join(".pgpass"), 0o400);
    let target = Target::resolve(Some("host=h"), &environment("", home.path()));
    assert_eq!(shown(&target), "me:pw@h:5432/me");
    Ok(())
}

#[test]
fn tls_parameters_are_checked_before_anything_is_tried() {
    let home = home(&[]);
    let cases = [
        ("sslmode=verify-full", "VerifyFull None"),
        ("sslrootcert=system", "VerifyFull System"),
        ("sslrootcert=system sslmode=require", "error"),
        ("sslrootcert=/r sslmode=verify-ca", "VerifyCa File(\"/r\")"),
        ("sslmode=VERIFY-FULL", "error"),
        ("sslnegotiation=direct", "error"),
        ("sslnegotiation=direct sslmode=require", "Require None"),
        ("ssl_min_protocol_version=TLSv1.3", "Prefer None"),
        ("ssl_max_protocol_version=TLSv1.1", "error"),
        ("channel_binding=require gssencmode=disable", "Prefer None"),
        ("gssencmode=require", "error"),
        ("target_session_attrs=read-write", "Prefer None"),
        ("target_session_attrs=best", "error"),
        ("connect_timeout=soon", "error"),
    ];
    for (parameters, expected) in cases {
        let url = format!("host=h {parameters}");
        let shown = match Target::resolve(Some(&url), &environment("", home.path())) {
            Ok(target) => format!("{:?} {:?}", target.tls.mode, target.tls.roots),
            Err(_) => "error".to_owned(),
        };
        assert_eq!(shown, expected, "{parameters}");
    }
}

#[test]
fn the_url_for_an_application_repeats_what_was_said() -> Result<(), TargetError> {
    let home = home(&[
        (".pg_service.conf", "[s]\nhost=sh\nsslmode=require\noptions=-c a=1\n"),
        (".pgpass", "*:*:*:*:filed\n"),
    ]);
    let cases = [
        (
            "postgresql://u:p%40@h/d?sslmode=require&application_name=x%20y",
            "",
            "postgresql://u:***@h:5432/d?application_name=x%20y&sslmode=require&OPTIONS",
            "postgresql://u:p%40@h:5432/d?application_name=x%20y&sslmode=require&OPTIONS",
        ),
        (
            "postgresql://u@%2Ftmp%2Fx,[fe80::1%25e]:2/d%2F",
            "PGPASSWORD=ep PGSSLMODE=disable PGAPPNAME=mine",
            "postgresql://u@%2Ftmp%2Fx:5432,[fe80::1%25e]:2/d%2F?sslmode=disable&OPTIONS",
            "postgresql://u:ep@%2Ftmp%2Fx:5432,[fe80::1%25e]:2/d%2F?sslmode=disable&OPTIONS",
        ),
        (
            "service=s",
            "",
            "postgresql://me@sh:5432/me?sslmode=require&options=-c%20a%3D1%20-c%20search_path%3Dv1",
            "postgresql://me:filed@sh:5432/me?sslmode=require&options=-c%20a%3D1%20-c%20\
             search_path%3Dv1",
        ),
    ];
    for (url, variables, masked, whole) in cases {
        let target = Target::resolve(Some(url), &environment(variables, home.path()))?;
        for (passwords, expected) in [(Passwords::Hidden, masked), (Passwords::Shown, whole)] {
            let expected = expected.replace("OPTIONS", "options=-c%20search_path%3Dv1");
            assert_eq!(target.url_with_search_path(&["v1"], passwords), expected);
        }
    }
    Ok(())
}

#[test]
fn no_password_shows_itself() -> Result<(), TargetError> {
    let home = home(&[]);
    let environment = environment("PGPASSWORD=secret", home.path());
    for url in ["postgresql://u:secret@h/d", "postgresql://u@h/d"] {
        let target = Target::resolve(Some(url), &environment)?;
        let url = target.url_with_search_path(&["v1"], Passwords::Hidden);
        let shown = format!("{target:?} {environment:?} {url} {}", target.describe());
        assert!(!shown.contains("secret"), "{shown}");
    }
    Ok(())
}
