//! Matches and handoffs: how long a list of matches takes among ever more homes
//! and prospects, how many packages are made a second, and how fast a package
//! that many reps want finds its one owner.

use std::{
    fmt::Write as _,
    fs,
    path::Path,
    time::{Duration, Instant},
};

use anyhow::{Result, bail};
use serde_json::{Value, json};

use super::{
    CITIES, Figures, Scene, Server, Work, claims, install_tools, measure, number, program,
    report::{median, sorted, spread},
};
use crate::run::command;

/// Homes, and as many prospects, unless `--rows` names a smaller end.
const SIZES: [usize; 3] = [1_000, 10_000, 100_000];
/// Interleaved rounds, unless `--rounds` says otherwise.
const ROUNDS: usize = 5;
/// Prospects of the scene that packages are made in: at least so many that some
/// are nobody's, at the most as many as have an appointment.
const PROSPECTS: [usize; 2] = [10_000, 50_000];
/// Reps who want the same package.
const REPS: usize = 8;
/// Lists that are asked for one after another in a round: of a usual wish, and
/// where all fit.
const LISTS: [usize; 2] = [100, 20];
/// Packages made one after another in a round.
const PACKAGES: usize = 50;
/// How long the program may take to read what all prospects want.
const PATIENCE: Duration = Duration::from_secs(600);

/// Figures of one thing, a round each.
#[derive(Default)]
struct Rounds {
    name: String,
    rate: Vec<f64>,
    p50: Vec<f64>,
    p99: Vec<f64>,
}

impl Rounds {
    fn new(name: String) -> Self {
        Self {
            name,
            ..Self::default()
        }
    }

    /// Adds a round of latencies in milliseconds.
    fn add(&mut self, latencies: &[f64], rate: f64) {
        let sorted = sorted(latencies);
        let at = |percent: usize| {
            let index = (sorted.len() * percent / 100).min(sorted.len().saturating_sub(1));
            sorted.get(index).copied().unwrap_or_default()
        };
        self.p50.push(at(50));
        self.p99.push(at(99));
        self.rate.push(rate);
    }

    fn line(&self) -> String {
        format!(
            "| {} | {} | {} | {} |\n",
            self.name,
            spread(&self.rate, 1),
            spread(&self.p50, 2),
            spread(&self.p99, 2)
        )
    }

    fn json(&self) -> Value {
        json!({
            "name": self.name, "rate": median(&self.rate), "p50": median(&self.p50),
            "p99": median(&self.p99), "rounds": { "rate": self.rate, "p50": self.p50, "p99": self.p99 },
        })
    }
}

/// Measures and writes `bench/HANDOFFS.md`; `--json` prints it as well.
pub fn bench(arguments: &[String]) -> Result<()> {
    let rounds = number(arguments, "--rounds", ROUNDS)?;
    let most = number(arguments, "--rows", SIZES[2])?;
    install_tools()?;
    let program = program(arguments)?;
    let program = program.as_path();
    let server = Server::start(program, &["--no-demo", "--rate-limit", "0"])?;
    let scene = Scene::set(program, &server, most.clamp(PROSPECTS[0], PROSPECTS[1]))?;
    let mut page = page(rounds)?;
    let mut results = packages(&scene, program, &server, rounds)?;
    let admin = server.sign_in(program, "admin")?;
    for size in SIZES.into_iter().filter(|size| *size <= most) {
        for all_fit in [false, true] {
            let (read, lists) = matches(&scene, &server, &admin, (size, all_fit), rounds)?;
            results.extend(lists);
            if !all_fit && size >= SIZES[1] {
                writeln!(
                    page,
                    "What {size} new prospects want is read in {read:.1} s.\n"
                )?;
            }
        }
    }
    page.push_str("| what | a second | p50 ms | p99 ms |\n|---|---|---|---|\n");
    for result in &results {
        page.push_str(&result.line());
    }
    fs::write("bench/HANDOFFS.md", page)?;
    if arguments.iter().any(|argument| argument == "--json") {
        let results: Vec<Value> = results.iter().map(Rounds::json).collect();
        println!("{}", json!({ "handoff": results }));
    }
    Ok(())
}

