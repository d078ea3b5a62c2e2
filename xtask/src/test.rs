//! Everything that must hold on every commit.

use anyhow::{Result, bail};

use crate::{
    clients,
    run::{Tally, check, command, tests},
    schema,
};

/// Runs every check and test and prints `N passed, N failed` last.
pub fn test() -> Result<()> {
    let mut all = Tally::default();
    all.add(check(
        "format",
        &mut command(&["cargo", "fmt", "--all", "--check"]),
    )?);
    all.add(check(
        "clippy",
        &mut command(&[
            "cargo",
            "clippy",
            "--workspace",
            "--all-targets",
            "--locked",
            "--",
            "-D",
            "warnings",
        ]),
    )?);
    let mut documentation = command(&["cargo", "doc", "--workspace", "--no-deps", "--locked"]);
    documentation.env("RUSTDOCFLAGS", "-D warnings");
    all.add(check("documentation", &mut documentation)?);
    all.add(tests(
        "unit, property, database and API tests",
        command(&["cargo", "test", "--workspace", "--locked", "--no-fail-fast"])
            .env("RUST_BACKTRACE", "0"),
    )?);
    all.add(clients::test()?);
    all.add(schema::short()?);
    println!("\n{} passed, {} failed", all.passed, all.failed);
    if all.failed > 0 {
        bail!("{} of the checks do not hold", all.failed);
    }
    Ok(())
}
