//! Addresses that take no parameters.

use aide::OperationInput;
use axum::{extract::FromRequestParts, http::request::Parts};

use super::snake_case;
use crate::{
    catalogue::reasons,
    error::{Error, Problem},
};

/// The query string of an address that is asked nothing, such as a list without
/// filters and pages: empty. Whatever stands in it is refused as lists refuse
/// it, lest a filter that does nothing be taken for one that finds everything.
#[derive(Clone, Copy, Debug)]
pub struct Unasked;

impl<S: Send + Sync> FromRequestParts<S> for Unasked {
    type Rejection = Error;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Error> {
        let query = parts.uri.query().unwrap_or_default();
        let problems: Vec<Problem> = form_urlencoded::parse(query.as_bytes())
            .map(|(name, _)| Problem::worded(&snake_case(&name), reasons::UNASKED))
            .collect();
        match problems.is_empty() {
            true => Ok(Self),
            false => Err(Error::all_invalid(problems)),
        }
    }
}

impl OperationInput for Unasked {}
