//! Errors of `/auth/v1`, in the two shapes of Supabase Auth.

use std::borrow::Cow;

use axum::{
    Json,
    http::{HeaderMap, HeaderName, HeaderValue, StatusCode, header},
    response::{IntoResponse, Response},
};
use serde_json::{Value, json};
use uuid::Uuid;

use crate::{auth::password::Weakness, catalogue, error::Error};

/// The header by which a client says which shape it understands.
pub const VERSION: HeaderName = HeaderName::from_static("x-supabase-api-version");
/// The one version there is; from this day on `code` is a word.
pub const CURRENT: &str = "2024-01-01";
const ERROR_CODE: HeaderName = HeaderName::from_static("x-sb-error-code");

/// A refusal of `/auth/v1`.
#[derive(Clone, Debug)]
pub struct AuthError {
    status: StatusCode,
    code: &'static str,
    message: Cow<'static, str>,
    weak: bool,
    wait: Option<u64>,
}

impl AuthError {
    /// A refusal with the catalogue's sentence for `code`.
    pub fn new(status: u16, code: &'static str) -> Self {
        Self {
            status: StatusCode::from_u16(status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR),
            code,
            message: catalogue::auth_sentence(code).into(),
            weak: false,
            wait: None,
        }
    }

    /// The same refusal in other words.
    #[must_use]
    pub fn worded(mut self, message: impl Into<Cow<'static, str>>) -> Self {
        self.message = message.into();
        self
    }

    /// 400 `validation_failed`.
    pub fn invalid(message: &'static str) -> Self {
        Self::new(400, "validation_failed").worded(message)
    }

    /// 400: a wrong password, or nobody of that name; nobody can tell which.
    pub fn bad_credentials() -> Self {
        Self::new(400, "invalid_credentials")
    }

    /// 403 `bad_jwt`.
    pub fn bad_jwt() -> Self {
        Self::new(403, "bad_jwt")
    }

    /// 429, `seconds` until the next attempt.
    pub fn too_many(seconds: u64) -> Self {
        let mut error = Self::new(429, "over_request_rate_limit");
        error.wait = Some(seconds.max(1));
        error
    }

    /// The status of the answer.
    pub fn status(&self) -> StatusCode {
        self.status
    }

    /// The stable word.
    pub fn code(&self) -> &'static str {
        self.code
    }

    /// The sentence.
    pub fn message(&self) -> &str {
        &self.message
    }

    /// The answer in the shape that a client of these headers understands.
    pub fn answer(&self, request: &HeaderMap) -> Response {
        let mut body = if understands_words(request) {
            json!({ "code": self.code, "message": self.message })
        } else {
            json!({ "code": self.status.as_u16(), "error_code": self.code, "msg": self.message })
        };
        if self.weak {
            body["weak_password"] = json!({ "reasons": ["length"] });
        }
        if self.status.is_server_error() {
            body["error_id"] = Value::String(Uuid::new_v4().to_string());
        }
        let mut response = (self.status, Json(body)).into_response();
        let headers = response.headers_mut();
        headers.insert(ERROR_CODE, HeaderValue::from_static(self.code));
        if let Some(wait) = self.wait {
            headers.insert(header::RETRY_AFTER, HeaderValue::from(wait));
        }
        response
    }
}

/// Whether the client asked for version 2024-01-01 or a later one.
pub fn understands_words(request: &HeaderMap) -> bool {
    request
        .get(VERSION)
        .and_then(|value| value.to_str().ok())
        .and_then(|text| text.parse::<jiff::civil::Date>().ok())
        .is_some_and(|date| date >= jiff::civil::date(2024, 1, 1))
}

impl From<Error> for AuthError {
    fn from(error: Error) -> Self {
        let status = error.status();
        if status == StatusCode::SERVICE_UNAVAILABLE {
            let mut away = Self::new(503, "unexpected_failure").worded(error.sentence().to_owned());
            away.wait = Some(1);
            return away;
        }
        // A value that PostgreSQL cannot store.
        if status == StatusCode::BAD_REQUEST {
            return Self::new(400, "validation_failed");
        }
        tracing::error!(%error, "sign-in failed on our side");
        Self::new(500, "unexpected_failure")
    }
}

impl From<Weakness> for AuthError {
    fn from(weakness: Weakness) -> Self {
        match weakness {
            Weakness::Short => {
                let mut error = Self::new(422, "weak_password");
                error.weak = true;
                error
            }
            Weakness::Long => Self::invalid(catalogue::auth::PASSWORD_TOO_LONG),
        }
    }
}

impl IntoResponse for AuthError {
    /// An answer without a body: the layer around `/auth/v1` knows the request
    /// and writes it.
    fn into_response(self) -> Response {
        let mut response = self.status.into_response();
        response.extensions_mut().insert(self);
        response
    }
}
