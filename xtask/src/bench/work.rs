//! What is measured: a request, and the statements it causes.

use std::{
    fs,
    path::{Path, PathBuf},
};

use anyhow::Result;

use super::load::{APPOINTMENTS, CITIES, OWNED, PROPERTIES, Scene};

/// One kind of request.
pub struct Work {
    /// Its name in the results.
    pub name: &'static str,
    /// Lua that makes the request from a random number `n`.
    request: String,
    /// A request as it is sent once, to see its statements.
    pub sample: Sample,
    /// How the sample's values vary: literal in the statements → expression of
    /// pgbench's `:n`.
    varies: Vec<(String, String)>,
    /// `n` runs from 1 to this.
    most: usize,
    /// Keys are multiples of this.
    step: usize,
    /// The bearer of the requests.
    bearer: String,
    /// Whether it is measured at other sizes too.
    pub grows: bool,
    /// Whether the database is the limit; a list from memory has none.
    pub limited: bool,
    /// Whether pgbench can drive the same statements: not a transaction whose
    /// later statements depend on what the earlier ones answered.
    pub has_peer: bool,
}

/// A request as it is sent once.
pub struct Sample {
    /// Path and query.
    pub path: String,
    /// The body of a POST.
    pub body: Option<String>,
}

fn get(path: String) -> Sample {
    Sample { path, body: None }
}

const KEY: &str = "('00000000-0000-4000-8000-' || lpad((:n)::text, 12, '0'))::uuid";

impl Work {
    /// Everything that is measured.
    pub fn all(scene: &Scene) -> Result<Vec<Self>> {
        let rows: usize = scene
            .superuser("select count(*) from public.prospects")?
            .trim()
            .parse()?;
        let step = (rows / OWNED).max(1);
        Ok(vec![
            Self::by_id(
                "anon by id",
                "properties",
                scene.anon.clone(),
                PROPERTIES,
                1,
            ),
            Self::by_id("rep by id", "prospects", scene.token.clone(), OWNED, step),
            Self::list_of_anyone(scene),
            Self::list_of_rep(scene),
            Self::insert(scene),
            Self::public_list(scene),
            Self::handoff(scene, rows),
            Self::sign_in(scene),
        ])
    }

    fn by_id(name: &'static str, noun: &str, bearer: String, most: usize, step: usize) -> Self {
        let sample = Scene::key(step);
        Self {
            name,
            request: format!(
                "return wrk.format('GET', string.format('/api/{noun}/00000000-0000-4000-8000-%012d', n))"
            ),
            varies: vec![(format!("'{sample}'"), KEY.to_owned())],
            sample: get(format!("/api/{noun}/{sample}")),
            most,
            step,
            bearer,
            grows: name == "rep by id",
            limited: true,
            has_peer: true,
        }
    }

    fn list_of_rep(scene: &Scene) -> Self {
        Self {
            name: "rep list of 20",
            request: format!(
                "return wrk.format('GET', '/api/prospects?limit=20&status=qualified&city=City%20' .. n % {CITIES})"
            ),
            varies: vec![(
                "'City 7'".to_owned(),
                format!("('City ' || (:n % {CITIES}))"),
            )],
            sample: get("/api/prospects?limit=20&status=qualified&city=City%207".to_owned()),
            most: CITIES,
            step: 1,
            bearer: scene.token.clone(),
            grows: true,
            limited: true,
            has_peer: true,
        }
    }

    /// Leading zeros make each query string one that no list in memory has.
    fn list_of_anyone(scene: &Scene) -> Self {
        let list = Self::public_list(scene);
        Self {
            name: "anon list of 20",
            request: format!(
                "return wrk.format('GET', '/api/properties?limit=' .. string.rep('0', n % 700) .. \
                 '20&status=available&city=City%20' .. n % {CITIES})"
            ),
            most: 700 * CITIES,
            grows: true,
            limited: true,
            ..list
        }
    }

    /// There is an appointment a prospect, up to a number.
    fn handoff(scene: &Scene, rows: usize) -> Self {
        Self {
            name: "handoff from appointment",
            request: "return wrk.format('POST', '/api/handoffs/from-appointment', nil, \
                string.format('{\"appointment_id\":\"00000000-0000-4000-8000-%012d\"}', n))"
                .to_owned(),
            varies: Vec::new(),
            sample: get(String::new()),
            most: rows.min(APPOINTMENTS),
            step: 1,
            bearer: scene.token.clone(),
            grows: false,
            limited: true,
            has_peer: false,
        }
    }

