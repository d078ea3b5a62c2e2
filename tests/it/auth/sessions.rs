//! `/auth/v1` as its clients use it.

use std::time::Instant;

use doorstep::users::Role;
use serde_json::{Value, json};

use super::{PASSWORD, Signed, VERSION, refresh, sign_in, sign_up};
use crate::app::TestApp;

#[tokio::test]
async fn a_sign_up_answers_a_session_in_the_shape_of_the_clients() {
    let app = TestApp::start().await;
    let body = json!({
        "email": "Ana@Example.com", "password": PASSWORD,
        "data": { "name": "Ana", "role": "admin", "status": "active" },
        "gotrue_meta_security": {}, "code_challenge": null, "code_challenge_method": null,
    });
    let answer = app.anon().post("/auth/v1/signup", body).await.expect(200);
    assert_eq!(answer.header("cache-control"), Some("no-store"));
    let session = &answer.json;
    assert_eq!(session["token_type"], "bearer");
    assert_eq!(session["expires_in"], 3600);
    let user = &session["user"];
    assert_eq!(user["email"], "ana@example.com");
    assert_eq!(user["phone"], "");
    assert_eq!(user["aud"], "authenticated");
    assert_eq!(
        user["app_metadata"],
        json!({ "provider": "email", "providers": ["email"] })
    );
    assert_eq!(user["user_metadata"]["name"], "Ana");
    assert_eq!(user["is_anonymous"], false);
    let identity = &user["identities"][0];
    assert_eq!(identity["provider"], "email");
    assert_eq!(identity["id"], user["id"]);
    assert_eq!(identity["identity_data"]["sub"], user["id"]);
    assert!(user.get("banned_until").is_none());

    let signed = Signed::of(&app, "ana@example.com", session.clone());
    let me = signed.client.get("/auth/v1/user").await.expect(200);
    assert_eq!(me.json["id"], user["id"]);

    // What she says of herself makes her neither an administrator nor active.
    let row = app
        .sql()
        .await
        .query_one(
            "select name, role, status from public.users where id = $1",
            &[&signed.id()],
        )
        .await
        .unwrap();
    let row: (String, String, String) = (row.get(0), row.get(1), row.get(2));
    assert_eq!(row, ("Ana".into(), "sales_rep".into(), "inactive".into()));
}

