//! The words in which `/auth/v1` answers and refuses.

use serde_json::json;

use super::{PASSWORD, VERSION, sign_in, sign_up};
use crate::app::TestApp;

#[tokio::test]
async fn errors_come_in_the_shape_that_the_client_asks_for() {
    let app = TestApp::start().await;
    let (path, body) = (
        "/auth/v1/token?grant_type=password",
        json!({ "email": "x@y.example", "password": "z" }),
    );
    let old = app.anon().post(path, body.clone()).await.expect(400);
    let expected = json!({
        "code": 400, "error_code": "invalid_credentials", "msg": "Invalid login credentials",
    });
    assert_eq!(old.json, expected);
    assert_eq!(old.header("x-sb-error-code"), Some("invalid_credentials"));
    assert_eq!(old.header("x-supabase-api-version"), None);
    let new = app
        .anon()
        .post_with(path, body, &[VERSION])
        .await
        .expect(400);
    let expected = json!({ "code": "invalid_credentials", "message": "Invalid login credentials" });
    assert_eq!(new.json, expected);
    assert_eq!(new.header("x-supabase-api-version"), Some("2024-01-01"));
    assert_eq!(new.header("x-sb-error-code"), Some("invalid_credentials"));
    let lost = app.anon().get("/auth/v1/nothing").await.expect(404);
    assert_eq!(lost.json["error_code"], "not_found");
    app.anon().delete("/auth/v1/signup").await.expect(405);
}

#[tokio::test]
async fn each_refusal_has_its_code() {
    let app = TestApp::start().await;
    let ana = sign_up(&app, "ana@example.com").await;
    let anon = app.anon();
    let password = "/auth/v1/token?grant_type=password";
    for (path, body, status, code) in [
        (
            "/auth/v1/signup",
            json!({ "email": "ana@example.com", "password": PASSWORD }),
            422,
            "user_already_exists",
        ),
        (
            "/auth/v1/signup",
            json!({ "email": "ANA@example.com ", "password": PASSWORD }),
            422,
            "user_already_exists",
        ),
        (
            "/auth/v1/signup",
            json!({ "email": "b@example.com", "password": "short" }),
            422,
            "weak_password",
        ),
        (
            "/auth/v1/signup",
            json!({ "email": "b@example.com", "password": "x".repeat(73) }),
            400,
            "validation_failed",
        ),
        (
            "/auth/v1/signup",
            json!({ "email": "b@example.com" }),
            400,
            "validation_failed",
        ),
        (
            "/auth/v1/signup",
            json!({ "email": "b", "password": PASSWORD }),
            400,
            "validation_failed",
        ),
        (
            "/auth/v1/signup",
            json!({ "email": "b@example.com", "password": PASSWORD, "data": { "x": "y".repeat(5000) } }),
            400,
            "validation_failed",
        ),
        (
            "/auth/v1/signup",
            json!({ "email": "b@example.com", "password": PASSWORD, "data": { "name": "\0" } }),
            400,
            "validation_failed",
        ),
        (
            "/auth/v1/signup",
            json!({ "phone": "+4912345", "password": PASSWORD }),
            400,
            "phone_provider_disabled",
        ),
        (
            "/auth/v1/signup",
            json!({ "email": "b@example.com", "password": PASSWORD, "code_challenge": "x" }),
            400,
            "validation_failed",
        ),
        (
            "/auth/v1/signup",
            json!({}),
            422,
            "anonymous_provider_disabled",
        ),
        ("/auth/v1/signup", json!([]), 400, "bad_json"),
        (
            password,
            json!({ "email": "ana@example.com", "password": "wrong horse" }),
            400,
            "invalid_credentials",
        ),
        (
            password,
            json!({ "email": "nobody@example.com", "password": PASSWORD }),
            400,
            "invalid_credentials",
        ),
        (
            password,
            json!({ "email": "' or true --", "password": PASSWORD }),
            400,
            "invalid_credentials",
        ),
        (
            password,
            json!({ "password": PASSWORD }),
            400,
            "validation_failed",
        ),
        (
            "/auth/v1/token?grant_type=web3",
            json!({}),
            400,
            "invalid_credentials",
        ),
        ("/auth/v1/token", json!({}), 400, "invalid_credentials"),
        (
            "/auth/v1/token?grant_type=refresh_token",
            json!({}),
            400,
            "validation_failed",
        ),
        (
            "/auth/v1/token?grant_type=refresh_token",
            json!({ "refresh_token": "x" }),
            400,
            "refresh_token_not_found",
        ),
        (
            "/auth/v1/token?grant_type=pkce",
            json!({ "auth_code": "x", "code_verifier": "y" }),
            404,
            "flow_state_not_found",
        ),
        (
            "/auth/v1/token?grant_type=pkce",
            json!({}),
            400,
            "validation_failed",
        ),
        (
            "/auth/v1/verify",
            json!({ "type": "signup", "email": "ana@example.com", "token": "123456" }),
            403,
            "otp_expired",
        ),
        (
            "/auth/v1/verify",
            json!({ "token": "123456" }),
            400,
            "validation_failed",
        ),
        (
            "/auth/v1/resend",
            json!({ "type": "x" }),
            400,
            "validation_failed",
        ),
        (
            "/auth/v1/recover",
            json!({ "email": "x" }),
            400,
            "validation_failed",
        ),
    ] {
        let answer = anon.post_with(path, body.clone(), &[VERSION]).await;
        assert_eq!(
            answer.status.as_u16(),
            status,
            "{path} {body} {}",
            answer.text
        );
        assert_eq!(answer.json["code"], code, "{path} {body}");
    }
    let weak = json!({ "email": "b@example.com", "password": "short" });
    let weak = anon.post("/auth/v1/signup", weak).await.expect(422);
    assert_eq!(weak.json["weak_password"], json!({ "reasons": ["length"] }));
    for (path, email) in [
        ("/auth/v1/recover", "ana@example.com"),
        ("/auth/v1/recover", "nobody@example.com"),
    ] {
        let answer = anon.post(path, json!({ "email": email })).await.expect(200);
        assert_eq!(answer.json, json!({}));
    }
    let resent = json!({ "type": "signup", "email": "nobody@example.com" });
    anon.post("/auth/v1/resend", resent).await.expect(200);
    ana.client.get("/auth/v1/reauthenticate").await.expect(200);
    let large = json!({ "email": "x".repeat(1_100_000) });
    let large = anon.post("/auth/v1/signup", large).await.expect(413);
    assert_eq!(large.json["error_code"], "request_entity_too_large");
}

