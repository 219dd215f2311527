//! What is, or would be, adopted.

use crate::engine::Adoption;
use crate::sql::Ident;

/// For `adopt`.
pub(in crate::cli) fn adoption(
    schema: &str,
    pgroll: &Ident,
    adoption: &Adoption,
    is_done: bool,
) -> String {
    let Adoption { completed, live, version_schema, previous_schema, .. } = adoption;
    let mut lines = vec![format!(
        "pgroll's history of the schema `{schema}` {} straddle's: {}",
        if is_done { "is" } else { "would become" },
        range(completed)
    )];
    match (live, version_schema, previous_schema) {
        (Some(live), Some(version), Some(previous)) => lines.push(format!(
            "`{live}` is live as `{version}`, beside `{previous}`: applications of both go on"
        )),
        (Some(live), Some(version), None) => {
            lines.push(format!("`{live}` is live as `{version}`: its applications go on"));
        }
        (_, Some(version), _) => lines.push(format!(
            "the version is `{version}`: applications that are pinned to it go on until the next `complete`"
        )),
        _ => lines.push("no version schema is open: applications use the schema itself".into()),
    }
    lines.extend(
        adoption
            .proven
            .iter()
            .map(|proven| format!("{}: {proven}", if is_done { "done" } else { "first" })),
    );
    lines.extend(adoption.left_out.iter().map(|one| {
        format!("left out: `{one}`, which pgroll has seen being done past it, and no file tells of")
    }));
    lines.extend(adoption.left_open.iter().map(|version| {
        format!("older: the version schema `{version}` is still there, and nothing closes it")
    }));
    let changes = if is_done { "changes" } else { "would change" };
    let closed = format!("pgroll {changes} nothing in it any more");
    lines.push(match adoption.others.as_slice() {
        [] if is_done && live.is_none() => {
            format!("{closed}; `DROP SCHEMA {pgroll} CASCADE` removes what it leaves")
        }
        [] => closed,
        others => format!("{closed}, and goes on with `{}`", others.join("`, `")),
    });
    lines.join("\n")
}

fn range(completed: &[String]) -> String {
    match completed {
        [] => "nothing is completed yet".into(),
        [one] => format!("`{one}` is completed"),
        [first, .., last] => {
            format!("{} migrations are completed, `{first}` to `{last}`", completed.len())
        }
    }
}
