//! What takes longer: tools that attack, kills, everything dropped in turn.
//!
//! Each item is bounded in time and count, speaks to 127.0.0.1 alone, and ends
//! with a line of figures. The whole run is written to `docs/battery.md`.

mod durability;
mod injection;
mod slow;

use std::{fmt::Write as _, fs, path::Path, time::Instant};

use anyhow::{Context as _, Result, bail};

use crate::{
    run::{Tally, command, tests},
    schema, tools,
};

/// The server that is attacked.
const PROGRAM: &str = "target/debug/doorstep";

/// How an item ended.
pub struct Outcome {
    /// Whether what it promises held.
    pub held: bool,
    /// What was counted and measured.
    pub figures: String,
}

impl From<Tally> for Outcome {
    fn from(tally: Tally) -> Self {
        Self {
            held: tally.failed == 0,
            figures: format!("{} passed, {} failed", tally.passed, tally.failed),
        }
    }
}

struct Item {
    name: &'static str,
    what: &'static str,
    work: fn() -> Result<Outcome>,
}

const ITEMS: &[Item] = &[
    Item {
        name: "policies",
        what: "each policy and grant dropped in turn turns a test red",
        work: || crate::policies::tally().map(Outcome::from),
    },
    Item {
        name: "migrations",
        what: "migrations killed at each of their commands leave one version",
        work: || it("migrate::", true),
    },
    Item {
        name: "pool",
        what: "10,000 requests with aborts on a pool of one; answers cut in the middle",
        work: || it("pool::", true),
    },
    Item {
        name: "program",
        what: "kill -9 and SIGTERM of the server, PostgreSQL killed under it",
        work: || it("program::", true),
    },
    Item {
        name: "durability",
        what: "kill -9 of PostgreSQL under load: what was answered is there",
        work: durability::durability,
    },
    Item {
        name: "schemathesis",
        what: "50 examples an operation, as anon and each role: no 5xx, nothing undocumented",
        work: || schema::schemathesis(&schema::LONG, Path::new(PROGRAM)),
    },
    Item {
        name: "sqlmap",
        what: "no injection in filters, search, sort, limit, path and body; a planted one is found",
        work: injection::sqlmap,
    },
    Item {
        name: "slow clients",
        what: "idle sockets, slow heads and slow bodies: a probe stays fast, they are ended",
        work: slow::slow_clients,
    },
    Item {
        name: "cargo-deny",
        what: "licences, bans and sources of every dependency",
        work: cargo_deny,
    },
];

/// Runs the items named, else all of them, and writes what came of it.
pub fn battery(wanted: &[String]) -> Result<()> {
    if let Some(unknown) = wanted
        .iter()
        .find(|name| !ITEMS.iter().any(|item| item.name == name.as_str()))
    {
        let names: Vec<&str> = ITEMS.iter().map(|item| item.name).collect();
        bail!(
            "there is no item {unknown:?}; there are: {}",
            names.join(", ")
        );
    }
    build()?;
    let mut table =
        String::from("| item | what holds | result | figures | seconds |\n|---|---|---|---|---|\n");
    let mut failed = 0;
    for item in ITEMS {
        if !wanted.is_empty() && !wanted.iter().any(|name| name == item.name) {
            continue;
        }
        println!("\n== {}: {}", item.name, item.what);
        let started = Instant::now();
        let outcome = (item.work)().unwrap_or_else(|error| Outcome {
            held: false,
            figures: format!("{error:#}").replace(['\n', '|'], " "),
        });
        failed += usize::from(!outcome.held);
        let word = if outcome.held { "ok" } else { "FAILED" };
        println!("== {}: {word}: {}", item.name, outcome.figures);
        writeln!(
            table,
            "| {} | {} | {word} | {} | {:.0} |",
            item.name,
            item.what,
            outcome.figures,
            started.elapsed().as_secs_f32()
        )?;
    }
    if wanted.is_empty() {
        fs::write("docs/battery.md", page(&table)?)?;
    }
    println!("\n{table}");
    if failed > 0 {
        bail!("{failed} of the items do not hold");
    }
    Ok(())
}

fn build() -> Result<()> {
    let built = command(&["cargo", "build", "--locked"]).status()?;
    if !built.success() {
        bail!("the server does not build");
    }
    Ok(())
}

fn page(table: &str) -> Result<String> {
    let said = |words: &[&str]| -> Result<String> {
        let output = command(words).output().context("git and date")?;
        Ok(String::from_utf8(output.stdout)?.trim().to_owned())
    };
    let date = said(&["date", "-u", "+%Y-%m-%d %H:%M UTC"])?;
    let commit = said(&["git", "rev-parse", "HEAD"])?;
    let changed = said(&["git", "status", "--porcelain", "--untracked-files=no"])?;
    let state = if changed.is_empty() {
        ""
    } else {
        ", with changes not committed"
    };
    Ok(format!(
        "# Battery\n\nWhat takes longer than `cargo xtask test`, run by `cargo xtask battery`; \
         CONTRIBUTING says when.\n\n{date}, commit {commit}{state}.\n\n{table}"
    ))
}

/// The long form of a module of the tests.
fn it(module: &str, long: bool) -> Result<Outcome> {
    let mut run = command(&["cargo", "test", "--locked", "--test", "it", "--", module]);
    run.env("RUST_BACKTRACE", "0");
    if long {
        run.env("DOORSTEP_LONG", "1");
    }
    tests(module, &mut run).map(Outcome::from)
}

fn cargo_deny() -> Result<Outcome> {
    let program = tools::python("cargo-deny", tools::CARGO_DENY)?;
    // The database of advisories cannot be reached from a closed network.
    let checks = ["check", "licenses", "bans", "sources"];
    let held = command(&[&program.to_string_lossy()])
        .args(["--locked", "--workspace"])
        .args(checks)
        .status()?
        .success();
    Ok(Outcome {
        held,
        figures: checks[1..].join(", "),
    })
}
