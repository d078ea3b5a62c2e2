//! The real Supabase clients, from npm, and the examples of `docs/api.md`,
//! against the real server.

use std::path::Path;

use anyhow::{Context as _, Result, bail};

use crate::{
    run::{Tally, command, tests},
    server::Server,
};

const FOLDER: &str = "tests/clients";

/// Installs the clients, starts the server and lets them sign in and out.
pub fn test() -> Result<Tally> {
    let built = command(&["cargo", "build", "--locked"]).status()?;
    if !built.success() {
        bail!("the server does not build");
    }
    let installed = command(&["npm", "ci", "--no-audit", "--no-fund", "--loglevel=error"])
        .current_dir(FOLDER)
        .status()
        .context("npm is needed for the tests with the real clients")?;
    if !installed.success() {
        bail!("npm ci failed in {FOLDER}");
    }
    let program = Path::new("target/debug/doorstep");
    let server = Server::start(program, &["--rate-limit", "0"])?;
    let mut run = command(&["npm", "test", "--silent"]);
    run.current_dir(FOLDER).env("DOORSTEP_URL", &server.url);
    for (name, value) in server.keys(program)? {
        run.env(name, value);
    }
    for (name, role) in [("REP", "sales_rep"), ("ADMIN", "admin")] {
        let (email, password) = server.account(program, role)?;
        run.env(format!("{name}_EMAIL"), email);
        run.env(format!("{name}_PASSWORD"), password);
    }
    tests("real clients", &mut run)
}
