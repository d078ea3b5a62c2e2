//! Sessions in cookies.

use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use doorstep::users::Role;
use serde_json::{Value, json};

use super::{Signed, refresh, sign_up};
use crate::app::{Answer, TestApp};

const NAME: &str = "sb-127-auth-token";

/// The cookie as `@supabase/ssr` writes it, in chunks of `size`.
fn cookie(session: &Value, size: usize) -> String {
    let value = format!("base64-{}", URL_SAFE_NO_PAD.encode(session.to_string()));
    if value.len() <= size {
        return format!("{NAME}={value}");
    }
    let chunks = value.as_bytes().chunks(size).enumerate();
    let chunks = chunks
        .map(|(number, chunk)| format!("{NAME}.{number}={}", std::str::from_utf8(chunk).unwrap()));
    chunks.collect::<Vec<_>>().join("; ")
}

fn set_cookies(answer: &Answer) -> Vec<String> {
    let all = answer.headers.get_all("set-cookie").iter();
    all.map(|value| value.to_str().unwrap().to_owned())
        .collect()
}

/// What a browser holds after an answer, from nothing.
fn jar(answer: &Answer) -> String {
    set_cookies(answer)
        .iter()
        .filter(|set| !set.contains("Max-Age=0"))
        .map(|set| set.split(';').next().unwrap().to_owned())
        .collect::<Vec<_>>()
        .join("; ")
}

async fn get(app: &TestApp, cookie: &str) -> Answer {
    app.anon()
        .get_with("/api/prospects-of-nobody", &[("Cookie", cookie)])
        .await
}

/// Whether these cookies are somebody: nobody may make a property, but only
/// somebody is told that it is for lack of a right or of a name.
async fn is_somebody(app: &TestApp, cookie: &str) -> (bool, Answer) {
    let headers = [("Cookie", cookie), ("Sec-Fetch-Site", "same-origin")];
    let body = json!({ "name": "x" });
    let answer = app
        .anon()
        .post_with("/api/properties", body, &headers)
        .await;
    assert!(
        matches!(answer.status.as_u16(), 400 | 401),
        "{}",
        answer.text
    );
    (answer.status == 400, answer)
}

/// A session whose access token ends in `seconds`.
fn ending(app: &TestApp, signed: &Signed, session: uuid::Uuid, seconds: i64) -> Value {
    let mut stored = signed.session.clone();
    stored["access_token"] = app.token(signed.id(), session, seconds).into();
    stored
}

async fn session_of(app: &TestApp, signed: &Signed) -> uuid::Uuid {
    let query = "select id from auth.sessions where user_id = $1";
    let row = app
        .sql()
        .await
        .query_one(query, &[&signed.id()])
        .await
        .unwrap();
    row.get(0)
}

#[tokio::test]
async fn the_cookie_of_the_client_is_read_whole_and_in_chunks() {
    let app = TestApp::start().await;
    let ana = sign_up(&app, "ana@example.com").await;
    for size in [100_000, 3180, 500] {
        let (somebody, answer) = is_somebody(&app, &cookie(&ana.session, size)).await;
        assert!(somebody, "{size}");
        assert!(set_cookies(&answer).is_empty(), "nothing to change");
    }
    let tokens_only = json!({ "access_token": ana.access, "refresh_token": ana.refresh });
    assert!(is_somebody(&app, &cookie(&tokens_only, 3180)).await.0);
}

#[tokio::test]
async fn a_session_about_to_end_is_refreshed_in_passing() {
    let app = TestApp::start().await;
    let ana = sign_up(&app, "ana@example.com").await;
    let session = session_of(&app, &ana).await;
    let fresh = ending(&app, &ana, session, 100);
    let (somebody, answer) = is_somebody(&app, &cookie(&fresh, 3180)).await;
    assert!(somebody && set_cookies(&answer).is_empty());
    for seconds in [60, -60] {
        let stored = ending(&app, &ana, session, seconds);
        let (somebody, answer) = is_somebody(&app, &cookie(&stored, 500)).await;
        assert!(somebody, "{seconds}");
        let never = "private, no-cache, no-store, must-revalidate, max-age=0";
        assert_eq!(answer.header("cache-control"), Some(never));
        let set = set_cookies(&answer);
        assert!(
            set.iter()
                .all(|set| set.contains("SameSite=Lax") && !set.contains("HttpOnly"))
        );
        assert!(set.iter().any(|set| set.contains("Max-Age=34560000")));
        assert!(
            set.iter().any(|set| set.contains("Max-Age=0")),
            "chunks that are left: {set:?}"
        );
        let (somebody, again) = is_somebody(&app, &jar(&answer)).await;
        assert!(somebody && set_cookies(&again).is_empty());
    }
    // The first token was used by that, and its replay gives the active one.
    refresh(&app, &ana.refresh).await.expect(200);
}

