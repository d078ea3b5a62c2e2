//! What takes longer: tools that attack, kills, everything dropped in turn.
//!
//! Each item is bounded in time and count, speaks to 127.0.0.1 alone, and ends
//! with a line of figures, which is kept with its commit. Whenever an item has
//! run, `docs/battery.md` is put together from the last line of each.

mod durability;
mod full;
mod injection;
mod overload;
mod page;
mod slow;

use std::{path::Path, time::Instant};

use anyhow::{Result, bail};

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

impl Item {
    /// By its name, or by the first word of it.
    fn is(&self, name: &str) -> bool {
        self.name == name || self.name.split(' ').next() == Some(name)
    }
}

const UNDOCUMENTED: &str =
    "50 examples an operation on rows that exist: no 5xx, no status and no field undocumented";

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
        what: "kill -9 and SIGTERM of the server; PostgreSQL killed and stopped under it; two servers \
               replaced in turn under load",
        work: || it("program::", true),
    },
    Item {
        name: "durability",
        what: "kill -9 of PostgreSQL under load: what was answered is there",
        work: durability::durability,
    },
    Item {
        name: "disk full",
        what: "503 while it is full; what was answered is there; rows are written again by themselves",
        work: full::disk_full,
    },
    Item {
        name: "overload",
        what: "ten times the capacity: nine tenths of the peak are answered in time, the rest refused at once",
        work: overload::overload,
    },
    Item {
        name: "schemathesis anybody",
        what: UNDOCUMENTED,
        work: || {
            schema::schemathesis(
                &schema::long(&["anon", "inactive", "sales_rep"]),
                Path::new(PROGRAM),
            )
        },
    },
    Item {
        name: "schemathesis office",
        what: UNDOCUMENTED,
        work: || {
            schema::schemathesis(
                &schema::long(&["sales_manager", "admin", "operations"]),
                Path::new(PROGRAM),
            )
        },
    },
    Item {
        name: "schemathesis watch",
        what: UNDOCUMENTED,
        work: || {
            schema::schemathesis(
                &schema::long(&["qa_supervisor", "compliance_officer"]),
                Path::new(PROGRAM),
            )
        },
    },
    Item {
        name: "sqlmap",
        what: "no injection in filters, search, sort, limit, path and body; a planted one is found",
        work: injection::sqlmap,
    },
    Item {
        name: "slow clients",
        what: "idle sockets, slow heads, bodies and readers: a probe stays fast, they are ended",
        work: slow::slow_clients,
    },
    Item {
        name: "cargo-deny",
        what: "licences, bans and sources of every dependency",
        work: cargo_deny,
    },
];

/// Runs the items named, else all of them, and writes what is known of each.
pub fn battery(wanted: &[String]) -> Result<()> {
    if let Some(unknown) = wanted
        .iter()
        .find(|name| !ITEMS.iter().any(|item| item.is(name)))
    {
        let names: Vec<&str> = ITEMS.iter().map(|item| item.name).collect();
        bail!(
            "there is no item {unknown:?}; there are: {}",
            names.join(", ")
        );
    }
    build()?;
    let mut failed = 0;
    for item in ITEMS {
        if !wanted.is_empty() && !wanted.iter().any(|name| item.is(name)) {
            continue;
        }
        println!("\n== {}: {}", item.name, item.what);
        let (started, commit) = (Instant::now(), page::commit()?);
        let outcome = (item.work)().unwrap_or_else(|error| Outcome {
            held: false,
            figures: format!("{error:#}").replace(['\n', '|'], " "),
        });
        failed += usize::from(!outcome.held);
        let word = if outcome.held { "ok" } else { "FAILED" };
        println!("== {}: {word}: {}", item.name, outcome.figures);
        page::keep(item.name, &commit, &outcome, started.elapsed())?;
    }
    let items: Vec<_> = ITEMS.iter().map(|item| (item.name, item.what)).collect();
    page::write(&items)?;
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
