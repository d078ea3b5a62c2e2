//! Drives pgbench and wrk, and reads what the kernel says of their cost.

use std::{
    fs,
    path::Path,
    process::Command,
    time::{Duration, Instant},
};

use anyhow::{Context as _, Result, bail};

use super::{load::Scene, next::Next, work::Work};
use crate::server::Server;

/// How long one measurement takes.
const SECONDS: u64 = 3;
/// Connections that wrk keeps busy.
const CONNECTIONS: &str = "32";
/// Clients that pgbench keeps busy.
const CLIENTS: &str = "16";

/// What one measurement showed.
#[derive(Clone, Copy, Debug, Default)]
pub struct Figures {
    /// Requests, or transactions, a second.
    pub rate: f64,
    /// Median latency in milliseconds.
    pub p50: f64,
    /// 99th percentile of latency in milliseconds.
    pub p99: f64,
    /// CPU microseconds a request in the server.
    pub server_cpu: f64,
    /// CPU microseconds a request in PostgreSQL.
    pub postgres_cpu: f64,
}

/// The limit: the same statements driven by pgbench, prepared, one Sync.
pub fn limit(scene: &Scene, work: &Work) -> Result<Figures> {
    let before = postgres_cpu(scene)?;
    let output = Command::new(scene.postgres.bin_dir.join("pgbench"))
        .arg("-h")
        .arg(&scene.postgres.socket_dir)
        .args([
            "-p",
            &scene.postgres.port.to_string(),
            "-U",
            "doorstep_login",
        ])
        .args(["-n", "-M", "prepared", "-c", CLIENTS, "-j", "2"])
        .args(["-T", &SECONDS.to_string(), "-f"])
        .arg(work.pgbench_script(scene))
        .arg("doorstep")
        .output()
        .context("pgbench")?;
    let text = String::from_utf8_lossy(&output.stdout);
    let number = |before: &str| -> Option<f64> {
        let after = text.split(before).nth(1)?;
        after.split_whitespace().next()?.parse().ok()
    };
    let Some(rate) = number("\ntps =") else {
        bail!(
            "pgbench failed: {}",
            String::from_utf8_lossy(&output.stderr)
        );
    };
    let transactions = number("transactions actually processed:").unwrap_or(rate * SECONDS as f64);
    Ok(Figures {
        rate,
        p50: number("latency average =").unwrap_or_default(),
        postgres_cpu: (postgres_cpu(scene)? - before) / transactions,
        ..Figures::default()
    })
}

/// The server, driven by wrk.
pub fn server(scene: &Scene, work: &Work) -> Result<Figures> {
    driven(scene, work, &scene.url, || process_cpu(scene.server))
}

/// The peer, driven by the same script.
pub fn next(scene: &Scene, work: &Work, next: &Next) -> Result<Figures> {
    driven(scene, work, &next.url, || family_cpu(next.id()))
}

/// Whoever listens at `url` and has used so much CPU time, driven by wrk.
fn driven(scene: &Scene, work: &Work, url: &str, cpu: impl Fn() -> Result<f64>) -> Result<Figures> {
    let (server_before, postgres_before) = (cpu()?, postgres_cpu(scene)?);
    let output = Command::new("wrk")
        .args([
            "-t",
            "1",
            "-c",
            CONNECTIONS,
            "-d",
            &format!("{SECONDS}s"),
            "-s",
        ])
        .arg(work.wrk_script(scene))
        .arg(url)
        .output()
        .context("wrk")?;
    let text = String::from_utf8_lossy(&output.stdout);
    let line = text
        .lines()
        .find_map(|line| line.strip_prefix("RESULT "))
        .with_context(|| format!("wrk failed: {text}"))?;
    let numbers: Vec<f64> = line
        .split(' ')
        .filter_map(|word| word.parse().ok())
        .collect();
    let [requests, microseconds, p50, p99, errors] = numbers[..] else {
        bail!("wrk said {line:?}");
    };
    if errors > 0.0 {
        bail!("{errors} of {requests} requests of {:?} failed", work.name);
    }
    Ok(Figures {
        rate: requests / microseconds * 1e6,
        p50: p50 / 1e3,
        p99: p99 / 1e3,
        server_cpu: (cpu()? - server_before) / requests,
        postgres_cpu: (postgres_cpu(scene)? - postgres_before) / requests,
    })
}

/// From nothing, and from what was left, to the first line; in milliseconds.
pub fn startup(program: &Path) -> Result<(Duration, Duration)> {
    let started = Instant::now();
    let server = Server::start(program, &["--no-demo"])?;
    let fresh = started.elapsed();
    let server = server.stopped()?;
    let started = Instant::now();
    drop(server.again(program, &["--no-demo"])?);
    Ok((fresh, started.elapsed()))
}

/// Resident memory of a process in bytes.
pub fn memory(process: u32) -> Result<u64> {
    let status = fs::read_to_string(format!("/proc/{process}/status"))?;
    let kilobytes = status
        .lines()
        .find_map(|line| line.strip_prefix("VmRSS:"))
        .and_then(|line| line.trim().split(' ').next())
        .and_then(|number| number.parse::<u64>().ok())
        .context("VmRSS")?;
    Ok(kilobytes * 1024)
}

/// CPU time of a process and its ended children, in microseconds.
fn process_cpu(process: u32) -> Result<f64> {
    let stat = fs::read_to_string(format!("/proc/{process}/stat"))?;
    let fields: Vec<f64> = stat
        .rsplit(')')
        .next()
        .unwrap_or_default()
        .split_whitespace()
        .filter_map(|field| field.parse().ok())
        .collect();
    // After the name and the (letter) state: utime is the 11th, then stime,
    // cutime and cstime, in ticks of 10 ms.
    let ticks: f64 = fields.get(10..14).context("the CPU times")?.iter().sum();
    Ok(ticks * 10_000.0)
}

/// CPU time of all of PostgreSQL, in microseconds.
fn postgres_cpu(scene: &Scene) -> Result<f64> {
    family_cpu(scene.postgres.pid)
}

/// CPU time of a process and of all that descend from it, in microseconds.
fn family_cpu(root: u32) -> Result<f64> {
    let mut total = process_cpu(root)?;
    let mut parents = Vec::new();
    for entry in fs::read_dir("/proc")?.flatten() {
        let name = entry.file_name();
        let Some(process) = name.to_str().and_then(|name| name.parse::<u32>().ok()) else {
            continue;
        };
        let status = fs::read_to_string(format!("/proc/{process}/status")).unwrap_or_default();
        let parent = status.lines().find_map(|line| line.strip_prefix("PPid:"));
        let parent = parent.and_then(|parent| parent.trim().parse::<u32>().ok());
        parents.extend(parent.map(|parent| (process, parent)));
    }
    let mut family = vec![root];
    let mut next = 0;
    while let Some(&member) = family.get(next) {
        next += 1;
        for (child, _) in parents.iter().filter(|(_, parent)| *parent == member) {
            family.push(*child);
            // It may end between the two looks; then its parent has its time.
            total += process_cpu(*child).unwrap_or_default();
        }
    }
    Ok(total)
}