fn page(rounds: usize) -> Result<String> {
    let output = command(&["git", "describe", "--always", "--dirty"]).output()?;
    Ok(format!(
        "# Matches and handoffs\n\nMade by `cargo xtask bench handoff` at commit `{}`: {rounds} rounds of each, \
         in turn. Each figure is minimum / median / maximum of the rounds. Lists of matches and single \
         packages are asked for one after another, as one person does. In the usual case homes and \
         prospects are spread over {CITIES} cities, four types and six numbers of bedrooms; in the worst \
         every home fits every wish. A contest is won when one of {REPS} reps, who all claim a package at \
         the same moment, has it and the others are refused.\n\n",
        String::from_utf8(output.stdout)?.trim(),
    ))
}

/// Packages: one after another, 32 at once, and those that all want.
fn packages(scene: &Scene, program: &Path, server: &Server, rounds: usize) -> Result<Vec<Rounds>> {
    let reps = (0..REPS).map(|number| server.colleague(program, number));
    let reps: Vec<String> = reps.collect::<Result<_>>()?;
    let work = Work::all(scene)?;
    let Some(work) = work
        .iter()
        .find(|work| work.name == "handoff from appointment")
    else {
        bail!("the bench makes no packages");
    };
    work.write_scripts(scene, &[])?;
    let mut one = Rounds::new("package from an appointment, one at a time".to_owned());
    let mut many = Rounds::new("packages from appointments, 32 at once".to_owned());
    let mut contests = Rounds::new(format!("claims, {REPS} reps for each package"));
    let most = work.most();
    for round in 0..rounds {
        eprintln!("round {} of {rounds}: packages", round + 1);
        let (latencies, rate) = timed(PACKAGES, |number| {
            let appointment = Scene::key(most - round * PACKAGES - number);
            let request = server
                .agent()
                .post(format!("{}/api/handoffs/from-appointment", scene.url));
            let request = request.header("authorization", format!("Bearer {}", scene.token));
            Ok(request
                .send_json(json!({ "appointment_id": appointment }))?
                .status()
                == 201)
        })?;
        one.add(&latencies, rate);
        let Figures { rate, p50, p99, .. } = measure::server(scene, work)?;
        many.rate.push(rate);
        many.p50.push(p50);
        many.p99.push(p99);
    }
    for _ in 0..rounds {
        let contest = claims::contest(scene, server, &reps)?;
        contests.add(&contest.latencies, contest.rate);
    }
    Ok(vec![one, many, contests])
}

/// Both lists of matches among `size` homes and as many prospects, and how many
/// seconds it took to read what those want.
fn matches(
    scene: &Scene,
    server: &Server,
    admin: &str,
    (size, all_fit): (usize, bool),
    rounds: usize,
) -> Result<(f64, [Rounds; 2])> {
    eprintln!(
        "matches among {size}, {}",
        if all_fit { "all fit" } else { "a usual wish" }
    );
    scene.replace(&rows(size, all_fit))?;
    let started = Instant::now();
    while scene
        .superuser("select exists (select from doorstep.stale_wishes)")?
        .trim()
        == "t"
    {
        if started.elapsed() > PATIENCE {
            bail!("the wishes of {size} prospects are not read");
        }
        std::thread::sleep(Duration::from_millis(200));
    }
    let read = started.elapsed().as_secs_f64();
    scene.superuser(
        "vacuum (analyze) public.properties, public.prospects, doorstep.home_matches, \
         doorstep.prospect_wishes, doorstep.stale_wishes",
    )?;
    let case = if all_fit { "all fit" } else { "a usual wish" };
    let mut lists = [
        Rounds::new(format!("homes of a prospect among {size}, {case}")),
        Rounds::new(format!("prospects of a home among {size}, {case}")),
    ];
    let agent = server.agent();
    for round in 0..=rounds {
        for (list, noun) in lists.iter_mut().zip(["prospects", "properties"]) {
            let (latencies, rate) = timed(LISTS[usize::from(all_fit)], |number| {
                let key = Scene::key(1 + (round * 101 + number * 7) % size);
                let request = agent.get(format!("{}/api/{noun}/{key}/matches", scene.url));
                let request = request.header("authorization", format!("Bearer {admin}"));
                let mut answer = request.call()?;
                let list: Value = answer.body_mut().read_json()?;
                let found = list["data"].as_array().map_or(0, Vec::len);
                Ok(answer.status() == 200 && found > 0)
            })?;
            // The first round warms up.
            if round > 0 {
                list.add(&latencies, rate);
            }
        }
    }
    Ok((read, lists))
}

