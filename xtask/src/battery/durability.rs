//! kill -9 of PostgreSQL under load.

use std::{
    path::Path,
    sync::{
        Mutex,
        atomic::{AtomicBool, AtomicU32, Ordering},
    },
    thread,
    time::{Duration, Instant},
};

use anyhow::{Context as _, Result, bail};
use embedded_postgres::running;
use serde_json::json;

use super::{Outcome, PROGRAM};
use crate::server::Server;

const KILLS: usize = 8;
const WRITERS: usize = 8;
/// How long the server may take until it answers again.
const RECOVERY: Duration = Duration::from_secs(10);

/// Kills PostgreSQL while rows are written; every acknowledged row must be
/// there afterwards, and every other answer must be a 503.
pub fn durability() -> Result<Outcome> {
    let program = Path::new(PROGRAM);
    let server = Server::start(program, &["--rate-limit", "0"])?;
    let key = server.key(program, "SUPABASE_SERVICE_ROLE_KEY")?;
    let stop = AtomicBool::new(false);
    let (kept, away) = (Mutex::new(Vec::new()), AtomicU32::new(0));
    let strange = Mutex::new(Vec::new());
    let slowest = thread::scope(|scope| -> Result<Duration> {
        for writer in 0..WRITERS {
            let (server, key, stop) = (&server, &key, &stop);
            let (kept, away, strange) = (&kept, &away, &strange);
            scope.spawn(move || {
                let mut number = 0;
                while !stop.load(Ordering::Relaxed) {
                    let name = format!("Durable {writer}-{number}");
                    number += 1;
                    match post(server, key, &name) {
                        Ok(201) => kept.lock().map(|mut kept| kept.push(name)).unwrap_or(()),
                        Ok(503) => {
                            away.fetch_add(1, Ordering::Relaxed);
                            thread::sleep(Duration::from_millis(20));
                        }
                        other => strange
                            .lock()
                            .map(|mut strange| strange.push(format!("{other:?}")))
                            .unwrap_or(()),
                    }
                }
            });
        }
        let done = kills(&server, &key);
        stop.store(true, Ordering::Relaxed);
        done
    })?;
    let kept = kept.into_inner().unwrap_or_default();
    let strange = strange.into_inner().unwrap_or_default();
    let there =
        server.superuser("select name from public.properties where name like 'Durable %'")?;
    let there: std::collections::HashSet<&str> = there.lines().collect();
    let lost = kept
        .iter()
        .filter(|name| !there.contains(name.as_str()))
        .count();
    Ok(Outcome {
        held: lost == 0 && strange.is_empty() && kept.len() > 100,
        figures: format!(
            "{KILLS} kills, {} rows acknowledged, {lost} lost, {} answers 503, {} of another kind \
             {}; slowest recovery {:.1} s",
            kept.len(),
            away.load(Ordering::Relaxed),
            strange.len(),
            strange.first().map(String::as_str).unwrap_or_default(),
            slowest.as_secs_f32()
        ),
    })
}

fn kills(server: &Server, key: &str) -> Result<Duration> {
    let mut slowest = Duration::ZERO;
    for round in 0..KILLS {
        thread::sleep(Duration::from_millis(700));
        let postgres = running(server.directory()).context("PostgreSQL runs")?;
        let killed = crate::run::command(&["kill", "-9", &postgres.pid.to_string()]).status()?;
        if !killed.success() {
            bail!("PostgreSQL could not be killed");
        }
        let gone = Instant::now();
        // Its children answer for a moment longer.
        while running(server.directory()).is_none_or(|next| next.pid == postgres.pid) {
            if gone.elapsed() > RECOVERY {
                bail!("no PostgreSQL {} s after a kill", RECOVERY.as_secs());
            }
            thread::sleep(Duration::from_millis(5));
        }
        while !matches!(post(server, key, &format!("Probe {round}")), Ok(201)) {
            if gone.elapsed() > RECOVERY {
                bail!("no answer {} s after a kill", RECOVERY.as_secs());
            }
            thread::sleep(Duration::from_millis(20));
        }
        slowest = slowest.max(gone.elapsed());
    }
    Ok(slowest)
}

fn post(server: &Server, key: &str, name: &str) -> Result<u16> {
    let body = json!({
        "name": name, "city": "Valencia", "price_range": "EUR 1", "bedrooms": 1,
        "type": "villa", "description": "",
    });
    let agent = server.agent();
    let answer = agent
        .post(format!("{}/api/properties", server.url))
        .header("authorization", format!("Bearer {key}"))
        .send_json(body)?;
    Ok(answer.status().as_u16())
}
