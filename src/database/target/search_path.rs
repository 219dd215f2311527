//! The URL for an application, with the schemas of its version in it.

use super::percent;
use super::settings::Place;
use super::{Passwords, Target};

/// See [`Target::url_with_search_path`].
pub(super) fn url(target: &Target, schemas: &[&str], passwords: Passwords) -> String {
    let password = match target.servers.iter().find_map(|server| server.password.as_ref()) {
        Some(password) if passwords == Passwords::Shown => {
            format!(":{}", percent::encode(&password.0))
        }
        // A password that was found elsewhere will be found there again; stars would hide it.
        Some(_) if target.password_in_url => ":***".to_owned(),
        _ => String::new(),
    };
    let servers: Vec<String> = target
        .servers
        .iter()
        .map(|server| match &server.place {
            // A zone's `%` must be encoded, the colons must not.
            Place::Name(name) if name.contains(':') => {
                format!("[{}]:{}", name.replace('%', "%25"), server.port)
            }
            place => format!("{}:{}", percent::encode(place.as_str()), server.port),
        })
        .collect();
    let options = merged_options(target.options.as_deref().unwrap_or(""), schemas);
    let parameters: String = target
        .parameters
        .iter()
        .map(|(name, value)| format!("{name}={}&", percent::encode(value)))
        .collect();
    format!(
        "postgresql://{}{password}@{}/{}?{parameters}options={}",
        percent::encode(&target.user),
        servers.join(","),
        percent::encode(&target.database),
        percent::encode(&options),
    )
}

/// The options with any earlier search path taken out and this one put in, at the end.
pub(super) fn merged_options(options: &str, schemas: &[&str]) -> String {
    let names: Vec<String> = schemas.iter().map(|schema| quoted_where_needed(schema)).collect();
    let mut words = without_search_path(split_options(options));
    words.push("-c".to_owned());
    words.push(format!("search_path={}", escape_option(&names.join(","))));
    words.join(" ")
}

/// The words of the options, as written: split at whitespace that no backslash protects
/// (`pg_split_opts` in the server).
fn split_options(options: &str) -> Vec<String> {
    let mut words = vec![String::new()];
    let mut characters = options.chars();
    while let Some(character) = characters.next() {
        if is_space(character) {
            words.push(String::new());
            continue;
        }
        if let Some(word) = words.last_mut() {
            word.push(character);
            if character == '\\' {
                word.extend(characters.next());
            }
        }
    }
    words.retain(|word| !word.is_empty());
    words
}

fn without_search_path(words: Vec<String>) -> Vec<String> {
    let mut kept: Vec<String> = Vec::new();
    for word in words {
        let setting = match kept.last().map(String::as_str) {
            Some("-c") => Some(word.as_str()),
            _ => word.strip_prefix("-c").or_else(|| word.strip_prefix("--")),
        };
        let is_search_path = setting
            .and_then(|setting| setting.split_once('='))
            .is_some_and(|(name, _)| name.replace('-', "_").eq_ignore_ascii_case("search_path"));
        match is_search_path {
            // The `-c` before it goes too, where it is a word of its own.
            true if kept.last().is_some_and(|last| last == "-c") => drop(kept.pop()),
            true => {}
            false => kept.push(word),
        }
    }
    kept
}

fn escape_option(value: &str) -> String {
    let mut escaped = String::with_capacity(value.len());
    for character in value.chars() {
        if is_space(character) || character == '\\' {
            escaped.push('\\');
        }
        escaped.push(character);
    }
    escaped
}

/// C's `isspace`, which unlike Rust's counts the vertical tab.
fn is_space(character: char) -> bool {
    matches!(character, ' ' | '\t' | '\n' | '\r' | '\x0b' | '\x0c')
}

/// A version's name is mostly plain, and a plain URL is one that people can read.
pub(super) fn quoted_where_needed(schema: &str) -> String {
    let plain = schema.starts_with(|c: char| c.is_ascii_lowercase() || c == '_')
        && schema.chars().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '_');
    match plain {
        true => schema.to_owned(),
        false => format!("\"{}\"", schema.replace('"', "\"\"")),
    }
}

#[cfg(test)]
mod tests {
    use super::merged_options;

    #[test]
    fn options_are_kept_but_for_an_earlier_search_path() {
        let cases = [
            ("", "-c search_path=v1,public"),
            ("-c a=1", "-c a=1 -c search_path=v1,public"),
            ("-c search_path=x", "-c search_path=v1,public"),
            ("-c search_path=x -c a=1", "-c a=1 -c search_path=v1,public"),
            ("-csearch_path=x --b=2", "--b=2 -c search_path=v1,public"),
            ("--Search-Path=x  -c  a=1", "-c a=1 -c search_path=v1,public"),
            (r"-c search_path=x,\ y -c a=\\\ b", r"-c a=\\\ b -c search_path=v1,public"),
            ("-c a=search_path=x", "-c a=search_path=x -c search_path=v1,public"),
        ];
        for (given, expected) in cases {
            assert_eq!(merged_options(given, &["v1", "public"]), expected, "{given}");
        }
    }

    #[test]
    fn names_are_quoted_then_escaped() {
        let cases = [
            ("public_01", "-c search_path=public_01"),
            ("01_x", r#"-c search_path="01_x""#),
            ("My Schema", r#"-c search_path="My\ Schema""#),
            (r#"a"b\c,d"#, r#"-c search_path="a""b\\c,d""#),
            ("übung", r#"-c search_path="übung""#),
        ];
        for (schema, expected) in cases {
            assert_eq!(merged_options("", &[schema]), expected);
        }
    }
}
