//! What a bare word of YAML means.

use super::tree::Meaning;

/// The core schema of YAML 1.2, section 10.3.2; `None` is a text.
pub(super) fn meaning(word: &str) -> Option<Meaning> {
    match word {
        "" | "~" | "null" | "Null" | "NULL" => Some(Meaning::Null),
        "true" | "True" | "TRUE" => Some(Meaning::Bool(true)),
        "false" | "False" | "FALSE" => Some(Meaning::Bool(false)),
        ".nan" | ".NaN" | ".NAN" => Some(Meaning::Number),
        _ => is_number(word).then_some(Meaning::Number),
    }
}

fn is_number(word: &str) -> bool {
    let all = |digits: &str, digit: fn(&u8) -> bool| {
        !digits.is_empty() && digits.as_bytes().iter().all(digit)
    };
    if let Some(digits) = word.strip_prefix("0o") {
        return all(digits, |byte| (b'0'..=b'7').contains(byte));
    }
    if let Some(digits) = word.strip_prefix("0x") {
        return all(digits, u8::is_ascii_hexdigit);
    }
    let bare = word.strip_prefix(['-', '+']).unwrap_or(word);
    if matches!(bare, ".inf" | ".Inf" | ".INF") {
        return true;
    }
    // What is left is `[0-9]+(\.[0-9]*)?` or `\.[0-9]+`, and an exponent, all of which Rust reads;
    // it also reads `inf` and `nan`, which are texts, and a second sign, which is none.
    bare.starts_with(|c: char| c.is_ascii_digit() || c == '.') && bare.parse::<f64>().is_ok()
}