#[tokio::test]
async fn twenty_requests_with_one_old_cookie_are_all_somebody() {
    let app = TestApp::start().await;
    let ana = sign_up(&app, "ana@example.com").await;
    let stored = ending(&app, &ana, session_of(&app, &ana).await, -60);
    let cookie = cookie(&stored, 3180);
    let all = (0..20).map(|_| is_somebody(&app, &cookie));
    for (somebody, answer) in futures_util::future::join_all(all).await {
        assert!(somebody && is_somebody(&app, &jar(&answer)).await.0);
    }
}

#[tokio::test]
async fn a_cookie_that_is_over_is_nobody_and_forgotten() {
    let app = TestApp::start().await;
    let ana = sign_up(&app, "ana@example.com").await;
    let sent = cookie(&ana.session, 500);
    assert!(is_somebody(&app, &sent).await.0);
    ana.client
        .post("/auth/v1/logout", json!({}))
        .await
        .expect(204);
    let rubbish = format!("{NAME}=base64-rubbish; {NAME}.0=x; doorstep-session=x");
    for cookie in [sent, rubbish] {
        let (somebody, answer) = is_somebody(&app, &cookie).await;
        assert!(!somebody, "{cookie}");
        let forgotten = set_cookies(&answer);
        let names = cookie
            .split("; ")
            .map(|pair| pair.split('=').next().unwrap());
        for name in names {
            let start = format!("{name}=;");
            assert!(
                forgotten
                    .iter()
                    .any(|set| set.starts_with(&start) && set.contains("Max-Age=0")),
                "{name} {forgotten:?}"
            );
        }
        let list = app
            .anon()
            .get_with("/api/properties", &[("Cookie", &cookie)])
            .await;
        list.expect(200);
        get(&app, &cookie).await.expect(404);
    }
}

#[tokio::test]
async fn a_forged_header_is_refused_whatever_the_cookie_says() {
    let app = TestApp::start().await;
    let ana = sign_up(&app, "ana@example.com").await;
    let cookie = cookie(&ana.session, 3180);
    let headers = [
        ("Cookie", cookie.as_str()),
        ("Authorization", "Bearer x.y.z"),
    ];
    app.anon()
        .get_with("/api/properties", &headers)
        .await
        .expect(401);
}

#[tokio::test]
async fn a_foreign_page_writes_nothing_by_cookie() {
    let app = TestApp::start().await;
    let ana = sign_up(&app, "ana@example.com").await;
    let stored = ending(&app, &ana, session_of(&app, &ana).await, -60);
    let cookie = cookie(&stored, 3180);
    let port = app.url.rsplit(':').next().unwrap().to_owned();
    let neighbour = format!("http://localhost:{port}");
    for (name, value) in [
        ("Sec-Fetch-Site", "cross-site"),
        ("Sec-Fetch-Site", "same-site"),
        ("Origin", "https://evil.example"),
        ("Origin", "null"),
        ("Origin", "http://127.0.0.1:1"),
        ("Origin", &neighbour),
    ] {
        let headers = [("Cookie", cookie.as_str()), (name, value)];
        for path in ["/api/properties", "/api/auth/signout"] {
            let answer = app
                .anon()
                .post_with(path, json!({}), &headers)
                .await
                .expect(403);
            assert_eq!(answer.json["code"], "cross_site");
            assert!(set_cookies(&answer).is_empty(), "nothing was refreshed");
        }
    }
    let headers = [("Cookie", cookie.as_str()), ("Origin", app.url.as_str())];
    let answer = app
        .anon()
        .post_with("/api/properties", json!({}), &headers)
        .await;
    answer.expect(400);
    // Written by a header, it is a program's own doing.
    let headers = [("Origin", "https://evil.example")];
    ana.client
        .post_with("/api/properties", json!({}), &headers)
        .await
        .expect(400);
}

#[tokio::test]
async fn signing_out_by_cookie_ends_the_session_and_clears_both_cookies() {
    let app = TestApp::start().await;
    let ana = sign_up(&app, "ana@example.com").await;
    let rep = app.person(Role::SalesRep).await;
    rep.get("/api/properties").await.expect(200);
    let cookie = format!("{}; doorstep-session=x", cookie(&ana.session, 500));
    let headers = [
        ("Cookie", cookie.as_str()),
        ("Sec-Fetch-Site", "same-origin"),
    ];
    let answer = app
        .anon()
        .post_with("/api/auth/signout", json!({}), &headers)
        .await;
    let answer = answer.expect(204);
    assert_eq!(jar(&answer), "");
    let forgotten = set_cookies(&answer);
    for name in [
        "doorstep-session".to_owned(),
        format!("{NAME}.0"),
        format!("{NAME}.1"),
    ] {
        let one = forgotten
            .iter()
            .filter(|set| set.starts_with(&format!("{name}=")));
        assert_eq!(one.count(), 1, "{name} {forgotten:?}");
    }
    ana.client.get("/api/properties").await.expect(401);
    rep.get("/api/properties").await.expect(200);
}
