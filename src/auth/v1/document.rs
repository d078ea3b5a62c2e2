//! How `/auth/v1` is described: its extractors, and errors in its own shapes.

use std::collections::BTreeMap;

use aide::{
    OperationInput, OperationOutput,
    generate::GenContext,
    openapi::{
        MediaType, Operation, Parameter, ParameterData, ParameterSchemaOrContent, ReferenceOr,
        RequestBody, SchemaObject, StatusCode,
    },
    transform::TransformOperation,
};
use indexmap::IndexMap;
use schemars::JsonSchema;
use serde::Serialize;

use super::{AuthError, bearer::Signed, body::Body, errors::VERSION};
use crate::{auth::session::Client, openapi::failure_as};

/// What every route may answer: a flood, our own defect, a database away.
const ALWAYS: [u16; 3] = [429, 500, 503];

/// The body of an error of `/auth/v1`. Which keys there are depends on the
/// request's `X-Supabase-Api-Version`.
#[derive(Debug, Serialize, JsonSchema)]
pub struct AuthErrorBody {
    /// From version 2024-01-01 on the stable word, before it the status.
    #[schemars(schema_with = "word_or_status")]
    code: serde_json::Value,
    /// From version 2024-01-01 on: a sentence.
    #[serde(skip_serializing_if = "Option::is_none")]
    message: Option<String>,
    /// Before version 2024-01-01: the stable word.
    #[serde(skip_serializing_if = "Option::is_none")]
    error_code: Option<String>,
    /// Before version 2024-01-01: a sentence.
    #[serde(skip_serializing_if = "Option::is_none")]
    msg: Option<String>,
    /// On a defect of ours: what it is found by.
    #[serde(skip_serializing_if = "Option::is_none")]
    error_id: Option<String>,
    /// With `weak_password`: why.
    #[serde(skip_serializing_if = "Option::is_none")]
    weak_password: Option<BTreeMap<String, Vec<String>>>,
}

fn word_or_status(_: &mut schemars::SchemaGenerator) -> schemars::Schema {
    schemars::json_schema!({ "type": ["string", "integer"] })
}

/// Names a route and the statuses of its refusals beside those of all.
pub(super) fn document(
    summary: &'static str,
    refusals: &'static [u16],
) -> impl FnOnce(TransformOperation<'_>) -> TransformOperation<'_> {
    move |mut operation| {
        let inner = operation.inner_mut();
        inner.summary = Some(summary.to_owned());
        inner.parameters.push(ReferenceOr::Item(version()));
        let responses = &mut inner.responses.get_or_insert_default().responses;
        for status in refusals.iter().chain(&ALWAYS) {
            let failure = failure_as(*status, "AuthErrorBody");
            responses.insert(StatusCode::Code(*status), ReferenceOr::Item(failure));
        }
        operation
    }
}

/// The header that chooses between the shapes of errors.
fn version() -> Parameter {
    let schema = schemars::json_schema!({ "type": "string", "examples": ["2024-01-01"] });
    Parameter::Header {
        parameter_data: ParameterData {
            name: VERSION.to_string(),
            description: Some("From 2024-01-01 on `code` is a word.".to_owned()),
            required: false,
            deprecated: None,
            format: ParameterSchemaOrContent::Schema(object(schema)),
            example: None,
            examples: IndexMap::default(),
            explode: None,
            extensions: IndexMap::default(),
        },
        style: Default::default(),
    }
}

fn object(schema: schemars::Schema) -> SchemaObject {
    SchemaObject {
        json_schema: schema,
        external_docs: None,
        example: None,
    }
}

impl OperationInput for Client {}

/// The bearer is checked by hand, so that a request without one is answered in
/// the right shape.
impl OperationInput for Signed {
    fn operation_input(_: &mut GenContext, operation: &mut Operation) {
        let bearer = [("bearer".to_owned(), Vec::new())];
        operation.security.push(bearer.into_iter().collect());
    }
}

impl<T: JsonSchema> OperationInput for Body<T> {
    fn operation_input(context: &mut GenContext, operation: &mut Operation) {
        let media = MediaType {
            schema: Some(object(context.schema.subschema_for::<T>())),
            ..MediaType::default()
        };
        operation.request_body = Some(ReferenceOr::Item(RequestBody {
            content: IndexMap::from_iter([("application/json".to_owned(), media)]),
            required: true,
            ..RequestBody::default()
        }));
    }
}

impl OperationOutput for AuthError {
    type Inner = AuthErrorBody;

    fn operation_response(
        context: &mut GenContext,
        _: &mut Operation,
    ) -> Option<aide::openapi::Response> {
        // Only so that the document holds the schema; each route names its own.
        context.schema.subschema_for::<AuthErrorBody>();
        None
    }
}
