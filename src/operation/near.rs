//! Names that are not known, and the known ones they look like.

/// Says that a name is not known, which one may have been meant, and which there are.
pub(crate) fn allowed(noun: &str, found: &str, names: &[&str]) -> String {
    if names.is_empty() {
        return format!("unknown {noun} `{found}`; there are none here");
    }
    let list: Vec<_> = names.iter().map(|name| format!("`{name}`")).collect();
    let list = list.join(", ");
    match nearest(found, names) {
        Some(near) => format!("unknown {noun} `{found}`; did you mean `{near}`? allowed: {list}"),
        None => format!("unknown {noun} `{found}`; allowed: {list}"),
    }
}

/// The name that was probably meant: a third of its letters may be wrong.
pub(crate) fn nearest<'n>(found: &str, names: &[&'n str]) -> Option<&'n str> {
    let found = folded(found);
    let distances = names.iter().map(|name| (distance(&found, &folded(name)), *name));
    let (distance, name) = distances.min_by_key(|(distance, _)| *distance)?;
    let most = found.len().max(name.len()) / 3;
    (distance <= most).then_some(name)
}

/// A name without what only style decides, so that `addColumn` and `add-column` are `add_column`.
fn folded(name: &str) -> Vec<char> {
    name.chars().filter(|c| !"_- ".contains(*c)).flat_map(char::to_lowercase).collect()
}

/// How many letters to insert, remove or replace, or neighbours to swap, to get from one to the
/// other (optimal string alignment).
fn distance(a: &[char], b: &[char]) -> usize {
    let mut above: Vec<usize> = Vec::new();
    let mut row: Vec<usize> = (0..=b.len()).collect();
    for i in 1..=a.len() {
        let mut next = vec![i];
        for j in 1..=b.len() {
            let replaced = row[j - 1] + usize::from(a[i - 1] != b[j - 1]);
            let mut best = replaced.min(row[j] + 1).min(next[j - 1] + 1);
            if i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1] {
                best = best.min(above[j - 2] + 1);
            }
            next.push(best);
        }
        above = std::mem::replace(&mut row, next);
    }
    row[b.len()]
}

/// "did you mean ..", where one of the known names is near.
pub(super) fn meant(name: &str, known: &[&str]) -> Option<String> {
    nearest(name, known).map(|near| format!("did you mean `{near}`?"))
}
