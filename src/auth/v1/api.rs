//! The handlers of `/auth/v1`.

use aide::{OperationOutput, generate::GenContext, openapi::Operation};
use axum::{
    Json,
    extract::{Query, State, rejection::QueryRejection},
    http::header,
    response::{IntoResponse, NoContent, Response},
};
use jiff::SignedDuration;
use schemars::JsonSchema;
use serde::Deserialize;
use sha2::{Digest as _, Sha256};
use subtle::ConstantTimeEq as _;

use super::{
    AuthError,
    bearer::Signed,
    body::Body,
    types::{
        Health, KeySet, MailRequest, Nothing, Pkce, Session, SignUp, TokenRequest, User,
        UserChange, VerifyRequest, WaysIn,
    },
};
use crate::{
    app::App,
    auth::{
        accounts::{self, NewAccount},
        attempts::Attempt,
        refresh,
        session::{self, Client, system},
        sql::{self, Flow, sessions::Ended},
    },
    catalogue::auth,
};

/// How long a code may be exchanged for a session.
const CODE_LIVES: SignedDuration = SignedDuration::from_mins(5);

/// Ways in that Supabase Auth names and this server does not serve.
const NOT_SERVED: [&str; 25] = [
    "anonymous_users",
    "apple",
    "azure",
    "bitbucket",
    "discord",
    "facebook",
    "figma",
    "fly",
    "github",
    "gitlab",
    "google",
    "keycloak",
    "kakao",
    "linkedin",
    "linkedin_oidc",
    "notion",
    "slack",
    "slack_oidc",
    "snapchat",
    "spotify",
    "twitch",
    "twitter",
    "workos",
    "zoom",
    "phone",
];

/// `GET /health`.
pub async fn health() -> Json<Health> {
    Json(Health {
        version: concat!("doorstep ", env!("CARGO_PKG_VERSION")),
        name: "GoTrue",
        description: "GoTrue is a user registration and authentication API",
    })
}

/// `GET /settings`: which ways in there are.
pub async fn settings() -> Json<WaysIn> {
    let closed = NOT_SERVED.into_iter().map(|name| (name, false));
    Json(WaysIn {
        external: closed.chain([("email", true)]).collect(),
        disable_signup: false,
        mailer_autoconfirm: true,
        phone_autoconfirm: false,
        sms_provider: "",
        saml_enabled: false,
        saml_private_key_next_configured: false,
        passkeys_enabled: false,
    })
}

/// The public keys, with how long they may be kept.
pub struct Jwks;

impl IntoResponse for Jwks {
    fn into_response(self) -> Response {
        let kept = [(header::CACHE_CONTROL, "public, max-age=600")];
        (kept, Json(KeySet::default())).into_response()
    }
}

impl OperationOutput for Jwks {
    type Inner = KeySet;

    fn operation_response(
        context: &mut GenContext,
        operation: &mut Operation,
    ) -> Option<aide::openapi::Response> {
        Json::<KeySet>::operation_response(context, operation)
    }

    fn inferred_responses(
        context: &mut GenContext,
        operation: &mut Operation,
    ) -> Vec<(Option<u16>, aide::openapi::Response)> {
        Json::<KeySet>::inferred_responses(context, operation)
    }
}

/// `GET /.well-known/jwks.json`: a shared secret is never listed.
pub async fn jwks() -> Jwks {
    Jwks
}

/// `POST /signup`.
pub async fn sign_up(
    State(app): State<App>,
    client: Client,
    Body(asked): Body<SignUp>,
) -> Result<Json<Session>, AuthError> {
    let given = |text: &Option<String>| text.as_ref().is_some_and(|text| !text.is_empty());
    check_pkce(&asked.pkce)?;
    if given(&asked.phone) {
        return Err(AuthError::new(400, "phone_provider_disabled"));
    }
    let Some(email) = asked.email.filter(|email| !email.is_empty()) else {
        return Err(AuthError::new(422, "anonymous_provider_disabled"));
    };
    let password = asked.password.filter(|password| !password.is_empty());
    let new = NewAccount {
        email,
        password: password.ok_or_else(|| AuthError::invalid(auth::PASSWORD_REQUIRED))?,
        metadata: asked.data.unwrap_or_default(),
    };
    let grant = accounts::sign_up(&app, new, &client).await?;
    Ok(Json(grant.session))
}

