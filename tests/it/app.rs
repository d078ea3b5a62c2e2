//! A server of a test's own, and clients that speak to it as somebody.

use std::sync::atomic::{AtomicU32, Ordering};

use doorstep::{
    app::{App, Settings},
    auth::{Keys, SessionClaims},
    clock::Clock,
    db::{Db, PoolSizes},
    router::router,
    users::Role,
};
use jiff::Timestamp;
use jsonwebtoken::{Algorithm, Header, encode};
use reqwest::{Method, StatusCode, header::HeaderMap};
use serde_json::{Value, json};
use uuid::Uuid;

use crate::cluster::Database;

/// The secret that every test server signs with.
pub const SECRET: &[u8] = b"a secret for tests alone, long enough to be one";

/// A server with a database of its own.
pub struct TestApp {
    pub database: Database,
    pub app: App,
    pub url: String,
}

impl TestApp {
    /// A server without a limit on requests.
    pub async fn start() -> Self {
        Self::with(|_| {}).await
    }

    /// A server with other settings.
    pub async fn with(change: impl FnOnce(&mut Settings)) -> Self {
        let app = Self::without_jobs(change).await;
        tokio::spawn(doorstep::jobs::run(app.app.clone()));
        app
    }

    /// A server that does nothing after a commit.
    pub async fn without_jobs(change: impl FnOnce(&mut Settings)) -> Self {
        let sizes = PoolSizes {
            reads: 4,
            writes: 16,
        };
        Self::on(Database::create().await, sizes, change).await
    }

    /// A server on a given database.
    pub async fn on(
        database: Database,
        sizes: PoolSizes,
        change: impl FnOnce(&mut Settings),
    ) -> Self {
        let login = database.login();
        Self::through(database, &login, sizes, change).await
    }

    /// A server that reaches its database in another way.
    pub async fn through(
        database: Database,
        login: &tokio_postgres::Config,
        sizes: PoolSizes,
        change: impl FnOnce(&mut Settings),
    ) -> Self {
        Self::timed(database, login, sizes, Clock::system(), change).await
    }

    /// A server that reads another clock.
    pub async fn timed(
        database: Database,
        login: &tokio_postgres::Config,
        sizes: PoolSizes,
        clock: Clock,
        change: impl FnOnce(&mut Settings),
    ) -> Self {
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}", listener.local_addr().unwrap());
        let mut settings = Settings {
            public_url: url.parse().unwrap(),
            rate: 0,
            burst: 0,
            open_signup: false,
        };
        change(&mut settings);
        let db = Db::new(login, sizes, clock).unwrap();
        let app = App::new(db, Keys::from_secret(SECRET).unwrap(), settings);
        let service = router(app.clone());
        tokio::spawn(app.clone().follow_changes());
        tokio::spawn(async move { axum::serve(listener, service).await });
        Self { database, app, url }
    }

    /// A connection past every policy, for setting the scene.
    pub async fn sql(&self) -> tokio_postgres::Client {
        self.database.sql().await
    }

    /// Somebody without a session.
    pub fn anon(&self) -> Client {
        Client::new(&self.url, None)
    }

    /// The holder of the service key.
    pub fn service(&self) -> Client {
        Client::new(&self.url, Some(self.app.keys().service().to_owned()))
    }

    /// A new active person of a role, in the default team, signed in.
    pub async fn person(&self, role: Role) -> Person {
        let person = self.sign_up(role.word()).await;
        let sql = self.sql().await;
        sql.execute(
            "update public.users set role = $2, status = 'active' where id = $1",
            &[&person.id, &role.word()],
        )
        .await
        .unwrap();
        person
    }

    /// A new person who was never activated, signed in.
    pub async fn inactive(&self) -> Person {
        self.sign_up("inactive").await
    }

    async fn sign_up(&self, what: &str) -> Person {
        static NUMBER: AtomicU32 = AtomicU32::new(0);
        let id = Uuid::new_v4();
        let number = NUMBER.fetch_add(1, Ordering::Relaxed);
        let email = format!("{what}-{number}@example.com");
        let sql = self.sql().await;
        sql.execute(
            "insert into auth.users (id, aud, role, email, email_confirmed_at, \
             raw_user_meta_data, raw_app_meta_data, created_at, updated_at) \
             values ($1, 'authenticated', 'authenticated', $2, now(), \
             jsonb_build_object('name', $3::text), '{}', now(), now())",
            &[&id, &email, &format!("{what} {number}")],
        )
        .await
        .unwrap();
        let (session, client) = self.signed_in(id).await;
        Person {
            id,
            session,
            email,
            client,
        }
    }

    /// Somebody who is there already, signed in.
    pub async fn session_of(&self, id: Uuid) -> Client {
        self.signed_in(id).await.1
    }

    async fn signed_in(&self, id: Uuid) -> (Uuid, Client) {
        let session = Uuid::new_v4();
        let sql = self.sql().await;
        sql.execute(
            "insert into auth.sessions (id, user_id, created_at, updated_at, aal) \
             values ($1, $2, now(), now(), 'aal1')",
            &[&session, &id],
        )
        .await
        .unwrap();
        let token = self.token(id, session, 3600);
        (session, Client::new(&self.url, Some(token)))
    }

    /// A token for a session that ends after `seconds`.
    pub fn token(&self, user: Uuid, session: Uuid, seconds: i64) -> String {
        let now = Timestamp::now().as_second();
        let claims = SessionClaims {
            sub: user,
            aud: "authenticated".into(),
            role: "authenticated".into(),
            exp: now + seconds,
            iat: now,
            session_id: session,
            rest: serde_json::Map::new(),
        };
        let header = Header::new(Algorithm::HS256);
        encode(&header, &claims, &self.app.keys().encoding()).unwrap()
    }
}

