//! JSON bodies of acts on a row.

use aide::{
    OperationInput,
    generate::GenContext,
    openapi::{Operation, ReferenceOr},
};
use axum::{
    extract::{FromRequest, Request},
    http::{StatusCode, header},
};

use super::{
    Mode, Rules, Writable,
    body::{describe, json_bytes, parse, plain_bytes},
};
use crate::{body, error::Error, idempotency::Once};

/// A body that says how to act on a row. It may be missing altogether.
pub struct Ask<B> {
    /// What was sent.
    pub body: B,
    /// The caller's wish that it happen once.
    pub once: Option<Once>,
}

impl<S: Send + Sync, B: Writable> FromRequest<S> for Ask<B> {
    type Rejection = Error;

    async fn from_request(request: Request, state: &S) -> Result<Self, Error> {
        let path = request.uri().path().to_owned();
        let headers = request.headers().clone();
        let bytes = if headers.contains_key(header::CONTENT_TYPE) {
            json_bytes(request, state).await?
        } else {
            plain_bytes(request, state).await?
        };
        let once = Once::from_headers(&headers, &path, &bytes)?;
        let body = match bytes.as_ref() {
            b"" => parse(b"{}", Mode::Create)?,
            bytes if headers.contains_key(header::CONTENT_TYPE) => parse(bytes, Mode::Create)?,
            _ => {
                return Err(Error::new(StatusCode::UNSUPPORTED_MEDIA_TYPE, "not_json"));
            }
        };
        Ok(Self { body, once })
    }
}

impl<B: Writable> OperationInput for Ask<B> {
    fn operation_input(context: &mut GenContext, operation: &mut Operation) {
        Once::describe(context, operation);
        describe::<B>(Mode::Create, context, operation);
        if let Some(ReferenceOr::Item(body)) = &mut operation.request_body {
            body.required = false;
        }
    }
}

body! {
    /// The body of an act that needs no words.
    pub struct NoBody {
        required {}
        defaulted {}
        nullable {}
        read_only {}
    }
}

impl Rules for NoBody {}
