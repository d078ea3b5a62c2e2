//! Tokens that nobody here signed, or not like this.

use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use jsonwebtoken::{Algorithm, EncodingKey, Header, encode};
use serde_json::{Value, json};

use super::{Signed, sign_up};
use crate::app::{SECRET, TestApp};

fn part(value: &Value) -> String {
    URL_SAFE_NO_PAD.encode(value.to_string())
}

fn signed(algorithm: Algorithm, secret: &[u8], claims: &Value) -> String {
    encode(
        &Header::new(algorithm),
        claims,
        &EncodingKey::from_secret(secret),
    )
    .unwrap()
}

/// The claims of a token that is good.
fn claims(real: &Signed) -> Value {
    let payload = real.access.split('.').nth(1).unwrap();
    serde_json::from_slice(&URL_SAFE_NO_PAD.decode(payload).unwrap()).unwrap()
}

/// The good claims with one changed, or left out where there is no value.
fn with(good: &Value, key: &str, value: Option<Value>) -> Value {
    let mut claims = good.clone();
    match value {
        Some(value) => claims[key] = value,
        None => {
            claims.as_object_mut().unwrap().remove(key);
        }
    }
    claims
}

/// Another algorithm than the one that is pinned.
fn by_algorithm(good: &Value, real: &Signed) -> Vec<String> {
    let (payload, signature) = (part(good), real.access.rsplit('.').next().unwrap());
    let mut forged = Vec::new();
    for name in [
        "none", "None", "NONE", "nOnE", "", "hs256", "HS256 ", "RS256", "ES256", "PS256", "EdDSA",
        "HS1",
    ] {
        let header = part(&json!({ "alg": name, "typ": "JWT" }));
        forged.push(format!("{header}.{payload}."));
        forged.push(format!("{header}.{payload}.{signature}"));
        forged.push(format!("{header}.{payload}"));
    }
    for header in [
        json!({}),
        json!({ "alg": null }),
        json!({ "alg": 1 }),
        json!({ "alg": ["HS256"] }),
        json!([]),
        json!(null),
    ] {
        forged.push(format!("{}.{payload}.{signature}", part(&header)));
    }
    for algorithm in [Algorithm::HS384, Algorithm::HS512] {
        forged.push(signed(algorithm, SECRET, good));
    }
    // Keys that the token itself brings along.
    for (name, value) in [
        ("kid", "../../dev/null"),
        ("kid", "' union select 'x"),
        ("jku", "http://127.0.0.1/k"),
        ("x5u", "http://127.0.0.1/k"),
    ] {
        let mut header = Header::new(Algorithm::HS256);
        match name {
            "kid" => header.kid = Some(value.into()),
            "jku" => header.jku = Some(value.into()),
            _ => header.x5u = Some(value.into()),
        }
        forged.push(encode(&header, good, &EncodingKey::from_secret(b"x")).unwrap());
    }
    forged
}

/// Signed with something that is not the secret.
fn by_secret(good: &Value, app: &TestApp) -> Vec<String> {
    let text = std::str::from_utf8(SECRET).unwrap();
    let mut secrets: Vec<Vec<u8>> = [
        "",
        " ",
        "secret",
        "password",
        "null",
        "doorstep",
        "your-256-bit-secret",
        "changeme",
        "super-secret-jwt-token-with-at-least-32-characters-long",
        app.app.keys().anon(),
        app.app.keys().service(),
    ]
    .iter()
    .map(|secret| secret.as_bytes().to_vec())
    .collect();
    secrets.push(text.to_uppercase().into_bytes());
    secrets.push(format!("{text}\n").into_bytes());
    secrets.push(format!(" {text}").into_bytes());
    secrets.push(URL_SAFE_NO_PAD.encode(SECRET).into_bytes());
    secrets.push(SECRET[..SECRET.len() - 1].to_vec());
    secrets.push(SECRET[1..].to_vec());
    secrets.push(vec![0; 32]);
    for purpose in ["session cookie", "form"] {
        secrets.push(app.app.keys().derived(purpose).to_vec());
    }
    secrets
        .iter()
        .map(|secret| signed(Algorithm::HS256, secret, good))
        .collect()
}

