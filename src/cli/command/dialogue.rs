//! Questions at a terminal, and their answers.

use std::io::{self, BufRead, Write};

/// The tables that there are, with their columns; none where nobody could be asked.
pub(super) type Tables = Vec<(String, Vec<String>)>;

/// What becomes of an answer that was not offered.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Others {
    /// It is taken: what is made by the same migration has no number.
    Taken,
    /// The question is asked again.
    Refused,
}

/// Somebody at a terminal.
pub(super) struct Dialogue<'a> {
    pub(super) input: &'a mut dyn BufRead,
    pub(super) output: &'a mut dyn Write,
    pub(super) tables: &'a Tables,
}

impl Dialogue<'_> {
    pub(super) fn name(&mut self, usual: &str) -> io::Result<String> {
        let name = self.optional(&format!("Its name (nothing: {usual})"))?;
        Ok(name.unwrap_or_else(|| usual.to_owned()))
    }

    pub(super) fn table(&mut self, question: &str) -> io::Result<String> {
        let names: Vec<String> = self.tables.iter().map(|(name, _)| name.clone()).collect();
        self.choice(question, &names, Others::Taken)
    }

    pub(super) fn column(&mut self, question: &str, table: &str) -> io::Result<String> {
        let known = self.tables.iter().find(|(name, _)| name == table);
        let known = known.map(|(_, columns)| columns.clone()).unwrap_or_default();
        self.choice(question, &known, Others::Taken)
    }

    /// One column or several.
    pub(super) fn columns(&mut self, table: &str) -> io::Result<Vec<String>> {
        let mut columns = vec![self.column("Which column", table)?];
        while self.agrees("Another column")? {
            columns.push(self.column("Which column", table)?);
        }
        Ok(columns)
    }

    /// One of these, by its number or its name.
    pub(super) fn choice(
        &mut self,
        question: &str,
        offered: &[String],
        others: Others,
    ) -> io::Result<String> {
        for (number, one) in offered.iter().enumerate() {
            self.say(&format!("  {:2} {one}", number + 1))?;
        }
        loop {
            let answer = self.needed(question)?;
            let by_number = answer.parse::<usize>().ok().and_then(|number| number.checked_sub(1));
            if let Some(one) = by_number.and_then(|number| offered.get(number)) {
                return Ok(one.clone());
            }
            if others == Others::Taken || offered.contains(&answer) {
                return Ok(answer);
            }
            self.say("  one of these, by its number or its name")?;
        }
    }

    pub(super) fn agrees(&mut self, question: &str) -> io::Result<bool> {
        let answer = self.optional(&format!("{question} [y/N]"))?;
        Ok(answer.is_some_and(|answer| answer.to_lowercase().starts_with('y')))
    }

    pub(super) fn needed(&mut self, question: &str) -> io::Result<String> {
        loop {
            if let Some(answer) = self.optional(question)? {
                return Ok(answer);
            }
        }
    }

    pub(super) fn optional(&mut self, question: &str) -> io::Result<Option<String>> {
        write!(self.output, "{question}: ")?;
        self.output.flush()?;
        let mut answer = String::new();
        if self.input.read_line(&mut answer)? == 0 {
            return Err(io::ErrorKind::UnexpectedEof.into());
        }
        let answer = answer.trim();
        Ok((!answer.is_empty()).then(|| answer.to_owned()))
    }

    pub(super) fn say(&mut self, line: &str) -> io::Result<()> {
        writeln!(self.output, "{line}")
    }
}
