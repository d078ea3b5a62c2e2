//! The document of the HTTP API, made from the routes that serve it.

use std::sync::Arc;

use aide::{
    axum::ApiRouter,
    generate::GenContext,
    openapi::{
        Components, Info, MediaType, OpenApi, Operation, PathItem, ReferenceOr, Response,
        SchemaObject, SecurityScheme, StatusCode, Tag,
    },
};
use axum::{Router, body::Bytes, http::header, response::IntoResponse};
use indexmap::IndexMap;
use schemars::JsonSchema as _;

use crate::{app::App, error::ErrorBody};

/// Ends the routes and returns them with their document.
pub fn finish(routes: ApiRouter<App>) -> (Router<App>, OpenApi) {
    aide::generate::infer_responses(true);
    aide::generate::extract_schemas(true);
    let mut document = OpenApi {
        info: Info {
            title: "Doorstep".to_owned(),
            summary: Some("The backend of an AI-driven real-estate sales desk.".to_owned()),
            version: env!("CARGO_PKG_VERSION").to_owned(),
            ..Info::default()
        },
        ..OpenApi::default()
    };
    let router = routes.finish_api(&mut document);
    complete(&mut document);
    (router, document)
}

/// Adds what is the same for every route: names, tags, errors, ways to sign in.
fn complete(document: &mut OpenApi) {
    let error = aide::generate::in_context(|context: &mut GenContext| {
        let schema = ErrorBody::json_schema(&mut context.schema);
        let definitions = context.schema.take_definitions(true);
        (schema, definitions)
    });
    let components = document.components.get_or_insert_with(Components::default);
    components
        .schemas
        .insert("ErrorBody".to_owned(), schema_object(error.0));
    for (name, scheme) in security_schemes() {
        components
            .security_schemes
            .insert(name.to_owned(), ReferenceOr::Item(scheme));
    }
    let mut tags: Vec<String> = Vec::new();
    let paths = document.paths.get_or_insert_default();
    for (path, item) in &mut paths.paths {
        let ReferenceOr::Item(item) = item else {
            continue;
        };
        let tag = tag_of(path);
        if !tags.contains(&tag) {
            tags.push(tag.clone());
        }
        for (method, operation) in operations(item) {
            describe(path, method, &tag, operation);
        }
    }
    document.tags = tags
        .into_iter()
        .map(|name| Tag {
            name,
            ..Tag::default()
        })
        .collect();
}

fn schema_object(schema: schemars::Schema) -> SchemaObject {
    SchemaObject {
        json_schema: schema,
        external_docs: None,
        example: None,
    }
}

