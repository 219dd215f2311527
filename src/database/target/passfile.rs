//! The password file (libpq, section 34.16), `~/.pgpass`.

use std::fs;
use std::os::unix::fs::PermissionsExt as _;
use std::path::Path;

/// A password file that was read, and why it was not.
#[derive(Default)]
pub(super) struct PassFile {
    text: String,
    /// Set if the file is there and had to be ignored.
    pub(super) warning: Option<String>,
}

impl PassFile {
    /// As libpq does, passes over a file that is not there, and one that others could read.
    pub(super) fn read(path: &Path) -> Self {
        let Ok(metadata) = fs::metadata(path) else {
            return Self::default();
        };
        if !metadata.is_file() {
            return Self::ignored(path, "it is not a plain file");
        }
        if metadata.permissions().mode() & 0o077 != 0 {
            return Self::ignored(path, "others may read it; `chmod 0600` it");
        }
        match fs::read(path) {
            Ok(bytes) => Self { text: String::from_utf8_lossy(&bytes).into_owned(), warning: None },
            Err(error) => Self::ignored(path, &error.to_string()),
        }
    }

    fn ignored(path: &Path, reason: &str) -> Self {
        let warning = format!("the password file `{}` was ignored: {reason}", path.display());
        Self { text: String::new(), warning: Some(warning) }
    }

    /// The password of the first line that fits.
    pub(super) fn password(&self, wanted: &[&str; 4]) -> Option<String> {
        self.text
            .lines()
            .filter(|line| !line.starts_with('#'))
            .find_map(|line| password_in(line, wanted))
            .filter(|password| !password.is_empty())
    }
}

/// `host:port:database:user:password`, where `*` fits anything and a backslash takes the meaning
/// from a colon or another backslash.
fn password_in(line: &str, wanted: &[&str; 4]) -> Option<String> {
    let mut rest = line;
    for value in wanted {
        let (raw, field, after) = take_field(rest);
        // An escaped `\*` is a name, a bare one is a wildcard.
        if raw != "*" && field != *value {
            return None;
        }
        rest = after?;
    }
    Some(take_field(rest).1)
}

/// A field as written, as meant, and what follows its colon.
fn take_field(text: &str) -> (&str, String, Option<&str>) {
    let mut field = String::new();
    let mut characters = text.char_indices();
    while let Some((at, character)) = characters.next() {
        match character {
            ':' => return (&text[..at], field, Some(&text[at + 1..])),
            '\\' => field.push(characters.next().map_or('\\', |(_, escaped)| escaped)),
            other => field.push(other),
        }
    }
    (text, field, None)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_fit_as_in_libpq() {
        let wanted = ["h", "5432", "d:b", r"u\v"];
        let cases = [
            (r"h:5432:d\:b:u\\v:pw", Some("pw")),
            ("*:*:*:*:pw", Some("pw")),
            (r"*:*:*:*:p\:w\\x\y", Some(r"p:w\xy")),
            ("*:*:*:*:pw:rest is ignored", Some("pw")),
            ("*:*:*:*:pass word ", Some("pass word ")),
            ("*:*:*:*:pw\r\n", Some("pw")),
            (r"\*:*:*:*:pw", None),
            ("h*:*:*:*:pw", None),
            ("H:*:*:*:pw", None),
            ("*:5433:*:*:pw", None),
            ("#*:*:*:*:pw", None),
            ("*:*:*:*", None),
            ("*:*:*:*:", None),
            ("", None),
            ("nope:*:*:*:first\n*:*:*:*:second\n*:*:*:*:third", Some("second")),
        ];
        for (text, expected) in cases {
            let file = PassFile { text: text.to_owned(), warning: None };
            assert_eq!(file.password(&wanted).as_deref(), expected, "{text:?}");
        }
    }
}