#[tokio::test]
async fn what_everybody_may_ask() {
    let app = TestApp::start().await;
    let health = app.anon().get("/auth/v1/health").await.expect(200);
    assert_eq!(health.json["name"], "GoTrue");
    let settings = app.anon().get("/auth/v1/settings").await.expect(200);
    assert_eq!(settings.json["external"]["email"], true);
    assert_eq!(settings.json["mailer_autoconfirm"], true);
    let keys = app
        .anon()
        .get("/auth/v1/.well-known/jwks.json")
        .await
        .expect(200);
    assert_eq!(keys.json, json!({ "keys": [] }));
    assert_eq!(keys.header("cache-control"), Some("public, max-age=600"));
}

#[tokio::test]
async fn any_page_may_call_with_its_key() {
    let app = TestApp::start().await;
    let asked = [
        ("Origin", "https://app.example"),
        ("Access-Control-Request-Method", "POST"),
        (
            "Access-Control-Request-Headers",
            "apikey,authorization,x-client-info,x-supabase-api-version",
        ),
    ];
    let answer = app
        .anon()
        .send(reqwest::Method::OPTIONS, "/auth/v1/token", None, &asked)
        .await
        .expect(200);
    assert_eq!(
        answer.header("access-control-allow-origin"),
        Some("https://app.example")
    );
    assert!(
        answer
            .header("access-control-allow-headers")
            .unwrap()
            .contains("apikey")
    );
    assert!(
        answer
            .header("access-control-allow-methods")
            .unwrap()
            .contains("PUT")
    );
    let answer = app
        .anon()
        .get_with("/auth/v1/user", &[asked[0]])
        .await
        .expect(401);
    assert_eq!(
        answer.header("access-control-allow-origin"),
        Some("https://app.example")
    );
    let exposed = answer.header("access-control-expose-headers").unwrap();
    assert!(exposed.contains("x-supabase-api-version"), "{exposed}");
}

