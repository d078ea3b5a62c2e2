//! Dry run, start, pause, resume and stop of a campaign, and whom it may reach.

use doorstep::users::Role;
use futures_util::future::join_all;
use serde_json::{Value, json};
use uuid::Uuid;

use crate::{
    app::{Client, Person, TestApp},
    desk::{Prospect, prospect},
};

/// Always open, so that no test depends on the hour.
async fn open_all_day(app: &TestApp) {
    let sql = app.sql().await;
    sql.batch_execute(
        "update contact_policies set window_start = '00:00', window_end = '23:59:59.999999', \
         window_days = '{1,2,3,4,5,6,7}'",
    )
    .await
    .unwrap();
}

async fn consent(app: &TestApp, prospect: Uuid, channel: &str, purpose: &str) {
    let sql = app.sql().await;
    sql.execute(
        "insert into consents (prospect_id, channel, purpose, status, captured_at) \
         values ($1, $2, $3, 'granted', now() - interval '1 hour')",
        &[&prospect, &channel, &purpose],
    )
    .await
    .unwrap();
}

async fn made(client: &Client, filter: Value) -> String {
    let body = json!({
        "name": "Spring", "segment": "buyers", "channels": ["sms", "email"],
        "segmentFilter": filter,
    });
    let id = client.post("/api/campaigns", body).await.expect(201).id();
    format!("/api/campaigns/{id}")
}

/// Operations and three prospects in Dubai, Dubai and Madrid.
async fn scene() -> (TestApp, Person, Vec<Uuid>) {
    let app = TestApp::start().await;
    let operations = app.person(Role::Operations).await;
    let mut people = Vec::new();
    for city in ["Dubai", "Dubai", "Madrid"] {
        let wishes = Prospect {
            city: Some(city),
            ..Prospect::default()
        };
        people.push(prospect(&app, wishes).await);
    }
    (app, operations, people)
}

#[tokio::test]
async fn a_campaign_starts_once_and_goes_through_its_states() {
    let (app, operations, people) = scene().await;
    let path = made(&operations, json!({ "city": "Dubai" })).await;
    let verb = |name: &str| format!("{path}/{name}");
    for early in ["pause", "resume", "stop"] {
        let answer = operations.post(&verb(early), json!({})).await.expect(409);
        assert_eq!(answer.json["code"], "illegal_status_change");
    }
    let starts = join_all((0..8).map(|_| {
        let (start, operations) = (verb("start"), &operations);
        async move { operations.post(&start, json!({})).await }
    }))
    .await;
    let won: Vec<_> = starts.iter().filter(|it| it.status == 200).collect();
    assert_eq!(won.len(), 1);
    assert_eq!(won[0].json["status"], "active");
    let lost = starts.iter().filter(|it| it.status == 409);
    assert!(lost.clone().all(|it| it.json["code"] == "campaign_running"));
    assert_eq!(lost.count(), 7);

    let runs = operations.get("/api/campaign-runs").await.expect(200);
    assert_eq!(runs.data().len(), 1);
    assert_eq!(runs.data()[0]["metrics"]["totalLeads"], 2);
    assert_eq!(runs.data()[0]["started_by"], json!(operations.id));
    let leads = operations.get("/api/queued-leads").await.expect(200);
    assert_eq!(leads.data().len(), 2);
    assert!(
        leads
            .data()
            .iter()
            .all(|it| it["prospect_id"] != json!(people[2]))
    );
    assert!(leads.data()[0]["phone"].is_string());

    let reason = json!({ "reason": "Eid" });
    let paused = operations
        .post(&verb("pause"), reason.clone())
        .await
        .expect(200);
    assert_eq!(paused.json["status"], "paused");
    let run = |runs: crate::app::Answer| runs.data()[0]["status"].clone();
    assert_eq!(
        run(operations.get("/api/campaign-runs").await),
        json!("paused")
    );
    let officer = app.person(Role::ComplianceOfficer).await;
    officer.post(&verb("resume"), json!({})).await.expect(403);
    operations
        .post(&verb("resume"), json!({}))
        .await
        .expect(200);
    assert_eq!(
        run(operations.get("/api/campaign-runs").await),
        json!("running")
    );
    let stopped = officer.post(&verb("stop"), reason).await.expect(200);
    assert_eq!(stopped.json["status"], "completed");
    assert_eq!(
        run(operations.get("/api/campaign-runs").await),
        json!("cancelled")
    );
    let leads = operations
        .get("/api/queued-leads?status=cancelled&count=true")
        .await;
    assert_eq!(leads.json["total"], 2);
    for late in ["start", "pause", "resume", "stop"] {
        operations.post(&verb(late), json!({})).await.expect(409);
    }
    let audited = app.person(Role::Admin).await.get("/api/audit-log").await;
    let actions: Vec<&str> = audited
        .data()
        .iter()
        .filter_map(|it| it["action"].as_str())
        .filter(|it| it.starts_with("campaign."))
        .collect();
    assert_eq!(actions.len(), 4, "{actions:?}");
}

