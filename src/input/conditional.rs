//! `If-None-Match`.

use aide::{OperationInput, generate::GenContext, openapi::Operation};
use axum::{
    extract::FromRequestParts,
    http::{HeaderMap, header, request::Parts},
};

use super::{body::header_text, list::describe_header};
use crate::error::Error;

/// The entity tags that the caller has already.
#[derive(Clone, Debug, Default)]
pub struct IfNoneMatch(pub Option<String>);

impl IfNoneMatch {
    /// The tags that the headers of a request name.
    pub fn of(headers: &HeaderMap) -> Self {
        Self(header_text(headers, &header::IF_NONE_MATCH))
    }

    /// Whether `tag` is among them.
    pub fn knows(&self, tag: &str) -> bool {
        self.0.as_deref().is_some_and(|tags| {
            tags.split(',').any(|known| {
                let known = known.trim();
                known == "*" || known.trim_start_matches("W/") == tag
            })
        })
    }
}

impl<S: Send + Sync> FromRequestParts<S> for IfNoneMatch {
    type Rejection = Error;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Error> {
        Ok(Self::of(&parts.headers))
    }
}

impl OperationInput for IfNoneMatch {
    fn operation_input(context: &mut GenContext, operation: &mut Operation) {
        let text = "The entity tags that the caller has; 304 when the row is still that.";
        describe_header(operation, context, "If-None-Match", text);
    }
}
