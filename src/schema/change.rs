//! What differs between two descriptions of a schema.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::Described;
use super::difference::unified;

/// Something that differs from how it was described.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Change {
    /// What it is, such as `table users`.
    pub object: String,
    /// Its bare name; not kept with what is recorded.
    #[serde(skip)]
    pub name: String,
    /// What has become of it.
    pub change: ChangeKind,
    /// How it differs, as `diff -u` would say it.
    pub diff: String,
}

/// What has become of something.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ChangeKind {
    /// It was not there.
    Added,
    /// It is gone.
    Removed,
    /// It is other than it was.
    Changed,
}

/// What differs. `in_place` says that both are of the same database, and not one of a copy that was made by dump
/// and restore: there Postgres prints some expressions with other brackets and casts than before.
#[must_use]
pub(crate) fn changes(before: &[Described], now: &[Described], in_place: bool) -> Vec<Change> {
    let (old, new) = (by_object(before), by_object(now));
    let names: BTreeMap<&str, &str> =
        before.iter().chain(now).map(|one| (one.object.as_str(), one.name.as_str())).collect();
    let mut found = Vec::new();
    for (object, name) in names {
        let (was, is) = (old.get(object).copied(), new.get(object).copied());
        let was = match (was, is) {
            (Some(was), Some(is)) if !in_place => Some(as_printed(was, is)),
            (was, _) => was.map(str::to_owned),
        };
        let kind = match (was.as_deref(), is) {
            (Some(was), Some(is)) if was == is => continue,
            (Some(_), Some(_)) => ChangeKind::Changed,
            (Some(_), None) => ChangeKind::Removed,
            (None, _) => ChangeKind::Added,
        };
        let diff = unified(&was.unwrap_or_default(), is.unwrap_or_default());
        let (object, name) = (object.to_owned(), name.to_owned());
        found.push(Change { object, name, change: kind, diff });
    }
    found
}

fn by_object(all: &[Described]) -> BTreeMap<&str, &str> {
    all.iter().map(|one| (one.object.as_str(), one.text.as_str())).collect()
}

/// A description with the lines as the other one has them, where a dump and restore may have come between.
fn as_printed(was: &str, is: &str) -> String {
    let mut printed: BTreeMap<String, &str> =
        is.lines().map(|line| (loosened(line), line)).collect();
    let mut lines: Vec<(usize, String)> = Vec::new();
    let place = |line: &str| is.lines().position(|other| other == line);
    let mut last = 0;
    for line in was.lines() {
        let found = printed.remove(&loosened(line));
        // They are sorted by what is printed.
        last = found.and_then(place).unwrap_or(last);
        lines.push((last, found.unwrap_or(line).to_owned()));
    }
    lines.sort_by_key(|(place, _)| *place);
    lines.into_iter().map(|(_, line)| format!("{line}\n")).collect()
}

/// What of a line a dump and restore keeps, to be compared and for nothing else.
fn loosened(line: &str) -> String {
    const CASTS: [&str; 5] = ["::character varying", "::text", "::bpchar", "[]", "::name"];
    // A query is told by what it is made of, which are other OIDs in another database.
    let mut line = match line.split_once("(md5 ") {
        Some((before, after)) => {
            let rest = after.split_once(')').map_or("", |(_, rest)| rest);
            format!("{before}{rest}")
        }
        None => line.to_owned(),
    };
    for cast in CASTS {
        line = line.replace(cast, "");
    }
    line.retain(|character| !matches!(character, '(' | ')' | ' '));
    line
}

/// What has changed since a migration, as `diff -u` would say it.
#[must_use]
pub(crate) fn diff(since: Option<&str>, changes: &[Change]) -> String {
    let was = since.map_or_else(|| "as described".into(), |name| format!("after `{name}`"));
    let mut text = String::new();
    for Change { object, change, diff, .. } in changes {
        let [old, new] = [format!("{object}, {was}"), format!("{object}, now")];
        let nothing = "/dev/null".to_owned();
        let (old, new) = match change {
            ChangeKind::Added => (nothing, new),
            ChangeKind::Removed => (old, nothing),
            ChangeKind::Changed => (old, new),
        };
        text.push_str(&format!("--- {old}\n+++ {new}\n{diff}"));
    }
    text.truncate(text.trim_end().len());
    text
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::schema::description::described;
    use crate::schema::digest;

    fn one(object: &str, text: &str) -> Described {
        described("table", object, object, text)
    }

    #[test]
    fn what_has_come_gone_and_changed_is_told() {
        let before = [one("a", "id integer\nname text"), one("b", "id integer")];
        let now = [one("a", "id integer\nname text not null"), one("c", "id integer")];
        let told = changes(&before, &now, true);
        let told: Vec<(&str, ChangeKind)> =
            told.iter().map(|one| (one.object.as_str(), one.change)).collect();
        let meant = [
            ("table a", ChangeKind::Changed),
            ("table b", ChangeKind::Removed),
            ("table c", ChangeKind::Added),
        ];
        assert_eq!(told, meant);
        assert_ne!(digest(&before), digest(&now));
    }

    /// Postgres prints `IN` on a varchar in another way once a dump of it was restored.
    #[test]
    fn a_restored_dump_is_no_change() {
        let before = "x character varying(3)\nconstraint c CHECK (((x)::text = ANY ((ARRAY['a'::character \
                      varying, 'b'::character varying])::text[])))\nrule r on delete (md5 0a)";
        let after = "x character varying(3)\nconstraint c CHECK (((x)::text = ANY (ARRAY[('a'::character \
                     varying)::text, ('b'::character varying)::text])))\nrule r on delete (md5 1b)";
        assert_eq!(changes(&[one("a", before)], &[one("a", after)], false), []);
        assert_eq!(changes(&[one("a", before)], &[one("a", after)], true).len(), 1);
        let other = after.replace("'b'", "'c'");
        assert_eq!(changes(&[one("a", before)], &[one("a", &other)], false).len(), 1);
    }
}