#[tokio::test]
async fn each_role_has_its_part_in_a_campaign() {
    let (app, operations, _) = scene().await;
    let path = made(&operations, json!({})).await;
    let (start, dry) = (format!("{path}/start"), format!("{path}/dry-run"));
    for (role, status) in [
        (Role::SalesRep, 404),
        (Role::SalesManager, 404),
        (Role::QaSupervisor, 403),
        (Role::ComplianceOfficer, 403),
    ] {
        let person = app.person(role).await;
        person.post(&start, json!({})).await.expect(status);
    }
    let quality = app.person(Role::QaSupervisor).await;
    quality.post(&dry, json!({})).await.expect(403);
    app.anon().post(&start, json!({})).await.expect(401);
    // A manager starts his own, and reaches his own people alone.
    let manager = app.person(Role::SalesManager).await;
    let own = prospect(
        &app,
        Prospect {
            assigned_to: Some(manager.id),
            ..Prospect::default()
        },
    )
    .await;
    let path = made(&manager, Value::Null).await;
    manager
        .post(&format!("{path}/start"), json!({}))
        .await
        .expect(200);
    let leads = operations.get("/api/queued-leads").await.expect(200);
    assert_eq!(leads.data().len(), 1);
    assert_eq!(leads.data()[0]["prospect_id"], json!(own));
}

#[tokio::test]
async fn a_filter_is_understood_or_refused() {
    let app = TestApp::start().await;
    let admin = app.person(Role::Admin).await;
    let mut body = json!({
        "name": "Spring", "segment": "buyers", "channels": ["sms"],
        "segment_filter": { "citi": "Dubai", "status": "fresh" },
    });
    let refused = admin.post("/api/campaigns", body.clone()).await.expect(400);
    let details = &refused.json["details"];
    assert!(
        details["segment_filter.citi"]
            .as_str()
            .unwrap()
            .contains("`city`")
    );
    assert!(details["segment_filter.status"].is_string());
    body["segment_filter"] = json!({ "budgetMin": 5, "wantedTypes": ["villa"] });
    let made = admin.post("/api/campaigns", body).await.expect(201);
    let kept = json!({ "budget_min": 5, "wanted_types": ["villa"] });
    assert_eq!(made.json["segment_filter"], kept);
}

