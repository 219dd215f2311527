//! Statements of applications that can be run again and again: those of the case's `traffic.sql` that can, and
//! others that are made of what the catalog says of a version. Also used by `benches/soak`.

use tokio_postgres::{Client, Error, SimpleQueryMessage};

/// Reads, writes that change nothing, and upserts of rows that are there, for each view of the schema `{v}`. One
/// row at a time: two that write many meet each other the other way round as soon as rows move.
const MADE: &str = r"
  WITH shown AS (
    SELECT c.oid, format('%I', c.relname) AS name
    FROM pg_class c WHERE c.relnamespace = '{v}'::regnamespace AND c.relkind IN ('v', 'r', 'p', 'm')
  ), columns AS (
    SELECT a.attrelid AS oid, string_agg(format('%1$I = %1$I', a.attname), ', ' ORDER BY attnum) AS same,
      string_agg(format('%I', a.attname), ', ' ORDER BY attnum) AS names
    FROM pg_attribute a WHERE a.attnum > 0 AND NOT a.attisdropped AND a.attgenerated = ''
    GROUP BY 1
  )
  SELECT format(form, name, same, names) FROM shown JOIN columns USING (oid), (VALUES
    ('SELECT * FROM %1$s'), ('SELECT count(*) FROM %1$s'), ('UPDATE %1$s SET %2$s WHERE %1$s::text = (SELECT max(x::text) FROM %1$s x)'),
    ('INSERT INTO %1$s (%3$s) SELECT %3$s FROM %1$s ON CONFLICT DO NOTHING'),
    ('DELETE FROM %1$s WHERE false')) AS forms(form)
  UNION ALL
  SELECT format('UPDATE %1$s SET %2$I = %2$I WHERE %1$s::text = (SELECT min(x::text) FROM %1$s x)',
    name, attname) FROM shown
  JOIN pg_attribute a ON a.attrelid = shown.oid AND a.attnum > 0 AND NOT a.attisdropped
  ORDER BY 1";

/// Runs statements by the simple protocol.
pub(crate) async fn run(client: &Client, sql: &str) -> Result<Vec<String>, Error> {
    let messages = client.simple_query(sql).await?;
    let rows = messages.into_iter().filter_map(|message| match message {
        SimpleQueryMessage::Row(row) => Some(row.get(0).unwrap_or_default().to_owned()),
        _ => None,
    });
    Ok(rows.collect())
}

/// Whether it works, also a second time, and takes itself back: what cannot be in a transaction does not.
async fn works(client: &Client, statement: &str) -> bool {
    let mut outcome = run(client, "BEGIN").await;
    for _ in 0..2 {
        if outcome.is_ok() {
            outcome = run(client, statement).await;
        }
    }
    let back = run(client, "ROLLBACK").await;
    outcome.is_ok() && back.is_ok()
}

/// What applications of the version can say all the time, of what was made up and of `traffic`.
pub(crate) async fn repeatable(
    client: &Client,
    version: &str,
    traffic: &[&str],
) -> Result<Vec<String>, Error> {
    run(client, &format!("SET search_path = {version}")).await?;
    let made = run(client, &MADE.replace("{v}", version)).await?;
    // A version may show nothing.
    let made = made.iter().map(String::as_str).chain(["SELECT 1"]);
    // Neither several in one text nor every type of the catalog is for the extended protocol.
    let is_plain = |one: &&str| !one.contains(';') && !one.contains("pg_");
    let traffic = traffic.iter().copied().filter(is_plain);
    let statements: Vec<&str> = traffic.chain(made).collect();
    Ok(that_work(client, &statements).await)
}

/// What goes on when SQL in `complete` gives views more columns: a prepared statement that asks for all of them
/// cannot.
pub(crate) fn of_named_columns(statements: &mut Vec<String>) {
    statements.retain(|one| !one.contains('*') || one.contains("count(*)"));
}

/// What does not meet the moment in which `complete` makes the users' own objects again (docs/applications.md).
pub(crate) fn of_the_version(statements: &mut Vec<String>) {
    statements.retain(|one| !one.contains("public.") && !one.contains("archive."));
}

/// Those that can be run again and again.
pub(crate) async fn that_work(client: &Client, statements: &[&str]) -> Vec<String> {
    let mut working = Vec::new();
    for statement in statements {
        if works(client, statement).await {
            working.push((*statement).to_owned());
        }
    }
    working
}
