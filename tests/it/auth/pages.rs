//! The pages of sign-in, as a browser uses them.

use std::collections::BTreeMap;

use doorstep::auth::{guard, identify};
use reqwest::{Method, header};
use tower::ServiceExt as _;

use super::{PASSWORD, sign_up};
use crate::app::TestApp;

/// A browser without scripts.
struct Browser<'a> {
    app: &'a TestApp,
    http: reqwest::Client,
    cookies: BTreeMap<String, String>,
}

struct Shown {
    status: u16,
    location: Option<String>,
    csp: String,
    text: String,
    set: Vec<String>,
}

impl<'a> Browser<'a> {
    fn new(app: &'a TestApp) -> Self {
        let http = reqwest::Client::builder().redirect(reqwest::redirect::Policy::none());
        Self {
            app,
            http: http.build().unwrap(),
            cookies: BTreeMap::new(),
        }
    }

    fn cookie(&self) -> String {
        let pairs = self
            .cookies
            .iter()
            .map(|(name, value)| format!("{name}={value}"));
        pairs.collect::<Vec<_>>().join("; ")
    }

    async fn send(
        &mut self,
        method: Method,
        path: &str,
        form: &[(&str, &str)],
        site: &str,
    ) -> Shown {
        let body = form_urlencoded::Serializer::new(String::new())
            .extend_pairs(form)
            .finish();
        let request = self
            .http
            .request(method, format!("{}{path}", self.app.url))
            .header("Sec-Fetch-Site", site)
            .header(header::COOKIE, self.cookie())
            .header(header::CONTENT_TYPE, "application/x-www-form-urlencoded")
            .body(body);
        let response = request.send().await.unwrap();
        let text = |name: header::HeaderName| {
            let value = response.headers().get(name);
            value.map(|value| value.to_str().unwrap().to_owned())
        };
        let set = response.headers().get_all(header::SET_COOKIE).iter();
        let set: Vec<String> = set
            .map(|value| value.to_str().unwrap().to_owned())
            .collect();
        for one in &set {
            let (name, value) = one.split(';').next().unwrap().split_once('=').unwrap();
            if one.contains("Max-Age=0") {
                self.cookies.remove(name);
            } else {
                self.cookies.insert(name.to_owned(), value.to_owned());
            }
        }
        Shown {
            status: response.status().as_u16(),
            location: text(header::LOCATION),
            csp: text(header::CONTENT_SECURITY_POLICY).unwrap_or_default(),
            set,
            text: response.text().await.unwrap(),
        }
    }

    async fn open(&mut self, path: &str) -> Shown {
        self.send(Method::GET, path, &[], "none").await
    }

    /// Opens a page and sends its form back with these fields filled in.
    async fn fill(&mut self, page: &str, fields: &[(&str, &str)]) -> Shown {
        let shown = self.open(page).await;
        let (token, redirect) = (shown.field("token"), shown.field("redirect"));
        let mut form = vec![("token", token.as_str()), ("redirect", redirect.as_str())];
        form.extend(fields);
        let path = page.split('?').next().unwrap();
        self.send(Method::POST, path, &form, "same-origin").await
    }
}

impl Shown {
    /// The value of a hidden field.
    fn field(&self, name: &str) -> String {
        let start = format!("name=\"{name}\" value=\"");
        let Some((_, rest)) = self.text.split_once(&start) else {
            return String::new();
        };
        rest.split('"').next().unwrap().replace("&#38;", "&")
    }
}

