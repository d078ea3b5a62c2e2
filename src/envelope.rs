//! What answers look like.

use aide::{
    OperationOutput,
    generate::GenContext,
    openapi::{Operation, Response as ApiResponse},
};
use axum::{
    Json,
    http::{HeaderValue, StatusCode, header},
    response::{IntoResponse, Response},
};
use jiff::Timestamp;
use schemars::JsonSchema;
use serde::Serialize;
use uuid::Uuid;

use crate::input::IfNoneMatch;

/// One page of a list.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct Page<T> {
    /// The rows.
    pub data: Vec<T>,
    /// All rows that the filters match, with `count=true`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub total: Option<i64>,
    /// Where the next page starts, when more rows follow.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub next_cursor: Option<String>,
}

impl<T: Serialize> IntoResponse for Page<T> {
    fn into_response(self) -> Response {
        Json(self).into_response()
    }
}

impl<T: Serialize + JsonSchema> OperationOutput for Page<T> {
    type Inner = Self;

    fn operation_response(
        context: &mut GenContext,
        operation: &mut Operation,
    ) -> Option<ApiResponse> {
        Json::<Self>::operation_response(context, operation)
    }

    fn inferred_responses(
        context: &mut GenContext,
        operation: &mut Operation,
    ) -> Vec<(Option<u16>, ApiResponse)> {
        let response = Self::operation_response(context, operation);
        response
            .into_iter()
            .map(|response| (Some(200), response))
            .collect()
    }
}

/// A row that can be read alone: it has a key and knows when it last changed.
pub trait Resource: Serialize {
    /// The path below which rows of this kind are found, such as
    /// `/api/properties`.
    const PATH: &'static str;

    /// The row's key.
    fn id(&self) -> Uuid;

    /// When the row last changed; the entity tag is made of it.
    fn changed_at(&self) -> Timestamp;

    /// The row's entity tag.
    fn tag(&self) -> String {
        entity_tag(self.changed_at())
    }

    /// Where whoever made the row reads it; nowhere, where he may not.
    fn location(&self) -> Option<String> {
        Some(format!("{}/{}", Self::PATH, self.id()))
    }
}

/// The entity tag of a row that last changed at `changed_at`.
pub fn entity_tag(changed_at: Timestamp) -> String {
    format!("\"{:x}\"", changed_at.as_microsecond())
}

/// The moment that an entity tag stands for, if it is one of ours.
pub fn moment_of_tag(tag: &str) -> Option<Timestamp> {
    let digits = tag.trim().strip_prefix("W/").unwrap_or(tag.trim());
    let digits = digits.strip_prefix('"')?.strip_suffix('"')?;
    let microseconds = i64::from_str_radix(digits, 16).ok()?;
    Timestamp::from_microsecond(microseconds).ok()
}

/// A single row: 200 with an entity tag, or 304 when the caller has it already.
pub struct One<T> {
    row: T,
    fresh: bool,
    kept_for: Option<u32>,
}

impl<T: Resource> One<T> {
    /// Answers the row.
    pub fn new(row: T) -> Self {
        Self {
            row,
            fresh: false,
            kept_for: None,
        }
    }

    /// Answers 304 when the caller has the row as it is.
    pub fn unless_known(row: T, known: &IfNoneMatch) -> Self {
        let fresh = known.knows(&row.tag());
        Self {
            fresh,
            ..Self::new(row)
        }
    }

    /// Lets the caller's own cache keep the answer for some seconds.
    #[must_use]
    pub fn kept_for(self, seconds: u32) -> Self {
        Self {
            kept_for: Some(seconds),
            ..self
        }
    }
}

impl<T: Resource> IntoResponse for One<T> {
    fn into_response(self) -> Response {
        let tag = self.row.tag();
        let mut response = if self.fresh {
            StatusCode::NOT_MODIFIED.into_response()
        } else {
            Json(&self.row).into_response()
        };
        if let Ok(tag) = HeaderValue::from_str(&tag) {
            response.headers_mut().insert(header::ETAG, tag);
        }
        if let Some(seconds) = self.kept_for
            && let Ok(value) = HeaderValue::from_str(&format!("private, max-age={seconds}"))
        {
            response.headers_mut().insert(header::CACHE_CONTROL, value);
        }
        response
    }
}

impl<T: Resource + JsonSchema> OperationOutput for One<T> {
    type Inner = T;

    fn operation_response(
        context: &mut GenContext,
        operation: &mut Operation,
    ) -> Option<ApiResponse> {
        Json::<T>::operation_response(context, operation)
    }

    fn inferred_responses(
        context: &mut GenContext,
        operation: &mut Operation,
    ) -> Vec<(Option<u16>, ApiResponse)> {
        let response = Self::operation_response(context, operation);
        response
            .into_iter()
            .map(|response| (Some(200), response))
            .collect()
    }
}

/// What a POST answers: 201 with `Location` for a new row, 200 for one that was
/// there.
pub struct Made<T> {
    row: T,
    new: bool,
}

impl<T: Resource> Made<T> {
    /// A row that this request made.
    pub fn new(row: T) -> Self {
        Self { row, new: true }
    }

    /// A row that was there already.
    pub fn existing(row: T) -> Self {
        Self { row, new: false }
    }

    /// The status of the answer.
    pub fn status(&self) -> StatusCode {
        if self.new {
            StatusCode::CREATED
        } else {
            StatusCode::OK
        }
    }

    /// Where the row is found, if its maker may read it.
    pub fn location(&self) -> Option<String> {
        self.row.location()
    }

    /// The row.
    pub fn row(&self) -> &T {
        &self.row
    }
}

impl<T: Resource> IntoResponse for Made<T> {
    fn into_response(self) -> Response {
        let status = self.status();
        let location = self.location();
        let tag = self.row.tag();
        let mut response = (status, Json(&self.row)).into_response();
        for (name, value) in [(header::LOCATION, location), (header::ETAG, Some(tag))] {
            if let Some(Ok(value)) = value.map(|value| HeaderValue::from_str(&value)) {
                response.headers_mut().insert(name, value);
            }
        }
        response
    }
}

impl<T: Resource + JsonSchema> OperationOutput for Made<T> {
    type Inner = T;

    fn operation_response(
        context: &mut GenContext,
        operation: &mut Operation,
    ) -> Option<ApiResponse> {
        Json::<T>::operation_response(context, operation)
    }

    fn inferred_responses(
        context: &mut GenContext,
        operation: &mut Operation,
    ) -> Vec<(Option<u16>, ApiResponse)> {
        let response = Self::operation_response(context, operation);
        response
            .into_iter()
            .flat_map(|response| [(Some(200), response.clone()), (Some(201), response)])
            .collect()
    }
}

/// 204: the row is gone.
pub struct Gone;

impl IntoResponse for Gone {
    fn into_response(self) -> Response {
        StatusCode::NO_CONTENT.into_response()
    }
}

impl OperationOutput for Gone {
    type Inner = ();

    fn inferred_responses(
        _: &mut GenContext,
        _: &mut Operation,
    ) -> Vec<(Option<u16>, ApiResponse)> {
        let response = ApiResponse {
            description: "Gone.".to_owned(),
            ..ApiResponse::default()
        };
        vec![(Some(204), response)]
    }
}
