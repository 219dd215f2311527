//! What is free on the disks of the server. Postgres has no function for it, so the server has to be on
//! this machine, and its files where it says: a tunnel, or a container, looks the same from here.

use std::fs;
use std::path::{Path, PathBuf};

use super::gauge::Reading;
use crate::database::{Connection, Error as DatabaseError};
use crate::sql;

/// How many seconds the server may have taken from its first moment to the one that it tells, which is
/// the end of its initialisation.
const STARTING: i64 = 60;

/// The free space on each disk with the server's files, or why it cannot be known.
pub(super) async fn read(connection: &Connection) -> Result<Vec<Reading>, DatabaseError> {
    let unknown = |why: String| Reading { subject: String::new(), value: Err(why) };
    Ok(match data_directory(connection).await? {
        Err(why) => vec![unknown(why)],
        Ok(directory) => places(&directory)
            .into_iter()
            .map(|place| Reading { subject: place.display().to_string(), value: free(&place) })
            .collect(),
    })
}

/// The directory of the server's data, where that is on this machine for certain.
async fn data_directory(connection: &Connection) -> Result<Result<PathBuf, String>, DatabaseError> {
    let rows = connection.query(&sql!(file "throttle/place.sql"), &[]).await?;
    let Some(row) = rows.first() else {
        return Ok(Err("the server does not say where it is".into()));
    };
    let (is_local, may_ask): (bool, bool) = (row.get(0), row.get(1));
    let (started, port): (i64, String) = (row.get(2), row.get(3));
    if !is_local {
        return Ok(Err("Postgres does not tell, and its server is not on this machine".into()));
    }
    if !may_ask {
        let why = "the role may not see where the server's data is: GRANT pg_read_all_settings (or \
                   pg_monitor) to it";
        return Ok(Err(why.into()));
    }
    let setting = sql!("SELECT pg_catalog.current_setting('data_directory')");
    let rows = connection.query(&setting, &[]).await?;
    let directory = PathBuf::from(rows.first().map_or_else(String::new, |row| row.get(0)));
    Ok(check(&directory, started, &port).map(|()| directory))
}

/// Whether the server that answers is the one with this directory: the postmaster leaves a note there
/// with its start and its port in lines 3 and 4.
fn check(directory: &Path, started: i64, port: &str) -> Result<(), String> {
    let note = directory.join("postmaster.pid");
    let text = fs::read_to_string(&note).map_err(|error| {
        format!(
            "Postgres does not tell, and whether `{}` is the server's directory cannot be checked: {error}",
            directory.display()
        )
    })?;
    let lines: Vec<&str> = text.lines().collect();
    let noted = lines.get(2).and_then(|line| line.trim().parse::<i64>().ok());
    let is_same = noted.is_some_and(|noted| (0..=STARTING).contains(&(started - noted)))
        && lines.get(3).is_some_and(|line| line.trim() == port);
    if is_same {
        return Ok(());
    }
    let directory = directory.display();
    Err(format!("Postgres does not tell, and `{directory}` on this machine is another server's"))
}

/// What may be on a disk of its own: the data, the WAL, each tablespace.
fn places(directory: &Path) -> Vec<PathBuf> {
    let mut places = vec![directory.to_owned(), directory.join("pg_wal")];
    let tablespaces = fs::read_dir(directory.join("pg_tblspc"));
    places.extend(tablespaces.into_iter().flatten().flatten().map(|entry| entry.path()));
    places
}

#[cfg(unix)]
fn free(place: &Path) -> Result<u64, String> {
    let disk = rustix::fs::statvfs(place).map_err(|error| format!("cannot be read: {error}"))?;
    Ok(disk.f_bavail.saturating_mul(disk.f_frsize))
}

#[cfg(not(unix))]
fn free(_: &Path) -> Result<u64, String> {
    Err("can only be read on Unix".into())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn another_servers_directory_is_told_apart() {
        let directory = tempfile::tempdir().expect("a directory");
        let said = |started, port| check(directory.path(), started, port);
        assert!(said(1000, "5432").is_err(), "there is no server");
        let note = "77\n/data\n1000\n5432\n/tmp\n";
        fs::write(directory.path().join("postmaster.pid"), note).expect("a note");
        assert_eq!(said(1002, "5432"), Ok(()));
        assert!(said(1002, "5433").is_err() && said(999, "5432").is_err());
        assert!(said(2000, "5432").is_err());
    }
}