/// The query of `POST /token`.
#[derive(Debug, Default, Deserialize, JsonSchema)]
#[serde(default)]
pub struct Grant {
    /// `password`, `refresh_token` or `pkce`.
    grant_type: String,
}

/// `POST /token`.
pub async fn token(
    State(app): State<App>,
    client: Client,
    grant: Result<Query<Grant>, QueryRejection>,
    Body(asked): Body<TokenRequest>,
) -> Result<Json<Session>, AuthError> {
    let kind = grant.ok().map(|Query(grant)| grant.grant_type);
    let granted = match kind.as_deref() {
        Some("password") => by_password(&app, &client, asked).await?,
        Some("refresh_token") => by_refresh_token(&app, &client, asked).await?,
        Some("pkce") => by_code(&app, &client, asked).await?,
        _ => {
            return Err(AuthError::bad_credentials().worded(auth::UNSUPPORTED_GRANT));
        }
    };
    Ok(Json(granted.session))
}

async fn by_password(
    app: &App,
    client: &Client,
    asked: TokenRequest,
) -> Result<session::Grant, AuthError> {
    let password = asked.password.unwrap_or_default();
    match (asked.email, asked.phone) {
        (Some(email), _) if !email.is_empty() => {
            accounts::sign_in(app, &email, &password, client).await
        }
        (_, Some(phone)) if !phone.is_empty() => {
            Err(AuthError::new(400, "phone_provider_disabled"))
        }
        _ => Err(AuthError::invalid(auth::EMAIL_OR_PHONE)),
    }
}

async fn by_refresh_token(
    app: &App,
    client: &Client,
    asked: TokenRequest,
) -> Result<session::Grant, AuthError> {
    app.attempts().take(Attempt::Token, client.address)?;
    let token = asked.refresh_token.filter(|token| !token.is_empty());
    let token = token.ok_or_else(|| AuthError::invalid(auth::REFRESH_TOKEN_REQUIRED))?;
    refresh::rotate(app, &token).await
}

async fn by_code(
    app: &App,
    client: &Client,
    asked: TokenRequest,
) -> Result<session::Grant, AuthError> {
    app.attempts().take(Attempt::Token, client.address)?;
    let (Some(code), Some(verifier)) = (asked.auth_code, asked.code_verifier) else {
        return Err(AuthError::invalid(auth::PKCE_VALUES));
    };
    let now = app.clock().now();
    let tx = app.db().begin(&system()).await?;
    let not_found = || AuthError::new(404, "flow_state_not_found");
    let flow = sql::take_flow(&tx, &code).await?.ok_or_else(not_found)?;
    let issued = flow.issued_at.unwrap_or(jiff::Timestamp::UNIX_EPOCH);
    if now.duration_since(issued) > CODE_LIVES {
        return Err(AuthError::new(422, "flow_state_expired"));
    }
    if !proves(&flow, &verifier) {
        return Err(AuthError::new(400, "bad_code_verifier"));
    }
    let user = flow.user.ok_or_else(not_found)?;
    let account = sql::account_by_id(&tx, user, None, now).await?;
    let account = account.ok_or_else(not_found)?;
    let granted = session::start_in(app, &tx, account, "otp", client).await?;
    tx.commit().await?;
    Ok(granted)
}

fn proves(flow: &Flow, verifier: &str) -> bool {
    use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
    let shown = match flow.method.as_deref() {
        Some("s256") => URL_SAFE_NO_PAD.encode(Sha256::digest(verifier)),
        Some("plain") => verifier.to_owned(),
        _ => return false,
    };
    let expected = flow.challenge.as_deref().unwrap_or_default();
    !expected.is_empty() && bool::from(expected.as_bytes().ct_eq(shown.as_bytes()))
}

/// A challenge and its method come together or not at all.
fn check_pkce(pkce: &Pkce) -> Result<(), AuthError> {
    let given = |text: &Option<String>| text.clone().filter(|text| !text.is_empty());
    let both = (
        given(&pkce.code_challenge),
        given(&pkce.code_challenge_method),
    );
    let (challenge, method) = match both {
        (None, None) => return Ok(()),
        (Some(challenge), Some(method)) => (challenge, method.to_ascii_lowercase()),
        _ => return Err(AuthError::invalid(auth::PKCE_BOTH)),
    };
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || b"-._~".contains(&byte);
    let fits = (43..=128).contains(&challenge.len()) && challenge.bytes().all(plain);
    if fits && matches!(method.as_str(), "s256" | "plain") {
        Ok(())
    } else {
        Err(AuthError::invalid(auth::PKCE_CHALLENGE))
    }
}

