//! What the health routes answer.

use aide::{OperationOutput, generate::GenContext, openapi::Operation};
use axum::{
    Json,
    http::StatusCode,
    response::{IntoResponse, Response},
};
use schemars::JsonSchema;
use serde::Serialize;

/// The server is alive.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct Alive {
    /// Always `alive`.
    pub status: &'static str,
}

/// Whether requests can be served.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct Ready {
    /// `ready` or `not ready`.
    pub status: &'static str,
    /// Whether the database answers.
    pub database: bool,
    /// Whether its schema is this program's.
    pub migrations: bool,
    /// What an operator should know about this way of running.
    pub notes: Vec<String>,
}

/// What the test of the database found.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct TestDb {
    /// Whether every table could be read.
    pub success: bool,
    /// A sentence for a person.
    pub message: String,
    /// The tables that were tried.
    pub tables: TestedTables,
}

/// The tables that are tried.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct TestedTables {
    /// Homes.
    pub properties: Tested,
    /// Connections to other systems.
    pub integrations: Tested,
}

/// What was found of one table.
#[derive(Clone, Copy, Debug, Serialize, JsonSchema)]
pub struct Tested {
    /// Whether it could be read.
    pub accessible: bool,
    /// The rows that anybody may see.
    pub count: i64,
}

impl TestDb {
    /// The answer where no table could even be asked for.
    pub fn failed(reason: &impl std::fmt::Display) -> Self {
        let tested = Tested {
            accessible: false,
            count: 0,
        };
        Self {
            success: false,
            message: format!("Database connection failed. {reason}"),
            tables: TestedTables {
                properties: tested,
                integrations: tested,
            },
        }
    }
}

impl IntoResponse for Alive {
    fn into_response(self) -> Response {
        Json(self).into_response()
    }
}

impl IntoResponse for Ready {
    fn into_response(self) -> Response {
        let status = match self.status {
            "ready" => StatusCode::OK,
            _ => StatusCode::SERVICE_UNAVAILABLE,
        };
        (status, Json(self)).into_response()
    }
}

impl IntoResponse for TestDb {
    fn into_response(self) -> Response {
        let status = match self.success {
            true => StatusCode::OK,
            false => StatusCode::INTERNAL_SERVER_ERROR,
        };
        (status, Json(self)).into_response()
    }
}

macro_rules! documented {
    ($type:ty, $failure:expr) => {
        impl OperationOutput for $type {
            type Inner = Self;

            fn operation_response(
                context: &mut GenContext,
                operation: &mut Operation,
            ) -> Option<aide::openapi::Response> {
                Json::<Self>::operation_response(context, operation)
            }

            fn inferred_responses(
                context: &mut GenContext,
                operation: &mut Operation,
            ) -> Vec<(Option<u16>, aide::openapi::Response)> {
                let statuses: &[u16] = $failure;
                let response = Self::operation_response(context, operation);
                response
                    .into_iter()
                    .flat_map(|response| {
                        statuses
                            .iter()
                            .map(move |status| (Some(*status), response.clone()))
                    })
                    .collect()
            }
        }
    };
}

documented!(Alive, &[200]);
documented!(Ready, &[200, 503]);
documented!(TestDb, &[200, 500]);
