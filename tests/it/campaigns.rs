//! `/api/campaigns`, `/api/campaign-runs`, `/api/queued-leads`.

use doorstep::users::Role;
use serde_json::{Value, json};
use uuid::Uuid;

use crate::app::TestApp;

fn campaign(name: &str) -> Value {
    json!({ "name": name, "segment": "buyers", "channels": ["sms", "email", "sms"] })
}

#[tokio::test]
async fn a_campaign_is_planned_and_moved() {
    let app = TestApp::start().await;
    let (manager, rep) = (
        app.person(Role::SalesManager).await,
        app.person(Role::SalesRep).await,
    );
    let operations = app.person(Role::Operations).await;
    let mut body = campaign("Spring");
    body["attempts"] = json!(99);
    body["connectRate"] = json!(100);
    body["created_by"] = json!(Uuid::nil());
    let made = operations.post("/api/campaigns", body).await.expect(201);
    assert_eq!(made.json["channels"], json!(["sms", "email"]));
    assert_eq!(made.json["attempts"], 0);
    assert_eq!(made.json["connect_rate"], 0.0);
    assert_eq!(made.json["created_by"], json!(operations.id));
    let path = format!("/api/campaigns/{}", made.id());
    let window =
        json!({ "windowStart": "09:30:00", "window_end": "18:00:00", "window_days": [1, 5] });
    let changed = operations.put(&path, window).await.expect(200);
    assert_eq!(changed.json["window_start"], "09:30:00");
    assert_eq!(changed.json["window_days"], json!([1, 5]));

    let refused = operations
        .put(&path, json!({ "status": "completed" }))
        .await
        .expect(409);
    assert_eq!(refused.json["code"], "illegal_status_change");
    operations
        .put(&path, json!({ "status": "active" }))
        .await
        .expect(200);
    operations
        .put(&path, json!({ "channels": [] }))
        .await
        .expect(400);
    operations
        .put(&path, json!({ "window_days": [8] }))
        .await
        .expect(400);
    rep.post("/api/campaigns", campaign("Mine"))
        .await
        .expect(403);
    rep.get(&path).await.expect(404);
    manager
        .post("/api/campaigns", campaign("Ours"))
        .await
        .expect(201);
    let active = operations
        .get("/api/campaigns?status=active&count=true")
        .await
        .expect(200);
    assert_eq!(active.json["total"], 1);
    operations.delete(&path).await.expect(403);
}

#[tokio::test]
async fn compliance_blocks_a_campaign() {
    let app = TestApp::start().await;
    let (admin, officer) = (
        app.person(Role::Admin).await,
        app.person(Role::ComplianceOfficer).await,
    );
    let mut body = campaign("Spring");
    body["status"] = json!("active");
    let made = admin.post("/api/campaigns", body).await.expect(201);
    let path = format!("/api/campaigns/{}", made.id());
    let block = json!({ "blocked_at": "2026-03-01T09:00:00Z", "block_reason": "complaints" });
    let blocked = officer.put(&path, block).await.expect(200);
    assert_eq!(blocked.json["status"], "paused");
    assert_eq!(blocked.json["blocked_by"], json!(officer.id));
    let refused = admin
        .put(&path, json!({ "status": "active" }))
        .await
        .expect(409);
    assert_eq!(refused.json["code"], "campaign_blocked");
    officer.put(&path, json!({ "name": "x" })).await.expect(403);
}

#[tokio::test]
async fn runs_and_leads_are_read_and_masked() {
    let app = TestApp::start().await;
    let admin = app.person(Role::Admin).await;
    let (qa, rep) = (
        app.person(Role::QaSupervisor).await,
        app.person(Role::SalesRep).await,
    );
    let campaign = admin
        .post("/api/campaigns", campaign("Spring"))
        .await
        .expect(201)
        .id();
    let prospect = json!({ "name": "Ana", "phone": "+34600111222" });
    let prospect = rep.post("/api/prospects", prospect).await.expect(201).id();
    let sql = app.sql().await;
    let run: Uuid = sql
        .query_one(
            "insert into campaign_runs (campaign_id) values ($1) returning id",
            &[&campaign],
        )
        .await
        .unwrap()
        .get(0);
    sql.execute(
        "insert into queued_leads (campaign_run_id, campaign_id, prospect_id, prospect_name) \
         values ($1, $2, $3, '')",
        &[&run, &campaign, &prospect],
    )
    .await
    .unwrap();

    let runs = admin
        .get(&format!("/api/campaign-runs?campaign_id={campaign}"))
        .await
        .expect(200);
    assert_eq!(runs.data()[0]["campaign_name"], "Spring");
    assert_eq!(runs.data()[0]["metrics"]["byChannel"]["sms"]["sent"], 0);
    admin
        .post("/api/campaign-runs", json!({}))
        .await
        .expect(405);
    for (person, phone) in [
        (&admin, "+34600111222"),
        (&rep, "+34600111222"),
        (&qa, "***22"),
    ] {
        let leads = person
            .get(&format!("/api/queued-leads?campaign_run_id={run}"))
            .await
            .expect(200);
        assert_eq!(leads.data()[0]["phone"], phone);
        let id = leads.data()[0]["id"].as_str().unwrap();
        let one = person
            .get(&format!("/api/queued-leads/{id}"))
            .await
            .expect(200);
        assert_eq!(one.json["phone"], phone);
    }
    qa.get("/api/queued-leads?phone=1").await.expect(400);
    qa.get("/api/queued-leads?sort=email").await.expect(400);
    rep.get("/api/queued-leads?sort=email").await.expect(200);
}
