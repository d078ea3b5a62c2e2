//! `Idempotency-Key`: whose answer is kept, and for whom.

use doorstep::users::Role;
use serde_json::json;

use crate::app::{TestApp, property};

/// What an administrator was answered is not shown to whom he became; back in
/// his role he is answered as before.
#[tokio::test]
async fn an_answer_is_kept_for_the_role_that_it_was_given_to() {
    let app = TestApp::start().await;
    let (boss, admin) = (app.person(Role::Admin).await, app.person(Role::Admin).await);
    let key = [("idempotency-key", "once")];
    let home = property("Casa");
    let first = admin
        .post_with("/api/properties", home.clone(), &key)
        .await
        .expect(201);
    let path = format!("/api/users/{}", admin.id);
    for (role, status) in [
        ("sales_rep", 422),
        ("compliance_officer", 422),
        ("admin", 201),
    ] {
        boss.put(&path, json!({ "role": role })).await.expect(200);
        let again = admin
            .post_with("/api/properties", home.clone(), &key)
            .await
            .expect(status);
        match status {
            201 => {
                assert_eq!(again.header("idempotency-replayed"), Some("true"));
                assert_eq!(again.json, first.json);
            }
            _ => {
                assert_eq!(again.json["code"], "idempotency_reused");
                assert!(!again.text.contains("Casa"), "{}", again.text);
            }
        }
    }
}

/// A rep sees by his teams: what he was answered in one is not shown to him in
/// another. An administrator sees everything in any.
#[tokio::test]
async fn an_answer_is_kept_for_the_teams_that_it_was_given_to() {
    let app = TestApp::start().await;
    let (admin, rep) = (
        app.person(Role::Admin).await,
        app.person(Role::SalesRep).await,
    );
    let key = [("idempotency-key", "once")];
    let ana = json!({ "name": "Ana", "phone": "+34600111222" });
    let bo = json!({ "name": "Bo", "phone": "+34600111333" });
    let post = |who: &crate::app::Person, body: &serde_json::Value| {
        let (client, body) = (who.client.clone(), body.clone());
        async move { client.post_with("/api/prospects", body, &key).await }
    };
    post(&rep, &ana).await.expect(201);
    post(&admin, &bo).await.expect(201);
    let replayed = post(&rep, &ana).await.expect(201);
    assert_eq!(replayed.header("idempotency-replayed"), Some("true"));
    let south = admin
        .post("/api/teams", json!({ "name": "South" }))
        .await
        .expect(201)
        .id();
    for person in [rep.id, admin.id] {
        let joins = json!({ "team_id": south, "user_id": person });
        admin.post("/api/team-members", joins).await.expect(201);
    }
    let refused = post(&rep, &ana).await.expect(422);
    assert_eq!(refused.json["code"], "idempotency_reused");
    let replayed = post(&admin, &bo).await.expect(201);
    assert_eq!(replayed.header("idempotency-replayed"), Some("true"));
}
