//! Ten times the requests that can be answered.

use std::{
    io::{Read as _, Write as _},
    net::{SocketAddr, TcpStream},
    path::Path,
    sync::{
        Mutex,
        atomic::{AtomicU64, Ordering},
    },
    thread,
    time::{Duration, Instant},
};

use anyhow::{Context as _, Result, bail};

use super::Outcome;
use crate::{run::command, server::Server};

/// Built as it is used: what is refused must cost little.
const PROGRAM: &str = "target/release/doorstep";

/// Homes that are searched, so that the database bounds what can be answered.
const ROWS: u32 = 10_000;
const PATH: &str = "/api/properties?q=river&count=true&limit=1";
/// Connections of the open loop: more than ever wait and run in the server.
const CLIENTS: usize = 256;
const TIMES: f64 = 10.0;
const MEASURED: Duration = Duration::from_secs(12);
/// The first seconds of an overload are a burst, which may queue.
const BURST: Duration = Duration::from_secs(4);

/// What an admitted answer may take at most, and a refusal.
const LATEST: Duration = Duration::from_secs(1);
const REFUSAL: Duration = Duration::from_millis(50);

/// One answer: its status, and how long after its moment it came.
type Answer = (u16, Duration);

/// Measures the peak, then sends ten times as much without waiting for answers.
pub fn overload() -> Result<Outcome> {
    if !command(&["cargo", "build", "--locked", "--release"])
        .status()?
        .success()
    {
        bail!("the release build fails");
    }
    let program = Path::new(PROGRAM);
    let server = Server::start(program, &["--no-demo", "--rate-limit", "0"])?;
    let key = server.key(program, "SUPABASE_SERVICE_ROLE_KEY")?;
    server.superuser(&format!(
        "insert into public.properties (name, city, price_range, bedrooms, type, description) \
         select 'Home ' || n, 'Porto', 'EUR 1', 1, 'villa', 'Near the river, number ' || n \
         from generate_series(1, {ROWS}) n; analyze public.properties"
    ))?;
    let address: SocketAddr = server.url.trim_start_matches("http://").parse()?;
    let request =
        format!("GET {PATH} HTTP/1.1\r\nhost: {address}\r\nauthorization: Bearer {key}\r\n\r\n");
    let alone = load(
        address,
        &request,
        1,
        f64::INFINITY,
        MEASURED,
        Duration::ZERO,
    )?;
    // The machine's speed changes: the peak is taken before and after, and the
    // mean of both counts.
    let before = peak(address, &request)?;
    let offered = before * TIMES;
    let answers = load(address, &request, CLIENTS, offered, MEASURED, BURST)?;
    let after = peak(address, &request)?;
    let peak = f64::midpoint(before, after);
    let (good, refused) = (of(&answers, 200), of(&answers, 503));
    let other = answers.len() - good.len() - refused.len();
    let goodput = rate(&good) / peak;
    let (latest, refusal) = (p99(&good), p99(&refused));
    Ok(Outcome {
        held: goodput >= 0.9 && other == 0 && latest < LATEST && refusal < REFUSAL,
        figures: format!(
            "peak {before:.0} and {after:.0}/s (p99 alone {} ms); offered {offered:.0}/s: {:.0} % of the peak \
             answered, p99 {} ms; {} refused, p99 {} ms; {other} of another kind; the refusals \
             came at {:.0}/s",
            p99(&of(&alone, 200)).as_millis(),
            goodput * 100.0,
            latest.as_millis(),
            refused.len(),
            refusal.as_millis(),
            rate(&refused),
        ),
    })
}

/// The most that is answered a second, whoever waits for each answer before the
/// next question.
fn peak(address: SocketAddr, request: &str) -> Result<f64> {
    let mut peak = 0.0_f64;
    for clients in [4, 8] {
        let endless = f64::INFINITY;
        let answers = load(address, request, clients, endless, MEASURED, Duration::ZERO)?;
        peak = peak.max(rate(&of(&answers, 200)));
    }
    Ok(peak)
}

fn of(answers: &[Answer], status: u16) -> Vec<Duration> {
    let ours = answers.iter().filter(|(given, _)| *given == status);
    ours.map(|(_, taken)| *taken).collect()
}

fn rate(answers: &[Duration]) -> f64 {
    f64::from(u32::try_from(answers.len()).unwrap_or(u32::MAX)) / MEASURED.as_secs_f64()
}

fn p99(answers: &[Duration]) -> Duration {
    let mut sorted = answers.to_vec();
    sorted.sort();
    let index = sorted.len() * 99 / 100;
    sorted.get(index).copied().unwrap_or_default()
}

/// Sends requests at their moments, whatever became of those before, and
/// returns the answers to those that were due after `skipped`. An infinite rate
/// sends the next as soon as one is answered.
fn load(
    address: SocketAddr,
    request: &str,
    clients: usize,
    rate: f64,
    measured: Duration,
    skipped: Duration,
) -> Result<Vec<Answer>> {
    let (next, all) = (AtomicU64::new(0), Mutex::new(Vec::new()));
    let started = Instant::now();
    let end = skipped + measured;
    thread::scope(|scope| -> Result<()> {
        let work = || -> Result<()> {
            let mut stream = TcpStream::connect(address)?;
            stream.set_nodelay(true)?;
            stream.set_read_timeout(Some(Duration::from_secs(10)))?;
            let mut ours = Vec::new();
            loop {
                let number = next.fetch_add(1, Ordering::Relaxed);
                let mut due = started.elapsed();
                if rate.is_finite() {
                    let number = u32::try_from(number).unwrap_or(u32::MAX);
                    due = Duration::from_secs_f64(f64::from(number) / rate);
                    thread::sleep(due.saturating_sub(started.elapsed()));
                }
                if due >= end {
                    break;
                }
                let status = ask(&mut stream, request)?;
                if due >= skipped {
                    ours.push((status, started.elapsed().saturating_sub(due)));
                }
            }
            if let Ok(mut all) = all.lock() {
                all.extend(ours);
            }
            Ok(())
        };
        let clients: Vec<_> = (0..clients).map(|_| scope.spawn(work)).collect();
        for client in clients {
            client.join().ok().context("a client panicked")??;
        }
        Ok(())
    })?;
    Ok(all.into_inner().unwrap_or_default())
}

/// One request on a connection that stays open; its status.
fn ask(stream: &mut TcpStream, request: &str) -> Result<u16> {
    stream.write_all(request.as_bytes())?;
    let (mut answer, mut filled) = ([0_u8; 16 * 1024], 0);
    loop {
        let read = stream.read(&mut answer[filled..])?;
        if read == 0 {
            bail!("the server ended a connection");
        }
        filled += read;
        let text = String::from_utf8_lossy(&answer[..filled]);
        let Some((head, body)) = text.split_once("\r\n\r\n") else {
            continue;
        };
        let length = head
            .lines()
            .find_map(|line| line.strip_prefix("content-length: "))
            .and_then(|length| length.trim().parse::<usize>().ok());
        if body.len() >= length.unwrap_or(0) {
            return Ok(head.get(9..12).context("a status")?.parse()?);
        }
    }
}
