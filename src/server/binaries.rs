//! Finding the server programs: `initdb` and `postgres`.

use std::{
    collections::BTreeSet,
    fs,
    path::{Path, PathBuf},
};

use super::{ServerError, account::plain};

/// Where packages put servers: a directory, how the entries in it begin, and the way down from
/// there.
const PLACES: [(&str, &str, &str); 9] = [
    ("/usr/lib/postgresql", "", "bin"), // Debian, Ubuntu
    ("/usr", "pgsql-", "bin"),          // Red Hat, from postgresql.org
    ("/usr/libexec", "postgresql", ""), // Alpine
    ("/usr/local", "pgsql", "bin"),     // built from source
    ("/opt/homebrew/opt", "postgresql", "bin"),
    ("/usr/local/opt", "postgresql", "bin"), // Homebrew on Intel
    ("/home/linuxbrew/.linuxbrew/opt", "postgresql", "bin"),
    ("/Applications/Postgres.app/Contents/Versions", "", "bin"),
    ("/Library/PostgreSQL", "", "bin"), // the installer of EDB
];

/// The server programs of one Postgres version.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Binaries {
    /// The directory of `initdb` and `postgres`.
    pub dir: PathBuf,
    /// The major version, for example 18.
    pub major: u32,
}

impl Binaries {
    /// The programs in `explicit` (a bin directory, or the directory above it), and when that is
    /// `None` the newest on this machine. With the feature `embedded`, one is downloaded when there
    /// are none.
    ///
    /// # Errors
    ///
    /// When `explicit` is not such a directory, or when there is no server here; the error then
    /// names the ways to get one.
    pub fn find(explicit: Option<&Path>) -> Result<Self, ServerError> {
        match explicit {
            Some(directory) => Self::probe(directory)
                .or_else(|| Self::probe(&directory.join("bin")))
                .ok_or_else(|| ServerError::NotBinaries { directory: directory.to_owned() }),
            None => Self::installed().into_iter().next().map_or_else(Self::fetch, Ok),
        }
    }

    /// All servers on this machine, newest first.
    #[must_use]
    pub fn installed() -> Vec<Self> {
        newest_first(candidates())
    }

    #[cfg(feature = "embedded")]
    fn fetch() -> Result<Self, ServerError> {
        super::download::fetch()
    }

    #[cfg(not(feature = "embedded"))]
    fn fetch() -> Result<Self, ServerError> {
        Err(ServerError::NotInstalled)
    }

    /// What a directory holds: `pg_config` and PATH often lead to client programs only.
    pub(super) fn probe(dir: &Path) -> Option<Self> {
        // The file and not the directory: links such as /usr/local/bin/postgres lead to where the
        // other programs and the libraries are.
        let postgres = fs::canonicalize(dir.join("postgres")).ok()?;
        let dir = postgres.parent()?.to_owned();
        let output = plain(&postgres).arg("--version").output().ok()?;
        let major = major(&String::from_utf8_lossy(&output.stdout))?;
        dir.join("initdb").is_file().then_some(Self { dir, major })
    }
}

fn newest_first(directories: Vec<PathBuf>) -> Vec<Binaries> {
    let mut seen = BTreeSet::new();
    let mut found: Vec<_> = directories
        .iter()
        .filter_map(|directory| Binaries::probe(directory))
        .filter(|binaries| seen.insert(binaries.dir.clone()))
        .collect();
    // Stable: among equals, the earlier candidate wins.
    found.sort_by_key(|binaries| std::cmp::Reverse(binaries.major));
    found
}

/// Where a server may be, most deliberate choice first.
fn candidates() -> Vec<PathBuf> {
    let mut candidates = Vec::new();
    candidates.extend(first_line("pg_config", &["--bindir"]).map(PathBuf::from));
    // The shell looks through PATH, so that nobody here has to read the environment.
    candidates.extend(
        first_line("/bin/sh", &["-c", "command -v postgres"])
            .and_then(|file| Path::new(&file).parent().map(Path::to_owned)),
    );
    for (directory, prefix, below) in PLACES {
        candidates.extend(entries(Path::new(directory), prefix).map(|entry| entry.join(below)));
    }
    candidates
}

fn entries(directory: &Path, prefix: &str) -> impl Iterator<Item = PathBuf> {
    fs::read_dir(directory)
        .into_iter()
        .flatten()
        .flatten()
        .filter(move |entry| entry.file_name().to_string_lossy().starts_with(prefix))
        .map(|entry| entry.path())
}

fn first_line(program: &str, arguments: &[&str]) -> Option<String> {
    let output = plain(Path::new(program)).args(arguments).output().ok()?;
    let text = String::from_utf8(output.stdout).ok()?;
    text.lines().next().map(str::to_owned).filter(|line| !line.is_empty())
}

/// `postgres (PostgreSQL) 15.18 (Debian 15.18-0+deb12u1)` is 15, and `… 19beta1` is 19.
fn major(version: &str) -> Option<u32> {
    let number = version.split_once("(PostgreSQL) ")?.1;
    let digits = number.find(|c: char| !c.is_ascii_digit()).unwrap_or(number.len());
    number[..digits].parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_kind_of_version_has_a_major() {
        assert_eq!(major("postgres (PostgreSQL) 18.4\n"), Some(18));
        assert_eq!(major("postgres (PostgreSQL) 15.18 (Debian 15.18-0+deb12u1)\n"), Some(15));
        assert_eq!(major("postgres (PostgreSQL) 19beta1"), Some(19));
        assert_eq!(major("postgres: command not found"), None);
    }

    #[test]
    fn a_directory_without_a_server_is_refused() {
        let error = Binaries::find(Some(Path::new("/usr/share"))).expect_err("no server in there");
        assert_eq!(
            error.to_string(),
            "`/usr/share` is not the bin directory of a Postgres server: it needs `initdb` and \
             `postgres`, and both must run"
        );
    }

    #[test]
    fn a_server_found_twice_counts_once() {
        let mut directories = candidates();
        directories.extend(candidates());
        let found = newest_first(directories);
        let distinct: BTreeSet<_> = found.iter().map(|binaries| &binaries.dir).collect();
        assert_eq!(found.len(), distinct.len());
        assert!(found.is_sorted_by_key(|binaries| std::cmp::Reverse(binaries.major)));
    }

    #[test]
    fn the_directory_above_bin_will_do() {
        let found = Binaries::find(None).expect("these tests need a Postgres server");
        let above = found.dir.parent().expect("a bin directory has a parent");
        // Alpine keeps the programs in a directory of another name.
        if found.dir.ends_with("bin") {
            assert_eq!(Binaries::find(Some(above)).expect("the same server"), found);
        }
    }
}
