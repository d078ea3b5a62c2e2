//! `/api/consents`, `/api/suppressions`, `/api/contact-policies`, `/api/audit-log`.

use doorstep::users::Role;
use serde_json::{Value, json};
use uuid::Uuid;

use crate::app::TestApp;

#[tokio::test]
async fn consents_are_recorded_and_never_changed() {
    let app = TestApp::start().await;
    let (rep, other) = (
        app.person(Role::SalesRep).await,
        app.person(Role::SalesRep).await,
    );
    let prospect = json!({ "name": "Ana", "phone": "+34600111222" });
    let prospect = rep.post("/api/prospects", prospect).await.expect(201).id();
    let consent = json!({
        "prospect_id": prospect, "channel": "phone", "purpose": "ai_voice", "status": "granted",
        "ip": "2001:db8::1", "captured_by": Uuid::nil(),
    });
    let made = rep.post("/api/consents", consent.clone()).await.expect(201);
    assert_eq!(made.json["captured_by"], json!(rep.id));
    assert_eq!(made.json["ip"], "2001:db8::1");
    let path = format!("/api/consents/{}", made.id());
    rep.get(&path).await.expect(200);
    rep.put(&path, json!({ "status": "denied" }))
        .await
        .expect(405);
    rep.delete(&path).await.expect(405);
    other.get(&path).await.expect(404);
    let refused = other.post("/api/consents", consent).await.expect(400);
    assert!(refused.json["details"]["prospect_id"].is_string());
    let list = rep
        .get(&format!(
            "/api/consents?prospect_id={prospect}&purpose=ai_voice"
        ))
        .await;
    assert_eq!(list.expect(200).data().len(), 1);
}

#[tokio::test]
async fn an_opt_out_is_recorded_by_whoever_hears_it() {
    let app = TestApp::start().await;
    let rep = app.person(Role::SalesRep).await;
    let officer = app.person(Role::ComplianceOfficer).await;
    let prospect = json!({ "name": "Ana", "phone": "+34600111222" });
    let prospect = rep.post("/api/prospects", prospect).await.expect(201).id();
    let said = json!({ "prospectId": prospect, "reason": "verbal", "recorded_by": Uuid::nil() });
    let made = rep.post("/api/suppressions", said).await.expect(201);
    assert_eq!(made.json["channel"], "all");
    assert_eq!(made.json["recorded_by"], json!(rep.id));
    // He may say so, but not read what others said.
    let path = format!("/api/suppressions/{}", made.id());
    rep.get(&path).await.expect(404);
    let read = officer.get(&path).await.expect(200);
    assert_eq!(read.json["prospect_id"], json!(prospect));
    assert_eq!(read.json["effective_at"], made.json["effective_at"]);

    let address = json!({ "address": "+34 600 999 888", "reason": "dnc_list" });
    let made = officer.post("/api/suppressions", address).await.expect(201);
    assert!(!made.text.contains("600"));
    let sql = app.sql().await;
    let same: bool = sql
        .query_one(
            "select address_hash = doorstep.address_hash('0034600999888') from suppressions where id = $1",
            &[&made.id()],
        )
        .await
        .unwrap()
        .get(0);
    assert!(same);
    let nobody = officer
        .post("/api/suppressions", json!({ "reason": "manual" }))
        .await
        .expect(400);
    assert!(nobody.json["details"]["prospect_id"].is_string());
    let wrong = json!({ "prospect_id": prospect, "reason": "manual", "scope": "campaign" });
    officer.post("/api/suppressions", wrong).await.expect(400);
}

#[tokio::test]
async fn policies_are_the_compliance_officers() {
    let app = TestApp::start().await;
    let (officer, rep) = (
        app.person(Role::ComplianceOfficer).await,
        app.person(Role::SalesRep).await,
    );
    let seen = rep
        .get("/api/contact-policies?jurisdiction=AE")
        .await
        .expect(200);
    assert_eq!(seen.data()[0]["max_per_24h"], 1);
    let path = format!(
        "/api/contact-policies/{}",
        seen.data()[0]["id"].as_str().unwrap()
    );
    rep.put(&path, json!({ "max_per_24h": 9 }))
        .await
        .expect(403);
    let body = json!({ "maxPer24h": 2, "holidays": ["2026-12-02"] });
    let changed = officer.put(&path, body).await.expect(200);
    assert_eq!(changed.json["max_per_24h"], 2);
    assert_eq!(changed.json["holidays"], json!(["2026-12-02"]));
    let body =
        json!({ "jurisdiction": "AE", "window_start": "09:00:00", "window_end": "18:00:00" });
    let refused = officer
        .post("/api/contact-policies", body)
        .await
        .expect(409);
    assert_eq!(refused.json["code"], "contact_policy_exists");
    let body =
        json!({ "jurisdiction": "Spain", "window_start": "09:00:00", "window_end": "18:00:00" });
    let refused = officer
        .post("/api/contact-policies", body)
        .await
        .expect(400);
    assert!(refused.json["details"]["jurisdiction"].is_string());
    let body =
        json!({ "jurisdiction": "ES", "window_start": "09:00:00", "window_end": "21:00:00" });
    let made = officer
        .post("/api/contact-policies", body)
        .await
        .expect(201);
    assert_eq!(made.json["window_days"], json!([1, 2, 3, 4, 5, 6, 7]));
    rep.delete(&path).await.expect(405);
}

