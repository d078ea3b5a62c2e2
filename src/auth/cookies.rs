//! Cookies: reading what a browser sends, writing what it shall keep.
//!
//! Two of them carry a session: the one that `@supabase/ssr` writes
//! ([`supabase`]) and this server's own ([`own`]).

pub mod own;
pub mod supabase;

use std::time::Duration;

use axum::http::{HeaderMap, HeaderName, HeaderValue, header};
use cookie::{Cookie, SameSite};
use url::Url;

use crate::app::App;

/// How long a browser keeps a session's cookie: 400 days, the most it may.
pub const KEPT: Duration = Duration::from_secs(400 * 24 * 3600);

/// What a browser sent.
#[derive(Clone, Debug, Default)]
pub struct Jar(Vec<(String, String)>);

impl Jar {
    /// Reads every `Cookie` header; what is not a cookie is passed over.
    pub fn read(headers: &HeaderMap) -> Self {
        let pairs = headers
            .get_all(header::COOKIE)
            .iter()
            .filter_map(|value| value.to_str().ok())
            .flat_map(|text| Cookie::split_parse_encoded(text.to_owned()))
            .filter_map(Result::ok)
            .map(|cookie| (cookie.name().to_owned(), cookie.value().to_owned()))
            .collect();
        Self(pairs)
    }

    /// The first cookie of that name.
    pub fn get(&self, name: &str) -> Option<&str> {
        let found = self.0.iter().find(|(known, _)| known == name);
        found.map(|(_, value)| value.as_str())
    }

    /// The names of all cookies.
    pub fn names(&self) -> impl Iterator<Item = &str> {
        self.0.iter().map(|(name, _)| name.as_str())
    }
}

/// The names that this installation's cookies have.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Names {
    /// The one that `@supabase/ssr` derives from the public URL.
    pub supabase: String,
    /// This server's own.
    pub own: &'static str,
    /// What binds a form to a browser before anybody signed in.
    pub form: &'static str,
    /// Whether browsers reach this server by https.
    pub secure: bool,
}

impl Names {
    /// The names at this public URL.
    pub fn of(public_url: &Url) -> Self {
        let secure = public_url.scheme() == "https";
        let host = public_url.host_str().unwrap_or_default();
        let label = host.split('.').next().unwrap_or_default();
        Self {
            supabase: format!("sb-{label}-auth-token"),
            own: if secure {
                "__Host-doorstep-session"
            } else {
                "doorstep-session"
            },
            form: if secure {
                "__Host-doorstep-form"
            } else {
                "doorstep-form"
            },
            secure,
        }
    }

    /// The names of a running program.
    pub fn of_app(app: &App) -> Self {
        Self::of(&app.settings().public_url)
    }

    /// A cookie that only this server reads.
    fn private(&self, name: &'static str, value: String, kept: Option<Duration>) -> HeaderValue {
        let mut cookie = Cookie::build((name, value))
            .path("/")
            .same_site(SameSite::Lax)
            .http_only(true);
        if self.secure {
            cookie = cookie.secure(true);
        }
        if let Some(kept) = kept.and_then(|kept| kept.try_into().ok()) {
            cookie = cookie.max_age(kept);
        }
        set_cookie(&cookie.build())
    }

    /// The pre-session cookie of the forms; it goes when the browser closes.
    pub fn form_cookie(&self, value: String) -> HeaderValue {
        self.private(self.form, value, None)
    }
}

/// The value of a `Set-Cookie` header. Names and values are ours, in plain
/// ASCII; one that is not becomes an empty header, which browsers pass over.
fn set_cookie(cookie: &Cookie<'_>) -> HeaderValue {
    HeaderValue::from_str(&cookie.to_string()).unwrap_or_else(|_| HeaderValue::from_static(""))
}

/// What makes a browser forget every cookie that carries a session.
pub fn forget_all(names: &Names, jar: &Jar) -> Vec<HeaderValue> {
    let mut set = vec![own::forget(names)];
    set.extend(supabase::forget(&names.supabase, jar));
    set
}

/// Puts cookies on an answer, which then belongs to this browser alone.
pub fn add(answer: &mut HeaderMap, set: Vec<HeaderValue>) {
    if set.is_empty() {
        return;
    }
    for value in set {
        answer.append(header::SET_COOKIE, value);
    }
    keep_private(answer);
}

/// Keeps an answer out of every cache, in the words of `@supabase/ssr`.
pub fn keep_private(answer: &mut HeaderMap) {
    let never = "private, no-cache, no-store, must-revalidate, max-age=0";
    let headers: [(HeaderName, &'static str); 3] = [
        (header::CACHE_CONTROL, never),
        (header::EXPIRES, "0"),
        (header::PRAGMA, "no-cache"),
    ];
    for (name, value) in headers {
        answer.insert(name, HeaderValue::from_static(value));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_follow_the_public_url() {
        let of = |url: &str| Names::of(&url.parse().unwrap());
        assert_eq!(of("http://127.0.0.1:54321").supabase, "sb-127-auth-token");
        assert_eq!(
            of("http://localhost:80").supabase,
            "sb-localhost-auth-token"
        );
        let https = of("https://desk.example.com");
        assert_eq!(https.supabase, "sb-desk-auth-token");
        assert_eq!(https.own, "__Host-doorstep-session");
        let set = https.form_cookie("x".into());
        assert_eq!(
            set.to_str().unwrap(),
            "__Host-doorstep-form=x; HttpOnly; SameSite=Lax; Secure; Path=/"
        );
    }

    #[test]
    fn the_first_of_two_cookies_counts_and_rubbish_is_passed_over() {
        let mut headers = HeaderMap::new();
        headers.append(header::COOKIE, HeaderValue::from_static("a=1; ; =; b; a=2"));
        headers.append(header::COOKIE, HeaderValue::from_static("c=%7B%7D"));
        let jar = Jar::read(&headers);
        assert_eq!(jar.get("a"), Some("1"));
        assert_eq!(jar.get("c"), Some("{}"));
        assert_eq!(jar.get("d"), None);
    }
}
