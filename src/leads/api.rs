//! `/api/leads`.

use aide::{OperationInput, generate::GenContext, openapi::Operation};
use axum::{
    extract::FromRequestParts,
    http::{HeaderName, StatusCode, request::Parts},
};
use uuid::Uuid;

use super::{
    keys::{LeadKey, hash},
    sql,
    types::{LeadBody, Received},
};
use crate::{
    app::App,
    auth::{Bearer, Caller},
    db::{Tx, again},
    envelope::Made,
    error::Error,
    idempotency::{Begun, Posted, begin, finish},
    input::{New, describe_header, header_text},
};

const HEADER: HeaderName = HeaderName::from_static("lead-key");

/// Whoever holds a living key, which has paid for one request.
pub struct Reporter {
    key: LeadKey,
    caller: Caller,
}

impl FromRequestParts<App> for Reporter {
    type Rejection = Error;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self, Error> {
        let unknown = || Error::new(StatusCode::UNAUTHORIZED, "bad_lead_key");
        let text = header_text(&parts.headers, &HEADER).ok_or_else(unknown)?;
        let caller = Caller::from_bearer(app.clone(), &Bearer::Service).await?;
        let key = sql::key(&caller.read(), hash(&text)).await?;
        let key = key.ok_or_else(unknown)?;
        app.limits().take_of_key(key.id).map_err(Error::too_many)?;
        Ok(Self { key, caller })
    }
}

impl OperationInput for Reporter {
    fn operation_input(context: &mut GenContext, operation: &mut Operation) {
        let text = "The reporter's key, made with `doorstep keys leads create`.";
        describe_header(operation, context, "Lead-Key", text);
    }
}

/// Takes a person whom a form or a portal reports: 201 for a new one, 200 for
/// one who was known, on whom it is noted.
pub async fn create(reporter: Reporter, new: New<LeadBody>) -> Result<Posted<Received>, Error> {
    let Reporter { key, caller } = reporter;
    let once = new.once.map(|once| once.of(&key.id.to_string()));
    let once = once.as_ref();
    let lead = new.body;
    again(|| async {
        match begin(&caller, once).await? {
            Begun::Replay(stored) => Ok(Posted::Replayed(stored)),
            Begun::Go(tx) => {
                let is_new = take(&tx, &caller, &key, lead.clone()).await?;
                let received = Received {
                    receipt: Uuid::new_v4(),
                    received_at: caller.now(),
                };
                let made = match is_new {
                    true => Made::new(received),
                    false => Made::existing(received),
                };
                finish(tx, &caller, once, made).await
            }
        }
    })
    .await
}

/// Whether he was new.
async fn take(tx: &Tx, caller: &Caller, key: &LeadKey, lead: LeadBody) -> Result<bool, Error> {
    let now = caller.now();
    sql::used(tx, key.id, now).await?;
    let message = lead.message.value().map(|words| words.as_str().to_owned());
    let channel = lead.channel();
    let reporter = format!("Reported by {} ({})", key.name, key.source);
    let mut found = sql::known(tx, &lead).await?;
    if found.is_none() {
        if let Some(id) = sql::enter(tx, key, lead.clone(), now).await? {
            if message.is_some() {
                sql::note(tx, id, (channel, message, reporter), now).await?;
            }
            return Ok(true);
        }
        // Somebody else entered him since: he is there now.
        found = sql::known(tx, &lead).await?;
    }
    let id = found.ok_or_else(Error::unavailable)?;
    let says = format!("{reporter}{}", lead.said());
    sql::note(tx, id, (channel, message, says), now).await?;
    sql::fill(tx, id, lead).await?;
    Ok(false)
}
