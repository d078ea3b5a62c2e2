//! The server compared with its own document by schemathesis.

mod rows;

use std::path::Path;

use anyhow::{Context as _, Result, bail};
use serde_json::Value;

use crate::{
    battery::Outcome,
    run::{Tally, command},
    server::{Server, email},
    tools,
};

/// How much is tried.
pub struct Effort {
    /// Examples made for each operation.
    examples: u32,
    /// Who tries: `anon`, the roles of people, `inactive` for one who was never
    /// let in.
    callers: &'static [&'static str],
    /// Which of schemathesis' phases run.
    phases: &'static str,
    /// Seconds that one caller's run may take.
    most: u32,
}

/// The battery's, for callers of its choice: all at once take half an hour.
pub const fn long(callers: &'static [&'static str]) -> Effort {
    Effort {
        examples: 50,
        callers,
        phases: "examples,coverage,fuzzing",
        most: 1_200,
    }
}

/// Every commit's.
pub const SHORT: Effort = Effort {
    examples: 4,
    callers: &["anon", "sales_rep"],
    phases: "examples,fuzzing",
    most: 60,
};

/// How `timeout` says that it ended what it ran.
const OUT_OF_TIME: i32 = 124;

const CHECKS: &str = "not_a_server_error,status_code_conformance,content_type_conformance,\
                      response_headers_conformance,response_schema_conformance";

/// The short form, counted as one check.
pub fn short() -> Result<Tally> {
    println!("\n== the server and its document");
    let outcome = schemathesis(&SHORT, Path::new("target/debug/doorstep"))?;
    println!("== the server and its document: {}", outcome.figures);
    Ok(Tally {
        passed: usize::from(outcome.held),
        failed: usize::from(!outcome.held),
    })
}

/// Starts a server with the demo in it and lets schemathesis speak to it as
/// each of the callers.
pub fn schemathesis(effort: &Effort, program: &Path) -> Result<Outcome> {
    let tool = tools::python("schemathesis", tools::SCHEMATHESIS)?.canonicalize()?;
    let server = Server::start(program, &["--rate-limit", "0"])?;
    let seed = match std::env::var("DOORSTEP_SEED") {
        Ok(seed) => seed.parse().context("DOORSTEP_SEED is a number")?,
        Err(_) => std::process::id(),
    };
    println!("seed {seed} (DOORSTEP_SEED={seed} runs the same again)");
    let mut callers = Vec::new();
    for name in effort.callers {
        let token = match *name {
            "anon" => None,
            "inactive" => Some(server.sign_up(program, name)?),
            role => Some(server.sign_in(program, role)?),
        };
        callers.push((*name, token));
    }
    let (mut failed, mut tried) = (Vec::new(), 0);
    for (round, (name, token)) in callers.iter().enumerate() {
        println!("\n-- as {name}");
        let folder = Path::new("target/tools/schemathesis").join(name);
        let around = match *name {
            "anon" | "inactive" => "rep@demo.example".to_owned(),
            role => email(role),
        };
        rows::prepare(&server, &folder, &around, round)?;
        let report = folder.canonicalize()?.join("report.json");
        let mut run = command(&["timeout", &effort.most.to_string()]);
        run.arg(&tool)
            .args(["run", &format!("{}/openapi.json", server.url)])
            .args(["--phases", effort.phases, "--checks", CHECKS])
            .args(["--max-examples", &effort.examples.to_string()])
            .args(["--seed", &seed.to_string(), "--workers", "1"])
            // Whoever signs himself out is refused everything after it.
            .args(["--exclude-path-regex", "sign-?out|logout"])
            .args(["--request-timeout", "10", "--warnings", "off"])
            .args(["--suppress-health-check", "all", "--no-shrink"])
            .args(["--report", "json", "--report-json-path"])
            .arg(&report)
            // It keeps a cache where it stands, and finds its settings there.
            .current_dir(&folder);
        if let Some(token) = token {
            run.args(["--header", &format!("Authorization: Bearer {token}")]);
        }
        let ended = run.status()?;
        if ended.code() == Some(OUT_OF_TIME) {
            failed.push(format!("out of time as {name}"));
        } else {
            if !ended.success() {
                failed.push(format!("differs as {name}"));
            }
            tried += cases(&report)?;
        }
        if let Some(token) = token
            && !server.answers("/api/users/me", token)
        {
            bail!("{name} is not signed in any more: most of the run was refused");
        }
    }
    Ok(Outcome {
        held: failed.is_empty(),
        figures: format!(
            "{tried} requests as {}, {} examples an operation, seed {seed} {}",
            effort.callers.join(", "),
            effort.examples,
            failed.join(", ")
        ),
    })
}

/// The requests of a run, as its report counts them.
fn cases(report: &Path) -> Result<u64> {
    let text = std::fs::read_to_string(report).context("schemathesis' report")?;
    let report: Value = serde_json::from_str(&text)?;
    Ok(report["test_cases"]["generated"].as_u64().unwrap_or(0))
}
