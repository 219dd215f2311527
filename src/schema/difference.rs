//! The lines that two texts do not share.

/// A line of one text, of the other, or of both.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Line<'a> {
    /// Of both.
    Both(&'a str),
    /// Of the first alone.
    Gone(&'a str),
    /// Of the second alone.
    New(&'a str),
}

/// How many pairs of lines are compared, at the most; beyond that everything between what is the same at both
/// ends is taken for another.
const MOST_PAIRS: usize = 4_000_000;

/// How many lines that are the same are shown around those that are not.
const CONTEXT: usize = 3;

/// All lines of both texts, in order.
#[must_use]
pub(crate) fn difference<'a>(before: &[&'a str], after: &[&'a str]) -> Vec<Line<'a>> {
    let equal = |pair: &(&&str, &&str)| pair.0 == pair.1;
    let head = before.iter().zip(after).take_while(equal).count();
    let (first, before) = before.split_at(head);
    let after = &after[head..];
    let tail = before.iter().rev().zip(after.iter().rev()).take_while(equal).count();
    let (before, last) = before.split_at(before.len() - tail);
    let after = &after[..after.len() - tail];
    let mut lines: Vec<Line<'a>> = first.iter().map(|line| Line::Both(line)).collect();
    lines.extend(between(before, after));
    lines.extend(last.iter().map(|line| Line::Both(line)));
    lines
}

fn between<'a>(before: &[&'a str], after: &[&'a str]) -> Vec<Line<'a>> {
    if before.len().saturating_mul(after.len()) > MOST_PAIRS {
        let gone = before.iter().map(|line| Line::Gone(line));
        return gone.chain(after.iter().map(|line| Line::New(line))).collect();
    }
    // The length of what is common to what is behind each pair of places.
    let mut common = vec![vec![0_usize; after.len() + 1]; before.len() + 1];
    for (b, line) in before.iter().enumerate().rev() {
        for (a, other) in after.iter().enumerate().rev() {
            common[b][a] = match line == other {
                true => common[b + 1][a + 1] + 1,
                false => common[b + 1][a].max(common[b][a + 1]),
            };
        }
    }
    let (mut b, mut a, mut lines) = (0, 0, Vec::new());
    while b < before.len() || a < after.len() {
        if b < before.len() && a < after.len() && before[b] == after[a] {
            lines.push(Line::Both(before[b]));
            (b, a) = (b + 1, a + 1);
        } else if a == after.len() || b < before.len() && common[b + 1][a] >= common[b][a + 1] {
            lines.push(Line::Gone(before[b]));
            b += 1;
        } else {
            lines.push(Line::New(after[a]));
            a += 1;
        }
    }
    lines
}

/// The difference as `diff -u` writes it, without the names of files.
#[must_use]
pub(super) fn unified(before: &str, after: &str) -> String {
    let (old, new): (Vec<&str>, Vec<&str>) = (before.lines().collect(), after.lines().collect());
    let lines = difference(&old, &new);
    let differs: Vec<usize> =
        (0..lines.len()).filter(|at| !matches!(lines[*at], Line::Both(_))).collect();
    let mut text = String::new();
    let mut rest = differs.as_slice();
    while let Some((first, _)) = rest.split_first() {
        // What is so near that the lines around it meet is shown as one.
        let near = rest.windows(2).take_while(|two| two[1] - two[0] <= 2 * CONTEXT + 1).count();
        let last = rest[near];
        rest = &rest[near + 1..];
        let start = first.saturating_sub(CONTEXT);
        let end = (last + CONTEXT + 1).min(lines.len());
        text.push_str(&hunk(&lines, start, end));
    }
    text
}

fn hunk(lines: &[Line<'_>], start: usize, end: usize) -> String {
    let old = |lines: &[Line<'_>]| lines.iter().filter(|l| !matches!(l, Line::New(_))).count();
    let new = |lines: &[Line<'_>]| lines.iter().filter(|l| !matches!(l, Line::Gone(_))).count();
    let range = |before: usize, count: usize| match count {
        // A range of nothing is named by the line before it.
        0 => format!("{before},0"),
        _ => format!("{},{count}", before + 1),
    };
    let (before, shown) = (&lines[..start], &lines[start..end]);
    let mut text =
        format!("@@ -{} +{} @@\n", range(old(before), old(shown)), range(new(before), new(shown)));
    for line in shown {
        let (mark, line) = match line {
            Line::Both(line) => (' ', line),
            Line::Gone(line) => ('-', line),
            Line::New(line) => ('+', line),
        };
        text.push(mark);
        text.push_str(line);
        text.push('\n');
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_difference_is_in_the_order_of_both() {
        let lines = |text: &'static str| -> Vec<&'static str> {
            text.split("").filter(|part| !part.is_empty()).collect()
        };
        let told = |before: &'static str, after: &'static str| -> String {
            let lines = difference(&lines(before), &lines(after));
            let shown = lines.iter().map(|line| match line {
                Line::Both(line) => (*line).to_owned(),
                Line::Gone(line) => format!("-{line}"),
                Line::New(line) => format!("+{line}"),
            });
            shown.collect()
        };
        assert_eq!(told("abc", "abc"), "abc");
        assert_eq!(told("abc", "axc"), "a-b+xc");
        assert_eq!(told("abcd", "bdx"), "-ab-cd+x");
        assert_eq!(told("", "ab"), "+a+b");
    }

    #[test]
    fn hunks_are_those_of_diff() {
        let numbers = |skip: &[u32]| -> String {
            let kept = (1..=30).filter(|n| !skip.contains(n));
            kept.map(|n| format!("{n}\n")).collect()
        };
        assert_eq!(unified("a\n", "a\n"), "");
        assert_eq!(unified("", "a\nb\n"), "@@ -0,0 +1,2 @@\n+a\n+b\n");
        assert_eq!(
            unified(&numbers(&[]), &numbers(&[5, 12, 25])),
            "@@ -2,14 +2,12 @@\n 2\n 3\n 4\n-5\n 6\n 7\n 8\n 9\n 10\n 11\n-12\n 13\n 14\n 15\n\
             @@ -22,7 +20,6 @@\n 22\n 23\n 24\n-25\n 26\n 27\n 28\n"
        );
    }
}
