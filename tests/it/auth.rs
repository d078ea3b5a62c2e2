//! Signing up, in and out; sessions and who may pretend to have one.

mod browser;
mod changes;
mod forged;
mod pages;
mod replay;
mod sessions;
mod shapes;

use serde_json::{Value, json};

use crate::app::{Answer, Client, TestApp};

const PASSWORD: &str = "correct horse";
const VERSION: (&str, &str) = ("X-Supabase-Api-Version", "2024-01-01");

/// What a client of Supabase keeps after signing up.
struct Signed {
    email: String,
    access: String,
    refresh: String,
    session: Value,
    client: Client,
}

impl Signed {
    fn of(app: &TestApp, email: &str, session: Value) -> Self {
        let text = |key: &str| session[key].as_str().unwrap().to_owned();
        let access = text("access_token");
        Self {
            email: email.to_owned(),
            refresh: text("refresh_token"),
            client: Client::new(&app.url, Some(access.clone())),
            access,
            session,
        }
    }

    fn id(&self) -> uuid::Uuid {
        self.session["user"]["id"]
            .as_str()
            .unwrap()
            .parse()
            .unwrap()
    }
}

async fn sign_up(app: &TestApp, email: &str) -> Signed {
    let body = json!({ "email": email, "password": PASSWORD });
    let answer = app.anon().post("/auth/v1/signup", body).await.expect(200);
    Signed::of(app, email, answer.json)
}

async fn sign_in(app: &TestApp, email: &str, password: &str) -> Answer {
    let body = json!({ "email": email, "password": password });
    let path = "/auth/v1/token?grant_type=password";
    app.anon().post_with(path, body, &[VERSION]).await
}

async fn refresh(app: &TestApp, token: &str) -> Answer {
    let body = json!({ "refresh_token": token });
    let path = "/auth/v1/token?grant_type=refresh_token";
    app.anon().post_with(path, body, &[VERSION]).await
}
