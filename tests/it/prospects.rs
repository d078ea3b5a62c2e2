//! `/api/prospects`.

mod care;
mod lists;

use std::collections::BTreeSet;

use doorstep::users::Role;
use serde_json::{Value, json};
use uuid::Uuid;

use crate::app::{Person, TestApp};

fn prospect(name: &str) -> Value {
    json!({ "name": name, "email": format!("{}@example.com", name.replace(' ', ".")) })
}

async fn made(by: &Person, name: &str) -> Uuid {
    by.post("/api/prospects", prospect(name))
        .await
        .expect(201)
        .id()
}

fn details(json: &Value, field: &str) -> String {
    json["details"][field]
        .as_str()
        .unwrap_or_default()
        .to_owned()
}

#[tokio::test]
async fn a_reps_prospect_is_his_own_and_nobody_elses() {
    let app = TestApp::start().await;
    let (rep, colleague) = (
        app.person(Role::SalesRep).await,
        app.person(Role::SalesRep).await,
    );
    let answer = rep
        .post(
            "/api/prospects",
            json!({ "name": "Ana", "phone": "+34 600 111 222" }),
        )
        .await
        .expect(201);
    assert_eq!(answer.json["assigned_to"], json!(rep.id));
    assert_eq!(answer.json["created_by"], json!(rep.id));
    let path = format!("/api/prospects/{}", answer.id());
    assert_eq!(answer.header("location"), Some(path.as_str()));
    rep.get(&path).await.expect(200);
    colleague.get(&path).await.expect(404);
    colleague
        .put(&path, json!({ "city": "Oslo" }))
        .await
        .expect(404);

    let given = json!({ "name": "Bo", "phone": "+34600111333", "assignedTo": colleague.id });
    let refused = rep.post("/api/prospects", given).await.expect(403);
    assert!(
        refused.json["details"]["assigned_to"].is_string(),
        "{}",
        refused.text
    );
}

#[tokio::test]
async fn nobody_assigns_more_than_he_may() {
    let app = TestApp::start().await;
    let rep = app.person(Role::SalesRep).await;
    let body = json!({
        "name": "Ana", "phone": "+34600111222", "id": Uuid::nil(), "created_by": Uuid::nil(),
        "version": 40, "created_at": "2001-01-01T00:00:00Z", "erasedAt": "2001-01-01T00:00:00Z",
        "merged_into_id": Uuid::nil(), "first_response_at": "2001-01-01T00:00:00Z",
    });
    let made = rep.post("/api/prospects", body).await.expect(201);
    assert_ne!(made.id(), Uuid::nil());
    assert_eq!(made.json["created_by"], json!(rep.id));
    assert_eq!(made.json["version"], 1);
    for key in ["erased_at", "merged_into_id", "first_response_at"] {
        assert_eq!(made.json[key], Value::Null, "{key}");
    }
    let path = format!("/api/prospects/{}", made.id());
    let refused = rep
        .put(&path, json!({ "assigned_to": null }))
        .await
        .expect(403);
    assert!(refused.json["details"]["assigned_to"].is_string());
    rep.put(&path, json!({ "restricted_at": "2026-01-01T00:00:00Z" }))
        .await
        .expect(403);

    let typo = json!({ "name": "Ana", "phone": "+34600111222", "preferredChanel": "sms" });
    let refused = rep.post("/api/prospects", typo).await.expect(400);
    assert!(details(&refused.json, "preferred_chanel").contains("`preferred_channel`"));
    let typo = rep.get("/api/prospects?asigned_to=x").await.expect(400);
    assert!(details(&typo.json, "asigned_to").contains("`assigned_to`"));
}

#[tokio::test]
async fn what_is_wrong_is_said_field_by_field() {
    let app = TestApp::start().await;
    let admin = app.person(Role::Admin).await;
    let wrong = json!({
        "name": "", "phone": 7, "budgetMin": 9, "budget_max": "much", "status": "begun",
        "country": "Spain", "wanted_types": ["castle"], "team_id": "mine",
    });
    let refused = admin.post("/api/prospects", wrong).await.expect(400);
    for field in [
        "name",
        "phone",
        "budget_max",
        "status",
        "country",
        "wanted_types",
        "team_id",
    ] {
        assert!(
            !details(&refused.json, field).is_empty(),
            "{field}: {}",
            refused.text
        );
    }
    assert_eq!(details(&refused.json, "phone"), "must be text");
    let refused = admin
        .post("/api/prospects", json!({ "name": "Ana" }))
        .await
        .expect(400);
    assert!(details(&refused.json, "phone").contains("required"));
    let wrong = json!({ "name": "Ana", "phone": "+34600111222", "budget_min": 9, "budget_max": 8 });
    let refused = admin.post("/api/prospects", wrong).await.expect(400);
    assert!(details(&refused.json, "budget_max").contains("budget_min"));
    for (field, value) in [
        ("email", "x"),
        ("timezone", "Mars"),
        ("language", "espa\u{f1}ol"),
    ] {
        let wrong = json!({ "name": "Ana", "phone": "+34600111222", field: value });
        let refused = admin.post("/api/prospects", wrong).await.expect(400);
        assert!(
            !details(&refused.json, field).is_empty(),
            "{field}: {}",
            refused.text
        );
    }
    let stranger = json!({ "name": "Ana", "phone": "+34600111222", "assigned_to": Uuid::new_v4() });
    let refused = admin.post("/api/prospects", stranger).await.expect(400);
    assert!(details(&refused.json, "assigned_to").contains("names nothing"));
}

