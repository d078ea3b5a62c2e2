//! `Audit-Reason`.

use aide::{OperationInput, generate::GenContext, openapi::Operation};
use axum::{
    extract::FromRequestParts,
    http::{HeaderName, request::Parts},
};

use super::{body::header_text, list::describe_header};
use crate::{
    catalogue::reasons,
    error::{Error, Problem},
};

const HEADER: HeaderName = HeaderName::from_static("audit-reason");
/// Characters at most.
const LONGEST: usize = 500;

/// Why somebody reads what is read on the record; it is kept in the audit log.
#[derive(Clone, Debug, Default)]
pub struct Why(pub Option<String>);

impl<S: Send + Sync> FromRequestParts<S> for Why {
    type Rejection = Error;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Error> {
        if !parts.headers.contains_key(HEADER) {
            return Ok(Self::default());
        }
        let reason = header_text(&parts.headers, &HEADER)
            .map(|reason| reason.trim().to_owned())
            .filter(|reason| (1..=LONGEST).contains(&reason.len()))
            .ok_or_else(|| {
                Error::invalid(Problem::worded("Audit-Reason", reasons::NOT_A_REASON))
            })?;
        Ok(Self(Some(reason)))
    }
}

impl OperationInput for Why {
    fn operation_input(context: &mut GenContext, operation: &mut Operation) {
        let text = "Why an administrator or the service reads this; kept in the audit log.";
        describe_header(operation, context, "Audit-Reason", text);
    }
}
