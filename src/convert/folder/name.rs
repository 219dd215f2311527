//! The names that migrations get: in the order of the scripts, also where names are compared as text.

use super::FolderScript;

/// How long a name of Postgres' may be.
const MOST_BYTES: usize = 63;

/// A name as its number and its words: `0007_add_email`, `2024-01-31-120000_add_email`.
pub(super) fn parts(stem: &str) -> (Option<String>, String) {
    let end = stem.find(|c: char| !c.is_ascii_digit() && c != '-').unwrap_or(stem.len());
    let digits: String = stem[..end].chars().filter(char::is_ascii_digit).collect();
    match digits.parse::<u64>() {
        Ok(_) => (Some(digits), stem[end..].to_owned()),
        Err(_) => (None, stem.to_owned()),
    }
}

/// The names of the migrations that scripts become, for versions of a base schema of this name. They keep
/// their numbers, as wide as the widest, where these say the order; else they are counted.
#[must_use]
pub fn migration_names(scripts: &[FolderScript], base: &str) -> Vec<String> {
    let numbers: Vec<Option<u64>> = scripts
        .iter()
        .map(|script| script.number.as_ref().and_then(|number| number.parse().ok()))
        .collect();
    let are_in_order = numbers.iter().all(Option::is_some) && numbers.is_sorted_by(|a, b| a < b);
    let widest = match are_in_order {
        true => scripts.iter().filter_map(|one| one.number.as_ref()).map(String::len).max(),
        false => Some(scripts.len().to_string().len()),
    };
    // There may be more to come.
    let width = widest.unwrap_or_default().max(2);
    // The version schema is `<base schema>_<name>`.
    let most = MOST_BYTES.saturating_sub(base.len() + 1);
    let name = |(at, script): (usize, &FolderScript)| {
        let number = numbers[at].filter(|_| are_in_order).unwrap_or(at as u64 + 1);
        let mut name = format!("{number:0width$}");
        let words = script.words.to_lowercase();
        for word in words.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty()) {
            name.push('_');
            name.push_str(word);
        }
        while name.len() > most {
            name.pop();
        }
        name.trim_end_matches('_').to_owned()
    };
    scripts.iter().enumerate().map(name).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn names(stems: &[&str]) -> Vec<String> {
        let script = |stem: &&str| {
            let (number, words) = parts(stem);
            let (path, forward) = ((*stem).to_owned(), String::new());
            FolderScript { path, number, words, forward, back: None }
        };
        let scripts: Vec<_> = stems.iter().map(script).collect();
        migration_names(&scripts, "public")
    }

    #[test]
    fn numbers_that_say_the_order_are_kept() {
        assert_eq!(names(&["1_a", "2-Second one", "10_c"]), ["01_a", "02_second_one", "10_c"]);
        assert_eq!(
            names(&["2024-01-31-120000_a", "2024-02-01-000000_b"]),
            ["20240131120000_a", "20240201000000_b"]
        );
        assert_eq!(names(&["0001", "0002"]), ["0001", "0002"]);
    }

    #[test]
    fn what_has_no_such_numbers_is_counted() {
        assert_eq!(names(&["init", "users"]), ["01_init", "02_users"]);
        assert_eq!(names(&["2_b", "1_a"]), ["01_b", "02_a"]);
    }

    #[test]
    fn a_name_leaves_room_for_the_version() {
        let long = names(&[&format!("0001_{}", "é".repeat(60))]);
        assert_eq!(long[0].len(), 55);
        assert!("public_".len() + long[0].len() <= MOST_BYTES);
    }
}