    fn sign_in(scene: &Scene) -> Self {
        let (email, password) = crate::server::credentials("sales_rep");
        Self {
            name: "sign in",
            request: format!(
                "return wrk.format('POST', '/auth/v1/token?grant_type=password', nil, \
                 '{{\"email\":\"{email}\",\"password\":\"{password}\"}}')"
            ),
            bearer: scene.anon.clone(),
            ..Self::handoff(scene, 1)
        }
    }

    fn insert(scene: &Scene) -> Self {
        let body = |email: &str| format!(r#"{{"name":"Bench","city":"City 7","email":"{email}"}}"#);
        Self {
            name: "rep insert",
            request: format!(
                "return wrk.format('POST', '/api/prospects', nil, '{}')",
                body("bench-' .. string.format('%.0f', n) .. '@example.com")
            ),
            varies: vec![(
                "'bench-0@example.com'".to_owned(),
                "('bench-' || :n || '@example.com')".to_owned(),
            )],
            sample: Sample {
                path: "/api/prospects".to_owned(),
                body: Some(body("bench-0@example.com")),
            },
            most: 900_000_000_000,
            step: 1,
            bearer: scene.token.clone(),
            grows: false,
            limited: true,
            has_peer: true,
        }
    }

    fn public_list(scene: &Scene) -> Self {
        Self {
            name: "public list from memory",
            request: format!(
                "return wrk.format('GET', '/api/properties?limit=20&status=available&city=City%20' .. n % {CITIES})"
            ),
            varies: vec![(
                "'City 7'".to_owned(),
                format!("('City ' || (:n % {CITIES}))"),
            )],
            sample: get("/api/properties?limit=20&status=available&city=City%207".to_owned()),
            most: CITIES,
            step: 1,
            bearer: scene.anon.clone(),
            grows: false,
            limited: false,
            has_peer: true,
        }
    }

    /// The header that the sample carries.
    pub fn bearer(&self) -> &str {
        &self.bearer
    }

    /// The largest number that a request may be made from.
    pub fn most(&self) -> usize {
        self.most
    }

    /// Whether the database is asked at all.
    pub fn is_limited(&self) -> bool {
        self.limited
    }

    fn file(&self, scene: &Scene, ending: &str) -> PathBuf {
        scene
            .directory
            .join(format!("{}.{ending}", self.name.replace(' ', "-")))
    }

    /// The script of pgbench.
    pub fn pgbench_script(&self, scene: &Scene) -> PathBuf {
        self.file(scene, "sql")
    }

    /// The script of wrk.
    pub fn wrk_script(&self, scene: &Scene) -> PathBuf {
        self.file(scene, "lua")
    }

    /// Writes both scripts; `statements` are those that the server sent for the
    /// sample, identity first.
    pub fn write_scripts(&self, scene: &Scene, statements: &[String]) -> Result<()> {
        let mut script = format!("\\set n random(1, {}) * {}\n", self.most, self.step);
        script.push_str("\\startpipeline\n");
        for statement in statements {
            let mut statement = statement.clone();
            for (literal, expression) in &self.varies {
                statement = statement.replace(literal, expression);
            }
            script.push_str(&statement);
            script.push_str(";\n");
        }
        script.push_str("\\endpipeline\n");
        fs::write(self.pgbench_script(scene), script)?;
        let lua = format!(
            "wrk.headers['Authorization'] = 'Bearer {}'\n\
             wrk.headers['apikey'] = '{}'\n\
             wrk.headers['Content-Type'] = 'application/json'\n\
             local threads = 0\n\
             function setup(thread) threads = threads + 1; thread:set('seed', threads) end\n\
             function init() math.randomseed(os.time() * 1000 + seed) end\n\
             local made, keeps = {{}}, {}\n\
             local function make(n)\n  {}\nend\n\
             function request()\n  local n = math.random(1, {}) * {}\n  local text = made[n]\n  \
             if text == nil then text = make(n); made[n] = keeps and text or nil end\n  return text\nend\n\
             function done(summary, latency)\n  io.write(string.format('RESULT %d %d %d %d %d\\n', \
             summary.requests, summary.duration, latency:percentile(50), latency:percentile(99), \
             summary.errors.status))\nend\n",
            self.bearer,
            scene.anon,
            self.sample.body.is_none(),
            self.request,
            self.most,
            self.step
        );
        write(&self.wrk_script(scene), &lua)
    }
}

fn write(path: &Path, text: &str) -> Result<()> {
    Ok(fs::write(path, text)?)
}
