//! What a connection is called in `pg_stat_activity`, where a DBA looks for who is at work.

/// The longest name that Postgres shows, in bytes; the rest is cut off.
const LONGEST: usize = 63;

/// What we are called there, whatever else is said: so that `LIKE 'straddle%'` finds us.
const OURS: &str = "straddle";

/// What a connection is doing.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Activity<'a> {
    /// The command or kind of work: `start`, `fill`.
    pub verb: &'a str,
    /// What it is done to, if there is a name for it; shortened where there is no room.
    pub object: &'a str,
    /// How far it is; never cut off.
    pub far: &'a str,
}

impl Activity<'_> {
    /// Nothing that would be worth a word.
    pub(crate) const NONE: Self = Self { verb: "", object: "", far: "" };

    /// The name of a connection at this work; `given` is the one that the user has given it.
    pub(super) fn name(&self, given: &str) -> String {
        let given = printable(given);
        let (first, last) = match given.as_str() {
            "" | OURS => (OURS.to_owned(), String::new()),
            // It is found as it is.
            ours if ours.starts_with(OURS) && ours.len() <= LONGEST / 2 => {
                (ours.to_owned(), String::new())
            }
            theirs => (OURS.to_owned(), format!(" ({theirs})")),
        };
        let object = printable(self.object);
        let words = [self.verb, object.as_str(), self.far];
        let full = format!("{first}{}{last}", joined(words));
        if full.len() <= LONGEST {
            return full;
        }
        let name = format!("{first}{}", joined(words));
        if name.len() <= LONGEST {
            return name;
        }
        let over = name.len() - LONGEST + "..".len();
        let shortened = format!("{}..", &object[..object.len().saturating_sub(over)]);
        format!("{first}{}", joined([self.verb, &shortened, self.far]))
    }
}

/// `: fill orders 42 %`.
fn joined(words: [&str; 3]) -> String {
    let words: Vec<&str> = words.into_iter().filter(|word| !word.is_empty()).collect();
    if words.is_empty() { String::new() } else { format!(": {}", words.join(" ")) }
}

/// Postgres shows ASCII only; of what else there is it makes `?`, or from 16 on something longer.
fn printable(text: &str) -> String {
    text.chars().map(|c| if matches!(c, ' '..='~') { c } else { '?' }).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_dba_finds_us_and_sees_how_far_we_are() {
        let fill = |object| Activity { verb: "fill", object, far: "42 %" };
        let name = |object, given| fill(object).name(given);
        assert_eq!(name("orders", "straddle"), "straddle: fill orders 42 %");
        assert_eq!(name("orders", ""), "straddle: fill orders 42 %");
        assert_eq!(name("orders", "deploy"), "straddle: fill orders 42 % (deploy)");
        assert_eq!(name("orders", "straddle-eu"), "straddle-eu: fill orders 42 %");
        assert_eq!(name("größe", "straddle"), "straddle: fill gr??e 42 %");
        assert_eq!(Activity::NONE.name("deploy"), "straddle (deploy)");
        let long = "o".repeat(63);
        let shown = name(&long, "a-name-that-somebody-gave-to-the-job");
        assert_eq!(shown.len(), LONGEST);
        assert!(shown.starts_with("straddle: fill ooo") && shown.ends_with("o.. 42 %"), "{shown}");
        assert_eq!(name("orders", &long), "straddle: fill orders 42 %");
        assert_eq!(name("ordérs", &"straddle".repeat(8)), "straddle: fill ord?rs 42 %");
    }
}
