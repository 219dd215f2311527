//! What comes of a statement, beside what is to come of it.

use tokio_postgres::error::SqlState;

use super::ask::{Asked, statement};
use super::client::Way;
use super::life::Life;
use super::rows::Refused;
use crate::choices::Choices;

/// Where a statement stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Inside {
    /// It is a transaction of its own.
    Nothing,
    Transaction,
}

/// Whether a constraint is broken, and nothing else is wrong.
pub(super) fn is_a_constraints(error: &tokio_postgres::Error) -> bool {
    let broken = [
        &SqlState::NOT_NULL_VIOLATION,
        &SqlState::UNIQUE_VIOLATION,
        &SqlState::CHECK_VIOLATION,
        &SqlState::FOREIGN_KEY_VIOLATION,
    ];
    error.code().is_some_and(|code| broken.contains(&code))
}

impl Life<'_> {
    /// One statement of one client; whether it was carried out.
    pub(super) async fn one(
        &mut self,
        choices: &mut Choices<'_>,
        inside: Inside,
    ) -> Result<bool, String> {
        let asked = statement(choices, &self.world, &self.state, &mut self.next_tag, self.major);
        self.carry_out(&asked, inside).await
    }

    pub(super) async fn carry_out(
        &mut self,
        asked: &Asked,
        inside: Inside,
    ) -> Result<bool, String> {
        let Asked { table, by, statement } = asked;
        let sql = statement.sql(&self.world.tables[*table], by);
        let (first, last) = by.speak(&sql);
        for sql in first {
            self.say(&sql).await?;
        }
        self.lived.statements += 1;
        self.log.push(last.clone());
        let answer = match by.way {
            Way::Extended => self.client.extended(&last).await,
            _ => self.client.batch_execute(&last).await,
        };
        let generated = match &answer {
            Ok(()) => self.generated(asked).await?,
            Err(_) => Vec::new(),
        };
        let mut state = self.state.clone();
        let world = &self.world;
        let mut expected = world.apply(&mut state, (*table, by.writer), statement, &generated);
        if inside == Inside::Nothing && world.is_broken_at_end(&state) {
            expected = Err(Refused);
        }
        match (expected, answer) {
            (Ok(()), Ok(())) => {
                if self.state.live() {
                    self.lived.followed += state.followed - self.state.followed;
                }
                self.state = state;
                self.lived.withheld = self.lived.withheld.max(self.world.withheld(&self.state));
                self.compare().await.map(|()| true)
            }
            (Err(_), Err(error)) if is_a_constraints(&error) => {
                self.lived.refused += 1;
                if inside == Inside::Nothing {
                    self.compare().await?;
                }
                Ok(false)
            }
            (Ok(()), Err(error)) => Err(format!("is to be carried out, and fails: {error:?}")),
            (Err(_), Err(error)) => Err(format!("is to break a constraint, and fails: {error:?}")),
            (Err(_), Ok(())) => Err("is to break a constraint, and is carried out".into()),
        }
    }
}
