//! JSON bodies of creates and updates.

use aide::{
    OperationInput,
    generate::GenContext,
    openapi::{MediaType, Operation, ReferenceOr, RequestBody, SchemaObject},
};
use axum::{
    body::Bytes,
    extract::{FromRequest, Request},
    http::{HeaderMap, header},
};
use indexmap::IndexMap;
use schemars::{Schema, SchemaGenerator};
use serde::de::DeserializeOwned;
use serde_json::{Map, Value};
use tokio_postgres::types::ToSql;

use super::{snake_keys, unknown};
use crate::{
    catalogue::{reasons, sentence},
    db::{ColumnType, Parameter},
    error::{Error, Problem},
    idempotency::Once,
};

/// Whether a body makes a row or changes one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Mode {
    /// Required keys must be there.
    Create,
    /// Only the keys that are there change.
    Update,
}

/// A key of a body.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum Field<T> {
    /// The key is not in the body.
    #[default]
    Absent,
    /// The key is there and null: the column is emptied.
    Null,
    /// The key has a value.
    Set(T),
}

impl<T> Field<T> {
    /// The value, if there is one.
    pub fn value(&self) -> Option<&T> {
        match self {
            Self::Set(value) => Some(value),
            Self::Absent | Self::Null => None,
        }
    }
}

/// A struct that bodies are read into; made by the macro [`body!`](crate::body).
pub trait Writable: Sized + Send {
    /// The struct's name in the document.
    const NAME: &'static str;
    /// Keys that a client may write.
    const KEYS: &'static [&'static str];
    /// Keys that a client may send back but that are ignored.
    const READ_ONLY: &'static [&'static str];

    /// Reads the keys of an object whose names are snake_case already.
    ///
    /// # Errors
    /// One problem for each key that cannot be taken.
    fn read(object: Map<String, Value>, mode: Mode) -> Result<Self, Vec<Problem>>;

    /// Problems between keys, and those that a type alone does not show.
    fn problems(&self, mode: Mode) -> Vec<Problem>;

    /// The columns that are written, with their values.
    fn columns(self) -> Vec<(&'static str, Parameter)>;

    /// The columns with the types that they are written as, for the check of
    /// the statements against the schema.
    fn column_types() -> Vec<ColumnType>;

    /// Describes the body.
    fn schema(mode: Mode, generator: &mut SchemaGenerator) -> Schema;
}

/// Reads one key out of an object; used by [`body!`](crate::body).
pub fn read_field<T: DeserializeOwned>(
    object: &mut Map<String, Value>,
    key: &str,
    nullable: bool,
    required: bool,
    problems: &mut Vec<Problem>,
) -> Field<T> {
    match object.remove(key) {
        None if required => {
            problems.push(Problem::new(key, "required"));
            Field::Absent
        }
        None => Field::Absent,
        Some(Value::Null) if nullable => Field::Null,
        Some(Value::Null) => {
            problems.push(Problem::new(key, "must_not_be_null"));
            Field::Absent
        }
        Some(value) => match serde_json::from_value(value) {
            Ok(value) => Field::Set(value),
            Err(error) => {
                problems.push(Problem::worded(key, reason(&error)));
                Field::Absent
            }
        },
    }
}

/// serde's words, for a person and without the position, which means nothing
/// inside a value.
fn reason(error: &serde_json::Error) -> String {
    let text = error.to_string();
    let text = text.split(" at line ").next().unwrap_or_default();
    if let Some((_, members)) = text.split_once("`, expected ")
        && text.starts_with("unknown variant")
    {
        return reasons::must_be(&members.replace('`', ""));
    }
    match text.rsplit_once("expected ") {
        Some((_, "i16" | "i32" | "i64" | "u16" | "u32")) => reasons::NOT_WHOLE.into(),
        Some((_, "f64")) => reasons::NOT_A_NUMBER.into(),
        Some((_, "a string" | "a borrowed string")) => reasons::NOT_TEXT.into(),
        Some((_, "a boolean")) => reasons::NOT_A_FLAG.into(),
        Some((_, "a sequence")) => reasons::NOT_A_LIST.into(),
        Some((_, "a map")) => reasons::NOT_AN_OBJECT.into(),
        Some((_, wanted)) if text.starts_with("invalid ") => reasons::must_be(wanted),
        _ if text.starts_with("UUID parsing failed") => sentence("id_not_uuid").into(),
        _ => text.to_owned(),
    }
}

/// A body that makes a row, with its `Idempotency-Key` if there is one.
#[derive(Clone)]
pub struct New<B> {
    /// What was sent.
    pub body: B,
    /// The caller's wish that it happen once.
    pub once: Option<Once>,
}

/// A body that changes a row, with the entity tags it was read under.
#[derive(Clone)]
pub struct Change<B> {
    /// What was sent.
    pub body: B,
    /// `If-Match`.
    pub if_match: Option<String>,
}

impl<S: Send + Sync, B: Writable> FromRequest<S> for New<B> {
    type Rejection = Error;

    async fn from_request(request: Request, state: &S) -> Result<Self, Error> {
        let (parts, body) = request.into_parts();
        let path = parts.uri.path().to_owned();
        let headers = parts.headers.clone();
        let bytes = json_bytes(Request::from_parts(parts, body), state).await?;
        let once = Once::from_headers(&headers, &path, &bytes)?;
        let body = parse(&bytes, Mode::Create)?;
        Ok(Self { body, once })
    }
}

