//! `/auth/v1` as its clients use it.

use std::time::Instant;

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
        let start = Instant::now();
        sign_in(&app, email, "wrong horse").await.expect(400);
        start.elapsed().as_secs_f64()
    };
    took("warm@example.com").await;
    // In turn, and the fastest of each: what else the machine does slows both.
    let (mut known, mut unknown) = (f64::MAX, f64::MAX);
    for _ in 0..15 {
        known = took("ana@example.com").await.min(known);
        unknown = took("nobody@example.com").await.min(unknown);
    }
    let ratio = unknown / known;
    assert!(
        (0.5..2.0).contains(&ratio),
        "known {known} s, unknown {unknown} s"
    );
}