/// Rightly signed, but not what a token of ours says.
fn by_claim(good: &Value) -> Vec<String> {
    let now = jiff::Timestamp::now().as_second();
    let far = now + 3600;
    let mut all = Vec::new();
    for exp in [
        Some(json!(far.to_string())),
        Some(json!("never")),
        Some(json!(far as f64 + 0.5)),
        Some(json!(null)),
        Some(json!(true)),
        Some(json!([far])),
        Some(json!({ "at": far })),
        Some(json!(0)),
        Some(json!(-1)),
        Some(json!(now)),
        Some(json!(now - 1)),
        Some(json!(now - 86_400)),
        Some(json!(u64::MAX)),
        None,
    ] {
        all.push(with(good, "exp", exp));
    }
    for key in ["sub", "session_id"] {
        for value in [
            Some(json!("")),
            Some(json!("1234567890")),
            Some(json!(1)),
            Some(json!(null)),
            Some(json!("' or true --")),
            Some(json!([])),
            Some(json!({})),
            Some(json!("00000000-0000-0000-0000-000000000000")),
            None,
        ] {
            all.push(with(good, key, value));
        }
    }
    for role in [
        Some(json!("service_role")),
        Some(json!("supabase_admin")),
        Some(json!("postgres")),
        Some(json!("admin")),
        Some(json!("worker")),
        Some(json!("nobody")),
        Some(json!("doorstep_auth")),
        Some(json!("doorstep_definer")),
        Some(json!("doorstep_owner")),
        Some(json!("Authenticated")),
        Some(json!("authenticated ")),
        Some(json!("")),
        Some(json!(null)),
        Some(json!(1)),
        Some(json!(["authenticated"])),
        None,
    ] {
        all.push(with(good, "role", role));
    }
    for aud in [
        Some(json!("doorstep-session")),
        Some(json!("anon")),
        Some(json!("")),
        Some(json!(null)),
        Some(json!(1)),
        None,
    ] {
        all.push(with(good, "aud", aud));
    }
    for iat in [Some(json!("now")), Some(json!(null)), None] {
        all.push(with(good, "iat", iat));
    }
    // API keys with a person in them.
    let sub = good["sub"].clone();
    for role in ["anon", "service_role", "authenticated"] {
        all.push(json!({ "role": role, "iss": "doorstep", "sub": sub, "iat": 1, "exp": far }));
    }
    all.push(json!({ "role": "authenticated", "exp": far }));
    all.push(json!([]));
    all.push(json!("x"));
    all.iter()
        .map(|claims| signed(Algorithm::HS256, SECRET, claims))
        .collect()
}

/// A good token, damaged.
fn by_damage(real: &Signed) -> Vec<String> {
    let token = &real.access;
    let mut forged = Vec::new();
    for step in 0..60 {
        let at = step * (token.len() - 1) / 59;
        let mut bytes = token.clone().into_bytes();
        bytes[at] = match bytes[at] {
            b'.' => b'_',
            b'A' => b'B',
            _ => b'A',
        };
        forged.push(String::from_utf8(bytes).unwrap());
    }
    for cut in [1, 2, 10, 43, 44, 60] {
        forged.push(token[..token.len() - cut].to_owned());
    }
    forged.extend([
        format!("{token}="),
        format!("{token}A"),
        format!("{token}."),
        format!("{token}.{token}"),
        format!(".{token}"),
        format!("\"{token}\""),
        format!("{token},{token}"),
        token.to_uppercase(),
        "x".into(),
        ".".into(),
        "..".into(),
        "...".into(),
        "a.b.c".into(),
        "null".into(),
        "undefined".into(),
        "x".repeat(10_000),
        real.refresh.clone(),
    ]);
    forged
}

#[tokio::test]
async fn none_of_two_hundred_forged_tokens_is_let_in() {
    let app = TestApp::start().await;
    let real = sign_up(&app, "ana@example.com").await;
    let good = claims(&real);
    let mut forged = by_algorithm(&good, &real);
    forged.extend(by_secret(&good, &app));
    forged.extend(by_claim(&good));
    forged.extend(by_damage(&real));
    assert!(forged.len() >= 200, "{}", forged.len());
    // The good one, signed in the same way, is let in.
    let again = signed(Algorithm::HS256, SECRET, &good);
    let bearer = format!("Bearer {again}");
    let answer = app
        .anon()
        .get_with("/api/properties", &[("Authorization", &bearer)])
        .await;
    answer.expect(200);
    for token in &forged {
        let bearer = format!("Bearer {token}");
        for (name, value) in [("Authorization", bearer.as_str()), ("apikey", token)] {
            let answer = app
                .anon()
                .get_with("/api/properties", &[(name, value)])
                .await;
            assert_eq!(answer.status.as_u16(), 401, "{name} {token}");
        }
        let answer = app
            .anon()
            .get_with("/auth/v1/user", &[("Authorization", &bearer)])
            .await;
        assert!(
            matches!(answer.status.as_u16(), 401 | 403),
            "{token} {}",
            answer.text
        );
        // In a cookie it is nobody, and the browser forgets it.
        let cookie = format!("doorstep-session={token}");
        let answer = app
            .anon()
            .get_with("/api/properties", &[("Cookie", &cookie)])
            .await;
        let set = answer.header("set-cookie").unwrap_or_default();
        assert!(set.contains("Max-Age=0"), "{token} {set}");
        let cookie = [("Cookie", cookie.as_str())];
        app.anon()
            .post_with("/api/properties", json!({}), &cookie)
            .await
            .expect(401);
    }
}
