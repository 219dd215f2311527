//! What Postgres says of a rehearsal, in the words of the file that is rehearsed.

use tokio_postgres::error::SqlState;

use super::error::Refused;
use crate::operation::{Question, Rejection};
use crate::plan::names;

/// A label that the rehearsal itself has added.
const UNSAFE_NEW_ENUM_VALUE_USAGE: &str = "55P04";

/// The place in the document that a question comes from.
pub(super) fn path_of(question: &Question) -> &str {
    match question {
        Question::Copy { .. }
        | Question::Views(_)
        | Question::Dependents { .. }
        | Question::Mentions { .. }
        | Question::WholeRows { .. }
        | Question::Given(_) => "operations",
        Question::Rehearse { path, .. }
        | Question::Type { path, .. }
        | Question::Function { path, .. }
        | Question::Parse { path, .. }
        | Question::Filter { path, .. } => path,
        Question::Bind(binding) => &binding.path,
    }
}

/// The place in the document that Postgres means, and where in the text there: `prefix` characters of
/// ours come before it.
pub(super) fn place_of(
    question: &Question,
    refused: &Refused,
    prefix: usize,
) -> (String, Option<usize>) {
    let path = path_of(question).to_owned();
    let Question::Function { parts, .. } = question else {
        return (path, refused.position.and_then(|position| position.checked_sub(prefix)));
    };
    let found = refused.position.and_then(|position| {
        let (field, start) = parts.iter().rfind(|(_, start)| *start <= position)?;
        Some((format!("{path}.{field}"), Some(position - start)))
    });
    found.unwrap_or((path, None))
}

/// Whether what is wrong with `told` is the reason for what is wrong with `question`, too: nothing
/// can be made of a column without a type, and not the column with a wrong default.
pub(super) fn follows_from(question: &Question, told: &Rejection) -> bool {
    let operation = |path: &str| path.split('.').next().map(str::to_owned);
    let is_rehearsal = matches!(question, Question::Rehearse { .. });
    operation(path_of(question)) == operation(&told.path)
        && (told.path.ends_with(".type") || is_rehearsal && told.path.ends_with(".default"))
}

/// What is wrong. Where and with which column expressions are tried is nobody's business.
pub(super) fn message(refused: &Refused) -> String {
    let target = format!("\"{}\" ", names::probe_target().as_str());
    let scene = format!("{}.", names::probe_schema().as_str());
    refused.message.replace(&target, "").replace(&scene, "")
}

/// What to do: where we know better than Postgres, which has seen an UPDATE that nobody wrote.
pub(super) fn hint(
    question: &Question,
    refused: &Refused,
    offset: Option<usize>,
) -> Option<String> {
    if refused.state.code() == UNSAFE_NEW_ENUM_VALUE_USAGE {
        return Some("a new label can be a default or a constant in the next migration".into());
    }
    if let Some(refusal) = refused.of_event_trigger() {
        let scene = names::probe_schema();
        return Some(format!(
            "{refusal}, as it was tried on an empty copy in the schema `{}`: have it let that pass, or disable it \
             for the while",
            scene.as_str()
        ));
    }
    let ours = match question {
        Question::Rehearse { hint, .. } => hint.clone(),
        Question::Bind(binding) if binding.inferred => {
            let field = binding.path.rsplit('.').next().unwrap_or_default();
            Some(format!("give `{field}`, its value as SQL"))
        }
        Question::Bind(binding) => {
            let table = &binding.table;
            let text = &binding.expression;
            match &refused.state {
                &SqlState::UNDEFINED_TABLE => Some(format!(
                    "it reads columns of `{table}`, as `name` or `{table}.name`, and those of other \
                     tables in a sub-select"
                )),
                &SqlState::GROUPING_ERROR
                | &SqlState::WINDOWING_ERROR
                | &SqlState::FEATURE_NOT_SUPPORTED => {
                    Some("it has to make one value of one row".into())
                }
                &SqlState::UNDEFINED_COLUMN
                    if binding.path.ends_with(".default") && text.is_name() =>
                {
                    Some(format!("a text has quotes of its own: `'{text}'`"))
                }
                &SqlState::UNDEFINED_COLUMN if offset.is_none() => {
                    Some("it cannot read a whole row: name each column".into())
                }
                _ => None,
            }
        }
        _ => None,
    };
    ours.or_else(|| said_besides(refused))
}

/// What Postgres says besides its message.
pub(super) fn said_besides(refused: &Refused) -> Option<String> {
    let said: Vec<String> = refused.hint.iter().chain(&refused.detail).cloned().collect();
    (!said.is_empty()).then(|| said.join("; "))
}
