//! Drops each policy and each grant in turn.

use anyhow::{Result, bail};

use crate::run::{Tally, command, tests};

/// Runs the access matrix once for each policy and grant that is taken away;
/// what no test notices is a survivor, and there must be none.
pub fn policies() -> Result<()> {
    if tally()?.failed > 0 {
        bail!("some policies or grants can be dropped without a test turning red");
    }
    Ok(())
}

/// The same, counted.
pub fn tally() -> Result<Tally> {
    tests(
        "each policy and grant dropped in turn",
        command(&[
            "cargo",
            "test",
            "--locked",
            "--test",
            "it",
            "--",
            "access::each_policy_and_grant",
            "--nocapture",
        ])
        .env("DOORSTEP_DROP", "policies"),
    )
}
