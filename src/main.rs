//! The command-line tool. What it does is in the library's room `cli`.

use std::process::ExitCode;

fn main() -> ExitCode {
    straddle::cli::main()
}
