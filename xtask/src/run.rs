//! Runs programs, shows what they print, and counts their tests.

use std::{
    io::{BufRead, BufReader},
    process::{Command, Stdio},
    time::Instant,
};

use anyhow::{Context as _, Result};

/// Tests that passed and failed so far.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Tally {
    /// Tests, or whole checks, that held.
    pub passed: usize,
    /// Tests, or whole checks, that did not.
    pub failed: usize,
}

impl Tally {
    /// Adds another tally.
    pub fn add(&mut self, other: Self) {
        self.passed += other.passed;
        self.failed += other.failed;
    }
}

/// A program with its arguments.
pub fn command(words: &[&str]) -> Command {
    let mut command = Command::new(words.first().copied().unwrap_or_default());
    command.args(words.get(1..).unwrap_or_default());
    // What cargo told us of this package would make the build scripts of others
    // run again, and all that depends on them.
    for (name, _) in std::env::vars_os() {
        let own = [
            "CARGO_PKG_",
            "CARGO_MANIFEST_",
            "CARGO_CRATE_",
            "CARGO_BIN_",
        ];
        if own
            .iter()
            .any(|prefix| name.to_string_lossy().starts_with(prefix))
        {
            command.env_remove(name);
        }
    }
    command
}

/// Runs a check that holds or does not.
pub fn check(name: &str, command: &mut Command) -> Result<Tally> {
    let (held, _) = shown(name, command)?;
    Ok(Tally {
        passed: usize::from(held),
        failed: usize::from(!held),
    })
}

/// Runs a test runner and counts the tests that it reports; a run that fails
/// without a failed test counts as one.
pub fn tests(name: &str, command: &mut Command) -> Result<Tally> {
    let (held, counted) = shown(name, command)?;
    let mut tally = counted;
    if !held && tally.failed == 0 {
        tally.failed = 1;
    }
    if tally == Tally::default() {
        // A runner that ran nothing has shown nothing.
        tally.failed = 1;
    }
    Ok(tally)
}

fn shown(name: &str, command: &mut Command) -> Result<(bool, Tally)> {
    println!("\n== {name}");
    let started = Instant::now();
    let mut child = command
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .spawn()
        .with_context(|| format!("cannot start {:?}", command.get_program()))?;
    let mut tally = Tally::default();
    if let Some(output) = child.stdout.take() {
        for line in BufReader::new(output).lines() {
            let line = line?;
            tally.add(counted(&line));
            println!("{line}");
        }
    }
    let held = child.wait()?.success();
    let word = if held { "ok" } else { "FAILED" };
    println!(
        "== {name}: {word} ({:.1} s)",
        started.elapsed().as_secs_f32()
    );
    Ok((held, tally))
}

/// The tests that a runner's closing line reports.
fn counted(line: &str) -> Tally {
    let number_before = |word: &str| -> usize {
        let before = line.split(word).next().unwrap_or_default().trim_end();
        let digits = before.rsplit(' ').next().unwrap_or_default();
        digits.parse().unwrap_or_default()
    };
    if line.starts_with("test result:") {
        return Tally {
            passed: number_before("passed"),
            failed: number_before("failed"),
        };
    }
    let number_after = |word: &str| line.strip_prefix(word).and_then(|n| n.trim().parse().ok());
    Tally {
        passed: number_after("# pass ")
            .or(number_after("ℹ pass "))
            .unwrap_or_default(),
        failed: number_after("# fail ")
            .or(number_after("ℹ fail "))
            .unwrap_or_default(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn closing_lines_are_counted() {
        let line = "test result: FAILED. 12 passed; 3 failed; 0 ignored; 0 measured";
        assert_eq!(
            counted(line),
            Tally {
                passed: 12,
                failed: 3
            }
        );
        assert_eq!(
            counted("# pass 7"),
            Tally {
                passed: 7,
                failed: 0
            }
        );
        assert_eq!(
            counted("ℹ fail 2"),
            Tally {
                passed: 0,
                failed: 2
            }
        );
        assert_eq!(counted("4 passed by"), Tally::default());
    }
}
