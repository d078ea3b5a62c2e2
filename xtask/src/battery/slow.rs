//! Clients that are slow on purpose.

use std::{
    io::{Read as _, Write as _},
    net::{SocketAddr, TcpStream},
    path::Path,
    time::{Duration, Instant},
};

use anyhow::{Context as _, Result, bail};

use super::{Outcome, PROGRAM};
use crate::server::Server;

const IDLE: usize = 2_000;
const SLOW_HEADS: usize = 200;
const SLOW_BODIES: usize = 100;
const SLOW_READERS: usize = 20;

/// A head or a body that trickles in is given up on after this.
const PATIENCE: Duration = Duration::from_secs(45);
/// The longest that a probe may take meanwhile.
const FAST: Duration = Duration::from_millis(500);

/// Opens them all, probes, and waits until the server has ended them.
pub fn slow_clients() -> Result<Outcome> {
    let server = Server::start(Path::new(PROGRAM), &["--rate-limit", "0"])?;
    // More than the buffers of a connection hold.
    server.superuser(
        "insert into public.properties (name, city, price_range, bedrooms, type, description) \
         select 'Home ' || n, 'Porto', 'EUR 1', 1, 'villa', repeat('A long story. ', 1400) \
         from generate_series(1, 500) n",
    )?;
    let address: SocketAddr = server.url.trim_start_matches("http://").parse()?;
    let open = |count: usize, first: &str| -> Result<Vec<TcpStream>> {
        (0..count)
            .map(|_| {
                let mut stream = TcpStream::connect(address).context("a connection")?;
                stream.write_all(first.as_bytes())?;
                stream.set_nonblocking(true)?;
                Ok(stream)
            })
            .collect()
    };
    let mut readers = open(
        SLOW_READERS,
        "GET /api/properties?limit=500&sort=name HTTP/1.1\r\nhost: x\r\n\r\n",
    )?;
    // What a probe waits for is the holding of the answers, not their making.
    for reader in &mut readers {
        reader.set_nonblocking(false)?;
        reader.set_read_timeout(Some(PATIENCE))?;
        reader.read_exact(&mut [0; 15])?;
        reader.set_nonblocking(true)?;
    }
    let started = Instant::now();
    let mut idle = open(IDLE, "")?;
    let mut heads = open(SLOW_HEADS, "GET /healthz HTTP/1.1\r\n")?;
    let mut bodies = open(
        SLOW_BODIES,
        "POST /api/properties HTTP/1.1\r\nhost: x\r\ncontent-type: application/json\r\n\
         content-length: 100000\r\n\r\n{",
    )?;
    let mut slowest = Duration::ZERO;
    let (mut heads_ended, mut all_ended) = (None, None);
    while started.elapsed() < PATIENCE && all_ended.is_none() {
        let asked = Instant::now();
        probe(address)?;
        slowest = slowest.max(asked.elapsed());
        heads.retain_mut(|stream| is_open(stream, b"x"));
        bodies.retain_mut(|stream| is_open(stream, b" "));
        idle.retain_mut(|stream| is_open(stream, b""));
        readers.retain_mut(reads_on);
        if heads.is_empty() && heads_ended.is_none() {
            heads_ended = Some(started.elapsed().as_secs());
        }
        if [&heads, &bodies, &idle, &readers]
            .iter()
            .all(|left| left.is_empty())
        {
            all_ended = Some(started.elapsed().as_secs());
        }
        std::thread::sleep(Duration::from_millis(250));
    }
    Ok(Outcome {
        held: slowest < FAST && all_ended.is_some(),
        figures: format!(
            "{IDLE} idle, {SLOW_HEADS} slow heads (ended after {} s), {SLOW_BODIES} \
             slow bodies, {SLOW_READERS} slow readers (all ended after {} s); left {} + {} + {} + \
             {}; slowest probe {} ms",
            seconds(heads_ended),
            seconds(all_ended),
            idle.len(),
            heads.len(),
            bodies.len(),
            readers.len(),
            slowest.as_millis()
        ),
    })
}

fn seconds(ended: Option<u64>) -> String {
    ended.map_or_else(|| "more than 45".to_owned(), |seconds| seconds.to_string())
}

/// Sends one more byte; false once the server has ended the connection.
fn is_open(stream: &mut TcpStream, byte: &[u8]) -> bool {
    let mut answer = [0_u8; 1024];
    loop {
        match stream.read(&mut answer) {
            Ok(0) => return false,
            Ok(_) => {}
            Err(error) if error.kind() == std::io::ErrorKind::WouldBlock => break,
            Err(_) => return false,
        }
    }
    stream.write_all(byte).is_ok()
}

/// Reads one more byte; false once the server has ended the connection.
fn reads_on(stream: &mut TcpStream) -> bool {
    // The rest of what was sent stands before the end: look past it.
    let ended = stream.write_all(b"\r\n").is_err();
    let mut byte = [0_u8; 1];
    match stream.read(&mut byte) {
        Ok(0) => false,
        Ok(_) => !ended,
        Err(error) => !ended && error.kind() == std::io::ErrorKind::WouldBlock,
    }
}

fn probe(address: SocketAddr) -> Result<()> {
    let mut stream = TcpStream::connect(address)?;
    stream.set_read_timeout(Some(Duration::from_secs(5)))?;
    stream.write_all(b"GET /healthz HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n")?;
    let mut answer = String::new();
    stream.read_to_string(&mut answer)?;
    if !answer.starts_with("HTTP/1.1 200") {
        bail!("the probe was answered {:?}", answer.lines().next());
    }
    Ok(())
}
