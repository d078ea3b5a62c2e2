//! The one error type, sorted by what the caller can do about it.

mod sqlstate;

use std::{collections::BTreeMap, fmt};

use axum::{
    Json,
    http::{HeaderValue, StatusCode, header},
    response::{IntoResponse, Response},
};
use schemars::JsonSchema;
use serde::Serialize;

use crate::catalogue;

/// What went wrong, as the caller is told.
///
/// What only we should know (a driver's message, a file's path) is kept beside
/// it for the log.
pub struct Error {
    status: StatusCode,
    code: &'static str,
    sentence: String,
    details: BTreeMap<String, String>,
    headers: Vec<(header::HeaderName, HeaderValue)>,
    retryable: bool,
    cause: Option<Box<dyn fmt::Display + Send + Sync>>,
}

/// One field that is not as it should be.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Problem {
    /// The field, parameter or header.
    pub field: String,
    /// What would be right, as a sentence.
    pub reason: String,
}

impl Problem {
    /// A problem worded by the catalogue under `code`.
    pub fn new(field: &str, code: &'static str) -> Self {
        Self {
            field: field.to_owned(),
            reason: catalogue::sentence(code).to_owned(),
        }
    }

    /// A problem whose reason is made for the case.
    pub fn worded(field: &str, reason: impl Into<String>) -> Self {
        Self {
            field: field.to_owned(),
            reason: reason.into(),
        }
    }
}

/// The body of every error answer.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct ErrorBody {
    /// A sentence for a person.
    pub error: String,
    /// A stable word for programs.
    pub code: String,
    /// On validation: field → reason.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub details: BTreeMap<String, String>,
}

impl Error {
    /// An error with the catalogue's sentence for `code`.
    pub fn new(status: StatusCode, code: &'static str) -> Self {
        Self {
            status,
            code,
            sentence: catalogue::sentence(code).to_owned(),
            details: BTreeMap::new(),
            headers: Vec::new(),
            retryable: false,
            cause: None,
        }
    }

    /// The same error in other words, made for the case.
    #[must_use]
    pub fn worded(mut self, sentence: impl Into<String>) -> Self {
        self.sentence = sentence.into();
        self
    }

    /// Names a field that is wrong.
    #[must_use]
    pub fn detail(mut self, problem: Problem) -> Self {
        self.details.insert(problem.field, problem.reason);
        self
    }

    /// Adds a header to the answer.
    #[must_use]
    pub fn header(mut self, name: header::HeaderName, value: HeaderValue) -> Self {
        self.headers.push((name, value));
        self
    }

    fn because(mut self, cause: impl fmt::Display + Send + Sync + 'static) -> Self {
        self.cause = Some(Box::new(cause));
        self
    }

    /// 400: one thing in the request is not as it should be.
    pub fn invalid(problem: Problem) -> Self {
        Self::all_invalid(vec![problem])
    }

    /// 400: several things are not as they should be.
    pub fn all_invalid(problems: Vec<Problem>) -> Self {
        let mut error = Self::new(StatusCode::BAD_REQUEST, "invalid_request");
        if let [problem] = problems.as_slice() {
            error.sentence = catalogue::about(&problem.field, &problem.reason);
        }
        error.details = problems
            .into_iter()
            .map(|problem| (problem.field, problem.reason))
            .collect();
        error
    }

    /// 401: nobody is signed in.
    pub fn not_signed_in() -> Self {
        Self::new(StatusCode::UNAUTHORIZED, "not_signed_in")
            .header(header::WWW_AUTHENTICATE, HeaderValue::from_static("Bearer"))
    }

    /// 401: a token that is forged, expired or of another kind.
    pub fn bad_token() -> Self {
        Self::new(StatusCode::UNAUTHORIZED, "bad_token").header(
            header::WWW_AUTHENTICATE,
            HeaderValue::from_static("Bearer error=\"invalid_token\""),
        )
    }

    /// 401: the session was signed out, has expired or its person was
    /// deactivated.
    pub fn session_ended() -> Self {
        Self::new(StatusCode::UNAUTHORIZED, "session_ended").header(
            header::WWW_AUTHENTICATE,
            HeaderValue::from_static("Bearer error=\"invalid_token\""),
        )
    }

    /// 403: not with this role.
    pub fn forbidden() -> Self {
        Self::new(StatusCode::FORBIDDEN, "forbidden")
    }

