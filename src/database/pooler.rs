//! Is a session of ours one of the server's? Behind a pooler in transaction mode it is not: settings
//! would go to whoever is next, and locks of a session would be nobody's.

use super::error::Error;
use super::target::{Session, Target};

/// How often the two sessions ask. A pooler that is busy, or that takes turns, may give each another
/// process of the server the first time.
const TIMES: usize = 8;

const PROCESS: &str = "SELECT pg_catalog.concat_ws(' ', pg_catalog.pg_backend_pid(), \
                       pg_catalog.pg_postmaster_start_time())";

/// Refuses a way to the database that leads through a pooler in transaction mode: two sessions that
/// are open at once then share a process of the server, or one has several. Between sessions of the
/// server neither can be; nor need it be asked where the process that answers is the one announced. To be called before anything is set.
pub(super) async fn refuse(target: &Target, session: &Session) -> Result<(), Error> {
    if let Some(announced) = session.announced_process().await
        && process(session).await?.starts_with(&format!("{announced} "))
    {
        return Ok(());
    }
    // Where there is no second connection to be had, this cannot be told.
    let Ok(other) = target.connect().await else {
        return Ok(());
    };
    let first = [process(session).await?, process(&other).await?];
    let mut is_pooled = first[0] == first[1];
    for _ in 1..TIMES {
        is_pooled = is_pooled || first != [process(session).await?, process(&other).await?];
    }
    other.close().await?;
    if is_pooled { Err(Error::Pooled) } else { Ok(()) }
}

/// The process that answers, and since when its server runs, for two servers may count alike. Without a
/// prepared statement, which would be left there.
async fn process(session: &Session) -> Result<String, Error> {
    let messages = session.client.simple_query(PROCESS).await?;
    let row = messages.iter().find_map(|message| match message {
        tokio_postgres::SimpleQueryMessage::Row(row) => row.get(0),
        _ => None,
    });
    row.map(str::to_owned).ok_or_else(|| Error::Answer("no number of a process".into()))
}
