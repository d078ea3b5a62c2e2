//! What the rules do with what comes in, after the commit.

use std::{collections::BTreeMap, time::Duration};

use doorstep::users::Role;
use futures_util::future::join_all;
use serde_json::{Value, json};
use uuid::Uuid;

use crate::app::{Client, Person, TestApp};

async fn enter(client: &Client, number: usize, city: &str) -> Uuid {
    let body = json!({
        "name": "Layla", "phone": format!("+97150{number:07}"), "city": city, "assigned_to": null,
    });
    client.post("/api/prospects", body).await.expect(201).id()
}

async fn rule(client: &Client, more: Value) -> Uuid {
    let mut body = json!({ "name": "All", "strategy": "round_robin" });
    body.as_object_mut()
        .unwrap()
        .extend(more.as_object().unwrap().clone());
    client
        .post("/api/routing-rules", body)
        .await
        .expect(201)
        .id()
}

/// Waits, for ten seconds at most, until the query answers true.
async fn until(app: &TestApp, query: &str) {
    let sql = app.sql().await;
    for _ in 0..200 {
        if sql.query_one(query, &[]).await.unwrap().get(0) {
            return;
        }
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    let jobs = sql
        .query(
            "select kind || ' ' || attempts || ' ' || coalesce(last_error, '') from doorstep.jobs",
            &[],
        )
        .await
        .unwrap();
    let jobs: Vec<String> = jobs.iter().map(|row| row.get(0)).collect();
    panic!("not within ten seconds: {query}; jobs {jobs:?}");
}

async fn counts(app: &TestApp) -> BTreeMap<Option<Uuid>, i64> {
    let rows = app
        .sql()
        .await
        .query(
            "select assigned_to, count(*) from prospects group by 1",
            &[],
        )
        .await
        .unwrap();
    rows.iter().map(|row| (row.get(0), row.get(1))).collect()
}

async fn reps(app: &TestApp, count: usize) -> Vec<Person> {
    let mut reps = Vec::new();
    for _ in 0..count {
        reps.push(app.person(Role::SalesRep).await);
    }
    reps
}

fn keys(people: &[Person]) -> Vec<Uuid> {
    people.iter().map(|person| person.id).collect()
}

#[tokio::test]
async fn sixty_four_at_once_are_shared_fairly() {
    let app = TestApp::start().await;
    let admin = app.person(Role::Admin).await;
    let reps = reps(&app, 5).await;
    rule(&admin, json!({ "targets": keys(&reps) })).await;
    let entered = (0..64).map(|number| enter(&admin, number, "Dubai"));
    join_all(entered).await;
    until(
        &app,
        "select not exists (select from prospects where assigned_to is null)",
    )
    .await;
    let counts = counts(&app).await;
    assert_eq!(counts.len(), 5);
    let (least, most) = (
        counts.values().min().unwrap(),
        counts.values().max().unwrap(),
    );
    assert!(most - least <= 1, "{counts:?}");
    let sql = app.sql().await;
    let told = "select count(*) from assignments where outcome = 'assigned' and jsonb_array_length(candidates) = 5";
    assert_eq!(sql.query_one(told, &[]).await.unwrap().get::<_, i64>(0), 64);
}

#[tokio::test]
async fn what_finds_nobody_waits_until_there_is_room() {
    let app = TestApp::start().await;
    let admin = app.person(Role::Admin).await;
    let reps = reps(&app, 1).await;
    let path = format!("/api/users/{}", reps[0].id);
    admin
        .put(&path, json!({ "max_open_leads": 1 }))
        .await
        .expect(200);
    rule(&admin, json!({ "targets": keys(&reps) })).await;
    enter(&admin, 1, "Dubai").await;
    until(
        &app,
        "select bool_or(assigned_to is not null) from prospects",
    )
    .await;
    let second = enter(&admin, 2, "Dubai").await;
    until(
        &app,
        "select exists (select from assignments where outcome = 'queued')",
    )
    .await;

    let asked = json!({ "entity": "prospect", "id": second });
    let tried = admin
        .post("/api/routing-rules/dry-run", asked.clone())
        .await
        .expect(200);
    assert_eq!(tried.json["outcome"], "queued");
    assert_eq!(
        tried.json["candidates"][0]["reasons"],
        json!(["at_capacity"])
    );
    admin
        .put(&path, json!({ "max_open_leads": 2 }))
        .await
        .expect(200);
    until(
        &app,
        "select bool_and(assigned_to is not null) from prospects",
    )
    .await;
}

#[tokio::test]
async fn whoever_leaves_leaves_his_open_work() {
    let app = TestApp::start().await;
    let admin = app.person(Role::Admin).await;
    let reps = reps(&app, 2).await;
    rule(&admin, json!({ "targets": keys(&reps) })).await;
    for number in 0..4 {
        enter(&admin, number, "Dubai").await;
    }
    until(
        &app,
        "select bool_and(assigned_to is not null) from prospects",
    )
    .await;
    assert_eq!(counts(&app).await[&Some(reps[0].id)], 2);
    let path = format!("/api/users/{}", reps[0].id);
    admin
        .put(&path, json!({ "status": "inactive" }))
        .await
        .expect(200);
    let query = format!(
        "select bool_and(assigned_to = '{}') is true from prospects",
        reps[1].id
    );
    until(&app, &query).await;
}

#[tokio::test]
async fn a_dry_run_says_who_and_why_and_writes_nothing() {
    let app = TestApp::start().await;
    let admin = app.person(Role::Admin).await;
    let manager = app.person(Role::SalesManager).await;
    let reps = reps(&app, 2).await;
    let prospect = enter(&admin, 1, "دبي").await;
    // There is no rule yet for what was entered; those below are only tried.
    until(
        &app,
        "select count(*) = 0 from doorstep.jobs where kind = 'route_prospect'",
    )
    .await;
    let body = json!({ "entity": "prospect", "id": prospect });
    let path = "/api/routing-rules/dry-run";
    let south = json!({ "name": "South" });
    let south = admin.post("/api/teams", south).await.expect(201).id();
    // Another team's rule takes nothing from this one.
    rule(&admin, json!({ "team_id": south, "targets": keys(&reps) })).await;
    let none = admin.post(path, body.clone()).await.expect(200);
    assert_eq!(
        (&none.json["rule"], &none.json["outcome"]),
        (&Value::Null, &json!("queued"))
    );

    let other = json!([{ "field": "city", "operator": "equals", "value": "Oslo" }]);
    rule(&admin, json!({ "priority": 1, "conditions": other })).await;
    let dubai = json!({ "field": "prospect.city", "op": "eq", "value": "Dubai" });
    let targets = json!([reps[0].id, { "user_id": reps[1].id, "weight": 2 }]);
    let chosen = rule(
        &admin,
        json!({ "name": "Dubai", "conditions": dubai, "targets": targets }),
    )
    .await;
    let path_of = format!("/api/users/{}", reps[0].id);
    let away = json!({ "out_of_office_until": "2099-01-01T00:00:00Z" });
    reps[0].put(&path_of, away).await.expect(200);
    let told = admin.post(path, body.clone()).await.expect(200);
    assert_eq!(told.json["rule"], json!({ "id": chosen, "name": "Dubai" }));
    assert_eq!(told.json["user_id"], json!(reps[1].id));
    assert_eq!(
        told.json["candidates"][0]["reasons"],
        json!(["out_of_office"])
    );
    assert_eq!(told.json["candidates"][1]["eligible"], true);
    let again = admin.post(path, body.clone()).await.expect(200);
    assert_eq!(again.json, told.json);
    let sql = app.sql().await;
    let written = "select count(*) from assignments";
    assert_eq!(
        sql.query_one(written, &[]).await.unwrap().get::<_, i64>(0),
        0
    );

    let seen = manager.post(path, body.clone()).await;
    assert!([200, 404].contains(&seen.status.as_u16()), "{}", seen.text);
    reps[0].post(path, body).await.expect(403);
    let unknown = json!({ "entity": "prospect", "id": Uuid::new_v4() });
    admin.post(path, unknown).await.expect(404);
    admin
        .post(path, json!({ "entity": "home", "id": prospect }))
        .await
        .expect(400);
    let bad = json!({ "name": "Bad", "targets": { "team": 1 } });
    let refused = admin.post("/api/routing-rules", bad).await.expect(400);
    assert!(refused.json["details"]["targets.team"].is_string());
}

#[tokio::test]
async fn a_package_that_is_given_back_goes_to_somebody_else() {
    let app = TestApp::start().await;
    let admin = app.person(Role::Admin).await;
    let reps = reps(&app, 2).await;
    let people = keys(&reps);
    rule(&admin, json!({ "entity": "handoff", "targets": people })).await;
    let prospect = enter(&admin, 1, "Dubai").await;
    let own = "update prospects set assigned_to = $1";
    let sql = app.sql().await;
    sql.execute(own, &[&reps[0].id]).await.unwrap();
    let talk = json!({ "prospect_id": prospect, "channel": "phone", "outcome": "qualified" });
    let talk = reps[0]
        .post("/api/conversations", talk)
        .await
        .expect(201)
        .id();
    let asked = json!({ "conversation_id": talk });
    let made = reps[0].post("/api/handoffs/from-conversation", asked).await;
    let package = made.expect(201).id();
    let path = format!("/api/handoffs/{package}");
    reps[0]
        .post(&format!("{path}/claim"), json!({}))
        .await
        .expect(200);
    let busy = json!({ "reason": "busy" });
    reps[0]
        .post(&format!("{path}/release"), busy)
        .await
        .expect(200);
    let passed_on = format!(
        "select offered_to is not distinct from '{}' from handoff_packages",
        reps[1].id
    );
    until(&app, &passed_on).await;
}

/// A drain takes some hundreds at a time, and goes on until all have somebody.
#[tokio::test]
async fn room_for_everybody_is_filled_at_once() {
    let app = TestApp::without_jobs(|_| {}).await;
    let admin = app.person(Role::Admin).await;
    let reps = reps(&app, 1).await;
    let path = format!("/api/users/{}", reps[0].id);
    let room = |most: u32| json!({ "max_open_leads": most });
    admin.put(&path, room(0)).await.expect(200);
    rule(&admin, json!({ "targets": keys(&reps) })).await;
    let sql = app.sql().await;
    sql.batch_execute(
        "insert into prospects (name, phone, team_id, created_at) \
         select 'Layla', '+9715' || (10000000 + n), doorstep.default_team_id(), now() - n * interval '1 hour' \
         from generate_series(1, 205) as n",
    )
    .await
    .unwrap();
    tokio::spawn(doorstep::jobs::run(app.app.clone()));
    until(
        &app,
        "select (select count(*) from assignments where outcome = 'queued') = 205 \
         and not exists (select from doorstep.jobs)",
    )
    .await;
    // Nobody has room: what waits is tried once, and no job is left that asks again and again.
    admin
        .put(&path, json!({ "availability": "online" }))
        .await
        .expect(200);
    until(&app, "select not exists (select from doorstep.jobs)").await;
    admin.put(&path, room(1000)).await.expect(200);
    until(
        &app,
        "select bool_and(assigned_to is not null) from prospects",
    )
    .await;
    until(&app, "select not exists (select from doorstep.jobs)").await;
}
