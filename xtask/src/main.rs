//! The project's own chores.
//!
//! `cargo xtask test` is everything that must hold on every commit;
//! `cargo xtask battery` what takes longer; `cargo xtask policies` drops each
//! policy and grant in turn and shows the test that turns red.

mod battery;
mod bench;
mod clients;
mod policies;
mod run;
mod schema;
mod server;
mod test;
mod tools;

use std::{path::Path, process::ExitCode};

use anyhow::{Result, bail};

const HELP: &str = "\
cargo xtask test       everything that must hold on every commit
cargo xtask battery    what takes longer, into docs/battery.md (or only the items named)
cargo xtask bench      what the path from a request to a row costs (--json, --vs-next), or matches and handoffs (handoff)
cargo xtask policies   drop each policy and grant in turn; the survivors must be none";

fn main() -> ExitCode {
    match chore() {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("\nxtask: {error:#}");
            ExitCode::FAILURE
        }
    }
}

fn chore() -> Result<()> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
    std::env::set_current_dir(root)?;
    let verb = std::env::args().nth(1);
    match verb.as_deref() {
        Some("test") => test::test(),
        Some("battery") => battery::battery(&std::env::args().skip(2).collect::<Vec<_>>()),
        Some("bench") => bench::bench(&std::env::args().skip(2).collect::<Vec<_>>()),
        Some("policies") => policies::policies(),
        Some("--help" | "-h" | "help") | None => {
            println!("{HELP}");
            Ok(())
        }
        Some(other) => bail!("there is no chore {other:?}\n{HELP}"),
    }
}
