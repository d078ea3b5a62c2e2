//! The cookie that `@supabase/ssr` writes, in its own format.
//!
//! `base64-` and the base64url of the session's JSON; when that is longer than
//! 3,180 characters, it stands in `<name>.0`, `<name>.1`, … instead. The
//! browser's client reads it, so it is never `HttpOnly`.

use axum::http::HeaderValue;
use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use cookie::{Cookie, SameSite};
use serde::Deserialize;
use serde_json::Value;

use super::{Jar, KEPT, set_cookie};
use crate::auth::v1::types::Session;

const PREFIX: &str = "base64-";
/// The most characters of one chunk.
const CHUNK: usize = 3_180;
/// More chunks than this are not a session of ours.
const MOST_CHUNKS: usize = 16;

/// What a browser's client keeps of a session.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
pub struct Stored {
    /// The bearer token, perhaps over.
    pub access_token: String,
    /// What the next one is got with.
    pub refresh_token: String,
    /// The person; absent when the client was told to keep tokens only.
    #[serde(default)]
    pub user: Option<Value>,
}

/// Whether the browser sent the cookie or a chunk of it.
pub fn is_there(name: &str, jar: &Jar) -> bool {
    jar.names().any(|sent| is_ours(name, sent))
}

/// Reads the session out of the cookie or its chunks.
pub fn read(name: &str, jar: &Jar) -> Option<Stored> {
    let text = match jar.get(name) {
        Some(whole) => whole.to_owned(),
        None => (0..MOST_CHUNKS)
            .map_while(|number| jar.get(&format!("{name}.{number}")))
            .collect(),
    };
    match text.strip_prefix(PREFIX) {
        Some(encoded) => {
            let bytes = URL_SAFE_NO_PAD.decode(encoded).ok()?;
            serde_json::from_slice(&bytes).ok()
        }
        None => serde_json::from_str(&text).ok(),
    }
}

/// Writes a session, and removes the chunks that are left of an older one.
/// Without `user` where the cookie had none.
pub fn write(name: &str, session: &Session, with_user: bool, jar: &Jar) -> Vec<HeaderValue> {
    let mut json = serde_json::to_value(session).unwrap_or_default();
    if let (false, Some(object)) = (with_user, json.as_object_mut()) {
        object.remove("user");
    }
    let value = format!("{PREFIX}{}", URL_SAFE_NO_PAD.encode(json.to_string()));
    let parts: Vec<(String, &str)> = if value.len() <= CHUNK {
        vec![(name.to_owned(), value.as_str())]
    } else {
        let chunks = (0..).zip(split(&value));
        chunks
            .map(|(number, part): (u32, &str)| (format!("{name}.{number}"), part))
            .collect()
    };
    let mut set: Vec<HeaderValue> = parts
        .iter()
        .map(|(name, part)| kept(name, part, KEPT))
        .collect();
    let stale = jar
        .names()
        .filter(|sent| is_ours(name, sent) && !parts.iter().any(|(written, _)| written == sent));
    set.extend(stale.map(gone));
    set
}

/// Makes a browser forget the cookie and its chunks.
pub fn forget(name: &str, jar: &Jar) -> Vec<HeaderValue> {
    jar.names()
        .filter(|sent| is_ours(name, sent))
        .map(gone)
        .collect()
}

/// The value is ASCII, so every index is a character's.
fn split(value: &str) -> impl Iterator<Item = &str> {
    let ends = (0..value.len()).step_by(CHUNK);
    ends.map(move |start| &value[start..value.len().min(start + CHUNK)])
}

/// Whether a cookie is the session's or a chunk of it: `<name>.` and a number
/// without leading zeros. The verifiers of unfinished flows are not.
fn is_ours(name: &str, sent: &str) -> bool {
    match sent.strip_prefix(name) {
        Some("") => true,
        Some(rest) => rest.strip_prefix('.').is_some_and(|number| {
            number
                .parse::<u16>()
                .is_ok_and(|parsed| parsed.to_string() == number)
        }),
        None => false,
    }
}

fn kept(name: &str, value: &str, age: std::time::Duration) -> HeaderValue {
    let mut cookie = Cookie::build((name, value))
        .path("/")
        .same_site(SameSite::Lax)
        .build();
    cookie.set_max_age(cookie::time::Duration::try_from(age).ok());
    set_cookie(&cookie)
}

fn gone(name: &str) -> HeaderValue {
    kept(name, "", std::time::Duration::ZERO)
}

#[cfg(test)]
mod tests {
    use axum::http::{HeaderMap, header};
    use proptest::prelude::*;
    use serde_json::json;

    use super::*;
    use crate::auth::v1::types::User;

    const NAME: &str = "sb-127-auth-token";