#[tokio::test]
async fn a_browser_signs_up_in_and_out() {
    let app = TestApp::start().await;
    let mut browser = Browser::new(&app);
    let shown = browser.open("/auth/signup").await;
    assert_eq!(shown.status, 200);
    assert!(shown.csp.contains("default-src 'none'") && !shown.csp.contains("unsafe"));
    let fields = [
        ("name", "Ana"),
        ("email", "ana@example.com"),
        ("password", PASSWORD),
    ];
    let shown = browser
        .fill(
            "/auth/signup?redirect=%2Fproperties%3Fcity%3Dx%26q%3Dy",
            &fields,
        )
        .await;
    assert_eq!(shown.status, 303, "{}", shown.text);
    assert_eq!(shown.location.as_deref(), Some("/properties?city=x&q=y"));
    let own = shown
        .set
        .iter()
        .find(|set| set.starts_with("doorstep-session="))
        .unwrap();
    for attribute in ["HttpOnly", "SameSite=Lax", "Path=/", "Max-Age=34560000"] {
        assert!(own.contains(attribute), "{own}");
    }
    // Signed in, the pages of sign-in are no place to be.
    for page in ["/auth/signin", "/auth/signup"] {
        assert_eq!(browser.open(page).await.location.as_deref(), Some("/"));
    }
    let carried = browser.cookies["doorstep-session"].clone();
    // The cookie is worth nothing as a bearer.
    let bearer = format!("Bearer {carried}");
    let headers = [("Authorization", bearer.as_str())];
    app.anon()
        .get_with("/api/properties", &headers)
        .await
        .expect(401);
    app.anon()
        .get_with("/auth/v1/user", &headers)
        .await
        .expect(403);

    let shown = browser.fill("/auth/signout", &[]).await;
    assert_eq!(shown.location.as_deref(), Some("/auth/signin"));
    assert!(!browser.cookies.contains_key("doorstep-session"));
    browser.cookies.insert("doorstep-session".into(), carried);
    assert_eq!(
        browser.open("/auth/signin").await.status,
        200,
        "the session is over"
    );

    let fields = [("email", "Ana@example.com"), ("password", PASSWORD)];
    let shown = browser.fill("/auth/signin", &fields).await;
    assert_eq!((shown.status, shown.location.as_deref()), (303, Some("/")));
}

#[tokio::test]
async fn the_button_of_a_page_signs_out() {
    let app = TestApp::start().await;
    let mut browser = Browser::new(&app);
    let fields = [("name", "Ana"), ("email", "ana@example.com")];
    let fields = [fields.as_slice(), &[("password", PASSWORD)]].concat();
    browser.fill("/auth/signup", &fields).await;
    let page = browser.open("/settings").await;
    assert_eq!(page.status, 200, "{}", page.text);
    assert!(page.text.contains("action=\"/auth/signout\""));
    let token = page.field("token");
    let form = [("token", token.as_str())];
    let (post, path) = (Method::POST, "/auth/signout");
    let shown = browser.send(post, path, &form, "same-origin").await;
    assert_eq!(shown.location.as_deref(), Some("/auth/signin"));
    assert!(!browser.cookies.contains_key("doorstep-session"));
    let target = browser.open("/settings").await.location;
    assert_eq!(target.as_deref(), Some("/auth/signin?redirect=%2Fsettings"));
}

#[tokio::test]
async fn a_refusal_comes_back_in_the_form_and_nothing_is_left_unescaped() {
    let app = TestApp::start().await;
    let mut browser = Browser::new(&app);
    let email = "\"><script>alert(1)</script>@x.example";
    let shown = browser
        .fill(
            "/auth/signin",
            &[("email", email), ("password", "wrong horse")],
        )
        .await;
    assert_eq!(shown.status, 400);
    assert!(shown.text.contains("Invalid login credentials"));
    assert!(!shown.text.contains("<script"), "{}", shown.text);
    let fields = [("name", "<b>"), ("email", email), ("password", "short")];
    let shown = browser.fill("/auth/signup", &fields).await;
    assert!(shown.status >= 400);
    assert!(
        !shown.text.contains("<script") && !shown.text.contains("<b>"),
        "{}",
        shown.text
    );
    assert!(!browser.cookies.contains_key("doorstep-session"));
}

#[tokio::test]
async fn no_redirect_leads_away() {
    let app = TestApp::start().await;
    sign_up(&app, "ana@example.com").await;
    for target in [
        "//evil.example",
        "/\\evil.example",
        "https://evil.example",
        "%2f%2fevil.example",
        "/%2fevil.example",
        "/%5cevil.example",
        "/\tevil",
        "/\r\nSet-Cookie: a=b",
        "///evil.example",
        "/.//evil.example",
        "javascript:alert(1)",
        "evil.example",
        "",
    ] {
        let mut browser = Browser::new(&app);
        let query: String = form_urlencoded::byte_serialize(target.as_bytes()).collect();
        let shown = browser
            .open(&format!("/auth/signin?redirect={query}"))
            .await;
        let form = [
            ("token", shown.field("token")),
            ("redirect", target.to_owned()),
            ("email", "ana@example.com".to_owned()),
            ("password", PASSWORD.to_owned()),
        ];
        assert_eq!(shown.field("redirect"), "/", "{target:?}");
        let form: Vec<(&str, &str)> = form
            .iter()
            .map(|(name, value)| (*name, value.as_str()))
            .collect();
        let shown = browser
            .send(Method::POST, "/auth/signin", &form, "same-origin")
            .await;
        assert_eq!(shown.location.as_deref(), Some("/"), "{target:?}");
    }
}

