//! PostgreSQL goes away and comes back.

mod proxy;

use std::time::{Duration, Instant};

use doorstep::{db::PoolSizes, users::Role};

use crate::{
    app::{Answer, TestApp, property},
    cluster::Database,
    pool::Numbers,
};
use proxy::Proxy;

/// The longest that a request waits to hear that the database is away.
const SOON: Duration = Duration::from_secs(1);

async fn behind_a_proxy() -> (TestApp, Proxy) {
    let database = Database::create().await;
    let proxy = Proxy::before(&database.login());
    let login = proxy.login(&database.name);
    let sizes = PoolSizes {
        reads: 2,
        writes: 2,
    };
    let app = TestApp::through(database, &login, sizes, |_| {}).await;
    (app, proxy)
}

#[track_caller]
fn told_to_come_back(answer: Answer, asked: Instant) {
    let answer = answer.expect(503);
    assert!(answer.header("retry-after").is_some());
    assert!(asked.elapsed() < SOON, "after {:?}", asked.elapsed());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn requests_are_told_to_come_back_and_nothing_needs_a_restart() {
    let (app, proxy) = behind_a_proxy().await;
    let admin = app.person(Role::Admin).await;
    let made = admin.post("/api/properties", property("Casa")).await;
    let path = format!("/api/properties/{}", made.expect(201).id());
    for _ in 0..3 {
        app.anon().get(&path).await.expect(200);
        proxy.cut();
        for _ in 0..10 {
            let asked = Instant::now();
            told_to_come_back(app.anon().get(&path).await, asked);
            let asked = Instant::now();
            told_to_come_back(admin.post("/api/properties", property("Otra")).await, asked);
        }
        proxy.mend();
        let mended = Instant::now();
        while app.anon().get(&path).await.status != 200 {
            assert!(mended.elapsed() < Duration::from_secs(5), "it stays away");
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
        admin
            .post("/api/properties", property("Después"))
            .await
            .expect(201);
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_answer_cut_in_the_middle_is_no_answer() {
    let (app, proxy) = behind_a_proxy().await;
    let admin = app.person(Role::Admin).await;
    let sql = app.sql().await;
    let mut numbers = Numbers(7);
    let mut refused = 0;
    for round in 0..150 {
        let name = format!("Casa {round}");
        proxy.cut_after(i64::from(numbers.below(1_500)));
        let answer = admin.post("/api/properties", property(&name)).await;
        proxy.mend();
        let row = sql
            .query_one(
                "select count(*) from public.properties where name = $1",
                &[&name],
            )
            .await
            .unwrap();
        match answer.status.as_u16() {
            201 => assert_eq!(row.get::<_, i64>(0), 1, "acknowledged and lost"),
            503 => refused += 1,
            other => panic!("{other}: {}", answer.text),
        }
        // Whatever was cut, the next request finds a whole connection.
        app.anon().get("/api/properties?limit=1").await.expect(200);
    }
    assert!(refused > 20, "only {refused} answers were cut");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_backend_that_is_ended_costs_one_answer() {
    let app = TestApp::start().await;
    let admin = app.person(Role::Admin).await;
    let made = admin.post("/api/properties", property("Casa")).await;
    let path = format!("/api/properties/{}", made.expect(201).id());
    let sql = app.sql().await;
    for _ in 0..20 {
        sql.execute(
            "select pg_terminate_backend(pid) from pg_stat_activity \
             where datname = current_database() and pid <> pg_backend_pid()",
            &[],
        )
        .await
        .unwrap();
        let mut tries = 0;
        loop {
            let answer = app.anon().get(&path).await;
            match answer.status.as_u16() {
                200 => break,
                503 if tries < 50 => tries += 1,
                other => panic!("{other}: {}", answer.text),
            }
        }
    }
}
