//! The peer: the same routes on Next.js and node-postgres, in a production build.

use std::{
    fs,
    net::TcpListener,
    process::{Child, Command, Stdio},
    time::{Duration, Instant},
};

use anyhow::{Context as _, Result, bail};

use super::load::Scene;
use crate::run::command;

const FOLDER: &str = "bench/next-peer";
/// Node comes with the packages.
const NODE: &str = "node_modules/.bin/node";
const NEXT: &str = "node_modules/next/dist/bin/next";
/// How long it may take to start.
const PATIENCE: Duration = Duration::from_secs(60);

/// The peer as it runs; it ends with the value.
pub struct Next {
    child: Child,
    /// Where it listens.
    pub url: String,
}

impl Next {
    /// Installs, builds and starts it on the scene's PostgreSQL.
    pub fn start(scene: &Scene) -> Result<Self> {
        let install = ["npm", "ci", "--no-audit", "--no-fund", "--loglevel=error"];
        for words in [&install[..], &[NODE, NEXT, "build"]] {
            let mut step = command(words);
            step.current_dir(FOLDER).env("NEXT_TELEMETRY_DISABLED", "1");
            step.stdout(Stdio::null());
            if !step.status().context("npm is needed")?.success() {
                bail!("{words:?} fails in {FOLDER}");
            }
        }
        let port = TcpListener::bind("127.0.0.1:0")?.local_addr()?.port();
        let secret = fs::read_to_string(scene.directory.join("jwt-secret"))?;
        let child = Command::new(NODE)
            .args([NEXT, "start", "-H", "127.0.0.1", "-p", &port.to_string()])
            .current_dir(FOLDER)
            .env("NODE_ENV", "production")
            .env("NEXT_TELEMETRY_DISABLED", "1")
            .env("JWT_SECRET", secret.trim())
            .env("PGHOST", &scene.postgres.socket_dir)
            .env("PGPORT", scene.postgres.port.to_string())
            .env("PGUSER", "doorstep_login")
            .env("PGDATABASE", "doorstep")
            .stdout(Stdio::null())
            .spawn()
            .context("Next.js does not start")?;
        let next = Self {
            child,
            url: format!("http://127.0.0.1:{port}"),
        };
        next.answers(scene)?;
        Ok(next)
    }

    /// Its process.
    pub fn id(&self) -> u32 {
        self.child.id()
    }

    /// Waits for the first row, and looks whether the rep sees what he should.
    fn answers(&self, scene: &Scene) -> Result<()> {
        let started = Instant::now();
        loop {
            let asked = ureq::get(format!(
                "{}/api/prospects?limit=20&status=qualified&city=City%207",
                self.url
            ))
            .header("authorization", format!("Bearer {}", scene.token))
            .call();
            let failure = match asked {
                Ok(mut answer) => {
                    let page: serde_json::Value = answer.body_mut().read_json()?;
                    match page["data"].as_array().is_some_and(|rows| !rows.is_empty()) {
                        true => return Ok(()),
                        false => bail!("Next.js shows the rep nothing of his: {page}"),
                    }
                }
                Err(failure) => failure,
            };
            if started.elapsed() > PATIENCE {
                bail!("Next.js does not answer: {failure}");
            }
            std::thread::sleep(Duration::from_millis(100));
        }
    }
}

impl Drop for Next {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