#[tokio::test]
async fn a_dry_run_says_who_and_why_not_and_writes_nothing() {
    let (app, operations, people) = scene().await;
    open_all_day(&app).await;
    consent(&app, people[0], "sms", "marketing").await;
    let path = made(&operations, json!({ "status": "new" })).await;
    let dry = format!("{path}/dry-run");
    let key = [("idempotency-key", "dry-1")];
    let run = operations
        .post_with(&dry, json!({ "limit": 2 }), &key)
        .await
        .expect(200);
    assert_eq!(run.json["total"], 3);
    assert_eq!(run.json["now"], 1);
    assert_eq!(run.json["skipped"], 2);
    assert_eq!(run.json["by_reason"], json!({ "no_consent": 2 }));
    assert_eq!(run.json["by_channel"], json!({ "sms": 1 }));
    assert!(run.json["obstacle"].is_null());
    assert_eq!(run.data().len(), 2);
    let next = json!({ "cursor": run.json["next_cursor"] });
    let rest = operations.post(&dry, next).await.expect(200);
    assert_eq!(rest.data().len(), 1);
    assert!(rest.json["next_cursor"].is_null());
    let all = run.data().iter().chain(rest.data());
    let chosen: Vec<_> = all.filter(|it| it["decision"] == "now").collect();
    assert_eq!(chosen[0]["prospect_id"], json!(people[0]));
    assert_eq!(chosen[0]["channel"], "sms");

    // At night in Dubai it waits for the morning.
    let sql = app.sql().await;
    sql.batch_execute("update contact_policies set window_start = '09:00', window_end = '18:00'")
        .await
        .unwrap();
    let night = json!({ "at": "2031-03-03T20:00:00Z" });
    let run = operations.post(&dry, night).await.expect(200);
    assert_eq!(run.json["later"], 1);
    let chosen: Vec<_> = run
        .data()
        .iter()
        .filter(|it| it["decision"] == "later")
        .collect();
    assert_eq!(chosen[0]["contact_at"], "2031-03-04T05:00:00Z");
    assert_eq!(chosen[0]["reason"], "outside_window");
    let none = operations.get("/api/queued-leads").await.expect(200);
    assert!(none.data().is_empty());
    assert_eq!(operations.get(&path).await.json["status"], "draft");
}

#[tokio::test]
async fn contactability_names_its_reasons() {
    let (app, operations, people) = scene().await;
    open_all_day(&app).await;
    let path = format!("/api/prospects/{}/contactability", people[0]);
    let channel = |answer: crate::app::Answer, name: &str| {
        let all = answer.json["channels"].as_array().unwrap().clone();
        all.into_iter().find(|it| it["channel"] == name).unwrap()
    };
    let before = operations.get(&path).await.expect(200);
    assert_eq!(before.json["contactable"], false);
    assert_eq!(channel(before, "sms")["reasons"], json!(["no_consent"]));
    consent(&app, people[0], "sms", "marketing").await;
    let open = operations.get(&path).await.expect(200);
    assert_eq!(open.json["contactable"], true);
    let email = channel(operations.get(&path).await, "email");
    assert_eq!(email["reason"], "no_address");
    let sms = channel(open, "sms");
    assert_eq!(sms["allowed"], true);
    assert_eq!(sms["zones"], json!(["Asia/Dubai"]));
    assert_eq!(sms["zone_source"], "city");
    assert_eq!(sms["policies"][0]["jurisdiction"], "AE");

    // A suppressed address counts whoever's it is now.
    let sql = app.sql().await;
    sql.execute(
        "insert into suppressions (address_hash, channel, reason, effective_at) \
         select doorstep.address_hash(phone), 'sms', 'manual', now() - interval '1 minute' \
         from prospects where id = $1",
        &[&people[0]],
    )
    .await
    .unwrap();
    let stopped = channel(operations.get(&path).await, "sms");
    assert_eq!(stopped["reasons"], json!(["suppressed"]));
    sql.execute(
        "insert into live_conversations (prospect_id, prospect_name, channel, status) \
         values ($1, '', 'sms', 'connected')",
        &[&people[0]],
    )
    .await
    .unwrap();
    let busy = channel(operations.get(&path).await, "sms");
    assert_eq!(busy["reason"], "in_live_conversation");

    let stranger = app.person(Role::SalesManager).await;
    stranger.get(&path).await.expect(404);
    app.anon().get(&path).await.expect(401);
    let quality = app.person(Role::QaSupervisor).await;
    quality.get(&path).await.expect(200);
}
