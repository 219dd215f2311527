//! Decisions, one after the other, out of bytes: fewer and smaller bytes make a smaller case. What is
//! random in the tests is decided so.

use proptest::strategy::Strategy;
use proptest::test_runner::{Config, RngAlgorithm, TestCaseError, TestError, TestRng, TestRunner};
use tokio::runtime::Runtime;

use crate::server::variable;

/// What is left to decide by.
pub(crate) struct Choices<'a> {
    bytes: std::slice::Iter<'a, u8>,
}

impl<'a> Choices<'a> {
    pub(crate) fn new(bytes: &'a [u8]) -> Self {
        Self { bytes: bytes.iter() }
    }

    /// A number below `limit`; zero when there is nothing left to decide by.
    pub(crate) fn below(&mut self, limit: usize) -> usize {
        usize::from(*self.bytes.next().unwrap_or(&0)) % limit
    }

    /// True once in `often` times.
    pub(crate) fn once_in(&mut self, often: usize) -> bool {
        self.below(often) == often - 1
    }

    /// One of these.
    pub(crate) fn one_of<'t, T>(&mut self, things: &'t [T]) -> &'t T {
        &things[self.below(things.len())]
    }
}

/// What tries random cases: `PROPTEST_CASES` of them, or else `cases`.
pub(crate) struct Trial {
    pub(crate) runtime: Runtime,
    runner: TestRunner,
    seed: u8,
}

impl Trial {
    pub(crate) fn new(cases: u32, max_shrink_iters: u32) -> Self {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
        let wanted = variable("PROPTEST_CASES").and_then(|cases| cases.parse().ok());
        let cases = wanted.unwrap_or(cases);
        let config =
            Config { cases, max_shrink_iters, failure_persistence: None, ..Config::default() };
        let seed = variable("PROPTEST_SEED").and_then(|seed| seed.parse().ok()).unwrap_or(0);
        let rng = TestRng::from_seed(RngAlgorithm::ChaCha, &[seed; 32]);
        let runner = TestRunner::new_with_rng(config, rng);
        Self { runtime: runtime.expect("a runtime"), runner, seed }
    }

    /// Tries them; says with which seed one failed.
    pub(crate) fn run<S: Strategy>(
        &self,
        cases: &S,
        test: impl Fn(S::Value) -> Result<(), TestCaseError>,
    ) {
        match self.runner.clone().run(cases, test) {
            Ok(()) => {}
            Err(TestError::Fail(reason, _)) => panic!("PROPTEST_SEED={}\n{reason}", self.seed),
            Err(TestError::Abort(reason)) => {
                panic!("PROPTEST_SEED={}: given up: {reason}", self.seed)
            }
        }
    }
}