#[tokio::test]
async fn the_audit_log_is_read_newest_first() {
    let app = TestApp::start().await;
    let (admin, rep) = (
        app.person(Role::Admin).await,
        app.person(Role::SalesRep).await,
    );
    let sql = app.sql().await;
    sql.execute(
        "select doorstep.audit('prospect.read', 'prospects', gen_random_uuid()) from generate_series(1, 5)",
        &[],
    )
    .await
    .unwrap();
    let page = admin
        .get("/api/audit-log?limit=3&noun=prospects")
        .await
        .expect(200);
    let ids: Vec<i64> = page
        .data()
        .iter()
        .filter_map(|row| row["id"].as_i64())
        .collect();
    assert!(ids.len() == 3 && ids.is_sorted_by(|a, b| a > b), "{ids:?}");
    let cursor = page.json["next_cursor"].as_str().unwrap();
    let rest = admin
        .get(&format!(
            "/api/audit-log?limit=3&noun=prospects&cursor={cursor}"
        ))
        .await;
    assert_eq!(rest.expect(200).data().len(), 2);
    let none = admin
        .get("/api/audit-log?to=2020-01-01T00:00:00Z")
        .await
        .expect(200);
    assert_eq!(none.data(), &Vec::<Value>::new());
    assert!(
        rep.get("/api/audit-log")
            .await
            .expect(200)
            .data()
            .is_empty()
    );
}

#[tokio::test]
async fn two_compliance_officers_lift_a_suppression() {
    let app = TestApp::start().await;
    let (one, two) = (
        app.person(Role::ComplianceOfficer).await,
        app.person(Role::ComplianceOfficer).await,
    );
    let (rep, admin) = (
        app.person(Role::SalesRep).await,
        app.person(Role::Admin).await,
    );
    let said = json!({ "address": "+34600999888", "reason": "verbal" });
    let made = one.post("/api/suppressions", said).await.expect(201);
    let (lift, confirm) = (
        format!("/api/suppressions/{}/lift", made.id()),
        format!("/api/suppressions/{}/confirm-lift", made.id()),
    );
    let why = json!({ "reason": "a wrong number" });
    for other in [&rep, &admin] {
        other.post(&lift, why.clone()).await.expect(403);
        other.post(&confirm, json!({})).await.expect(403);
    }
    app.anon().post(&lift, why.clone()).await.expect(401);
    let early = two.post(&confirm, json!({})).await.expect(409);
    assert_eq!(early.json["code"], "lift_not_requested");
    let silent = one.post(&lift, json!({})).await.expect(400);
    assert!(silent.json["details"]["reason"].is_string());
    let asked = one.post(&lift, why.clone()).await.expect(200);
    assert_eq!(asked.json["lift_reason"], "a wrong number");
    assert_eq!(asked.json["lift_requested_by"], json!(one.id));
    assert_eq!(asked.json["lifted_at"], Value::Null);
    let alone = one.post(&confirm, json!({})).await.expect(422);
    assert_eq!(alone.json["code"], "second_person_required");
    let key = [("Idempotency-Key", "once")];
    let lifted = two.post_with(&confirm, json!({}), &key).await.expect(200);
    assert_eq!(lifted.json["lifted_by"], json!(two.id));
    assert!(lifted.json["lifted_at"].is_string());
    let again = two.post_with(&confirm, json!({}), &key).await.expect(200);
    assert_eq!(again.json, lifted.json);
    let late = one.post(&lift, why.clone()).await.expect(409);
    assert_eq!(late.json["code"], "already_lifted");
    let nowhere = format!("/api/suppressions/{}/lift", Uuid::nil());
    one.post(&nowhere, why).await.expect(404);
}
