//! What changes a person or ends his sessions acts at once.

use doorstep::users::Role;
use serde_json::{Value, json};

use super::{PASSWORD, Signed, VERSION, refresh, sign_in, sign_up};
use crate::app::TestApp;

#[tokio::test]
async fn signing_out_acts_at_once_in_each_scope() {
    let app = TestApp::start().await;
    let first = sign_up(&app, "ana@example.com").await;
    let mut devices = vec![first];
    for _ in 0..4 {
        let answer = sign_in(&app, "ana@example.com", PASSWORD).await.expect(200);
        devices.push(Signed::of(&app, "ana@example.com", answer.json));
    }
    let [a, b, c, d, e] = devices.try_into().unwrap_or_else(|_| panic!());
    for device in [&a, &b, &c, &d, &e] {
        device.client.get("/api/properties").await.expect(200);
    }
    let alive = async |device: &Signed, alive: bool| {
        let status = if alive { 200 } else { 401 };
        device.client.get("/api/properties").await.expect(status);
        let status = if alive { 200 } else { 403 };
        device.client.get("/auth/v1/user").await.expect(status);
    };
    a.client
        .post("/auth/v1/logout?scope=local", json!({}))
        .await
        .expect(204);
    alive(&a, false).await;
    alive(&b, true).await;
    assert_eq!(
        refresh(&app, &a.refresh).await.json["code"],
        "refresh_token_not_found"
    );
    b.client
        .post("/auth/v1/logout?scope=others", json!({}))
        .await
        .expect(204);
    alive(&b, true).await;
    alive(&c, false).await;
    alive(&d, false).await;
    b.client
        .post("/auth/v1/logout?scope=elsewhere", json!({}))
        .await
        .expect(400);
    b.client
        .post("/auth/v1/logout", json!({}))
        .await
        .expect(204);
    alive(&b, false).await;
}

#[tokio::test]
async fn the_api_signs_out_a_session_of_a_header() {
    let app = TestApp::start().await;
    let rep = app.person(Role::SalesRep).await;
    rep.get("/api/properties").await.expect(200);
    rep.post("/api/auth/signout", json!({})).await.expect(204);
    rep.get("/api/properties").await.expect(401);
    app.anon()
        .post("/api/auth/signout", json!({}))
        .await
        .expect(204);
}

#[tokio::test]
async fn a_deactivated_person_is_out_and_stays_out() {
    let app = TestApp::start().await;
    let ana = sign_up(&app, "ana@example.com").await;
    let sql = app.sql().await;
    sql.execute(
        "update public.users set deactivated_at = now() where id = $1",
        &[&ana.id()],
    )
    .await
    .unwrap();
    ana.client.get("/api/properties").await.expect(401);
    ana.client.get("/auth/v1/user").await.expect(403);
    refresh(&app, &ana.refresh).await.expect(400);
    let refused = sign_in(&app, &ana.email, PASSWORD).await.expect(400);
    assert_eq!(refused.json["code"], "user_banned");
}

#[tokio::test]
async fn a_person_changes_himself() {
    let app = TestApp::start().await;
    let ana = sign_up(&app, "ana@example.com").await;
    let other = sign_in(&app, &ana.email, PASSWORD).await.expect(200);
    let other = Signed::of(&app, &ana.email, other.json);
    sign_up(&app, "taken@example.com").await;
    let put = async |body: Value, status: u16| {
        let answer = ana.client.put_with("/auth/v1/user", body, &[VERSION]).await;
        answer.expect(status).json
    };
    let user = put(json!({ "data": { "a": 1, "b": 2 } }), 200).await;
    assert_eq!(user["user_metadata"]["a"], 1);
    let user = put(json!({ "data": { "a": null } }), 200).await;
    assert_eq!(user["user_metadata"].get("a"), None);
    assert_eq!(user["user_metadata"]["b"], 2);
    let refused = [
        (json!({ "email": "taken@example.com" }), 422, "email_exists"),
        (json!({ "email": "x" }), 400, "validation_failed"),
        (json!({ "password": PASSWORD }), 422, "same_password"),
        (json!({ "password": "short" }), 422, "weak_password"),
        (
            json!({ "password": "another horse", "current_password": "x" }),
            400,
            "current_password_invalid",
        ),
        (json!({ "app_metadata": {} }), 403, "not_admin"),
        (
            json!({ "phone": "+4912345678" }),
            400,
            "phone_provider_disabled",
        ),
    ];
    for (body, status, code) in refused {
        assert_eq!(put(body, status).await["code"], code);
    }
    let user = put(json!({ "email": "Ana.New@example.com" }), 200).await;
    assert_eq!(user["email"], "ana.new@example.com");
    assert_eq!(user["identities"][0]["email"], "ana.new@example.com");
    other.client.get("/api/properties").await.expect(200);
    put(json!({ "password": "another horse" }), 200).await;
    other.client.get("/api/properties").await.expect(401);
    ana.client.get("/api/properties").await.expect(200);
    sign_in(&app, "ana.new@example.com", PASSWORD)
        .await
        .expect(400);
    sign_in(&app, "ana.new@example.com", "another horse")
        .await
        .expect(200);
}

#[tokio::test]
async fn an_imported_person_signs_in_with_his_old_password() {
    let app = TestApp::start().await;
    let ana = sign_up(&app, "ana@example.com").await;
    let hash = bcrypt::hash("imported", 4).unwrap();
    let sql = app.sql().await;
    sql.execute(
        "update auth.users set encrypted_password = $2, email = 'Ana@Example.com' where id = $1",
        &[&ana.id(), &hash],
    )
    .await
    .unwrap();
    sign_in(&app, "ana@example.com", "imported")
        .await
        .expect(200);
    sql.execute("update auth.users set email_confirmed_at = null", &[])
        .await
        .unwrap();
    let refused = sign_in(&app, "ana@example.com", "imported")
        .await
        .expect(400);
    assert_eq!(refused.json["code"], "email_not_confirmed");
    let unknown = sign_in(&app, "ana@example.com", "wrong").await.expect(400);
    assert_eq!(unknown.json["code"], "invalid_credentials");
}
