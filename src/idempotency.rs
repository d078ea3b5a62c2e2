//! `Idempotency-Key`: a POST that is sent twice happens once.
//!
//! The key is stored in the transaction of its effect, so a crash leaves both
//! or neither. Keys are the caller's own and are kept for 24 hours.

use aide::{OperationOutput, generate::GenContext, openapi::Operation};
use axum::{
    Json,
    http::{HeaderMap, HeaderName, HeaderValue, StatusCode, header},
    response::{IntoResponse, Response},
};
use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use futures_util::future::BoxFuture;
use jiff::ToSpan as _;
use schemars::JsonSchema;
use serde_json::Value;
use sha2::{Digest as _, Sha256};
use tokio_postgres::Row;
use uuid::Uuid;

use crate::{
    auth::Caller,
    catalogue::reasons,
    db::{Db, Identity, Query, Run, SystemReason, Tx, Writer, again},
    envelope::{Made, Resource},
    error::{Error, Problem},
    input::{New, describe_header, header_text},
};

const HEADER: HeaderName = HeaderName::from_static("idempotency-key");
const REPLAYED: HeaderName = HeaderName::from_static("idempotency-replayed");

/// A caller's wish that a request happen once.
#[derive(Clone, Debug)]
pub struct Once {
    key: String,
    path: String,
    fingerprint: Vec<u8>,
}

impl Once {
    /// Reads the header of a request to `path` with this body.
    ///
    /// # Errors
    /// 400 when the key is not 1 to 255 visible ASCII characters.
    pub fn from_headers(
        headers: &HeaderMap,
        path: &str,
        body: &[u8],
    ) -> Result<Option<Self>, Error> {
        if !headers.contains_key(HEADER) {
            return Ok(None);
        }
        let key = header_text(headers, &HEADER)
            .filter(|key| (1..=255).contains(&key.len()))
            .ok_or_else(|| {
                Error::invalid(Problem::worded("Idempotency-Key", reasons::NOT_A_KEY))
            })?;
        let mut hash = Sha256::new();
        hash.update(path.as_bytes());
        hash.update([0]);
        hash.update(body);
        Ok(Some(Self {
            key,
            path: path.to_owned(),
            fingerprint: hash.finalize().to_vec(),
        }))
    }

    /// The same wish of somebody who shares a principal with others.
    #[must_use]
    pub fn of(mut self, who: &str) -> Self {
        let mut hash = Sha256::new();
        hash.update(format!("{who} {}", self.key));
        self.key = URL_SAFE_NO_PAD.encode(hash.finalize());
        self
    }

    /// Describes the header.
    pub fn describe(context: &mut GenContext, operation: &mut Operation) {
        let text = "Sent twice with the same key and body, the request happens once.";
        describe_header(operation, context, "Idempotency-Key", text);
    }
}

/// What a POST answers: what it made, or what the first one with its key did.
pub enum Posted<T> {
    /// This request did it.
    Made(Made<T>),
    /// An earlier one did.
    Replayed(Stored),
}

/// An answer that was kept.
pub struct Stored {
    status: u16,
    location: String,
    tag: String,
    body: Value,
}

impl<T: Resource> IntoResponse for Posted<T> {
    fn into_response(self) -> Response {
        let stored = match self {
            Self::Made(made) => return made.into_response(),
            Self::Replayed(stored) => stored,
        };
        let status = StatusCode::from_u16(stored.status).unwrap_or(StatusCode::OK);
        let mut response = (status, Json(stored.body)).into_response();
        let headers = response.headers_mut();
        headers.insert(REPLAYED, HeaderValue::from_static("true"));
        for (name, value) in [
            (header::LOCATION, stored.location),
            (header::ETAG, stored.tag),
        ] {
            if let Ok(value) = HeaderValue::from_str(&value)
                && !value.is_empty()
            {
                headers.insert(name, value);
            }
        }
        response
    }
}

impl<T: Resource + JsonSchema> OperationOutput for Posted<T> {
    type Inner = T;

    fn operation_response(
        context: &mut GenContext,
        operation: &mut Operation,
    ) -> Option<aide::openapi::Response> {
        Made::<T>::operation_response(context, operation)
    }

    fn inferred_responses(
        context: &mut GenContext,
        operation: &mut Operation,
    ) -> Vec<(Option<u16>, aide::openapi::Response)> {
        Made::<T>::inferred_responses(context, operation)
    }
}

/// Where the work of a POST runs: one statement alone, or a transaction that
/// also keeps the key.
pub enum Unit<'a> {
    /// One statement, one round trip.
    Single(Writer<'a>),
    /// Part of a transaction.
    Whole(&'a Tx),
}

impl Run for Unit<'_> {
    async fn run(&self, query: Query) -> Result<Vec<Row>, Error> {
        match self {
            Self::Single(writer) => writer.run(query).await,
            Self::Whole(tx) => tx.run(query).await,
        }
    }
}

/// Does `work`, a single statement, once. It is given what it works on anew
/// each time that PostgreSQL makes it begin again.
///
/// # Errors
/// What the work says; 409 while a request with the key still runs; 422 when
/// the key was used with another request, or in another role.
pub async fn once<T, B, F>(caller: &Caller, new: New<B>, work: F) -> Result<Posted<T>, Error>
where
    T: Resource,
    B: Clone,
    F: for<'a> Fn(&'a Unit<'a>, B) -> BoxFuture<'a, Result<Made<T>, Error>> + Send + Sync,
{
    let New { body, once } = new;
    let Some(once) = once else {
        // The statement itself is tried again.
        let unit = Unit::Single(caller.write());
        return Ok(Posted::Made(work(&unit, body).await?));
    };
    let once = Some(once);
    again(|| async {
        match begin(caller, once.as_ref()).await? {
            Begun::Replay(stored) => Ok(Posted::Replayed(stored)),
            Begun::Go(tx) => {
                let made = work(&Unit::Whole(&tx), body.clone()).await?;
                finish(tx, caller, once.as_ref(), made).await
            }
        }
    })
    .await
}

