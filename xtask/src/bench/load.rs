//! The rows that the bench reads, and the person who reads them.

use std::path::PathBuf;

use anyhow::{Context as _, Result};
use embedded_postgres::{Running, running};
use serde_json::Value;

use crate::server::{self, Server};

/// Cities that rows are spread over.
pub const CITIES: usize = 20;
/// Prospects that the measured rep owns, out of all.
pub const OWNED: usize = 2_000;
/// Properties; the reads of anyone go there.
pub const PROPERTIES: usize = 10_000;

/// Appointments of the measured rep, as long as there are prospects enough; more
/// than are handed off in all rounds.
pub const APPOINTMENTS: usize = 50_000;

/// How often rows are replaced before it counts as failed.
const TRIES: usize = 5;

/// A loaded server.
pub struct Scene {
    /// Where the server listens.
    pub url: String,
    /// The server's process.
    pub server: u32,
    /// The server's PostgreSQL.
    pub postgres: Running,
    /// The server's data directory.
    pub directory: PathBuf,
    /// The measured rep's access token.
    pub token: String,
    /// The public API key.
    pub anon: String,
    /// The measured rep.
    pub rep: String,
}

impl Scene {
    /// Makes a rep and fills the tables.
    pub fn set(program: &std::path::Path, server: &Server, rows: usize) -> Result<Self> {
        let postgres = running(server.directory()).context("the server's PostgreSQL")?;
        let session = server.person(program, "sales_rep")?;
        let anon = server.key(program, "NEXT_PUBLIC_SUPABASE_ANON_KEY")?;
        let text = |value: &Value| value.as_str().map(str::to_owned);
        let scene = Self {
            url: server.url.clone(),
            server: server.id(),
            postgres,
            directory: server.directory().to_owned(),
            token: text(&session["access_token"]).context("an access token")?,
            rep: text(&session["user"]["id"]).context("the rep's id")?,
            anon,
        };
        scene.fill(rows)?;
        Ok(scene)
    }

    /// The same scene with `rows` prospects.
    pub fn grow(scene: &Self, rows: usize) -> Result<Self> {
        scene.fill(rows)?;
        Ok(Self {
            url: scene.url.clone(),
            postgres: scene.postgres.clone(),
            directory: scene.directory.clone(),
            token: scene.token.clone(),
            anon: scene.anon.clone(),
            rep: scene.rep.clone(),
            ..*scene
        })
    }

    /// Replaces all rows; keys are counted, so that any script can name one.
    fn fill(&self, rows: usize) -> Result<()> {
        let sql = format!(
            "begin; set local session_replication_role = replica; \
             truncate public.properties, public.prospects, public.events cascade; \
             insert into public.properties (id, name, city, price_range, bedrooms, type, \
               description, features, list_price_low, currency) \
             select {key}, 'Home ' || n, 'City ' || n % {CITIES}, 'EUR ' || n, n % 6, \
               (array['villa','apartment','penthouse','townhouse'])[1 + n % 4], \
               'A home like others, by the river.', '{{balcony,lift}}', n * 100, 'EUR' \
             from generate_series(1, {PROPERTIES}) n; \
             insert into public.property_private (property_id) select id from public.properties; \
             insert into public.prospects (id, name, email, city, status, source, assigned_to, \
               created_by, team_id) \
             select {key}, 'Person ' || n, 'person-' || n || '@example.com', \
               'City ' || n / {step} % {CITIES}, \
               (array['new','contacted','qualified'])[1 + n % 3], 'import', \
               case when n % {step} = 0 then '{rep}'::uuid end, '{rep}'::uuid, \
               (select id from public.teams limit 1) \
             from generate_series(1, {rows}) n; \
             insert into public.appointments (id, prospect_id, prospect_name, property_id, \
               property_name, assigned_rep_id, assigned_rep_name, scheduled_date, ends_at, location, \
               ical_uid, blocked, slot_key) \
             select id, id, 'Person ' || n, home, 'Home', '{rep}', 'Rep', at, at + interval '30 minutes', \
               'There', n::text, tstzrange(at, at + interval '30 minutes'), id \
             from generate_series(1, least({rows}, {APPOINTMENTS})) n, \
               lateral (select {key} as id, ('00000000-0000-4000-8000-' \
                 || lpad((1 + n % {PROPERTIES})::text, 12, '0'))::uuid as home, \
                 now() + n * interval '1 hour' as at) row; \
             commit; vacuum (analyze) public.properties, public.prospects, public.appointments;",
            // What the rep owns is spread over all cities too.
            step = (rows / OWNED).max(1),
            key = "('00000000-0000-4000-8000-' || lpad(n::text, 12, '0'))::uuid",
            rep = self.rep,
        );
        self.replace(&sql)
    }

    /// Runs SQL that replaces rows while the server's jobs look at them: the
    /// victim of a deadlock tries again.
    pub fn replace(&self, sql: &str) -> Result<()> {
        let mut tries = 1..=TRIES;
        loop {
            let done = self.superuser(sql).map(drop);
            tries.next();
            if done.is_ok() || tries.is_empty() {
                return done;
            }
        }
    }

    /// The key of the `number`-th row.
    pub fn key(number: usize) -> String {
        format!("00000000-0000-4000-8000-{number:012}")
    }

    /// Runs SQL past every policy.
    pub fn superuser(&self, sql: &str) -> Result<String> {
        server::superuser(&self.postgres, sql)
    }
}
