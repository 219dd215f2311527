//! A query of the user's that says whether to wait.

use std::time::{Duration, Instant};

use tokio_postgres::types::Type;

use crate::database::{Connection, Error as DatabaseError};
use crate::sql;
use crate::sql::{Expression, Milliseconds, Sql};

/// How long it may take.
const PATIENCE: Duration = Duration::from_secs(5);

/// What a query said: nothing, or the reason to wait.
pub(super) type Said = Result<Option<String>, String>;

/// Has Postgres read the query, and looks at what it gives; in words what is wrong.
pub(super) async fn check(
    connection: &Connection,
    query: &str,
) -> Result<Result<(), String>, DatabaseError> {
    let asked = match asked(query) {
        Ok(asked) => asked,
        Err(why) => return Ok(Err(why)),
    };
    connection.batch(&opening(connection)).await?;
    let prepared = connection.prepare(&asked).await;
    connection.rollback().await?;
    let types: Vec<Type> = match prepared {
        Ok(prepared) => prepared.columns().iter().map(|column| column.type_().clone()).collect(),
        Err(DatabaseError::Refused(refused)) => return Ok(Err(refused.to_string())),
        Err(error) => return Err(error),
    };
    Ok(match types.as_slice() {
        [Type::BOOL] | [Type::BOOL, Type::TEXT | Type::VARCHAR | Type::NAME] => Ok(()),
        _ => {
            let given: Vec<&str> = types.iter().map(Type::name).collect();
            Err(format!(
                "it gives ({}), and has to give one boolean, or a boolean and a text that is the reason",
                given.join(", ")
            ))
        }
    })
}

/// Asks. A query that fails, or takes too long, says so in words; no row, and NULL, mean no.
pub(super) async fn ask(connection: &Connection, query: &str) -> Result<Said, DatabaseError> {
    if let Err(why) = check(connection, query).await? {
        return Ok(Err(why));
    }
    let asked = match asked(query) {
        Ok(asked) => asked,
        Err(why) => return Ok(Err(why)),
    };
    connection.batch(&opening(connection)).await?;
    let since = Instant::now();
    let answer = connection.query(&asked, &[]).await;
    connection.rollback().await?;
    match answer {
        Ok(rows) => {
            let row = rows.first().filter(|row| row.get::<_, Option<bool>>(0) == Some(true));
            let reason = |row: &tokio_postgres::Row| {
                let given = if row.len() > 1 { row.get::<_, Option<String>>(1) } else { None };
                given.unwrap_or_else(|| query.trim().to_owned())
            };
            Ok(Ok(row.map(reason)))
        }
        // Cancelled before its time is up: by somebody who wants all of this to end.
        Err(DatabaseError::Refused(refused))
            if refused.state.code() != "57014" || since.elapsed() >= PATIENCE =>
        {
            Ok(Err(refused.to_string()))
        }
        Err(error) => Err(error),
    }
}

/// The query as a table, or the expression as a row of one.
fn asked(query: &str) -> Result<Sql, String> {
    let parsed = Expression::parse(query).map_err(|error| error.to_string())?;
    Ok(if parsed.is_query() {
        sql!("SELECT * FROM (\n{query}\n) AS asked LIMIT 1", query = parsed)
    } else {
        sql!("SELECT (\n{query}\n)", query = parsed)
    })
}

fn opening(connection: &Connection) -> Sql {
    sql!(
        "BEGIN READ ONLY; SET LOCAL statement_timeout = {most}; SET LOCAL search_path = {path}",
        most = Milliseconds::from(PATIENCE),
        path = connection.search_path(),
    )
}
