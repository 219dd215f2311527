//! pgbenches that take turns: each has its connections for all of a round, so that none is measured while it
//! makes some, and all of them see the machine in the same moods.

use std::io::Read;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use rand::seq::SliceRandom;
use rustix::process::{Pid, Signal, kill_process};

use crate::server::Outcome;

/// How long one works while the others are stopped.
const TURN: Duration = Duration::from_millis(40);

/// In how long one has made its connections.
const WARM_UP: Duration = Duration::from_millis(100);

/// One pgbench, and for how long it worked.
struct Runner {
    child: Child,
    worked: Duration,
}

/// Transactions a second of each command, each of which works for that long.
pub(crate) fn rates(commands: Vec<Command>, each: Duration) -> Outcome<Vec<f64>> {
    let mut runners = Vec::new();
    for command in commands {
        runners.push(Runner::start(command)?);
    }
    let mut order: Vec<usize> = (0..runners.len()).collect();
    while runners.iter().any(|runner| runner.worked < each) {
        order.shuffle(&mut rand::rng());
        for &next in &order {
            runners[next].turn(TURN)?;
        }
    }
    runners.iter_mut().map(Runner::finish).collect()
}

impl Runner {
    fn start(mut command: Command) -> Outcome<Self> {
        // It ends when it is told to.
        command.args(["--time", "100000"]).stdout(Stdio::piped()).stderr(Stdio::piped());
        let mut runner = Self { child: command.spawn()?, worked: Duration::ZERO };
        runner.turn(WARM_UP)?;
        Ok(runner)
    }

    fn turn(&mut self, length: Duration) -> Outcome {
        let begun = Instant::now();
        self.signal(Signal::CONT)?;
        std::thread::sleep(length);
        self.signal(Signal::STOP)?;
        self.worked += begun.elapsed();
        Ok(())
    }

    /// Has it report. What it did in the last moment, when all of them do so, is a transaction for each client.
    fn finish(&mut self) -> Outcome<f64> {
        // As its own timer tells it that `--time` is over.
        self.signal(Signal::ALARM)?;
        self.signal(Signal::CONT)?;
        let [mut said, mut complained] = [String::new(), String::new()];
        self.child.stdout.take().ok_or("a pipe")?.read_to_string(&mut said)?;
        self.child.stderr.take().ok_or("a pipe")?.read_to_string(&mut complained)?;
        let done = said.lines().find_map(|line| {
            line.strip_prefix("number of transactions actually processed: ")?.parse::<u32>().ok()
        });
        match done.filter(|_| complained.is_empty()) {
            Some(done) if self.child.wait()?.success() => {
                Ok(f64::from(done) / self.worked.as_secs_f64())
            }
            _ => Err(complained.into()),
        }
    }

    fn signal(&self, signal: Signal) -> Outcome {
        let pid = i32::try_from(self.child.id()).ok().and_then(Pid::from_raw).ok_or("a process")?;
        Ok(kill_process(pid, signal)?)
    }
}

impl Drop for Runner {
    /// One that is stopped would never end by itself.
    fn drop(&mut self) {
        let _gone = self.child.kill();
    }
}