#[tokio::test]
async fn bearers_are_judged_as_supabase_auth_does() {
    let app = TestApp::start().await;
    let ana = sign_up(&app, "ana@example.com").await;
    let code = async |header: Option<String>, status: u16| {
        let header = header.unwrap_or_default();
        let headers: &[(&str, &str)] = match header.as_str() {
            "" => &[VERSION],
            text => &[VERSION, ("Authorization", text)],
        };
        let answer = app.anon().get_with("/auth/v1/user", headers).await;
        assert_eq!(answer.status.as_u16(), status, "{header} {}", answer.text);
        answer.json["code"].as_str().unwrap().to_owned()
    };
    assert_eq!(code(None, 401).await, "no_authorization");
    assert_eq!(
        code(Some("Basic eDp5".into()), 401).await,
        "no_authorization"
    );
    assert_eq!(code(Some("Bearer x.y.z".into()), 403).await, "bad_jwt");
    let key = format!("Bearer {}", app.app.keys().anon());
    assert_eq!(code(Some(key), 403).await, "bad_jwt");
    let stranger = app.token(uuid::Uuid::new_v4(), uuid::Uuid::new_v4(), 60);
    assert_eq!(
        code(Some(format!("Bearer {stranger}")), 403).await,
        "user_not_found"
    );
    let ended = app.token(ana.id(), uuid::Uuid::new_v4(), 60);
    assert_eq!(
        code(Some(format!("Bearer {ended}")), 403).await,
        "session_not_found"
    );
    let sql = app.sql().await;
    sql.execute(
        "update auth.users set banned_until = now() + interval '1 hour' where id = $1",
        &[&ana.id()],
    )
    .await
    .unwrap();
    assert_eq!(
        code(Some(format!("Bearer {}", ana.access)), 403).await,
        "user_banned"
    );
    let refused = sign_in(&app, "ana@example.com", PASSWORD).await.expect(400);
    assert_eq!(refused.json["code"], "user_banned");
}

#[tokio::test]
async fn a_flood_of_auth_requests_is_told_to_wait_in_the_clients_shape() {
    let app = TestApp::with(|settings| {
        settings.rate = 1;
        settings.burst = 5;
    })
    .await;
    let person = app.person(doorstep::users::Role::SalesRep).await;
    let origin = ("origin", "https://app.example");
    for _ in 0..5 {
        person.get("/auth/v1/user").await.expect(200);
    }
    let refused = person
        .get_with("/auth/v1/user", &[VERSION, origin])
        .await
        .expect(429);
    assert_eq!(refused.json["code"], "over_request_rate_limit");
    assert_eq!(
        refused.header("x-sb-error-code"),
        Some("over_request_rate_limit")
    );
    let wait: u64 = refused.header("retry-after").unwrap().parse().unwrap();
    assert!((1..=5).contains(&wait), "{wait}");
    assert_eq!(
        refused.header("access-control-allow-origin"),
        Some("https://app.example")
    );
    // One bucket, whichever door: the API refuses as well.
    person.get("/api/users/me").await.expect(429);
    let old = person
        .post("/auth/v1/logout", serde_json::json!({}))
        .await
        .expect(429);
    assert_eq!(old.json["error_code"], "over_request_rate_limit");
    // Another caller is not meant, nor is the question whether he may call.
    app.anon().get("/auth/v1/settings").await.expect(200);
    let asked = [
        origin,
        ("access-control-request-method", "POST"),
        ("access-control-request-headers", "authorization"),
    ];
    let preflight = person
        .send(reqwest::Method::OPTIONS, "/auth/v1/logout", None, &asked)
        .await
        .expect(200);
    assert!(preflight.header("access-control-allow-methods").is_some());
}