/// See [`begin`].
#[expect(
    clippy::large_enum_variant,
    reason = "made once a request and taken apart at once"
)]
pub enum Begun {
    /// The request was done before; this is what it answered.
    Replay(Stored),
    /// It is this request's turn.
    Go(Tx),
}

/// Starts the transaction of a POST that takes several statements.
///
/// # Errors
/// As [`once`].
pub async fn begin(caller: &Caller, once: Option<&Once>) -> Result<Begun, Error> {
    let tx = caller.begin().await?;
    let Some(once) = once else {
        return Ok(Begun::Go(tx));
    };
    let principal = caller.principal();
    let turn = Query::new("select pg_try_advisory_xact_lock(hashtextextended(")
        .bind(format!("{principal} {}", once.key))
        .push(", 0))");
    if !first_bool(&tx.run(turn).await?) {
        return Err(Error::conflict("idempotency_running"));
    }
    let kept_since = caller
        .now()
        .checked_sub(24.hours())
        .map_err(Error::internal)?;
    let known = bound(Query::new("select request_hash = "), once)
        .push(
            ", status, coalesce(headers->>'location', ''), coalesce(headers->>'etag', ''), body \
             from idempotency_keys where principal = ",
        )
        .bind(principal)
        .push(" and key = ")
        .bind(once.key.clone())
        .push(" and created_at > ")
        .bind(kept_since);
    let rows = tx.run(known).await?;
    let Some(row) = rows.first() else {
        // A key that is past its time is as good as new.
        let stale = Query::new("delete from idempotency_keys where principal = ")
            .bind(caller.principal())
            .push(" and key = ")
            .bind(once.key.clone());
        tx.run(stale).await?;
        return Ok(Begun::Go(tx));
    };
    let same: bool = row.try_get(0).map_err(Error::internal)?;
    if !same {
        return Err(Error::refused("idempotency_reused"));
    }
    let stored = Stored {
        status: u16::try_from(row.try_get::<_, i16>(1).map_err(Error::internal)?)
            .map_err(Error::internal)?,
        location: row.try_get(2).map_err(Error::internal)?,
        tag: row.try_get(3).map_err(Error::internal)?,
        body: row.try_get(4).map_err(Error::internal)?,
    };
    tx.rollback().await?;
    Ok(Begun::Replay(stored))
}

/// Keeps the answer beside its effect and commits both.
///
/// # Errors
/// What the database says.
pub async fn finish<T: Resource>(
    tx: Tx,
    caller: &Caller,
    once: Option<&Once>,
    made: Made<T>,
) -> Result<Posted<T>, Error> {
    if let Some(once) = once {
        let headers = serde_json::json!({
            "location": made.location(),
            "etag": made.row().tag(),
        });
        let body = serde_json::to_value(made.row()).map_err(Error::internal)?;
        let status = i16::try_from(made.status().as_u16()).map_err(Error::internal)?;
        let keep = Query::new(
            "insert into idempotency_keys \
             (principal, key, method, path, request_hash, status, headers, body, created_at) \
             values (",
        )
        .bind(caller.principal())
        .push(", ")
        .bind(once.key.clone())
        .push(", 'POST', ")
        .bind(once.path.clone())
        .push(", ");
        let keep = bound(keep, once)
            .push(", ")
            .bind(status)
            .push(", ")
            .bind(headers)
            .push(", ")
            .bind(body)
            .push(", ")
            .bind(caller.now())
            .push(")");
        tx.run(keep).await?;
    }
    tx.commit().await?;
    Ok(Posted::Made(made))
}

/// The request as it is kept: with the role of whoever sent it and, where the
/// role sees by teams, those, as the database knows them now. In another role
/// the same words are another request, and the old answer is not shown.
fn bound(query: Query, once: &Once) -> Query {
    query
        .push("sha256(")
        .bind(once.fingerprint.clone())
        .push(
            "::bytea || convert_to(concat_ws(' ', doorstep.my_role(), \
             case when doorstep.my_role() in ('sales_rep', 'sales_manager') then \
             (select string_agg(distinct t.id::text, ' ') \
              from unnest(doorstep.my_team_ids() || doorstep.led_team_ids()) as t (id)) end), 'UTF8'))",
        )
}

/// Forgets the keys that are past their time, with the answers kept under
/// them.
///
/// # Errors
/// What the database says.
pub async fn purge(db: &Db) -> Result<(), Error> {
    let kept_since = db
        .clock()
        .now()
        .checked_sub(24.hours())
        .map_err(Error::internal)?;
    let worker = Identity::system(SystemReason::Work);
    let past = Query::new("delete from idempotency_keys where created_at <= ").bind(kept_since);
    db.write(&worker).run(past).await.map(drop)
}

fn first_bool(rows: &[Row]) -> bool {
    rows.first()
        .and_then(|row| row.try_get(0).ok())
        .unwrap_or(false)
}

/// The principal that a key belongs to.
pub(crate) fn principal(user: Option<Uuid>, role: &str) -> String {
    user.map_or_else(|| role.to_owned(), |user| user.to_string())
}