#[tokio::test]
async fn a_form_is_sent_by_our_page_in_this_browser_or_not_at_all() {
    let app = TestApp::start().await;
    sign_up(&app, "ana@example.com").await;
    let mut victim = Browser::new(&app);
    let mut attacker = Browser::new(&app);
    let theirs = attacker.open("/auth/signin").await.field("token");
    let ours = victim.open("/auth/signin").await.field("token");
    assert_ne!(theirs, ours);
    let form = |token| {
        [
            ("token", token),
            ("email", "ana@example.com"),
            ("password", PASSWORD),
        ]
    };
    for (token, site) in [
        (theirs.as_str(), "same-origin"),
        ("", "same-origin"),
        ("x", "none"),
        (ours.as_str(), "cross-site"),
        (ours.as_str(), "same-site"),
    ] {
        for path in ["/auth/signin", "/auth/signup"] {
            let shown = victim.send(Method::POST, path, &form(token), site).await;
            assert_eq!(shown.status, 403, "{token} {site}");
            assert!(!victim.cookies.contains_key("doorstep-session"));
        }
    }
    let before = victim.cookie();
    let shown = victim
        .send(Method::POST, "/auth/signin", &form(&ours), "same-origin")
        .await;
    assert_eq!(shown.status, 303);
    // Signed in, a form of before does not sign out: the token is the session's.
    assert_ne!(victim.cookie(), before);
    let form = [("token", ours.as_str())];
    victim
        .send(Method::POST, "/auth/signout", &form, "same-origin")
        .await;
    assert!(victim.cookies.contains_key("doorstep-session"));
    let own = victim.open("/auth/signout").await.field("token");
    let shown = victim
        .send(
            Method::POST,
            "/auth/signout",
            &[("token", &own)],
            "cross-site",
        )
        .await;
    assert_eq!(shown.status, 403);
    assert!(victim.cookies.contains_key("doorstep-session"));
}

#[tokio::test]
async fn protected_pages_send_to_sign_in_and_back() {
    let app = TestApp::start().await;
    let page = async || "page";
    let pages = axum::Router::new()
        .route("/", axum::routing::get(page).post(page))
        .route("/docs", axum::routing::get(page))
        .route("/properties/{id}", axum::routing::get(page))
        .layer(axum::middleware::from_fn(guard))
        .layer(axum::middleware::from_fn_with_state(
            app.app.clone(),
            identify,
        ));
    let ask = async |method: &str, path: &str, cookie: &str| {
        let request = axum::http::Request::builder()
            .method(method)
            .uri(path)
            .header("cookie", cookie)
            .body(axum::body::Body::empty())
            .unwrap();
        let response = pages.clone().oneshot(request).await.unwrap();
        let location = response.headers().get("location");
        let location = location.map(|value| value.to_str().unwrap().to_owned());
        (response.status().as_u16(), location.unwrap_or_default())
    };
    let signin = |query: &str| (303, format!("/auth/signin{query}"));
    assert_eq!(ask("GET", "/", "").await, signin(""));
    let back = signin("?redirect=%2Fproperties%2F7%3Fa%3Db%26c");
    assert_eq!(ask("GET", "/properties/7?a=b&c", "").await, back);
    assert_eq!(
        ask("GET", "/properties/7?a=b&c", "doorstep-session=x").await,
        back
    );
    assert_eq!(ask("POST", "/", "").await, signin(""));
    assert_eq!(ask("GET", "/docs", "").await, (200, String::new()));
    let mut browser = Browser::new(&app);
    let fields = [
        ("name", "Ana"),
        ("email", "ana@example.com"),
        ("password", PASSWORD),
    ];
    browser.fill("/auth/signup", &fields).await;
    assert_eq!(
        ask("GET", "/properties/7", &browser.cookie()).await,
        (200, String::new())
    );
}
