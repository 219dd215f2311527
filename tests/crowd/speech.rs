//! How the applications speak to the server.

use rand::Rng;

use super::client::Client;
use super::row::{NEW_LINE, OLD_LINE, Version, Written};

/// A statement whose parameters are texts.
pub(super) struct Statement<'a> {
    pub(super) sql: String,
    pub(super) parameters: &'a [String],
}

impl Client {
    pub(super) async fn plainly(&self, sql: &str) -> Result<(), String> {
        self.connection.batch_execute(sql).await.map_err(|error| format!("{sql}: {error:?}"))
    }

    pub(super) fn code(&self) -> &'static str {
        if self.version == Version::Old { "'k' || $1::text" } else { "$1::text::integer" }
    }

    pub(super) fn line(&self) -> &'static str {
        if self.version == Version::Old { OLD_LINE } else { NEW_LINE }
    }

    /// The label that goes with a score.
    pub(super) fn mood(&self, score: Written) -> String {
        let label = score.mood(self.version);
        if self.casts { format!("'{label}'::mood") } else { format!("'{label}'") }
    }

    /// A condition that holds for every label.
    pub(super) fn moods(&self) -> &'static str {
        match self.version {
            _ if !self.casts => "",
            Version::Old => " AND mood = ANY ('{good,bad}'::mood[])",
            Version::New(_) => " AND mood = ANY ('{good,sad}'::mood[])",
        }
    }

    /// Carries a statement out by a random protocol; what the version shows of the rows it wrote.
    pub(super) async fn say(&mut self, statement: Statement<'_>) -> Result<Vec<String>, String> {
        let Statement { sql, parameters } = statement;
        let sql = format!("{sql} RETURNING {}", self.line());
        self.statements += 1;
        let answer = match self.random.random_range(0..3) {
            0 => {
                let mut simple = sql.clone();
                for (place, parameter) in parameters.iter().enumerate().rev() {
                    simple = simple.replace(&format!("${}", place + 1), &format!("'{parameter}'"));
                }
                self.connection.rows(&simple).await
            }
            1 => self.connection.answer(&sql, parameters).await,
            _ => {
                if !self.prepared.contains_key(&sql) {
                    let prepared = self.connection.prepare(&sql).await;
                    let prepared = prepared.map_err(|error| format!("{sql}: {error:?}"))?;
                    self.prepared.insert(sql.clone(), prepared);
                }
                self.connection.answer(&self.prepared[&sql], parameters).await
            }
        };
        answer.map_err(|error| format!("{sql} {parameters:?}: {error:?}"))
    }
}
