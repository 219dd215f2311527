//! docs/limits.md is true: each line of it names a migration that is refused, or a test, and that is there.

use std::path::Path;

const PAGE: &str = include_str!("../docs/limits.md");

#[test]
fn every_limit_has_its_proof() {
    let tests = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests");
    let mut missing = Vec::new();
    let rows = PAGE.lines().filter(|line| line.starts_with('|') && !line.starts_with("|---"));
    for row in rows.filter(|row| !row.starts_with("| refused |")) {
        let proofs = row.trim_end_matches(['|', ' ']).rsplit(" | ").next().unwrap_or_default();
        let proofs: Vec<&str> = proofs.split('`').skip(1).step_by(2).collect();
        if proofs.is_empty() {
            missing.push(format!("{row}: no proof"));
        }
        for proof in proofs {
            let is_there = match proof.split_once("::") {
                Some((file, test)) => std::fs::read_to_string(tests.join(format!("{file}.rs")))
                    .is_ok_and(|text| text.contains(&format!("fn {test}("))),
                None => {
                    let is_file = |ending: &str| tests.join(format!("{proof}.{ending}")).exists();
                    is_file("snap") && (is_file("yaml") || is_file("json"))
                }
            };
            if !is_there {
                missing.push(format!("{proof}: there is none"));
            }
        }
    }
    assert!(missing.is_empty(), "{}", missing.join("\n"));
}
