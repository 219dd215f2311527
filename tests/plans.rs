//! What `straddle plan` says of every case: each step with its purpose, SQL, lock, work and undo. A
//! change of what is planned shows here, and nowhere changes unseen.

use crate::command::straddle;
use crate::lifecycle::{Case, cases, directory};

#[tokio::test]
async fn every_plan_reads_as_it_did() {
    let mut settings = insta::Settings::clone_current();
    settings.set_prepend_module_to_snapshot(false);
    settings.set_omit_expression(true);
    for name in cases() {
        let case = Case::open(&name).await;
        let before = case.catalog().await;
        let file = directory().join(&name).join("migration.yaml");
        let outcome = straddle(&case.database.url(), &["plan", &file.to_string_lossy()]);
        assert_eq!(outcome.code, 0, "{name}: {}", outcome.stderr);
        assert_eq!(before, case.catalog().await, "{name}: a plan changes nothing");
        // Postgres 14 has no views with their callers' rights, and another owner of `public`.
        let text = outcome.stdout.replace(" WITH (security_invoker = true)", "");
        let text = text.replace("\"pg_database_owner\"", "\"postgres\"");
        let text = without_names(&text);
        // From Postgres 18 on a NOT NULL may be there without having been proven.
        let is_named = text.contains("_not_null\" NOT NULL");
        // From Postgres 16 on a view of one table is printed without that before its columns.
        let is_bare = text.contains(" AS  SELECT id,");
        let major = if is_named { "-18" } else { "" };
        let major = if is_bare { "-16" } else { major };
        settings.bind(|| insta::assert_snapshot!(format!("plan-{name}{major}"), text));
    }
}

/// From Postgres 18 on a NOT NULL is made with a name, and may take another one in the end; before,
/// it has none.
fn without_names(plan: &str) -> String {
    let mut lines = Vec::new();
    let mut left_out = 0;
    let mut is_left_out = false;
    for line in plan.lines() {
        let is_detail = line.starts_with("      ");
        let numbered = line.trim_start().split_once(". ").filter(|_| !is_detail);
        let numbered =
            numbered.and_then(|(number, what)| Some((number.parse::<usize>().ok()?, what)));
        if let Some((number, what)) = numbered {
            is_left_out = what.starts_with("name the constraint `") && what.ends_with("_not_null`");
            left_out += usize::from(is_left_out);
            let indent = &line[..line.len() - line.trim_start().len()];
            lines.push(format!("{indent}{}. {what}", number - left_out));
        } else {
            if !is_detail {
                (left_out, is_left_out) = (0, false);
            }
            lines.push(unnamed(line));
        }
        if is_left_out {
            lines.pop();
        }
    }
    lines.join("\n") + "\n"
}

fn unnamed(line: &str) -> String {
    let named = line.split_once(" ADD CONSTRAINT \"");
    let column = named.and_then(|(_, rest)| rest.split_once("\" NOT NULL "));
    match (named, column) {
        (Some((table, _)), Some((_, column))) => {
            format!("{table} ALTER COLUMN {} SET NOT NULL;", column.trim_end_matches(';'))
        }
        _ => line.to_owned(),
    }
}