#[tokio::test]
async fn the_claims_are_those_of_supabase_auth() {
    use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
    let app = TestApp::start().await;
    let signed = sign_up(&app, "ana@example.com").await;
    let payload = signed.access.split('.').nth(1).unwrap();
    let claims: Value = serde_json::from_slice(&URL_SAFE_NO_PAD.decode(payload).unwrap()).unwrap();
    assert_eq!(claims["iss"], format!("{}/auth/v1", app.url));
    assert_eq!(claims["sub"], signed.session["user"]["id"]);
    assert_eq!(claims["aud"], "authenticated");
    assert_eq!(claims["role"], "authenticated");
    assert_eq!(claims["aal"], "aal1");
    assert_eq!(claims["amr"][0]["method"], "password");
    assert_eq!(claims["email"], "ana@example.com");
    assert_eq!(claims["is_anonymous"], false);
    let life = claims["exp"].as_i64().unwrap() - claims["iat"].as_i64().unwrap();
    assert_eq!(life, 3600);
    let again = refresh(&app, &signed.refresh).await.expect(200);
    let payload = again.json["access_token"]
        .as_str()
        .unwrap()
        .split('.')
        .nth(1)
        .unwrap();
    let later: Value = serde_json::from_slice(&URL_SAFE_NO_PAD.decode(payload).unwrap()).unwrap();
    assert_eq!(later["session_id"], claims["session_id"]);
    assert_eq!(later["amr"], claims["amr"]);
}

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
async fn a_trigger_that_refuses_a_new_person_is_told_as_supabase_auth_tells_it() {
    let app = TestApp::start().await;
    let sql = app.sql().await;
    sql.batch_execute(
        "create function public.refuse() returns trigger language plpgsql as \
         $$ begin raise exception 'no'; end $$; \
         create trigger z after insert on auth.users for each row execute function public.refuse()",
    )
    .await
    .unwrap();
    let body = json!({ "email": "ana@example.com", "password": PASSWORD });
    let answer = app.anon().post("/auth/v1/signup", body).await.expect(500);
    assert_eq!(answer.json["error_code"], "unexpected_failure");
    assert_eq!(answer.json["msg"], "Database error saving new user");
    assert!(answer.json["error_id"].is_string());
    let left: i64 = sql
        .query_one("select count(*) from auth.users", &[])
        .await
        .unwrap()
        .get(0);
    assert_eq!(left, 0);
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

#[tokio::test]
async fn a_code_is_exchanged_once_and_only_with_its_verifier() {
    let app = TestApp::start().await;
    let ana = sign_up(&app, "ana@example.com").await;
    let verifier = "v".repeat(50);
    let sql = app.sql().await;
    for (code, age) in [("fresh", 0.0), ("stale", 301.0)] {
        sql.execute(
            "insert into auth.flow_state (user_id, auth_code, code_challenge_method, \
             code_challenge, provider_type, authentication_method, auth_code_issued_at) \
             values ($1, $2, 'plain', $3, 'email', 'otp', now() - make_interval(secs => $4))",
            &[&ana.id(), &code, &verifier, &age],
        )
        .await
        .unwrap();
    }
    let exchange = async |code: &str, verifier: &str| {
        let body = json!({ "auth_code": code, "code_verifier": verifier });
        app.anon()
            .post_with("/auth/v1/token?grant_type=pkce", body, &[VERSION])
            .await
    };
    assert_eq!(
        exchange("fresh", "wrong").await.expect(400).json["code"],
        "bad_code_verifier"
    );
    assert_eq!(
        exchange("stale", &verifier).await.expect(422).json["code"],
        "flow_state_expired"
    );
    exchange("fresh", &verifier).await.expect(200);
    assert_eq!(
        exchange("fresh", &verifier).await.expect(404).json["code"],
        "flow_state_not_found"
    );
}

#[tokio::test]
async fn guessing_is_limited_by_address_and_by_account() {
    let limited = |settings: &mut doorstep::app::Settings| {
        settings.rate = 1000;
        settings.burst = 1000;
    };
    let app = TestApp::with(limited).await;
    let body = json!({ "type": "email", "email": "ana@example.com", "token": "123456" });
    let mut refused = 0;
    for attempt in 0..35 {
        let address = format!("192.0.2.{attempt}");
        let forged = [
            ("X-Forwarded-For", address.as_str()),
            ("Forwarded", "for=192.0.2.9"),
        ];
        let answer = app
            .anon()
            .post_with("/auth/v1/verify", body.clone(), &forged)
            .await;
        if answer.status == 429 {
            assert_eq!(answer.json["error_code"], "over_request_rate_limit");
            assert!(answer.header("retry-after").is_some());
            refused += 1;
        }
    }
    assert!((4..=5).contains(&refused), "{refused}");
}

#[tokio::test]
async fn an_unknown_address_takes_as_long_as_a_wrong_password() {
    let app = TestApp::start().await;
    sign_up(&app, "ana@example.com").await;
    let took = async |email: &str| {
        let mut times = Vec::new();
        for _ in 0..7 {
            let start = Instant::now();
            sign_in(&app, email, "wrong horse").await.expect(400);
            times.push(start.elapsed().as_secs_f64());
        }
        times.sort_by(f64::total_cmp);
        times[3]
    };
    took("warm@example.com").await;
    let (known, unknown) = (
        took("ana@example.com").await,
        took("nobody@example.com").await,
    );
    let ratio = unknown / known;
    assert!(
        (0.5..2.0).contains(&ratio),
        "known {known} s, unknown {unknown} s"
    );
}
