//! What an upload says: the query string and the file behind it.

use crate::catalogue::imports as words;
use std::io::{Seek as _, SeekFrom};

use aide::{
    OperationInput,
    generate::GenContext,
    openapi::{MediaType, Operation, ReferenceOr, RequestBody},
};
use axum::{
    body::Body,
    extract::{FromRequest, FromRequestParts, Request},
    http::{HeaderMap, StatusCode, request::Parts},
};
use http_body_util::BodyExt as _;
use indexmap::IndexMap;
use schemars::json_schema;
use serde_json::{Map, Value};
use sha2::{Digest as _, Sha256};
use tokio::io::AsyncWriteExt as _;

use super::{types::ImportKind, work::Order};
use crate::{
    catalogue,
    error::{Error, Problem},
    idempotency::Once,
    input::{describe_query, snake_case},
};

/// The largest file that is taken, in bytes; larger ones go by the command
/// line.
const LARGEST: u64 = 1024 * 1024 * 1024;

/// The parameters of the query string, with what each says.
const PARAMETERS: &[(&str, &str)] = &[
    (
        "kind",
        "What the file holds: properties, prospects, users or conversations.",
    ),
    ("file_name", "The file's name."),
    (
        "dry_run",
        "Whether everything is only tried and nothing kept.",
    ),
    (
        "set",
        "`column=value` for every row, such as `city=Valencia`; may be given several times.",
    ),
    (
        "mapping",
        "Heading → column as a JSON object, or the name of a mapping that was kept.",
    ),
    ("save_mapping", "The name to keep the mapping under."),
    (
        "encoding",
        "The file's encoding, where it is not to be guessed.",
    ),
    (
        "separator",
        "What stands between the cells of a CSV file, where it is not to be guessed; `tab` is one.",
    ),
];

/// What is to be done with an upload.
pub struct Wishes {
    /// The import.
    pub order: Order,
    /// The name of a mapping that was kept.
    pub mapping_name: Option<String>,
    /// The name to keep the mapping under.
    pub save_mapping: Option<String>,
}

impl Wishes {
    /// Reads a query string.
    ///
    /// # Errors
    /// 400 with each parameter that is unknown or wrong.
    pub fn read(query: &str) -> Result<Self, Error> {
        let mut problems = Vec::new();
        let mut kind = None;
        let mut wishes = Self {
            order: Order::new(ImportKind::Properties),
            mapping_name: None,
            save_mapping: None,
        };
        for (name, value) in form_urlencoded::parse(query.as_bytes()) {
            if let Err(reason) = wishes.set(&snake_case(&name), &value, &mut kind) {
                problems.push(Problem::worded(&name, reason));
            }
        }
        match kind {
            Some(kind) => wishes.order.kind = kind,
            None if problems.iter().any(|problem| problem.field == "kind") => {}
            None => problems.push(Problem::new("kind", "required")),
        }
        match problems.is_empty() {
            true => Ok(wishes),
            false => Err(Error::all_invalid(problems)),
        }
    }

    fn set(
        &mut self,
        name: &str,
        value: &str,
        kind: &mut Option<ImportKind>,
    ) -> Result<(), String> {
        let text = || Some(value.to_owned()).filter(|text| !text.trim().is_empty());
        match name {
            "kind" => *kind = Some(value.parse()?),
            "file_name" => self.order.file_name = text(),
            "dry_run" => self.order.dry_run = flag(value)?,
            "set" => self.order.constants.push(constant(value)?),
            "mapping" if value.trim_start().starts_with('{') => {
                self.order.mapping = mapping(value)?
            }
            "mapping" => self.mapping_name = text(),
            "save_mapping" => self.save_mapping = text(),
            "encoding" => self.order.encoding = text(),
            "separator" => self.order.separator = Some(separator(value)?),
            _ => {
                let known = PARAMETERS.iter().map(|(known, _)| *known);
                return Err(catalogue::unknown_name(name, known));
            }
        }
        Ok(())
    }
}

fn flag(value: &str) -> Result<bool, String> {
    match value {
        "" | "true" | "1" => Ok(true),
        "false" | "0" => Ok(false),
        _ => Err(words::MUST_BE_TRUE_FALSE.to_owned()),
    }
}

/// `column=value`.
///
/// # Errors
/// When it is not.
pub fn constant(text: &str) -> Result<(String, String), String> {
    match text.split_once('=') {
        Some((name, value)) if !name.trim().is_empty() => {
            Ok((name.trim().to_owned(), value.trim().to_owned()))
        }
        _ => Err(words::MUST_BE_COLUMN_VALUE_SUCH_AS.to_owned()),
    }
}

/// Heading → column.
///
/// # Errors
/// When it is no JSON object.
pub fn mapping(text: &str) -> Result<Map<String, Value>, String> {
    serde_json::from_str(text).map_err(|_| words::MUST_BE_JSON_OBJECT_HEADING_COLUMN.to_owned())
}