/// Milliseconds of each request, and requests a second.
fn timed(count: usize, mut request: impl FnMut(usize) -> Result<bool>) -> Result<(Vec<f64>, f64)> {
    let mut latencies = Vec::with_capacity(count);
    for number in 0..count {
        let sent = Instant::now();
        if !request(number)? {
            bail!("a request is not answered as it should be");
        }
        latencies.push(sent.elapsed().as_secs_f64() * 1e3);
    }
    let total: f64 = latencies.iter().sum();
    Ok((latencies, count as f64 / total * 1e3))
}

/// Replaces all rows by so many homes and prospects. What triggers would keep
/// beside the homes is written here; what the prospects want the program reads.
fn rows(size: usize, all_fit: bool) -> String {
    let (place, rooms, kind, price) = match all_fit {
        true => ("7", "2", "1", "900000 + n % 97"),
        false => (
            "n % 20",
            "n / 20 % 6",
            "1 + n / 120 % 4",
            "500000 + n * 7919 % 997 * 1000",
        ),
    };
    format!(
        "begin; set local session_replication_role = replica; \
         truncate public.properties, public.prospects, public.events, doorstep.home_matches, \
           doorstep.prospect_wishes, doorstep.stale_wishes, doorstep.jobs cascade; \
         create temporary table numbered on commit drop as \
           select n, ('00000000-0000-4000-8000-' || lpad(n::text, 12, '0'))::uuid as id, \
             'City ' || {place} as city, {rooms} as bedrooms, {price} as price, \
             (array['villa','apartment','penthouse','townhouse'])[{kind}] as kind, \
             case when {all_fit} or n % 3 > 0 then '{{pool,gym}}'::text[] else '{{balcony}}' end as features \
           from generate_series(1, {size}) n; \
         insert into public.properties (id, name, city, price_range, bedrooms, type, description, \
             features, list_price_low, list_price_high, currency) \
           select id, 'Home ' || n, city, '', bedrooms, kind, 'By the river.', features, price, price, \
             'AED' from numbered; \
         insert into public.property_private (property_id) select id from numbered; \
         insert into doorstep.home_places (city, district, region) \
           select distinct city, '', '' from numbered on conflict do nothing; \
         insert into doorstep.home_features (feature) \
           select distinct unnest(features) from numbered on conflict do nothing; \
         insert into doorstep.home_matches (property_id, place_id, feature_ids, offer, type, bedrooms, \
             price_low, price_high, currency) \
           select n.id, p.id, array(select f.id from doorstep.home_features f where f.feature = any (n.features)), \
             'sale', kind, bedrooms, price, price, 'AED' \
           from numbered n join doorstep.home_places p on p.city = n.city; \
         insert into public.prospects (id, name, email, city, purpose, budget_min, budget_max, \
             budget_currency, wanted_types, wanted_bedrooms_min, wanted_bedrooms_max, wanted_features, team_id) \
           select id, 'Person ' || n, 'p' || n || '@example.com', city, 'buy', price * 0.8, price * 1.1, 'AED', \
             array[kind], bedrooms, bedrooms, case when {all_fit} or n % 2 = 0 then '{{pool}}'::text[] else '{{}}' end, \
             (select id from public.teams limit 1) from numbered; \
         insert into doorstep.stale_wishes (prospect_id) select id from numbered; commit;"
    )
}
