//! sqlmap against filters, search, sort, limit, paths and bodies.

use std::{
    io::{BufRead as _, BufReader},
    path::Path,
    process::{Child, Stdio},
};

use anyhow::{Context as _, Result};

use super::{Outcome, PROGRAM};
use crate::{run::command, server::Server, tools};

/// Seconds for one address.
const MOST: &str = "240";

/// A server that puts what it is sent into its SQL: sqlmap must find it, else
/// its silence about ours means nothing.
struct Planted {
    child: Child,
    url: String,
}

impl Planted {
    fn start() -> Result<Self> {
        let mut child = command(&["python3", "xtask/src/battery/planted.py"])
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .context("python3")?;
        let mut url = String::new();
        if let Some(output) = child.stdout.take() {
            BufReader::new(output).read_line(&mut url)?;
        }
        Ok(Self {
            child,
            url: url.trim().to_owned(),
        })
    }
}

impl Drop for Planted {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

struct Attack {
    url: String,
    token: Option<String>,
    body: Option<&'static str>,
}

impl Attack {
    fn anon(url: String) -> Self {
        Self {
            url,
            token: None,
            body: None,
        }
    }

    /// Whether sqlmap finds a way in.
    fn finds(&self, tool: &Path) -> Result<bool> {
        println!("-- {}", self.url);
        let mut run = command(&["timeout", MOST]);
        run.arg(tool)
            .args(["-u", &self.url, "--batch", "--flush-session"])
            .args(["--level", "2", "--risk", "2", "--threads", "4"])
            .args(["--technique", "BEUST", "--time-sec", "2", "--timeout", "5"])
            .args(["--ignore-code", "400,403,404,422", "--disable-coloring"])
            .args(["--output-dir", "target/tools/sqlmap"]);
        if let Some(token) = &self.token {
            run.arg(format!("--headers=Authorization: Bearer {token}"));
        }
        if let Some(body) = self.body {
            run.args(["--data", body, "--method", "POST"]);
            run.arg("--headers=Content-Type: application/json");
        }
        let output = run.output()?;
        let text = String::from_utf8_lossy(&output.stdout);
        Ok(text.contains("sqlmap identified the following injection point"))
    }
}

/// Attacks a planted bug and every kind of parameter of ours.
pub fn sqlmap() -> Result<Outcome> {
    let tool = tools::python("sqlmap", tools::SQLMAP)?;
    let planted = Planted::start()?;
    if !Attack::anon(format!("{}/?city=Valencia", planted.url)).finds(&tool)? {
        return Ok(Outcome {
            held: false,
            figures: "the planted injection was not found".to_owned(),
        });
    }
    drop(planted);
    let program = Path::new(PROGRAM);
    let server = Server::start(program, &["--rate-limit", "0"])?;
    let rep = server.sign_in(program, "sales_rep")?;
    let at = |path: &str| format!("{}{path}", server.url);
    let mut attacks = vec![
        Attack::anon(at(
            "/api/properties?city=Valencia&type=villa&status=available",
        )),
        Attack::anon(at("/api/properties?q=river&limit=5&sort=name&count=true")),
        Attack::anon(at("/api/properties/7f3c3a53-6c77-4d3c-8c0e-1f5a0c9b6c11*")),
    ];
    attacks.push(Attack {
        token: Some(rep.clone()),
        ..Attack::anon(at(
            "/api/prospects?q=ana&city=Valencia&sort=-created_at&limit=5",
        ))
    });
    attacks.push(Attack {
        token: Some(rep),
        body: Some(r#"{"name":"Ana*","email":"ana@example.com","city":"Valencia*"}"#),
        ..Attack::anon(at("/api/prospects"))
    });
    let mut found = Vec::new();
    for attack in &attacks {
        if attack.finds(&tool)? {
            found.push(attack.url.clone());
        }
    }
    Ok(Outcome {
        held: found.is_empty(),
        figures: format!(
            "the planted one found, {} addresses attacked, {} open {}",
            attacks.len(),
            found.len(),
            found.join(" ")
        ),
    })
}
