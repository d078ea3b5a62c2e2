//! A disk that is full.

use std::{
    path::{Path, PathBuf},
    sync::{
        Mutex,
        atomic::{AtomicBool, Ordering},
    },
    thread,
    time::{Duration, Instant},
};

use anyhow::{Context as _, Result, bail};
use serde_json::json;

use super::{Outcome, PROGRAM};
use crate::{run::command, server::Server};

/// Of the file system in memory on which everything happens.
const SIZE: &str = "size=400m";
/// What is left when the server starts to write, in KiB.
const LEFT: u64 = 24 * 1024;
const WRITERS: usize = 4;
/// How long the disk stays full.
const FULL: Duration = Duration::from_secs(10);
/// How long a request may take meanwhile.
const SOON: Duration = Duration::from_millis(1_500);
/// How long the server may take until it writes again.
const RECOVERY: Duration = Duration::from_secs(15);

/// A file system of our own, which ends with the value.
struct Disk(PathBuf);

impl Disk {
    fn mount() -> Result<Self> {
        let name = format!("doorstep-disk-{}", std::process::id());
        let place = std::env::temp_dir().join(name);
        std::fs::create_dir(&place)?;
        let mounted = command(&["mount", "-t", "tmpfs", "-o", SIZE, "tmpfs"])
            .arg(&place)
            .status()?;
        if !mounted.success() {
            bail!("only root can mount a file system of a known size");
        }
        Ok(Self(place))
    }

    fn free(&self) -> Result<u64> {
        let output = command(&["df", "-k", "--output=avail"])
            .arg(&self.0)
            .output()?;
        let text = String::from_utf8(output.stdout)?;
        let line = text.lines().nth(1).context("df")?;
        Ok(line.trim().parse()?)
    }

    fn balloon(&self) -> PathBuf {
        self.0.join("balloon")
    }

    fn fill(&self) -> Result<()> {
        let kib = self.free()?.saturating_sub(LEFT);
        let filled = command(&["fallocate", "-l", &format!("{kib}KiB")])
            .arg(self.balloon())
            .status()?;
        if !filled.success() {
            bail!("fallocate");
        }
        Ok(())
    }
}

impl Drop for Disk {
    fn drop(&mut self) {
        let _ = command(&["umount"]).arg(&self.0).status();
        let _ = std::fs::remove_dir(&self.0);
    }
}

#[derive(Default)]
struct Seen {
    kept: Vec<String>,
    away: usize,
    strange: Vec<String>,
    slowest: Duration,
}

/// Writes until the disk is full and beyond, makes room, and looks whether
/// everything that was acknowledged is there.
pub fn disk_full() -> Result<Outcome> {
    let disk = Disk::mount()?;
    let program = Path::new(PROGRAM);
    let server = Server::start_in(disk.0.join("data"), program, &["--rate-limit", "0"])?;
    let key = server.key(program, "SUPABASE_SERVICE_ROLE_KEY")?;
    disk.fill()?;
    let (stop, seen) = (AtomicBool::new(false), Mutex::new(Seen::default()));
    let recovery = thread::scope(|scope| -> Result<Option<Duration>> {
        for writer in 0..WRITERS {
            let (server, key, stop, seen) = (&server, &key, &stop, &seen);
            scope.spawn(move || write(server, key, writer, stop, seen));
        }
        let watched = watch(&disk, &seen);
        stop.store(true, Ordering::Relaxed);
        watched
    })?;
    let seen = seen.into_inner().unwrap_or_default();
    let there = server.superuser("select name from public.properties where name like 'Full %'")?;
    let there: std::collections::HashSet<&str> = there.lines().collect();
    let is_lost = |name: &&String| !there.contains(name.as_str());
    let lost = seen.kept.iter().filter(is_lost).count();
    drop(server);
    Ok(Outcome {
        held: lost == 0
            && seen.strange.is_empty()
            && seen.away > 0
            && seen.slowest < SOON
            && recovery.is_some(),
        figures: format!(
            "{} rows acknowledged, {lost} lost, {} answers 503, {} of another kind {}; slowest \
             answer {} ms; after room was made it wrote again {}",
            seen.kept.len(),
            seen.away,
            seen.strange.len(),
            seen.strange.first().map(String::as_str).unwrap_or_default(),
            seen.slowest.as_millis(),
            recovery.map_or("never".to_owned(), |taken| format!(
                "in {:.1} s",
                taken.as_secs_f32()
            ))
        ),
    })
}

/// Waits for the disk to be full, then makes room and measures how long it
/// takes until rows are written again.
fn watch(disk: &Disk, seen: &Mutex<Seen>) -> Result<Option<Duration>> {
    let counts = || {
        seen.lock()
            .map(|seen| (seen.kept.len(), seen.away))
            .unwrap_or_default()
    };
    let started = Instant::now();
    while counts().1 == 0 {
        if started.elapsed() > Duration::from_secs(60) {
            bail!("the disk did not fill");
        }
        thread::sleep(Duration::from_millis(20));
    }
    thread::sleep(FULL);
    std::fs::remove_file(disk.balloon())?;
    let (room, before) = (Instant::now(), counts().0);
    while room.elapsed() < RECOVERY {
        if counts().0 > before + WRITERS {
            let taken = room.elapsed();
            thread::sleep(Duration::from_secs(1));
            return Ok(Some(taken));
        }
        thread::sleep(Duration::from_millis(10));
    }
    Ok(None)
}

fn write(server: &Server, key: &str, writer: usize, stop: &AtomicBool, seen: &Mutex<Seen>) {
    let agent = server.agent();
    let mut number = 0_u64;
    while !stop.load(Ordering::Relaxed) {
        number += 1;
        let name = format!("Full {writer}-{number}");
        // Does not compress, so that the disk fills soon.
        let text: String = (0..1_000_u64)
            .map(|n| {
                format!(
                    "{:x} ",
                    (number * 7_919 + n).wrapping_mul(0x9e37_79b9_7f4a_7c15)
                )
            })
            .collect();
        let body = json!({
            "name": name, "city": "Valencia", "price_range": "EUR 1", "bedrooms": 1,
            "type": "villa", "description": text,
        });
        let asked = Instant::now();
        let answer = agent
            .post(format!("{}/api/properties", server.url))
            .header("authorization", format!("Bearer {key}"))
            .send_json(body);
        let status = answer.map(|answer| answer.status().as_u16());
        let is_away = matches!(status, Ok(503));
        let Ok(mut seen) = seen.lock() else { return };
        match status {
            Ok(201) => seen.kept.push(name),
            Ok(503) => {
                seen.away += 1;
                seen.slowest = seen.slowest.max(asked.elapsed());
            }
            other => seen.strange.push(format!("{other:?}")),
        }
        drop(seen);
        if is_away {
            thread::sleep(Duration::from_millis(50));
        }
    }
}