fn security_schemes() -> [(&'static str, SecurityScheme); 2] {
    let bearer = SecurityScheme::Http {
        scheme: "bearer".to_owned(),
        bearer_format: Some("JWT".to_owned()),
        description: Some("An access token, or one of the two API keys.".to_owned()),
        extensions: IndexMap::default(),
    };
    let api_key = SecurityScheme::ApiKey {
        location: aide::openapi::ApiKeyLocation::Header,
        name: "apikey".to_owned(),
        description: Some("One of the two API keys.".to_owned()),
        extensions: IndexMap::default(),
    };
    [("bearer", bearer), ("apikey", api_key)]
}

fn operations(item: &mut PathItem) -> Vec<(&'static str, &mut Operation)> {
    [
        ("get", &mut item.get),
        ("post", &mut item.post),
        ("put", &mut item.put),
        ("patch", &mut item.patch),
        ("delete", &mut item.delete),
    ]
    .into_iter()
    .filter_map(|(method, operation)| operation.as_mut().map(|operation| (method, operation)))
    .collect()
}

/// `/api/agent-actions/{id}` → `agent-actions`; what operators ask is `health`.
fn tag_of(path: &str) -> String {
    let path = path.trim_start_matches("/api/").trim_start_matches('/');
    match path.split('/').next().unwrap_or_default() {
        "healthz" | "readyz" | "test-db" => "health".to_owned(),
        noun => noun.to_owned(),
    }
}

fn describe(path: &str, method: &str, tag: &str, operation: &mut Operation) {
    operation.tags = vec![tag.to_owned()];
    if operation.summary.is_none() {
        operation.summary = Some(summary(path, method, tag));
    }
    if operation.operation_id.is_none() {
        let words = path
            .trim_start_matches("/api/")
            .replace(['/', '-', '.'], "_")
            .replace(['{', '}'], "");
        operation.operation_id = Some(format!("{method}_{}", words.trim_matches('_')));
    }
    if path.starts_with("/auth/v1/") {
        // Its errors have a shape of their own, and each route names them.
        return;
    }
    let mut wanted = statuses(method);
    if takes_if_none_match(operation) {
        wanted.push(304);
    }
    let responses = operation.responses.get_or_insert_default();
    for status in wanted {
        let code = StatusCode::Code(status);
        if !responses.responses.contains_key(&code) {
            let response = if status == 304 {
                plain("The caller has it already.")
            } else {
                failure(status)
            };
            responses
                .responses
                .insert(code, ReferenceOr::Item(response));
        }
    }
    // Reached before any handler, whatever the method's own answers are.
    for status in [StatusCode::Range(4), StatusCode::Range(5)] {
        responses.responses.shift_remove(&status);
    }
}

fn summary(path: &str, method: &str, tag: &str) -> String {
    let noun = tag.replace('-', " ");
    let last = path.rsplit('/').next().unwrap_or_default();
    match (method, last.starts_with('{'), last == tag) {
        ("get", true, _) => format!("Read one of the {noun}"),
        ("get", _, _) => format!("List {noun}"),
        ("post", _, true) => format!("Make one of the {noun}"),
        ("post", _, _) => format!("{} one of the {noun}", capitalized(last)),
        ("put" | "patch", _, _) => format!("Change one of the {noun}"),
        _ => format!("Delete one of the {noun}"),
    }
}

fn capitalized(word: &str) -> String {
    let mut letters = word.chars();
    match letters.next() {
        Some(first) => first.to_uppercase().chain(letters).collect(),
        None => String::new(),
    }
}

fn takes_if_none_match(operation: &Operation) -> bool {
    operation
        .parameters
        .iter()
        .any(|parameter| match parameter {
            ReferenceOr::Item(parameter) => parameter.parameter_data_ref().name == "If-None-Match",
            ReferenceOr::Reference { .. } => false,
        })
}

/// The error statuses that an operation may answer.
fn statuses(method: &str) -> Vec<u16> {
    let mut statuses = vec![400, 401, 403, 404, 429, 500, 503];
    match method {
        "get" => {}
        "delete" => statuses.push(409),
        "post" => statuses.extend([409, 413, 415, 422]),
        _ => statuses.extend([409, 412, 413, 415, 422]),
    }
    statuses
}

fn plain(description: &str) -> Response {
    Response {
        description: description.to_owned(),
        ..Response::default()
    }
}

fn failure(status: u16) -> Response {
    failure_as(status, "ErrorBody")
}

/// An error answer whose body is one of the document's schemas.
pub fn failure_as(status: u16, schema: &str) -> Response {
    let reason = axum::http::StatusCode::from_u16(status)
        .ok()
        .and_then(|status| status.canonical_reason())
        .unwrap_or("Error");
    let reference = schemars::Schema::new_ref(format!("#/components/schemas/{schema}"));
    let media = MediaType {
        schema: Some(schema_object(reference)),
        ..MediaType::default()
    };
    Response {
        content: IndexMap::from_iter([("application/json".to_owned(), media)]),
        ..plain(reason)
    }
}

/// The document as it is served.
#[derive(Clone)]
pub struct Served(Arc<Bytes>);

impl Served {
    /// Writes the document once.
    pub fn new(document: &OpenApi) -> Self {
        Self(Arc::new(Bytes::from(text(document))))
    }
}

/// The document as text, indented.
pub fn text(document: &OpenApi) -> String {
    serde_json::to_string_pretty(document).unwrap_or_default()
}

impl IntoResponse for Served {
    fn into_response(self) -> axum::response::Response {
        let kind = [(header::CONTENT_TYPE, "application/json")];
        (kind, Bytes::clone(&self.0)).into_response()
    }
}
