//! Bodies of `/auth/v1`: JSON, whatever the content type says.

use axum::{
    body::to_bytes,
    extract::{FromRequest, Request},
};
use serde::de::DeserializeOwned;

use super::AuthError;

/// The largest body, as in Supabase Auth.
const LARGEST: usize = 1024 * 1024;

/// A JSON object; unknown keys are passed over, as clients of several versions
/// send them.
pub struct Body<T>(pub T);

impl<S: Sync, T: DeserializeOwned> FromRequest<S> for Body<T> {
    type Rejection = AuthError;

    async fn from_request(request: Request, _: &S) -> Result<Self, AuthError> {
        let bytes = to_bytes(request.into_body(), LARGEST).await;
        let bytes = bytes.map_err(|_| AuthError::new(413, "request_entity_too_large"))?;
        let body = serde_json::from_slice(&bytes);
        body.map(Self).map_err(|_| AuthError::new(400, "bad_json"))
    }
}
