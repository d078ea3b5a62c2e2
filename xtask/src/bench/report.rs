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
    next: Vec<Figures>,
}

/// One round of one work.
pub struct Round {
    /// pgbench, where it can drive the same statements.
    pub limit: Option<Figures>,
    /// The server.
    pub server: Figures,
    /// The peer, where it was asked for and has the same route.
    pub next: Option<Figures>,
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
    pub fn add(&mut self, work: &Work, round: Round) {
        let known = self
            .rounds
            .iter()
            .position(|rounds| rounds.name == work.name);
        let index = known.unwrap_or_else(|| {
            self.rounds.push(Rounds {
                name: work.name,
                limited: work.limited,
                limit: Vec::new(),
                server: Vec::new(),
                next: Vec::new(),
            });
            self.rounds.len() - 1
        });
        if let Some(rounds) = self.rounds.get_mut(index) {
            rounds.limit.extend(round.limit);
            rounds.server.push(round.server);
            rounds.next.extend(round.next);
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
        self.beside_next(&mut page)?;
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

    /// The peer's section, where it was measured.
    fn beside_next(&self, page: &mut String) -> Result<()> {
        if self.rounds.iter().all(|rounds| rounds.next.is_empty()) {
            return Ok(());
        }
        page.push_str(
            "\n## Beside Next.js\n\nMade with `--vs-next`: `bench/next-peer`, Next.js and node-postgres \
             in a production build, the same routes on the same rows of the same PostgreSQL, driven by \
             the same script after the server in every round. It verifies the token and sets role and \
             claims in a transaction of four awaited statements; it has no session check, rate limit, \
             idempotency or entity tags, and its list for a rep leaves out the pool of his team. `by \
             CPU` is the peer's CPU time a request by the server's, `by rate` the server's requests a \
             second by the peer's.\n\n\
             | work | by CPU | by rate | Next.js requests a second | p50 ms | p99 ms | CPU µs in \
             Node | CPU µs in PostgreSQL |\n|---|---|---|---|---|---|---|---|\n",
        );
        for rounds in self.rounds.iter().filter(|rounds| !rounds.next.is_empty()) {
            let of =
                |pick: fn(&Figures) -> f64| -> Vec<f64> { rounds.next.iter().map(pick).collect() };
            writeln!(
                page,
                "| {} | {} | {} | {} | {} | {} | {} | {} |",
                rounds.name,
                spread(&rounds.by_cpu(), 1),
                spread(&rounds.by_rate(), 1),
                spread(&of(|figures| figures.rate), 0),
                spread(&of(|figures| figures.p50), 2),
                spread(&of(|figures| figures.p99), 2),
                spread(&of(|figures| figures.server_cpu), 0),
                spread(&of(|figures| figures.postgres_cpu), 0),
            )?;
        }
        Ok(())
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
                    "by_cpu_of_next": median(&rounds.by_cpu()),
                    "by_rate_of_next": median(&rounds.by_rate()),
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

    fn by_cpu(&self) -> Vec<f64> {
        let pairs = self.server.iter().zip(&self.next);
        pairs
            .map(|(server, next)| next.server_cpu / server.server_cpu)
            .collect()
    }

    fn by_rate(&self) -> Vec<f64> {
        let pairs = self.server.iter().zip(&self.next);
        pairs
            .map(|(server, next)| server.rate / next.rate)
            .collect()
    }
}

/// The values in order.
pub fn sorted(values: &[f64]) -> Vec<f64> {
    let mut sorted = values.to_vec();
    sorted.sort_by(f64::total_cmp);
    sorted
}

/// The one in the middle.
pub fn median(values: &[f64]) -> f64 {
    sorted(values)
        .get(values.len() / 2)
        .copied()
        .unwrap_or_default()
}

/// Least, median and most.
pub fn spread(values: &[f64], decimals: usize) -> String {
    let sorted = sorted(values);
    let (Some(least), Some(most)) = (sorted.first(), sorted.last()) else {
        return "–".to_owned();
    };
    format!(
        "{least:.decimals$} / **{:.decimals$}** / {most:.decimals$}",
        median(values)
    )
}