impl<S: Send + Sync, B: Writable> FromRequest<S> for Change<B> {
    type Rejection = Error;

    async fn from_request(request: Request, state: &S) -> Result<Self, Error> {
        let if_match = header_text(request.headers(), &header::IF_MATCH);
        let bytes = json_bytes(request, state).await?;
        let body = parse(&bytes, Mode::Update)?;
        Ok(Self { body, if_match })
    }
}

/// A header's text, when it is text.
pub fn header_text(headers: &HeaderMap, name: &header::HeaderName) -> Option<String> {
    headers.get(name)?.to_str().ok().map(str::to_owned)
}

pub(super) async fn json_bytes<S: Send + Sync>(
    request: Request,
    state: &S,
) -> Result<Bytes, Error> {
    let is_json = request
        .headers()
        .get(header::CONTENT_TYPE)
        .and_then(|value| value.to_str().ok())
        .and_then(|value| value.split(';').next())
        .is_some_and(|kind| kind.trim().eq_ignore_ascii_case("application/json"));
    if !is_json {
        let status = axum::http::StatusCode::UNSUPPORTED_MEDIA_TYPE;
        return Err(Error::new(status, "not_json"));
    }
    plain_bytes(request, state).await
}

pub(super) async fn plain_bytes<S: Send + Sync>(
    request: Request,
    state: &S,
) -> Result<Bytes, Error> {
    Bytes::from_request(request, state).await.map_err(|error| {
        let status = axum::http::StatusCode::PAYLOAD_TOO_LARGE;
        if axum::response::IntoResponse::into_response(error).status() == status {
            Error::new(status, "body_too_large")
        } else {
            Error::new(axum::http::StatusCode::BAD_REQUEST, "body_not_json")
        }
    })
}

pub(super) fn parse<B: Writable>(bytes: &[u8], mode: Mode) -> Result<B, Error> {
    let bad = |code| Error::new(axum::http::StatusCode::BAD_REQUEST, code);
    let value: Value = serde_json::from_slice(bytes).map_err(|_| bad("body_not_json"))?;
    let Value::Object(object) = value else {
        return Err(bad("body_not_object"));
    };
    let known = [B::KEYS, B::READ_ONLY].concat();
    let mut object = snake_keys(object, &known).map_err(Error::invalid)?;
    for key in B::READ_ONLY {
        object.remove(*key);
    }
    let strangers: Vec<Problem> = object
        .keys()
        .filter(|key| !B::KEYS.contains(&key.as_str()))
        .map(|key| unknown(key, B::KEYS.iter().copied()))
        .collect();
    if !strangers.is_empty() {
        return Err(Error::all_invalid(strangers));
    }
    let body = B::read(object, mode).map_err(Error::all_invalid)?;
    let problems = body.problems(mode);
    if problems.is_empty() {
        Ok(body)
    } else {
        Err(Error::all_invalid(problems))
    }
}

pub(super) fn describe<B: Writable>(
    mode: Mode,
    context: &mut GenContext,
    operation: &mut Operation,
) {
    let schema = B::schema(mode, &mut context.schema);
    let media = MediaType {
        schema: Some(SchemaObject {
            json_schema: schema,
            external_docs: None,
            example: None,
        }),
        ..MediaType::default()
    };
    operation.request_body = Some(ReferenceOr::Item(RequestBody {
        content: IndexMap::from_iter([("application/json".to_owned(), media)]),
        required: true,
        ..RequestBody::default()
    }));
}

impl<B: Writable> OperationInput for New<B> {
    fn operation_input(context: &mut GenContext, operation: &mut Operation) {
        Once::describe(context, operation);
        describe::<B>(Mode::Create, context, operation);
    }
}

impl<B: Writable> OperationInput for Change<B> {
    fn operation_input(context: &mut GenContext, operation: &mut Operation) {
        super::list::describe_header(
            operation,
            context,
            "If-Match",
            "The entity tag that the row was read under; 412 when it changed since.",
        );
        describe::<B>(Mode::Update, context, operation);
    }
}

/// What a body must hold beyond the types of its keys.
pub trait Rules {
    /// One problem for each rule that is broken.
    fn problems(&self) -> Vec<Problem> {
        Vec::new()
    }

    /// One problem for each further rule that a body which makes a row breaks.
    fn create_problems(&self) -> Vec<Problem> {
        Vec::new()
    }
}

/// Adds a key's column when the key was there; used by [`body!`](crate::body).
pub fn push_column<T: ToSql + Send + Sync + 'static>(
    columns: &mut Vec<(&'static str, Parameter)>,
    name: &'static str,
    field: Field<T>,
) {
    match field {
        Field::Absent => {}
        Field::Null => columns.push((name, Box::new(None::<T>))),
        Field::Set(value) => columns.push((name, Box::new(value))),
    }
}

/// A column and the type that it is written as; used by [`body!`](crate::body).
pub fn column_type<T: ToSql>(name: &'static str) -> ColumnType {
    ColumnType {
        name,
        accepts: <T as ToSql>::accepts,
        rust_type: std::any::type_name::<T>,
    }
}
