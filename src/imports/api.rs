//! `/api/imports` and `/api/import-mappings`.

use std::{io, sync::LazyLock};

use axum::{
    body::Bytes,
    http::{HeaderValue, header},
    response::{IntoResponse, Response},
};
use tokio::sync::Semaphore;

use super::{
    ask::{Upload, Wishes},
    refused::{Refusal, Writer},
    sql,
    types::{Import, ImportFilter, ImportMapping, ImportMappingFilter},
    work::{Order, Start, Tally, Watch, run},
};
use crate::{
    auth::{Caller, SignedIn},
    envelope::{Made, One, Page},
    error::Error,
    idempotency::{Posted, once},
    input::{Id, IfNoneMatch, List, New},
};

/// Imports that go on at once; the others wait their turn.
static TURNS: LazyLock<Semaphore> = LazyLock::new(|| Semaphore::new(2));

/// Lists imports.
pub async fn list(caller: SignedIn, list: List<ImportFilter>) -> Result<Page<Import>, Error> {
    sql::list(&caller.read(), &list).await
}

/// Reads one import: how far it has come.
pub async fn get(caller: SignedIn, id: Id, known: IfNoneMatch) -> Result<One<Import>, Error> {
    let import = sql::get(&caller.read(), id.0).await?;
    Ok(One::unless_known(import, &known))
}

/// Takes a file and begins to import it.
pub async fn create(
    caller: SignedIn,
    wishes: Wishes,
    upload: Upload,
) -> Result<Posted<Import>, Error> {
    let mut order = wishes.order;
    sql::permitted(&caller.read(), order.kind).await?;
    if let Some(name) = &wishes.mapping_name {
        order.mapping = sql::mapping(&caller.read(), order.kind, name).await?;
    }
    order.mapping()?;
    let received = upload.receive().await?;
    if let Some(name) = &wishes.save_mapping {
        sql::keep_mapping(&caller.write(), order.kind, name, &order.mapping).await?;
    }
    let bytes = i64::try_from(received.bytes).ok();
    let new = New {
        body: (order.clone(), bytes),
        once: received.once,
    };
    let posted = once(&caller, new, |on, (order, bytes)| {
        Box::pin(async move {
            let id = sql::start(on, &order, bytes).await?;
            sql::get(on, id).await.map(Made::new)
        })
    })
    .await?;
    if let Posted::Made(made) = &posted {
        tokio::spawn(import(
            Caller::clone(&caller),
            made.row().id,
            order,
            received.file,
        ));
    }
    Ok(posted)
}

/// The import itself, after the answer.
async fn import(caller: Caller, id: uuid::Uuid, order: Order, file: std::fs::File) {
    let Ok(_turn) = TURNS.acquire().await else {
        return;
    };
    let start = Start {
        db: caller.app().db(),
        identity: caller.identity(),
        import: id,
    };
    if let Err(error) = run(start, order, file, &mut Nobody).await {
        tracing::info!(import = %id, %error, "an import ended early");
    }
    caller.app().public_lists().forget();
}

/// The import's row says enough.
struct Nobody;

impl Watch for Nobody {
    fn progress(&mut self, _: &Tally) {}

    fn refused(&mut self, _: &Tally, _: &[Refusal]) -> io::Result<()> {
        Ok(())
    }
}

/// Lists the mappings that were kept.
pub async fn mappings(
    caller: SignedIn,
    list: List<ImportMappingFilter>,
) -> Result<Page<ImportMapping>, Error> {
    sql::mappings(&caller.read(), &list).await
}

/// Downloads the refused rows, to be mended and imported again.
pub async fn refused(caller: SignedIn, id: Id) -> Result<RefusedFile, Error> {
    let import = sql::get(&caller.read(), id.0).await?;
    let headings: Option<Vec<String>> = import
        .options
        .0
        .get("headings")
        .and_then(|headings| serde_json::from_value(headings.clone()).ok());
    let name = match &headings {
        Some(_) => "refused.csv",
        None => "refused.jsonl",
    };
    let mut writer = Writer::new(Vec::new(), headings.as_deref()).map_err(Error::internal)?;
    let mut after = 0;
    loop {
        let (refusals, last) = sql::refusals(&caller.read(), id.0, after).await?;
        for refusal in &refusals {
            writer.write(refusal).map_err(Error::internal)?;
        }
        match last {
            Some(last) => after = last,
            None => break,
        }
    }
    let body = writer.finish().map_err(Error::internal)?;
    Ok(RefusedFile {
        name,
        body: body.into(),
    })
}

/// A file of refused rows.
pub struct RefusedFile {
    name: &'static str,
    body: Bytes,
}

impl IntoResponse for RefusedFile {
    fn into_response(self) -> Response {
        let kind = match self.name {
            "refused.csv" => "text/csv; charset=utf-8",
            _ => "application/x-ndjson",
        };
        let disposition = format!("attachment; filename=\"{}\"", self.name);
        let mut response = self.body.into_response();
        let headers = response.headers_mut();
        headers.insert(header::CONTENT_TYPE, HeaderValue::from_static(kind));
        if let Ok(value) = HeaderValue::from_str(&disposition) {
            headers.insert(header::CONTENT_DISPOSITION, value);
        }
        response
    }
}

impl aide::OperationOutput for RefusedFile {
    type Inner = String;

    fn inferred_responses(
        _: &mut aide::generate::GenContext,
        _: &mut aide::openapi::Operation,
    ) -> Vec<(Option<u16>, aide::openapi::Response)> {
        crate::exports::described(&["text/csv", "application/x-ndjson"], "The rows, a file.")
    }
}