/// One character; `tab` and `\t` are one.
///
/// # Errors
/// When it is none.
pub fn separator(text: &str) -> Result<u8, String> {
    match text.as_bytes() {
        _ if matches!(text, "tab" | "\\t") => Ok(b'\t'),
        [byte] if byte.is_ascii() && !matches!(byte, b'"' | b'\n' | b'\r') => Ok(*byte),
        _ => Err(words::MUST_BE_ONE_CHARACTER_SUCH_AS.to_owned()),
    }
}

impl<S: Send + Sync> FromRequestParts<S> for Wishes {
    type Rejection = Error;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Error> {
        Self::read(parts.uri.query().unwrap_or_default())
    }
}

impl OperationInput for Wishes {
    fn operation_input(context: &mut GenContext, operation: &mut Operation) {
        let _ = &context;
        for (name, description) in PARAMETERS {
            let schema = match *name {
                "kind" => {
                    let words: Vec<&str> = ImportKind::ALL.iter().map(|it| it.word()).collect();
                    json_schema!({ "type": "string", "enum": words })
                }
                "dry_run" => json_schema!({ "type": "boolean", "default": false }),
                "set" => {
                    json_schema!({ "type": "array", "items": { "type": "string", "pattern": "^.+=" } })
                }
                _ => json_schema!({ "type": "string" }),
            };
            describe_query(operation, name, schema, description);
        }
    }
}

/// A file that is still on its way.
pub struct Upload {
    headers: HeaderMap,
    path: String,
    body: Body,
}

/// A file that has come.
pub struct Received {
    /// Its bytes, from the beginning. It has no name and is gone with the value.
    pub file: std::fs::File,
    /// How many there are.
    pub bytes: u64,
    /// The caller's wish that it be imported once.
    pub once: Option<Once>,
}

impl<S: Send + Sync> FromRequest<S> for Upload {
    type Rejection = Error;

    async fn from_request(request: Request, _: &S) -> Result<Self, Error> {
        Ok(Self {
            headers: request.headers().clone(),
            path: request
                .uri()
                .path_and_query()
                .map(ToString::to_string)
                .unwrap_or_default(),
            body: request.into_body(),
        })
    }
}

impl Upload {
    /// Waits for the whole file.
    ///
    /// # Errors
    /// 413 for one that is too large, 400 for one that breaks off.
    pub async fn receive(self) -> Result<Received, Error> {
        let file = tokio::task::spawn_blocking(tempfile::tempfile)
            .await
            .map_err(Error::internal)?
            .map_err(Error::internal)?;
        let mut file = tokio::fs::File::from_std(file);
        let mut body = self.body;
        let mut hash = Sha256::new();
        let mut bytes = 0_u64;
        while let Some(frame) = body.frame().await {
            let frame = frame.map_err(|_| Error::new(StatusCode::BAD_REQUEST, "upload_broken"))?;
            let Ok(data) = frame.into_data() else {
                continue;
            };
            bytes += data.len() as u64;
            if bytes > LARGEST {
                return Err(Error::new(StatusCode::PAYLOAD_TOO_LARGE, "body_too_large"));
            }
            hash.update(&data);
            file.write_all(&data).await.map_err(Error::internal)?;
        }
        if bytes == 0 {
            return Err(Error::invalid(Problem::new("file", "required")));
        }
        file.flush().await.map_err(Error::internal)?;
        let mut file = file.into_std().await;
        file.seek(SeekFrom::Start(0)).map_err(Error::internal)?;
        let once = Once::from_headers(&self.headers, &self.path, &hash.finalize())?;
        Ok(Received { file, bytes, once })
    }
}

impl OperationInput for Upload {
    fn operation_input(context: &mut GenContext, operation: &mut Operation) {
        Once::describe(context, operation);
        let kinds = [
            "text/csv",
            "application/x-ndjson",
            "application/json",
            "application/gzip",
            "application/octet-stream",
        ];
        let content = kinds.map(|kind| (kind.to_owned(), MediaType::default()));
        operation.request_body = Some(ReferenceOr::Item(RequestBody {
            description: Some(
                "The file as it is, packed with gzip or not; what it is made of is seen from its \
                 beginning, whatever the Content-Type."
                    .to_owned(),
            ),
            content: IndexMap::from_iter(content),
            required: true,
            ..RequestBody::default()
        }));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_query_string_says_what_to_do() {
        let query =
            "kind=properties&dryRun=true&set=city%3DValencia&set=country%3DES&separator=tab";
        let wishes = Wishes::read(query).expect("it is right");
        assert!(wishes.order.dry_run);
        assert_eq!(wishes.order.constants.len(), 2);
        assert_eq!(wishes.order.separator, Some(b'\t'));
        let wrong = Wishes::read("kind=castles&dry=1")
            .err()
            .expect("it is wrong");
        assert!(wrong.details()["dry"].contains("dry_run"), "{wrong:?}");
        assert!(
            Wishes::read("")
                .err()
                .expect("no kind")
                .details()
                .contains_key("kind")
        );
    }
}
