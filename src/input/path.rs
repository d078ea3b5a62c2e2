//! Keys in a path.

use aide::{OperationInput, generate::GenContext, openapi::Operation};
use axum::{
    extract::{FromRequestParts, Path},
    http::request::Parts,
};
use schemars::JsonSchema;
use serde::Deserialize;
use uuid::Uuid;

use crate::error::{Error, Problem};

/// The `{id}` of a path.
#[derive(Clone, Copy, Debug)]
pub struct Id(pub Uuid);

#[derive(Deserialize, JsonSchema)]
#[expect(dead_code, reason = "describes the path to the document")]
struct Described {
    /// The row's key.
    id: Uuid,
}

impl<S: Send + Sync> FromRequestParts<S> for Id {
    type Rejection = Error;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Error> {
        let Path(id) = Path::<String>::from_request_parts(parts, state)
            .await
            .map_err(|_| Error::invalid(Problem::new("id", "id_not_uuid")))?;
        // The hyphenated form alone: PostgreSQL and every client print that.
        match id.parse() {
            Ok(uuid) if id.len() == 36 => Ok(Self(uuid)),
            _ => Err(Error::invalid(Problem::new("id", "id_not_uuid"))),
        }
    }
}

impl OperationInput for Id {
    fn operation_input(context: &mut GenContext, operation: &mut Operation) {
        Path::<Described>::operation_input(context, operation);
    }
}
