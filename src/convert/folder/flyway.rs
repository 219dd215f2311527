//! Names as Flyway has them: `V1_2__name.sql` and its undo `U1_2__name.sql`, `R__name.sql` for what is
//! repeated, `B5__name.sql` for all up to 5 at once.

use super::error::FolderError;
use super::file::{Files, is_sql, stem};
use super::shape::script;
use super::{Folder, FolderScript, Layout};

/// A name of Flyway's.
#[derive(Debug, PartialEq, Eq, PartialOrd, Ord)]
struct Named<'a> {
    /// The parts of its version.
    version: Vec<u64>,
    kind: char,
    /// Its version as it is written.
    written: &'a str,
    words: &'a str,
    path: &'a str,
}

fn named(path: &str) -> Option<Named<'_>> {
    let name = stem(path);
    let kind = name.chars().next().filter(|kind| "VURB".contains(*kind) && is_sql(path))?;
    let (version, words) = name[1..].split_once("__")?;
    let mut parts: Vec<u64> = Vec::new();
    for part in version.split(['.', '_']).filter(|_| kind != 'R') {
        parts.push(part.parse().ok()?);
    }
    while parts.len() > 1 && parts.last() == Some(&0) {
        parts.pop();
    }
    (kind != 'R' || version.is_empty()).then_some(Named {
        version: parts,
        kind,
        written: version,
        words,
        path,
    })
}

/// Whether a name is one of Flyway's.
pub(super) fn is_name(path: &str) -> bool {
    named(path).is_some()
}

pub(super) fn read(files: &Files) -> Result<Folder, FolderError> {
    let all: Vec<Named<'_>> = files.paths().filter_map(named).collect();
    let of = |kind: char| {
        let mut some: Vec<&Named<'_>> = all.iter().filter(|one| one.kind == kind).collect();
        some.sort();
        some
    };
    let mut versioned = of('V');
    let mut left_out = Vec::new();
    for baseline in of('B') {
        if versioned.iter().any(|one| one.version <= baseline.version) {
            left_out.push(format!(
                "`{}` is left out: it is what the scripts up to it do",
                baseline.path
            ));
        } else {
            versioned.insert(0, baseline);
        }
    }
    for pair in versioned.windows(2) {
        if pair[0].version == pair[1].version {
            let (one, other) = (pair[0].path.to_owned(), pair[1].path.to_owned());
            return Err(FolderError::SameNumber { one, other });
        }
    }
    let mut undo = of('U');
    let mut scripts: Vec<FolderScript> = Vec::new();
    for one in &versioned {
        let at = undo.iter().position(|back| back.version == one.version);
        let back = at.map(|at| undo.remove(at).path);
        let mut script = script(files, one.path, one.words, back)?;
        script.number = (one.version.len() == 1)
            .then(|| one.written.split(['.', '_']).next().unwrap_or(one.written).to_owned());
        scripts.push(script);
    }
    for back in undo {
        left_out
            .push(format!("`{}` is left out: it takes back a script that is not here", back.path));
    }
    let last = versioned.last().and_then(|one| one.version.first()).copied().unwrap_or_default();
    let mut repeated = of('R');
    repeated.sort_by_key(|one| one.words);
    for (number, one) in (last + 1..).zip(repeated) {
        let mut script = script(files, one.path, one.words, None)?;
        script.number = Some(number.to_string());
        scripts.push(script);
        left_out.push(format!("`{}` runs once, and not again when it changes", one.path));
    }
    Ok(Folder { layout: Layout::Flyway, scripts, left_out })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn versions_are_compared_by_their_parts() {
        let version = |path| named(path).map(|one| one.version);
        assert!(version("V1_10__a.sql") > version("V1.9__a.sql"));
        assert_eq!(version("V1_0__a.sql"), version("V1__b.sql"));
        assert_eq!(version("sql/U2__a.sql"), Some(vec![2]));
        assert_eq!(version("R__views.sql"), Some(vec![]));
        for other in ["V1_a.sql", "Vx__a.sql", "R1__a.sql", "beforeMigrate__a.sql", "V1__a.txt"] {
            assert!(!is_name(other), "{other}");
        }
    }
}
