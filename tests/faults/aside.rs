//! Other sessions, where nothing can be awaited.

use std::time::Duration;

use crate::server::{Client, connect};

/// Another session: an administrator, or somebody who is in the way.
pub(super) struct Aside {
    // It moves the bytes of the client only while something is awaited.
    runtime: tokio::runtime::Runtime,
    client: Client,
}

impl Aside {
    pub(super) fn new(url: &str) -> Self {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
        let runtime = runtime.expect("a runtime");
        let client = runtime.block_on(connect(url));
        Self { runtime, client }
    }

    /// Runs statements; whether they succeeded.
    pub(super) fn try_say(&self, statements: &str) -> bool {
        self.runtime.block_on(self.client.batch_execute(statements)).is_ok()
    }

    pub(super) fn say(&self, statements: &str) {
        assert!(self.try_say(statements), "{statements}");
    }

    fn rows(&self, query: &str) -> Vec<String> {
        self.runtime.block_on(self.client.rows(query)).expect("rows")
    }

    pub(super) fn process(&self) -> String {
        self.rows("SELECT pg_backend_pid()").concat()
    }

    /// Waits until a process waits for a lock; not for ever, for it may have got it.
    pub(super) fn until_waiting(&self, process: &str) {
        let waits = format!(
            "SELECT FROM pg_stat_activity WHERE pid = {process} AND wait_event_type = 'Lock'"
        );
        for _ in 0..10_000 {
            if !self.rows(&waits).is_empty() {
                return;
            }
            std::thread::sleep(Duration::from_millis(1));
        }
    }

    /// Begins something that waits, and waits until it does so.
    pub(super) fn say_waiting(&self, statement: &str, watcher: &Self, process: &str) {
        self.runtime.block_on(async {
            let said = self.client.batch_execute(statement);
            // Sent, and not answered.
            drop(tokio::time::timeout(Duration::from_millis(5), said).await);
        });
        watcher.until_waiting(process);
    }
}
