//! The way back that other tools keep: of what became operations `rollback` knows it, and SQL that
//! stays as it is takes it as its `down`.

use super::script::Script;
use super::source::Source;
use super::{Conversion, Converted, Note, left_out};
use crate::operation::Operation;
use crate::sql::Ident;

/// Where a script has a way back.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Back {
    /// The line of the script with which it begins.
    pub(super) line: usize,
    /// What it says.
    pub(super) text: String,
}

impl Back {
    /// Its statements, without what is Straddle's own business; none where it does nothing.
    fn statements(&self, base: &Ident) -> Result<Option<String>, String> {
        let source = Source::read(&self.text, base).map_err(|error| error.to_string())?;
        let statements = source.statements().map_err(|error| error.to_string())?;
        if let (true, Some(inner)) = (statements.is_empty(), &source.back) {
            // A file of its own, which all the same says that it leads back.
            return inner.statements(base);
        }
        let mut script = Script::new(base, Vec::new());
        let mut texts = Vec::new();
        for statement in &statements {
            if left_out::why(&mut script, statement).is_none() {
                texts.push(statement.text);
            }
            if let Some(reason) = script.whole.take() {
                return Err(reason);
            }
        }
        Ok((!texts.is_empty()).then(|| texts.join(";\n\n")))
    }

    /// Gives it to what it takes back, or says why not.
    pub(super) fn give_to(&self, conversion: &mut Conversion, base: &Ident) {
        let is_raw =
            |one: &Converted| matches!(&one.operation, Operation::Sql(sql) if !sql.is_late());
        let reason = if !conversion.operations.iter().all(is_raw) {
            "`rollback` knows it".to_owned()
        } else {
            match (self.statements(base), conversion.operations.as_mut_slice()) {
                (Err(error), _) => format!("it cannot be read ({error})"),
                (Ok(None), _) => return,
                (Ok(down), [Converted { operation: Operation::Sql(sql), .. }]) => {
                    sql.down = down;
                    return;
                }
                (Ok(Some(_)), _) => {
                    "it takes back several `sql` at once, and each needs a `down` of its own".into()
                }
            }
        };
        let text = format!("the way back is left out: {reason}");
        conversion.left_out.push(Note { line: self.line, text });
        conversion.left_out.sort();
    }
}