    fn jar(pairs: &[(&str, &str)]) -> Jar {
        let mut headers = HeaderMap::new();
        for (name, value) in pairs {
            let pair = format!("{name}={value}");
            headers.append(header::COOKIE, pair.parse().unwrap());
        }
        Jar::read(&headers)
    }

    fn session(metadata: &str) -> Session {
        let json = json!({ "note": metadata });
        let now = jiff::Timestamp::UNIX_EPOCH;
        Session {
            access_token: "a.b.c".into(),
            token_type: "bearer",
            expires_in: 3600,
            expires_at: 1,
            refresh_token: "refresh".into(),
            user: User {
                id: uuid::Uuid::nil(),
                aud: String::new(),
                role: String::new(),
                email: "é@example.com".into(),
                email_confirmed_at: None,
                invited_at: None,
                phone: String::new(),
                phone_confirmed_at: None,
                confirmation_sent_at: None,
                confirmed_at: None,
                recovery_sent_at: None,
                new_email: None,
                email_change_sent_at: None,
                new_phone: None,
                phone_change_sent_at: None,
                reauthentication_sent_at: None,
                last_sign_in_at: None,
                app_metadata: serde_json::Map::new(),
                user_metadata: json.as_object().unwrap().clone(),
                identities: Vec::new(),
                created_at: now,
                updated_at: now,
                banned_until: None,
                is_anonymous: false,
            },
            weak_password: None,
        }
    }

    /// What a browser keeps after these `Set-Cookie` headers.
    fn browser(set: &[HeaderValue]) -> Jar {
        let mut headers = HeaderMap::new();
        for value in set {
            let text = value.to_str().unwrap();
            assert!(
                text.contains("Path=/") && text.contains("SameSite=Lax"),
                "{text}"
            );
            assert!(!text.contains("HttpOnly"), "{text}");
            let pair = text.split(';').next().unwrap();
            assert!(pair.len() <= 4096);
            if !text.contains("Max-Age=0") {
                headers.append(header::COOKIE, pair.parse().unwrap());
            }
        }
        Jar::read(&headers)
    }

    #[test]
    fn the_forms_of_the_client_are_read() {
        let stored = Some(Stored {
            access_token: "x".into(),
            refresh_token: "y".into(),
            user: None,
        });
        let json = r#"{"access_token":"x","refresh_token":"y"}"#;
        let encoded = format!("{PREFIX}{}", URL_SAFE_NO_PAD.encode(json));
        assert_eq!(read(NAME, &jar(&[(NAME, &encoded)])), stored);
        // `cookieEncoding: "raw"`, and two chunks of it.
        let raw = json.replace('"', "%22").replace(',', "%2C");
        assert_eq!(read(NAME, &jar(&[(NAME, &raw)])), stored);
        let (first, second) = encoded.split_at(20);
        let (zero, one, three) = (
            format!("{NAME}.0"),
            format!("{NAME}.1"),
            format!("{NAME}.3"),
        );
        let chunks = jar(&[(&one, second), (&zero, first), (&three, "rubbish")]);
        assert_eq!(read(NAME, &chunks), stored);
        for bad in [
            "",
            "base64-",
            "base64-!!",
            "base64-e30",
            "{}",
            "[]",
            "base64-bnVsbA",
        ] {
            assert_eq!(read(NAME, &jar(&[(NAME, bad)])), None, "{bad}");
        }
    }

    #[test]
    fn verifiers_are_left_alone() {
        for other in [
            "-code-verifier",
            ".01",
            ".x",
            ".",
            "-flows-code-verifier",
            "x",
        ] {
            assert!(!is_ours(NAME, &format!("{NAME}{other}")), "{other}");
        }
        let verifier = format!("{NAME}-code-verifier");
        assert!(forget(NAME, &jar(&[(&verifier, "v")])).is_empty());
    }

    proptest! {
        #[test]
        fn what_is_written_is_read(length in 0_usize..12_000, before in 0_usize..6) {
            let older: Vec<String> = (0..before).map(|n| format!("{NAME}.{n}")).collect();
            let older: Vec<(&str, &str)> = older.iter().map(|name| (name.as_str(), "old")).collect();
            let session = session(&"ü".repeat(length / 2));
            let set = write(NAME, &session, true, &jar(&older));
            let stored = read(NAME, &browser(&set)).unwrap();
            prop_assert_eq!(&stored.access_token, "a.b.c");
            prop_assert_eq!(stored.user, serde_json::to_value(&session.user).ok());
            let touched = set.iter().filter_map(|value| value.to_str().ok());
            let touched: Vec<&str> = touched.filter_map(|text| text.split('=').next()).collect();
            prop_assert!(older.iter().all(|(name, _)| touched.contains(name)));
        }
    }
}
