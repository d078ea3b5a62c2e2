//! The last line of each item, and the page that is made of them.

use std::{fmt::Write as _, fs, path::PathBuf, time::Duration};

use anyhow::{Context as _, Result};

use super::Outcome;
use crate::run::command;

const FOLDER: &str = "target/battery";
const PAGE: &str = "docs/battery.md";

const HEAD: &str = "# Battery

What takes longer than `cargo xtask test`, run by `cargo xtask battery`; CONTRIBUTING says when. Items may be run one by
one: each line says on which commit, and `+` after it that something was not committed.

| item | what holds | result | figures | seconds | commit | when (UTC) |
|---|---|---|---|---|---|---|
";

/// The commit that is tried; `+` when something is not committed.
pub fn commit() -> Result<String> {
    let mut commit = said(&["git", "rev-parse", "--short=12", "HEAD"])?;
    let changes = [
        "git",
        "status",
        "--porcelain",
        "--untracked-files=no",
        "--",
        ".",
        // The page itself is written by every run.
        ":!docs/battery.md",
    ];
    if !said(&changes)?.is_empty() {
        commit.push('+');
    }
    Ok(commit)
}

/// Keeps how an item ended, with the commit it began on.
pub fn keep(name: &str, commit: &str, outcome: &Outcome, taken: Duration) -> Result<()> {
    let date = said(&["date", "-u", "+%Y-%m-%d %H:%M"])?;
    let word = if outcome.held { "ok" } else { "**FAILED**" };
    let line = format!(
        "{word} | {} | {:.0} | {commit} | {date} |",
        outcome.figures.trim().replace(" ;", ";"),
        taken.as_secs_f32(),
    );
    fs::create_dir_all(FOLDER)?;
    fs::write(place(name), line)?;
    Ok(())
}

/// Writes the page; an item that never ran here keeps the line that the page
/// has of it.
pub fn write(items: &[(&str, &str)]) -> Result<()> {
    let before = fs::read_to_string(PAGE).unwrap_or_default();
    let mut page = String::from(HEAD);
    for (name, what) in items {
        let kept = match fs::read_to_string(place(name)) {
            Ok(line) => line,
            Err(_) => known(&before, name).unwrap_or_else(|| "not run | | | | |".to_owned()),
        };
        writeln!(page, "| {name} | {what} | {kept}")?;
    }
    fs::write(PAGE, &page)?;
    println!("\n{page}");
    Ok(())
}

/// What a page says of an item after its first two columns.
fn known(page: &str, name: &str) -> Option<String> {
    let start = format!("| {name} |");
    let line = page.lines().find(|line| line.starts_with(&start))?;
    line.splitn(4, '|')
        .nth(3)
        .map(|rest| rest.trim().to_owned())
}

fn place(name: &str) -> PathBuf {
    PathBuf::from(FOLDER).join(name.replace(' ', "-"))
}

fn said(words: &[&str]) -> Result<String> {
    let output = command(words).output().context("git and date")?;
    Ok(String::from_utf8(output.stdout)?.trim().to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_is_found_again() {
        let page = format!("{HEAD}| pool | what | ok | 3 passed | 2 | abc | now |\n");
        let kept = known(&page, "pool");
        assert_eq!(kept.as_deref(), Some("ok | 3 passed | 2 | abc | now |"));
        assert_eq!(known(&page, "poo"), None);
    }
}