/// `GET /user`.
pub async fn user(Signed(account): Signed) -> Json<User> {
    Json(account.user)
}

/// `PUT /user`.
pub async fn change_user(
    State(app): State<App>,
    client: Client,
    Signed(account): Signed,
    Body(change): Body<UserChange>,
) -> Result<Json<User>, AuthError> {
    app.attempts().take(Attempt::Account, client.address)?;
    check_pkce(&change.pkce)?;
    let changed = accounts::update(&app, &account, change).await?;
    Ok(Json(changed.user))
}

/// The query of `POST /logout`.
#[derive(Debug, Default, Deserialize, JsonSchema)]
#[serde(default)]
pub struct Scope {
    /// `global` (the default), `local` or `others`.
    scope: Option<String>,
}

/// `POST /logout`.
pub async fn log_out(
    State(app): State<App>,
    Signed(account): Signed,
    query: Result<Query<Scope>, QueryRejection>,
) -> Result<NoContent, AuthError> {
    let bad_scope = || AuthError::invalid(auth::BAD_SCOPE);
    let Query(Scope { scope }) = query.map_err(|_| bad_scope())?;
    let ended = match (scope.as_deref(), account.session) {
        (None | Some("" | "global"), _) => Ended::Global,
        (Some("local"), Some(session)) => Ended::Local(session),
        (Some("others"), Some(session)) => Ended::Others(session),
        _ => return Err(bad_scope()),
    };
    session::end(&app, account.user.id, ended).await?;
    Ok(NoContent)
}

/// `POST /recover`: the same answer for everybody.
pub async fn recover(
    State(app): State<App>,
    client: Client,
    Body(asked): Body<MailRequest>,
) -> Result<Json<Nothing>, AuthError> {
    app.attempts().take(Attempt::Account, client.address)?;
    check_pkce(&asked.pkce)?;
    accounts::address(&asked.email.unwrap_or_default())?;
    Ok(Json(Nothing {}))
}

/// `POST /resend`: nothing awaits a confirmation, so nothing is sent.
pub async fn resend(
    State(app): State<App>,
    client: Client,
    Body(asked): Body<MailRequest>,
) -> Result<Json<Nothing>, AuthError> {
    app.attempts().take(Attempt::Account, client.address)?;
    check_pkce(&asked.pkce)?;
    match asked.r#type.as_deref() {
        Some("signup" | "email_change") => {
            accounts::address(&asked.email.unwrap_or_default())?;
            Ok(Json(Nothing {}))
        }
        Some("sms" | "phone_change") => Err(AuthError::new(400, "phone_provider_disabled")),
        _ => Err(AuthError::invalid(auth::RESEND_TYPE)),
    }
}

/// `POST /verify`: no code was given out, so none is right.
pub async fn verify(
    State(app): State<App>,
    client: Client,
    Body(asked): Body<VerifyRequest>,
) -> Result<Json<Session>, AuthError> {
    app.attempts().take(Attempt::Verify, client.address)?;
    check_verify(&asked)?;
    Err(AuthError::new(403, "otp_expired"))
}

/// What `POST` and `GET /verify` must both say.
pub fn check_verify(asked: &VerifyRequest) -> Result<(), AuthError> {
    let given = |text: &Option<String>| text.as_ref().is_some_and(|text| !text.is_empty());
    if !given(&asked.r#type) {
        return Err(AuthError::invalid(auth::VERIFY_TYPE));
    }
    if !given(&asked.token) && !given(&asked.token_hash) {
        return Err(AuthError::invalid(auth::VERIFY_TOKEN));
    }
    Ok(())
}

/// `GET /reauthenticate`: sends nothing while there is no mail.
pub async fn reauthenticate(
    State(app): State<App>,
    client: Client,
    Signed(account): Signed,
) -> Result<Json<Nothing>, AuthError> {
    app.attempts().take(Attempt::Account, client.address)?;
    if account.user.email_confirmed_at.is_none() {
        return Err(AuthError::new(422, "email_not_confirmed"));
    }
    Ok(Json(Nothing {}))
}