    /// 404: unknown, or not visible to the caller.
    pub fn not_found() -> Self {
        Self::new(StatusCode::NOT_FOUND, "not_found")
    }

    /// 409 with the catalogue's sentence for `code`.
    pub fn conflict(code: &'static str) -> Self {
        Self::new(StatusCode::CONFLICT, code)
    }

    /// 412: the row changed since it was read.
    pub fn lost_update() -> Self {
        Self::new(StatusCode::PRECONDITION_FAILED, "lost_update")
    }

    /// 422: refused by a rule of the business.
    pub fn refused(code: &'static str) -> Self {
        Self::new(StatusCode::UNPROCESSABLE_ENTITY, code)
    }

    /// 429: more requests than the caller's allowance; `seconds` until the next.
    pub fn too_many(seconds: u64) -> Self {
        Self::new(StatusCode::TOO_MANY_REQUESTS, "too_many_requests")
            .header(header::RETRY_AFTER, HeaderValue::from(seconds.max(1)))
    }

    /// 503: the database is away.
    pub fn unavailable() -> Self {
        Self::come_back("unavailable")
    }

    /// 503: more requests come than can be answered in time.
    pub fn overloaded() -> Self {
        Self::come_back("overloaded")
    }

    /// 503: the answer took longer than anybody waits.
    pub fn timeout() -> Self {
        Self::come_back("timeout")
    }

    fn come_back(code: &'static str) -> Self {
        Self::new(StatusCode::SERVICE_UNAVAILABLE, code)
            .header(header::RETRY_AFTER, HeaderValue::from_static("1"))
    }

    /// 500: our own defect; `cause` goes to the log alone.
    pub fn internal(cause: impl fmt::Display + Send + Sync + 'static) -> Self {
        Self::new(StatusCode::INTERNAL_SERVER_ERROR, "internal").because(cause)
    }

    /// The status of the answer.
    pub fn status(&self) -> StatusCode {
        self.status
    }

    /// The stable word.
    pub fn code(&self) -> &'static str {
        self.code
    }

    /// The sentence for a person.
    pub fn sentence(&self) -> &str {
        &self.sentence
    }

    /// Field → reason.
    pub fn details(&self) -> &BTreeMap<String, String> {
        &self.details
    }

    /// Whether the same statement may succeed when run again.
    pub fn is_retryable(&self) -> bool {
        self.retryable
    }

    /// Whether there is nothing that the caller sees.
    pub fn is_not_found(&self) -> bool {
        self.status == StatusCode::NOT_FOUND
    }

    /// Whether PostgreSQL refused for lack of a right.
    pub fn is_forbidden(&self) -> bool {
        self.status == StatusCode::FORBIDDEN
    }

    /// The answer's body.
    pub fn body(&self) -> ErrorBody {
        ErrorBody {
            error: self.sentence.clone(),
            code: self.code.to_owned(),
            details: self.details.clone(),
        }
    }

    fn log(&self) {
        if let Some(cause) = &self.cause {
            if self.status == StatusCode::INTERNAL_SERVER_ERROR {
                tracing::error!(code = self.code, %cause, "a request failed");
            } else {
                tracing::debug!(code = self.code, %cause, "a request was refused");
            }
        }
    }
}

impl fmt::Display for Error {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.cause {
            Some(cause) => write!(formatter, "{} ({cause})", self.sentence),
            None => formatter.write_str(&self.sentence),
        }
    }
}

impl fmt::Debug for Error {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{} {}: {self}", self.status.as_u16(), self.code)
    }
}

impl std::error::Error for Error {}

impl IntoResponse for Error {
    fn into_response(self) -> Response {
        self.log();
        let mut response = (self.status, Json(self.body())).into_response();
        for (name, value) in self.headers {
            response.headers_mut().append(name, value);
        }
        response.extensions_mut().insert(Failure {
            status: self.status,
            code: self.code,
            sentence: self.sentence,
        });
        response
    }
}

/// What a layer around the routes may know of an error answer, to render it in
/// another form.
#[derive(Clone, Debug)]
pub struct Failure {
    /// The answer's status.
    pub status: StatusCode,
    /// The stable word.
    pub code: &'static str,
    /// The sentence for a person.
    pub sentence: String,
}

/// The document lists error answers by method, not by handler.
impl aide::OperationOutput for Error {
    type Inner = ErrorBody;
}
