//! Packages that several reps claim at the same moment.

use std::{
    sync::Barrier,
    time::{Duration, Instant},
};

use anyhow::{Context as _, Result, bail};

use super::load::Scene;
use crate::server::Server;

/// Packages of one contest.
const PACKAGES: usize = 100;

/// What a contest showed.
pub struct Contest {
    /// Packages that found their one owner, a second.
    pub rate: f64,
    /// How long each request took, winners and losers, in milliseconds.
    pub latencies: Vec<f64>,
}

/// Lets everybody claim each package at once.
///
/// # Errors
/// When a package has another number of winners than one.
pub fn contest(scene: &Scene, server: &Server, reps: &[String]) -> Result<Contest> {
    offer(scene)?;
    let start = Barrier::new(reps.len());
    let started = Instant::now();
    let everybody: Vec<Vec<(bool, Duration)>> = std::thread::scope(|threads| {
        let running: Vec<_> = reps
            .iter()
            .map(|token| threads.spawn(|| claim_all(server, token, &start)))
            .collect();
        let results = running.into_iter().map(|one| one.join());
        results.map(|result| result.unwrap_or_default()).collect()
    });
    let took = started.elapsed();
    for package in 0..PACKAGES {
        let tries = everybody.iter().map(|one| one.get(package).copied());
        let tries: Option<Vec<_>> = tries.collect();
        let tries = tries.context("a rep did not come to the end")?;
        let winners = tries.iter().filter(|(won, _)| *won).count();
        if winners != 1 {
            bail!("package {package} has {winners} winners");
        }
    }
    let latencies = everybody.iter().flatten();
    Ok(Contest {
        rate: PACKAGES as f64 / took.as_secs_f64(),
        latencies: latencies
            .map(|(_, took)| took.as_secs_f64() * 1e3)
            .collect(),
    })
}

/// One rep's tries: whether he won each package, and how long it took.
fn claim_all(server: &Server, token: &str, start: &Barrier) -> Vec<(bool, Duration)> {
    let agent = server.agent();
    let claims = (1..=PACKAGES).map(|number| {
        let url = format!("{}/api/handoffs/{}/claim", server.url, Scene::key(number));
        start.wait();
        let sent = Instant::now();
        let answer = agent
            .post(url)
            .header("authorization", format!("Bearer {token}"))
            .send_json(serde_json::json!({}));
        (
            answer.is_ok_and(|answer| answer.status() == 200),
            sent.elapsed(),
        )
    });
    claims.collect()
}

/// Packages that nobody has, of prospects that nobody owns; nobody is online, so
/// that they are offered to everybody and stay so.
fn offer(scene: &Scene) -> Result<()> {
    let sql = format!(
        "begin; set local session_replication_role = replica; \
         update public.users set availability = 'offline'; \
         delete from public.handoff_packages; \
         insert into public.handoff_packages (id, conversation_id, prospect_id, prospect_name, \
           priority, reason, summary, conversation_context, source_channel, team_id) \
         select ('00000000-0000-4000-8000-' || lpad(n::text, 12, '0'))::uuid, p.id, p.id, p.name, \
           'high', 'high_intent', '', '', 'phone', p.team_id \
         from (select *, row_number() over (order by id) as n from public.prospects \
           where assigned_to is null limit {PACKAGES}) p; commit;"
    );
    scene.replace(&sql)
}
