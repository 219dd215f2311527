//! Whom the programs of Postgres run as: ourselves, or somebody else when we are root.

use std::{
    io,
    os::unix::process::CommandExt,
    path::Path,
    process::{Command, Stdio},
};

use super::ServerError;

/// Whom to become when we are root, best first.
const SUBSTITUTES: [&str; 2] = ["postgres", "nobody"];

/// Where `sh`, `rm` and `id` are; the last is for NixOS.
const PATH: &str = "/usr/bin:/bin:/usr/sbin:/sbin:/run/current-system/sw/bin";

/// Whom to run programs as.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Account {
    /// The account of this process.
    Own,
    /// A named one, since this process is root.
    Substitute { name: &'static str, uid: u32, gid: u32 },
}

impl Account {
    /// Our own account, unless we are root.
    pub(super) fn choose() -> Result<Self, ServerError> {
        if id(&["-u"]) != Some(0) {
            return Ok(Self::Own);
        }
        SUBSTITUTES.into_iter().find_map(Self::named).ok_or(ServerError::Account)
    }

    fn named(name: &'static str) -> Option<Self> {
        let uid = id(&["-u", name])?;
        let gid = id(&["-g", name])?;
        (uid != 0).then_some(Self::Substitute { name, uid, gid })
    }

    /// The error for a program that this account could not start.
    pub(super) fn cannot_run(&self, program: impl AsRef<Path>, source: io::Error) -> ServerError {
        let account = match self {
            Self::Own => None,
            Self::Substitute { name, .. } => Some((*name).to_owned()),
        };
        ServerError::Run { program: program.as_ref().to_owned(), account, source }
    }

    /// A command under this account that sees nothing of our environment: PGDATA, PGPORT, LC_ALL
    /// and their kin must not decide how a server behaves.
    pub(super) fn command(&self, program: &Path) -> Command {
        let mut command = plain(program);
        // Our own directory may be closed to the account, and then nothing would start. With
        // LC_ALL set, macOS finds no need to start threads for the locale, which Postgres refuses.
        command.env_clear().env("PATH", PATH).env("LC_ALL", "C").current_dir("/");
        if let Self::Substitute { uid, gid, .. } = self {
            // As root, std drops the supplementary groups too.
            command.uid(*uid).gid(*gid);
        }
        command
    }
}

/// A command that does not read what is meant for us.
pub(super) fn plain(program: &Path) -> Command {
    let mut command = Command::new(program);
    command.stdin(Stdio::null());
    command
}

/// Asks `id` rather than /etc/passwd, which is not where macOS or a directory service keep users.
fn id(arguments: &[&str]) -> Option<u32> {
    let output = plain(Path::new("id")).args(arguments).output().ok()?;
    let text = String::from_utf8(output.stdout).ok()?;
    text.trim().parse().ok().filter(|_| output.status.success())
}