#[tokio::test]
async fn the_same_person_is_entered_once() {
    let app = TestApp::start().await;
    let admin = app.person(Role::Admin).await;
    let first = json!({ "name": "Ana", "phone": "+34 600-111-222" });
    admin.post("/api/prospects", first).await.expect(201);
    let again = json!({ "name": "Anna", "phone": "0034600111222" });
    let refused = admin.post("/api/prospects", again).await.expect(409);
    assert_eq!(refused.json["code"], "prospect_duplicate");
}

#[tokio::test]
async fn tags_save_a_read_and_guard_a_write() {
    let app = TestApp::start().await;
    let admin = app.person(Role::Admin).await;
    let path = format!("/api/prospects/{}", made(&admin, "Ana").await);
    let read = admin.get(&path).await.expect(200);
    let tag = read.header("etag").unwrap().to_owned();
    let again = admin
        .get_with(&path, &[("if-none-match", &tag)])
        .await
        .expect(304);
    assert_eq!(again.text, "");
    let city = json!({ "city": "Oslo" });
    let changed = admin
        .put_with(&path, city.clone(), &[("if-match", &tag)])
        .await
        .expect(200);
    assert_ne!(changed.header("etag").unwrap(), tag);
    let lost = admin
        .put_with(&path, city.clone(), &[("if-match", &tag)])
        .await
        .expect(412);
    assert_eq!(lost.json["code"], "lost_update");
    admin
        .put_with(&path, json!({}), &[("if-match", &tag)])
        .await
        .expect(412);
    admin
        .put_with(&path, city, &[("if-match", "*")])
        .await
        .expect(200);
    admin
        .get_with(&path, &[("if-none-match", &tag)])
        .await
        .expect(200);
}

#[tokio::test]
async fn a_hundred_posts_with_one_key_are_one() {
    let app = TestApp::start().await;
    let admin = app.person(Role::Admin).await;
    let mut tasks = Vec::new();
    for _ in 0..100 {
        let client = admin.client.clone();
        tasks.push(tokio::spawn(async move {
            let body = json!({ "name": "Ana", "phone": "+34600111222" });
            client
                .post_with("/api/prospects", body, &[("idempotency-key", "once")])
                .await
        }));
    }
    let (mut ids, mut made) = (BTreeSet::new(), 0);
    for task in tasks {
        let answer = task.await.unwrap();
        match answer.status.as_u16() {
            201 => {
                ids.insert(answer.id());
                made += u32::from(answer.header("idempotency-replayed").is_none());
            }
            409 => assert_eq!(answer.json["code"], "idempotency_running"),
            other => panic!("{other}: {}", answer.text),
        }
    }
    assert_eq!((ids.len(), made), (1, 1));
    let rows = admin.get("/api/prospects?count=true").await.expect(200);
    assert_eq!(rows.json["total"], 1);

    let key = [("idempotency-key", "once")];
    let other = json!({ "name": "Bo", "phone": "+34600111333" });
    let refused = admin
        .post_with("/api/prospects", other.clone(), &key)
        .await
        .expect(422);
    assert_eq!(refused.json["code"], "idempotency_reused");
    // Keys are a caller's own.
    let rep = app.person(Role::SalesRep).await;
    rep.post_with("/api/prospects", other, &key)
        .await
        .expect(201);
}

#[tokio::test]
async fn the_status_moves_as_it_may() {
    let app = TestApp::start().await;
    let rep = app.person(Role::SalesRep).await;
    let path = format!("/api/prospects/{}", made(&rep, "Ana").await);
    let jump = rep
        .put(&path, json!({ "status": "qualified" }))
        .await
        .expect(409);
    assert_eq!(jump.json["code"], "illegal_status_change");
    rep.put(&path, json!({ "status": "contacted" }))
        .await
        .expect(200);
    let lost = rep
        .put(&path, json!({ "status": "lost" }))
        .await
        .expect(200);
    assert_eq!(lost.json["lost_reason"], "unspecified");
    rep.put(&path, json!({ "status": "contacted" }))
        .await
        .expect(409);
}

#[tokio::test]
async fn prospects_are_released_and_assigned() {
    let app = TestApp::start().await;
    let (rep, other) = (
        app.person(Role::SalesRep).await,
        app.person(Role::SalesRep).await,
    );
    let operations = app.person(Role::Operations).await;
    let id = made(&rep, "Ana Torres").await;
    let path = format!("/api/prospects/{id}");
    other
        .post(&format!("{path}/release"), json!({}))
        .await
        .expect(404);
    let released = rep
        .post(&format!("{path}/release"), json!({}))
        .await
        .expect(200);
    assert_eq!(released.json["assigned_to"], Value::Null);
    assert_eq!(released.json["email"], "A***@example.com");
    rep.post(&format!("{path}/release"), json!({}))
        .await
        .expect(403);
    let again = operations
        .post(&format!("{path}/release"), json!({}))
        .await
        .expect(409);
    assert_eq!(again.json["code"], "not_assigned");

    rep.post(&format!("{path}/assign"), json!({ "userId": rep.id }))
        .await
        .expect(403);
    let body = json!({ "userId": other.id });
    let assigned = operations
        .post(&format!("{path}/assign"), body)
        .await
        .expect(200);
    assert_eq!(assigned.json["assigned_to"], json!(other.id));
    other.get(&path).await.expect(200);
    rep.get(&path).await.expect(404);
    let wrong = json!({ "userId": operations.id });
    let refused = operations
        .post(&format!("{path}/assign"), wrong)
        .await
        .expect(422);
    assert_eq!(refused.json["code"], "assignee_not_in_sales");
    let nobody = json!({ "userId": Uuid::new_v4() });
    operations
        .post(&format!("{path}/assign"), nobody)
        .await
        .expect(400);
    operations
        .post(&format!("{path}/assign"), json!({}))
        .await
        .expect(400);
}
