//! The DDL of a schema, as pg_dump writes it: Postgres itself has no other way to give it whole.

use std::io;
use std::path::Path;
use std::process::{Command, Stdio};

use super::target::Target;
use crate::sql::Ident;

/// Why there is no DDL.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum DumpError {
    /// There is no pg_dump.
    #[error("`{program}` cannot be run, and only pg_dump can write down a whole schema")]
    NoProgram {
        /// What was to be run.
        program: String,
        /// Why it was not.
        source: io::Error,
    },
    /// It failed.
    #[error("pg_dump failed: {0}")]
    Failed(String),
    /// It wrote something that it never did.
    #[error("pg_dump wrote what is no dump in text")]
    Unknown,
}

/// What stands behind the objects of a dump.
const END: &str = "--\n-- PostgreSQL database dump complete\n--";

/// The statements that make what is in a schema, for a database that has the schema and nothing in it: without
/// owners and privileges, whose roles another database may not have.
///
/// # Errors
/// When pg_dump is not to be had, or fails.
pub fn dump(target: &Target, program: &Path, schema: &Ident) -> Result<String, DumpError> {
    let mut command = Command::new(program);
    command.args(["--schema-only", "--no-owner", "--no-privileges", "--no-tablespaces"]);
    command.args([
        "--no-publications",
        "--no-subscriptions",
        "--no-security-labels",
        "--no-password",
    ]);
    command.arg(format!("--schema={schema}"));
    // The password goes by the environment, which others do not see.
    command.envs(target.variables_as_given());
    let output = command.stdin(Stdio::null()).output().map_err(|source| DumpError::NoProgram {
        program: program.display().to_string(),
        source,
    })?;
    if !output.status.success() {
        return Err(DumpError::Failed(String::from_utf8_lossy(&output.stderr).trim().to_owned()));
    }
    objects(&String::from_utf8_lossy(&output.stdout)).ok_or(DumpError::Unknown)
}

/// The dump without settings of the session at its head, the schema itself, and what is for psql.
fn objects(text: &str) -> Option<String> {
    let end = text.rfind(END)?;
    let mut kept = String::new();
    let mut lines = text[..end].lines().peekable();
    // The head ends where the first object begins.
    let mut is_kept = false;
    while let Some(line) = lines.next() {
        if line == "--"
            && let Some(title) = lines.peek().and_then(|next| next.strip_prefix("-- Name: "))
        {
            is_kept = !title.contains("; Type: SCHEMA; Schema: -") && !title.starts_with("SCHEMA ");
        }
        if is_kept {
            kept.push_str(line);
            kept.push('\n');
        }
    }
    Some(kept.trim().to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_objects_are_kept() {
        let text = "--\n-- PostgreSQL database dump\n--\n\n\\restrict x\n\nSET lock_timeout = 0;\n\n--\n-- Name: public; \
                    Type: SCHEMA; Schema: -; Owner: -\n--\n\nCREATE SCHEMA public;\n\n\n--\n-- Name: SCHEMA public; \
                    Type: COMMENT; Schema: -; Owner: -\n--\n\nCOMMENT ON SCHEMA public IS 'x';\n\n\n--\n-- Name: t; \
                    Type: TABLE; Schema: public; Owner: -\n--\n\nCREATE TABLE public.t (\n    id integer\n);\n\n\n--\n\
                    -- PostgreSQL database dump complete\n--\n\n\\unrestrict x\n";
        assert_eq!(
            objects(text).as_deref(),
            Some(
                "--\n-- Name: t; Type: TABLE; Schema: public; Owner: -\n--\n\nCREATE TABLE public.t (\n    id integer\n);"
            )
        );
        assert_eq!(objects("SET lock_timeout = 0;"), None);
    }
}
