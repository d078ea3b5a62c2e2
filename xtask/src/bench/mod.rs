//! What the path from a request to a row costs, as ratios within one run.
//!
//! A machine's speed changes within the hour, so nothing here is compared with
//! another day: each round drives the same statements through `pgbench` (the
//! limit) and through the server, and the medians of their ratios count.

mod load;
mod measure;
mod report;
mod statements;
mod work;

use std::path::Path;

use anyhow::{Context as _, Result, bail};

use crate::{run::command, server::Server};
use load::Scene;
use report::Report;
use work::Work;

/// Interleaved rounds of every work, unless `--rounds` says otherwise.
const ROUNDS: usize = 5;

/// Runs the bench and writes `bench/RESULTS.md`; `--json` prints it as well,
/// `--rounds 7` measures longer.
pub fn bench(arguments: &[String]) -> Result<()> {
    let json = arguments.iter().any(|argument| argument == "--json");
    let rounds = rounds(arguments)?;
    let rows = 200_000;
    install_tools()?;
    if !command(&["cargo", "build", "--release", "--locked"])
        .status()?
        .success()
    {
        bail!("the release build fails");
    }
    let program = Path::new("target/release/doorstep");
    let mut report = Report::begin()?;
    report.startup(measure::startup(program)?);
    let server = Server::start(program, &["--no-demo", "--rate-limit", "0"])?;
    let scene = Scene::set(program, &server, rows)?;
    let works = Work::all(&scene)?;
    for work in &works {
        let statements = match work.has_peer {
            true => statements::sent_for(&scene, work)?,
            false => Vec::new(),
        };
        work.write_scripts(&scene, &statements)?;
    }
    for round in 1..=rounds {
        for work in &works {
            eprintln!("round {round} of {rounds}: {}", work.name);
            let limit = match work.has_peer {
                true => Some(measure::limit(&scene, work)?),
                false => None,
            };
            report.add(work, limit, measure::server(&scene, work)?);
        }
    }
    report.memory(measure::memory(server.id())?);
    let page = Path::new("bench/RESULTS.md");
    report.write(page)?;
    for rows in [10_000, 100_000, 1_000_000] {
        let scene = Scene::grow(&scene, rows)?;
        // The rep's keys stand further apart, so the scripts are written anew.
        for work in Work::all(&scene)?.iter().filter(|work| work.grows) {
            work.write_scripts(&scene, &[])?;
            report.grown(work, rows, measure::server(&scene, work)?);
        }
    }
    report.write(page)?;
    if json {
        println!("{}", report.json());
    }
    Ok(())
}

fn rounds(arguments: &[String]) -> Result<usize> {
    let mut rest = arguments.iter().skip_while(|word| *word != "--rounds");
    match (rest.next(), rest.next()) {
        (None, _) => Ok(ROUNDS),
        (Some(_), number) => {
            let number = number.and_then(|word| word.parse().ok());
            let number = number.filter(|number| *number > 0);
            number.context("--rounds takes a whole number from 1 up")
        }
    }
}

/// wrk drives HTTP, pgbench the database; both are Debian packages.
fn install_tools() -> Result<()> {
    let missing = |program: &str| {
        let found = command(&["sh", "-c", &format!("command -v {program}")]).output();
        !found.is_ok_and(|output| output.status.success())
    };
    let mut packages = Vec::new();
    if missing("wrk") {
        packages.push("wrk");
    }
    if missing("pgbench") {
        packages.push("postgresql-contrib");
    }
    if packages.is_empty() {
        return Ok(());
    }
    let list = packages.join(" ");
    let install = format!("apt-get update -qq && apt-get install -y -qq {list}");
    let done = command(&["sh", "-c", &install])
        .status()
        .context("apt-get")?;
    if !done.success() {
        bail!("install {list} by hand; the bench needs them");
    }
    Ok(())
}
