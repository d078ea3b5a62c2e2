//! `/api/exports/{table}`.

use aide::{OperationInput, OperationOutput, generate::GenContext, openapi::Operation};
use axum::{
    body::Body,
    extract::{FromRequestParts, Path},
    http::{HeaderName, HeaderValue, header, request::Parts},
    response::{IntoResponse, Response},
};
use futures_util::stream;
use schemars::{JsonSchema, json_schema};
use serde::Deserialize;

use super::{
    pages::{Export, ExportFormat},
    tables,
};
use crate::{
    auth::SignedIn,
    catalogue,
    error::{Error, Problem},
    input::{describe_query, snake_case},
};

const ROW_CAP: HeaderName = HeaderName::from_static("x-row-cap");

/// Downloads what the caller may see of a table.
pub async fn download(caller: SignedIn, wanted: Wanted) -> Result<ExportFile, Error> {
    let app = caller.app();
    let mut export =
        Export::start(app.db(), caller.identity(), &wanted.table, wanted.format).await?;
    // Before the answer, so that what is refused is answered as such.
    let first = export.next().await?.unwrap_or_default();
    Ok(ExportFile {
        export,
        first,
        format: wanted.format,
    })
}

/// Which table, and as what.
pub struct Wanted {
    table: String,
    format: ExportFormat,
}

#[derive(Deserialize, JsonSchema)]
#[expect(dead_code, reason = "describes the path to the document")]
struct Described {
    /// A table, such as `prospects` or `queued-leads`.
    table: String,
}

impl<S: Send + Sync> FromRequestParts<S> for Wanted {
    type Rejection = Error;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Error> {
        let Path(table) = Path::<String>::from_request_parts(parts, state)
            .await
            .map_err(|_| Error::not_found())?;
        let mut format = ExportFormat::Csv;
        let query = parts.uri.query().unwrap_or_default();
        for (name, value) in form_urlencoded::parse(query.as_bytes()) {
            let read = match snake_case(&name).as_str() {
                "format" => value.parse().map(|it| format = it),
                other => Err(catalogue::unknown_name(other, ["format"])),
            };
            read.map_err(|reason| Error::invalid(Problem::worded(&name, reason)))?;
        }
        Ok(Self { table, format })
    }
}

impl OperationInput for Wanted {
    fn operation_input(context: &mut GenContext, operation: &mut Operation) {
        Path::<Described>::operation_input(context, operation);
        let schema = json_schema!({ "type": "string", "enum": ["csv", "jsonl"], "default": "csv" });
        let tables: Vec<&str> = tables::names().collect();
        let description = format!(
            "What the file is made of. The tables: {}.",
            tables.join(", ")
        );
        describe_query(operation, "format", schema, &description);
    }
}

/// A file that is sent as it is read.
pub struct ExportFile {
    export: Export,
    first: Vec<u8>,
    format: ExportFormat,
}

impl IntoResponse for ExportFile {
    fn into_response(self) -> Response {
        let kind = match self.format {
            ExportFormat::Csv => "text/csv; charset=utf-8",
            ExportFormat::Jsonl => "application/x-ndjson",
        };
        let disposition = format!("attachment; filename=\"{}\"", self.export.file_name());
        let cap = self.export.cap();
        let pieces = stream::try_unfold(
            (self.export, Some(self.first)),
            |(mut export, first)| async move {
                let piece = match first {
                    Some(first) => Some(first),
                    None => export.next().await?,
                };
                // An error breaks the transfer off: half a file must not look whole.
                Ok::<_, Error>(piece.map(|piece| (piece, (export, None))))
            },
        );
        let mut response = Body::from_stream(pieces).into_response();
        let headers = response.headers_mut();
        headers.insert(header::CONTENT_TYPE, HeaderValue::from_static(kind));
        headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
        if let Ok(value) = HeaderValue::from_str(&disposition) {
            headers.insert(header::CONTENT_DISPOSITION, value);
        }
        if let Some(cap) = cap {
            headers.insert(ROW_CAP, HeaderValue::from(cap));
        }
        response
    }
}

impl OperationOutput for ExportFile {
    type Inner = String;

    fn inferred_responses(
        _: &mut GenContext,
        _: &mut Operation,
    ) -> Vec<(Option<u16>, aide::openapi::Response)> {
        super::described(
            &["text/csv", "application/x-ndjson"],
            "What you may see of the table, a file. `X-Row-Cap` says at how many rows yours ends.",
        )
    }
}