/// Somebody signed in.
pub struct Person {
    pub id: Uuid,
    pub session: Uuid,
    pub email: String,
    pub client: Client,
}

impl std::ops::Deref for Person {
    type Target = Client;

    fn deref(&self) -> &Client {
        &self.client
    }
}

/// Sends requests as somebody.
#[derive(Clone)]
pub struct Client {
    http: reqwest::Client,
    url: String,
    token: Option<String>,
}

/// What came back.
#[derive(Debug)]
pub struct Answer {
    pub status: StatusCode,
    pub headers: HeaderMap,
    pub json: Value,
    pub text: String,
}

impl Answer {
    async fn of(response: reqwest::Response) -> Self {
        let status = response.status();
        let headers = response.headers().clone();
        let text = response.text().await.unwrap();
        let json = serde_json::from_str(&text).unwrap_or(Value::Null);
        Self {
            status,
            headers,
            json,
            text,
        }
    }

    /// The answer, which must have this status.
    #[track_caller]
    pub fn expect(self, status: u16) -> Self {
        assert_eq!(self.status.as_u16(), status, "{}", self.text);
        self
    }

    /// The row's key.
    #[track_caller]
    pub fn id(&self) -> Uuid {
        self.json["id"].as_str().unwrap().parse().unwrap()
    }

    /// A list's rows.
    #[track_caller]
    pub fn data(&self) -> &Vec<Value> {
        self.json["data"].as_array().unwrap()
    }

    /// A header's text.
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.get(name).and_then(|value| value.to_str().ok())
    }
}

impl Client {
    pub fn new(url: &str, token: Option<String>) -> Self {
        let http = reqwest::Client::builder()
            .redirect(reqwest::redirect::Policy::none())
            .timeout(std::time::Duration::from_secs(30))
            .build()
            .unwrap();
        Self {
            http,
            url: url.to_owned(),
            token,
        }
    }

    /// The bearer token.
    pub fn token(&self) -> Option<&str> {
        self.token.as_deref()
    }

    pub async fn get(&self, path: &str) -> Answer {
        self.send(Method::GET, path, None, &[]).await
    }

    pub async fn get_with(&self, path: &str, headers: &[(&str, &str)]) -> Answer {
        self.send(Method::GET, path, None, headers).await
    }

    pub async fn post(&self, path: &str, body: Value) -> Answer {
        self.send(Method::POST, path, Some(body), &[]).await
    }

    pub async fn post_with(&self, path: &str, body: Value, headers: &[(&str, &str)]) -> Answer {
        self.send(Method::POST, path, Some(body), headers).await
    }

    /// Sends a file as it is.
    pub async fn upload(&self, path: &str, file: impl Into<Vec<u8>>) -> Answer {
        let mut request = self
            .http
            .post(format!("{}{path}", self.url))
            .body(file.into());
        if let Some(token) = &self.token {
            request = request.bearer_auth(token);
        }
        Answer::of(request.send().await.unwrap()).await
    }

    pub async fn put(&self, path: &str, body: Value) -> Answer {
        self.send(Method::PUT, path, Some(body), &[]).await
    }

    pub async fn put_with(&self, path: &str, body: Value, headers: &[(&str, &str)]) -> Answer {
        self.send(Method::PUT, path, Some(body), headers).await
    }

    pub async fn delete(&self, path: &str) -> Answer {
        self.send(Method::DELETE, path, None, &[]).await
    }

    /// Any request at all.
    pub async fn send(
        &self,
        method: Method,
        path: &str,
        body: Option<Value>,
        headers: &[(&str, &str)],
    ) -> Answer {
        let mut request = self.http.request(method, format!("{}{path}", self.url));
        if let Some(token) = &self.token {
            request = request.bearer_auth(token);
        }
        if let Some(body) = body {
            request = request.json(&body);
        }
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        Answer::of(request.send().await.unwrap()).await
    }
}

/// A property as an administrator would enter it.
pub fn property(name: &str) -> Value {
    json!({
        "name": name, "city": "Valencia", "price_range": "EUR 200,000", "bedrooms": 3,
        "type": "apartment", "description": "Near the river.", "features": ["balcony", "lift"],
    })
}
