//! Is reading through a version the same plan as reading the table?

use std::fmt::Write as _;

use serde_json::Value;

use crate::server::{Outcome, sql};
use crate::{BASE, NEXT};

/// What Postgres calls by the alias of a table, which is the view's own in a view. That it is there is
/// compared, its text is not.
const NAMED: [&str; 9] = [
    "Alias",
    "Filter",
    "Group Key",
    "Hash Cond",
    "Index Cond",
    "Join Filter",
    "Merge Cond",
    "Recheck Cond",
    "Sort Key",
];

/// Plans every query of `queries.sql` through each version and on the table, and says what differs:
/// nodes, indexes, costs, numbers of rows.
pub(crate) async fn compare_plans(url: &str) -> Outcome<String> {
    let queries: Vec<&str> =
        include_str!("queries.sql").lines().filter(|line| !line.starts_with("--")).collect();
    let mut differences = String::new();
    for query in &queries {
        for (version, column) in [(BASE, "rating"), (NEXT, "_straddle_new_rating")] {
            let through = query.replace("{table}", &format!("{version}.customers"));
            let through = explain(url, &through.replace("{rating}", "rating")).await?;
            let direct = query.replace("{table}", "public.customers");
            let direct = explain(url, &direct.replace("{rating}", column)).await?;
            if through != direct {
                let [through, direct] = [through, direct].map(|plan| format!("{plan:#}"));
                write!(differences, "\n{query}\n{version}:\n{through}\nthe table:\n{direct}")?;
            }
        }
    }
    let same = if differences.is_empty() { "the same as of the table" } else { "some differ:" };
    let count = queries.len();
    Ok(format!("plans of {count} statements through either version: {same}{differences}"))
}

async fn explain(url: &str, query: &str) -> Outcome<Value> {
    let rows = sql(url, &format!("EXPLAIN (FORMAT JSON) {query}")).await?;
    let mut plan = serde_json::from_str(&rows.concat())?;
    unname(&mut plan);
    Ok(plan)
}

fn unname(plan: &mut Value) {
    match plan {
        Value::Object(fields) => {
            for (name, value) in fields {
                if NAMED.contains(&name.as_str()) {
                    *value = Value::Null;
                } else {
                    unname(value);
                }
            }
        }
        Value::Array(values) => values.iter_mut().for_each(unname),
        _ => {}
    }
}
