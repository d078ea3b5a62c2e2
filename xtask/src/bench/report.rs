//! The rounds, their medians, and the file that keeps them.

use std::{fmt::Write as _, fs, path::Path, time::Duration};

use anyhow::Result;
use serde_json::{Value, json};

use super::{measure::Figures, work::Work};
use crate::run::command;

/// All rounds of one work.
struct Rounds {
    name: &'static str,
    limited: bool,
    limit: Vec<Figures>,
    server: Vec<Figures>,
}

/// What a run showed.
pub struct Report {
    commit: String,
    rounds: Vec<Rounds>,
    grown: Vec<(&'static str, usize, Figures)>,
    memory: u64,
    startup: (Duration, Duration),
}

impl Report {
    /// An empty report of the commit that is checked out.
    pub fn begin() -> Result<Self> {
        let output = command(&["git", "describe", "--always", "--dirty"]).output()?;
        Ok(Self {
            commit: String::from_utf8(output.stdout)?.trim().to_owned(),
            rounds: Vec::new(),
            grown: Vec::new(),
            memory: 0,
            startup: (Duration::ZERO, Duration::ZERO),
        })
    }

    /// Adds a round.
    pub fn add(&mut self, work: &Work, limit: Option<Figures>, server: Figures) {
        match self
            .rounds
            .iter_mut()
            .find(|rounds| rounds.name == work.name)
        {
            Some(rounds) => {
                rounds.limit.extend(limit);
                rounds.server.push(server);
            }
            None => self.rounds.push(Rounds {
                name: work.name,
                limited: work.limited,
                limit: limit.into_iter().collect(),
                server: vec![server],
            }),
        }
    }

    /// Adds a measurement at another size.
    pub fn grown(&mut self, work: &Work, rows: usize, figures: Figures) {
        self.grown.push((work.name, rows, figures));
    }

    /// Resident memory after the run, in bytes.
    pub fn memory(&mut self, bytes: u64) {
        self.memory = bytes;
    }

    /// The start from nothing and the start after that.
    pub fn startup(&mut self, startup: (Duration, Duration)) {
        self.startup = startup;
    }

    /// Writes the report as a page.
    pub fn write(&self, path: &Path) -> Result<()> {
        let mut page = format!(
            "# What was measured\n\nMade by `cargo xtask bench` at commit `{}`: {} rounds, pgbench \
             and server in turn, both on the same two cores. Ratios are the server's rate by \
             pgbench's rate for the very same statements (identity and query, one Sync). Each \
             figure is minimum / median / maximum of the rounds.\n\n\
             | work | ratio | requests a second | pgbench a second | p50 ms | p99 ms | CPU µs in \
             the server | CPU µs in PostgreSQL |\n|---|---|---|---|---|---|---|---|\n",
            self.commit,
            self.rounds.first().map_or(0, |rounds| rounds.server.len()),
        );
        for rounds in &self.rounds {
            let ratio: Vec<f64> = rounds.ratios();
            let of = |pick: fn(&Figures) -> f64| -> Vec<f64> {
                rounds.server.iter().map(pick).collect()
            };
            let limits: Vec<f64> = rounds.limit.iter().map(|figures| figures.rate).collect();
            writeln!(
                page,
                "| {} | {} | {} | {} | {} | {} | {} | {} |",
                rounds.name,
                spread(&ratio, 2),
                spread(&of(|figures| figures.rate), 0),
                spread(&limits, 0),
                spread(&of(|figures| figures.p50), 2),
                spread(&of(|figures| figures.p99), 2),
                spread(&of(|figures| figures.server_cpu), 0),
                spread(&of(|figures| figures.postgres_cpu), 0),
            )?;
        }
        page.push_str("\n| work | rows | requests a second | CPU µs (server + PostgreSQL) |\n|---|---|---|---|\n");
        for (name, rows, figures) in &self.grown {
            writeln!(
                page,
                "| {name} | {rows} | {:.0} | {:.0} |",
                figures.rate,
                figures.server_cpu + figures.postgres_cpu
            )?;
        }
        writeln!(
            page,
            "\nMemory after the run, without PostgreSQL: {:.1} MB. Start from nothing: {} ms; \
             start after that, with the stop: {} ms.",
            self.memory as f64 / 1e6,
            self.startup.0.as_millis(),
            self.startup.1.as_millis()
        )?;
        Ok(fs::write(path, page)?)
    }

    /// The report for programs.
    pub fn json(&self) -> Value {
        let works: Vec<Value> = self
            .rounds
            .iter()
            .map(|rounds| {
                json!({
                    "work": rounds.name,
                    "limited": rounds.limited,
                    "ratio": median(&rounds.ratios()),
                    "rate": rounds.server.iter().map(|figures| figures.rate).collect::<Vec<_>>(),
                    "limit": rounds.limit.iter().map(|figures| figures.rate).collect::<Vec<_>>(),
                })
            })
            .collect();
        json!({ "commit": self.commit, "works": works, "memory": self.memory })
    }
}

impl Rounds {
    fn ratios(&self) -> Vec<f64> {
        self.server
            .iter()
            .zip(&self.limit)
            .map(|(server, limit)| server.rate / limit.rate)
            .collect()
    }
}

fn sorted(values: &[f64]) -> Vec<f64> {
    let mut sorted = values.to_vec();
    sorted.sort_by(f64::total_cmp);
    sorted
}

fn median(values: &[f64]) -> f64 {
    sorted(values)
        .get(values.len() / 2)
        .copied()
        .unwrap_or_default()
}

fn spread(values: &[f64], decimals: usize) -> String {
    let sorted = sorted(values);
    let (Some(least), Some(most)) = (sorted.first(), sorted.last()) else {
        return "–".to_owned();
    };
    format!(
        "{least:.decimals$} / **{:.decimals$}** / {most:.decimals$}",
        median(values)
    )
}
