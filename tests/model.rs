//! A table of two versions, mostly with another one beside it, and a model of them: after every step, whatever clients
//! write, both versions show what the model says. What the model says is the section on sync in ARCHITECTURE.md, in plain
//! Rust, and what a foreign key between the two tables does behind a write.
//!
//! Random are the tables, the foreign key, the migration, the clients (which version, what search path, how they name
//! the table and an enum whose labels change, by which protocol, in a function, in transactions and
//! savepoints that are taken back), what they write, and when the operator rolls back and starts again.
//!
//! `PROPTEST_CASES` says how many lives are tried, `PROPTEST_SEED` (0 to 255) which. What fails is made
//! smaller, and told as SQL with what was expected and found.

mod ask;
mod asker;
mod carried;
mod cascade;
mod changes;
mod check;
mod client;
mod counterpart;
mod ends;
mod expression;
mod functions;
mod labels;
mod life;
mod migration;
mod reference;
mod rows;
mod shape;
mod shown;
mod statement;
mod sync;

use std::cell::RefCell;

use proptest::collection::vec;
use proptest::num::u8::ANY;
use proptest::strategy::Strategy;
use proptest::test_runner::TestCaseError;

use crate::choices::Trial;
use life::Failure;

/// How many lives an ordinary run tries.
const CASES: u32 = 12;

/// How often a failing case is tried again with less.
const TRIES_TO_SHRINK: usize = 400;

/// What a life is made of, in bytes to decide by: each operation and each step has its own, so that
/// the others stay what they are when one is left out.
#[derive(Debug, Clone)]
struct Case {
    table: Vec<u8>,
    /// Of the table beside it, and of the foreign key between the two.
    other: Vec<u8>,
    operations: Vec<Vec<u8>>,
    /// Steps before the migration is started, and after.
    before: Vec<Vec<u8>>,
    steps: Vec<Vec<u8>>,
}

fn cases() -> impl Strategy<Value = Case> {
    let tables = (vec(ANY, 48), vec(ANY, 48));
    let steps = |range| vec(vec(ANY, 96), range);
    (tables, vec(vec(ANY, 48), 1..6), steps(2..6), steps(80..200)).prop_map(
        |((table, other), operations, before, steps)| Case {
            table,
            other,
            operations,
            before,
            steps,
        },
    )
}

/// A part of a case of which things can be left out.
type List = fn(&mut Case) -> &mut Vec<Vec<u8>>;

/// The smallest case found that still fails: what it says.
struct Shrinker<'a> {
    case: Case,
    failure: Failure,
    fails: &'a dyn Fn(&Case) -> Option<Failure>,
    tries: usize,
}

impl Shrinker<'_> {
    fn shrink(mut self) -> String {
        self.case.steps.truncate(self.failure.steps);
        let lists: [List; 3] =
            [|case| &mut case.steps, |case| &mut case.operations, |case| &mut case.before];
        for list in lists {
            let mut size = list(&mut self.case).len();
            while size > 0 {
                let mut from = 0;
                while from < list(&mut self.case).len() {
                    let mut less = self.case.clone();
                    let end = list(&mut less).len().min(from + size);
                    list(&mut less).drain(from..end);
                    if !self.is_enough(less) {
                        from += size;
                    }
                }
                size /= 2;
            }
        }
        let tables: [fn(&mut Case) -> &mut Vec<u8>; 2] =
            [|case| &mut case.other, |case| &mut case.table];
        for table in tables {
            for byte in 0..table(&mut self.case).len() {
                let mut less = self.case.clone();
                if std::mem::take(&mut table(&mut less)[byte]) != 0 {
                    self.is_enough(less);
                }
            }
        }
        self.failure.story
    }

    /// Goes on with less, if that fails as well.
    fn is_enough(&mut self, mut less: Case) -> bool {
        self.tries += 1;
        if self.tries > TRIES_TO_SHRINK {
            return false;
        }
        let Some(failure) = (self.fails)(&less) else { return false };
        less.steps.truncate(failure.steps);
        self.case = less;
        self.failure = failure;
        true
    }
}

#[test]
fn both_versions_show_what_the_model_says() {
    // What fails is made smaller by ourselves.
    let trial = Trial::new(CASES, 0);
    let sum = RefCell::new([0; 6]);
    trial.run(&cases(), |case| {
        let failure = match trial.runtime.block_on(life::live(&case)) {
            Ok(lived) => {
                let [tried, accepted, statements, refused, withheld, followed] =
                    &mut *sum.borrow_mut();
                *tried += 1;
                *accepted += usize::from(lived.accepted);
                *statements += lived.statements;
                *refused += lived.refused;
                *withheld += lived.withheld;
                *followed += lived.followed;
                return Ok(());
            }
            Err(failure) => failure,
        };
        let fails = |case: &Case| trial.runtime.block_on(life::live(case)).err();
        let shrinker = Shrinker { case, failure, fails: &fails, tries: 0 };
        Err(TestCaseError::fail(shrinker.shrink()))
    });
    let [tried, accepted, statements, refused, withheld, followed] = sum.into_inner();
    let told = format!(
        "{accepted} of {tried} accepted, {refused} of {statements} refused, {withheld} rows withheld, \
         {followed} written by foreign keys"
    );
    let says_enough =
        accepted * 4 > tried * 3 && refused * 4 < statements && followed * 30 > statements;
    assert!(says_enough, "says too little: {told}");
}
