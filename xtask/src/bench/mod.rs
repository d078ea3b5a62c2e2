//! What the path from a request to a row costs, as ratios within one run.
//!
//! A machine's speed changes within the hour, so nothing here is compared with
//! another day: each round drives the same statements through `pgbench` (the
//! limit) and through the server, and the medians of their ratios count.

mod claims;
mod handoff;
mod load;
mod measure;
mod next;
mod report;
mod statements;
mod work;

use std::path::{Path, PathBuf};

use anyhow::{Context as _, Result, bail};

use crate::{run::command, server::Server};
use load::{CITIES, Scene};
use measure::Figures;
use next::Next;
use report::{Report, Round};
use work::Work;

/// Interleaved rounds of every work, unless `--rounds` says otherwise.
const ROUNDS: usize = 5;

/// Prospects, unless `--rows` says otherwise.
const ROWS: usize = 200_000;

/// Runs the bench and writes `bench/RESULTS.md`; `--json` prints it as well,
/// `--rounds 7` measures longer, `--rows 10000` with fewer prospects, `--vs-next`
/// beside Next.js, `--program FILE` with a server that is built. `handoff` measures matches and handoffs instead.
pub fn bench(arguments: &[String]) -> Result<()> {
    if arguments.first().is_some_and(|word| word == "handoff") {
        return handoff::bench(arguments);
    }
    let says = |word: &str| arguments.iter().any(|argument| argument == word);
    let rounds = number(arguments, "--rounds", ROUNDS)?;
    let rows = number(arguments, "--rows", ROWS)?;
    install_tools()?;
    let program = program(arguments)?;
    let program = program.as_path();
    let mut report = Report::begin()?;
    report.startup(measure::startup(program)?);
    let server = Server::start(program, &["--no-demo", "--rate-limit", "0"])?;
    let scene = Scene::set(program, &server, rows)?;
    let next = match says("--vs-next") {
        true => Some(Next::start(&scene)?),
        false => None,
    };
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
            report.add(work, measured(&scene, work, next.as_ref())?);
        }
    }
    report.memory(measure::memory(server.id())?);
    let page = Path::new("bench/RESULTS.md");
    report.write(page)?;
    drop(next);
    for rows in [10_000, 100_000, 1_000_000] {
        let scene = Scene::grow(&scene, rows)?;
        // The rep's keys stand further apart, so the scripts are written anew.
        for work in Work::all(&scene)?.iter().filter(|work| work.grows) {
            work.write_scripts(&scene, &[])?;
            report.grown(work, rows, measure::server(&scene, work)?);
        }
    }
    report.write(page)?;
    if says("--json") {
        println!("{}", report.json());
    }
    Ok(())
}

/// The release server, built, or the one that `--program` names.
fn program(arguments: &[String]) -> Result<PathBuf> {
    let mut rest = arguments.iter().skip_while(|word| *word != "--program");
    if rest.next().is_some() {
        return Ok(rest.next().context("--program takes a path")?.into());
    }
    let mut build = command(&["cargo", "build", "--release", "--locked"]);
    if !build.status()?.success() {
        bail!("the release build fails");
    }
    Ok("target/release/doorstep".into())
}

/// pgbench, server and peer in turn.
fn measured(scene: &Scene, work: &Work, next: Option<&Next>) -> Result<Round> {
    let limit = match work.has_peer {
        true => Some(measure::limit(scene, work)?),
        false => None,
    };
    let server = measure::server(scene, work)?;
    // It has no list in memory, no handoffs and no sign-in.
    let next = match next.filter(|_| work.has_peer && work.limited) {
        Some(next) => Some(measure::next(scene, work, next)?),
        None => None,
    };
    Ok(Round {
        limit,
        server,
        next,
    })
}

/// The number after `word`.
fn number(arguments: &[String], word: &str, usual: usize) -> Result<usize> {
    let mut rest = arguments.iter().skip_while(|argument| *argument != word);
    match (rest.next(), rest.next()) {
        (None, _) => Ok(usual),
        (Some(_), number) => {
            let number = number.and_then(|word| word.parse().ok());
            let number = number.filter(|number| *number > 0);
            number.with_context(|| format!("{word} takes a whole number from 1 up"))
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
