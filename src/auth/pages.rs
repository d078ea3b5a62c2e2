//! The sign-in, sign-up and sign-out pages: forms, rendered here, that work
//! without a script.

use askama::Template;
use axum::{
    Extension, Form,
    extract::{Query, State, rejection::QueryRejection},
    http::{HeaderMap, StatusCode},
    response::{Html, IntoResponse, Response},
};
use serde::Deserialize;

use super::{
    Identified,
    accounts::{self, NewAccount},
    cookies::{self, Names, own},
    csrf::FormKey,
    guard::see_other,
    password, redirect,
    session::{Client, Grant},
    signout,
    v1::AuthError,
};
use crate::{
    app::App,
    catalogue::pages::{Words, words},
    error::Error,
};

#[derive(Template)]
#[template(path = "auth/signin.html")]
struct SignInPage<'a> {
    words: &'static Words,
    token: &'a str,
    redirect: &'a str,
    email: &'a str,
    problem: Option<&'a str>,
}

#[derive(Template)]
#[template(path = "auth/signup.html")]
struct SignUpPage<'a> {
    words: &'static Words,
    token: &'a str,
    redirect: &'a str,
    name: &'a str,
    email: &'a str,
    rule: String,
    shortest: usize,
    problem: Option<&'a str>,
}

#[derive(Template)]
#[template(path = "auth/signout.html")]
struct SignOutPage<'a> {
    words: &'static Words,
    token: &'a str,
}

/// The query of the pages.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct Asked {
    redirect: Option<String>,
}

/// What the forms send.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct Sent {
    token: String,
    redirect: String,
    name: String,
    email: String,
    password: String,
}

/// `GET /auth/signin`.
pub async fn sign_in_form(
    State(app): State<App>,
    key: FormKey,
    query: Result<Query<Asked>, QueryRejection>,
) -> Result<Response, Error> {
    let sent = Sent::at(query);
    sign_in_page(&app, &key, &sent, None)
}

/// `POST /auth/signin`.
pub async fn sign_in(
    State(app): State<App>,
    key: FormKey,
    client: Client,
    headers: HeaderMap,
    Form(sent): Form<Sent>,
) -> Result<Response, Error> {
    if let Err(refusal) = key.check(&app, &headers, &sent.token) {
        let refusal = Refusal::of_form(&refusal);
        return sign_in_page(&app, &key, &sent, Some(&refusal));
    }
    match accounts::sign_in(&app, &sent.email, &sent.password, &client).await {
        Ok(grant) => enter(&app, &headers, &grant, &sent.redirect),
        Err(error) => sign_in_page(&app, &key, &sent, Some(&Refusal::of(&error))),
    }
}

/// `GET /auth/signup`.
pub async fn sign_up_form(
    State(app): State<App>,
    key: FormKey,
    query: Result<Query<Asked>, QueryRejection>,
) -> Result<Response, Error> {
    let sent = Sent::at(query);
    sign_up_page(&app, &key, &sent, None)
}

/// `POST /auth/signup`.
pub async fn sign_up(
    State(app): State<App>,
    key: FormKey,
    client: Client,
    headers: HeaderMap,
    Form(sent): Form<Sent>,
) -> Result<Response, Error> {
    if let Err(refusal) = key.check(&app, &headers, &sent.token) {
        let refusal = Refusal::of_form(&refusal);
        return sign_up_page(&app, &key, &sent, Some(&refusal));
    }
    let new = NewAccount {
        email: sent.email.clone(),
        password: sent.password.clone(),
        metadata: accounts::named(&sent.name),
    };
    match accounts::sign_up(&app, new, &client).await {
        Ok(grant) => enter(&app, &headers, &grant, &sent.redirect),
        Err(error) => sign_up_page(&app, &key, &sent, Some(&Refusal::of(&error))),
    }
}

/// `GET /auth/signout`.
pub async fn sign_out_form(State(app): State<App>, key: FormKey) -> Result<Response, Error> {
    let token = key.token(&app)?;
    let shown = SignOutPage {
        words: words(),
        token: &token,
    };
    page(&key, StatusCode::OK, &shown)
}

/// `POST /auth/signout`.
pub async fn sign_out(
    State(app): State<App>,
    key: FormKey,
    Extension(identified): Extension<Identified>,
    headers: HeaderMap,
    Form(sent): Form<Sent>,
) -> Result<Response, Error> {
    if key.check(&app, &headers, &sent.token).is_err() {
        return sign_out_form(State(app), key).await;
    }
    let forgotten = signout::end(&app, &identified.bearer, &headers).await?;
    let mut response = see_other("/auth/signin");
    cookies::add(response.headers_mut(), forgotten);
    Ok(response)
}

impl Sent {
    /// An empty form that leads back to where the query says.
    fn at(query: Result<Query<Asked>, QueryRejection>) -> Self {
        let asked = query.ok().and_then(|Query(asked)| asked.redirect);
        Self {
            redirect: redirect::local_or_home(asked.as_deref()).to_owned(),
            ..Self::default()
        }
    }
}

/// Why a form comes back.
struct Refusal {
    status: StatusCode,
    sentence: String,
}

impl Refusal {
    fn of(error: &AuthError) -> Self {
        Self {
            status: error.status(),
            sentence: error.message().to_owned(),
        }
    }

    fn of_form(error: &Error) -> Self {
        Self {
            status: error.status(),
            sentence: error.sentence().to_owned(),
        }
    }
}

/// Signs the browser in by this server's own cookie and sends it on.
fn enter(app: &App, headers: &HeaderMap, grant: &Grant, target: &str) -> Result<Response, Error> {
    let names = Names::of_app(app);
    let set = own::set(app, &names, grant)?;
    // Whoever was signed in here before is not any more.
    let jar = cookies::Jar::read(headers);
    let mut all = cookies::supabase::forget(&names.supabase, &jar);
    all.push(set);
    let mut response = see_other(redirect::local_or_home(Some(target)));
    cookies::add(response.headers_mut(), all);
    Ok(response)
}

fn sign_in_page(
    app: &App,
    key: &FormKey,
    sent: &Sent,
    refusal: Option<&Refusal>,
) -> Result<Response, Error> {
    let shown = SignInPage {
        words: words(),
        token: &key.token(app)?,
        redirect: redirect::local_or_home(Some(&sent.redirect)),
        email: &sent.email,
        problem: refusal.map(|refusal| refusal.sentence.as_str()),
    };
    page(key, status(refusal), &shown)
}

fn sign_up_page(
    app: &App,
    key: &FormKey,
    sent: &Sent,
    refusal: Option<&Refusal>,
) -> Result<Response, Error> {
    let words = words();
    let shown = SignUpPage {
        words,
        token: &key.token(app)?,
        redirect: redirect::local_or_home(Some(&sent.redirect)),
        name: &sent.name,
        email: &sent.email,
        rule: words.sign_up.at_least(password::SHORTEST),
        shortest: password::SHORTEST,
        problem: refusal.map(|refusal| refusal.sentence.as_str()),
    };
    page(key, status(refusal), &shown)
}

fn status(refusal: Option<&Refusal>) -> StatusCode {
    refusal.map_or(StatusCode::OK, |refusal| refusal.status)
}

fn page(key: &FormKey, status: StatusCode, page: &impl Template) -> Result<Response, Error> {
    let html = page.render().map_err(Error::internal)?;
    let mut response = (status, Html(html)).into_response();
    let headers = response.headers_mut();
    cookies::keep_private(headers);
    cookies::add(headers, key.cookie().into_iter().collect());
    Ok(response)
}
