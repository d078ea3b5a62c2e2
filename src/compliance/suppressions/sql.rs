//! The statements that name the table `suppressions`.

use jiff::Timestamp;
use uuid::Uuid;

use super::types::{Suppression, SuppressionBody, SuppressionFilter, SuppressionScope};
use crate::{
    compliance::policies::ChannelScope,
    db::{Listing, Order, Query, Run, Source, get_row},
    envelope::Page,
    error::Error,
    input::{Field, List, Writable as _},
};

const TABLE: &str = "suppressions";

/// One page of the suppressions that the caller sees.
pub async fn list(
    on: &impl Run,
    list: &List<SuppressionFilter>,
) -> Result<Page<Suppression>, Error> {
    let source = Source::all(TABLE);
    Listing::of(list, vec![source], Order::newest_first, |query| {
        conditions(query, &list.filter);
    })
    .page(on)
    .await
}

fn conditions(query: &mut Query, filter: &SuppressionFilter) {
    query
        .equal("prospect_id", &filter.prospect_id)
        .equal("channel", &filter.channel)
        .equal("scope", &filter.scope)
        .equal("reason", &filter.reason)
        .equal("campaign_id", &filter.campaign_id);
}

/// One suppression.
pub async fn get(on: &impl Run, id: Uuid) -> Result<Suppression, Error> {
    get_row(on, &[TABLE], id).await
}

/// Records whom not to contact, as of `now` where the body does not say since
/// when.
///
/// Whoever may record one may not always read it: then the answer is what he
/// said himself.
pub async fn insert(
    on: &impl Run,
    mut body: SuppressionBody,
    recorded_by: Option<Uuid>,
    now: Timestamp,
) -> Result<Suppression, Error> {
    let id = Uuid::new_v4();
    let effective_at = body.effective_at.value().copied().unwrap_or(now);
    body.effective_at = Field::Set(effective_at);
    let said = Suppression {
        id,
        prospect_id: body.prospect_id.value().copied(),
        channel: body.channel.value().copied().unwrap_or(ChannelScope::All),
        scope: body
            .scope
            .value()
            .copied()
            .unwrap_or(SuppressionScope::Global),
        campaign_id: body.campaign_id.value().copied(),
        reason: body.reason.value().copied().ok_or_else(Error::not_found)?,
        source_message_id: body.source_message_id.value().copied(),
        effective_at,
        recorded_by,
        lift_reason: None,
        lift_requested_by: None,
        lift_requested_at: None,
        lifted_by: None,
        lifted_at: None,
        updated_at: now,
        created_at: now,
    };
    let address = std::mem::take(&mut body.address);
    let mut columns = body.columns();
    columns.push(("id", Box::new(id)));
    if let Some(address) = address.value() {
        let hash = address_hash(on, address.as_str().to_owned()).await?;
        columns.push(("address_hash", Box::new(hash)));
    }
    on.run(Query::insert(TABLE, columns)).await?;
    match get(on, id).await {
        Err(error) if error.is_not_found() => Ok(said),
        other => other,
    }
}

async fn address_hash(on: &impl Run, address: String) -> Result<Vec<u8>, Error> {
    use crate::db::Rows as _;
    let query = Query::new("select doorstep.address_hash(")
        .bind(address)
        .push(")");
    let hash = on.run(query).await?.value()?;
    hash.ok_or_else(|| Error::internal("address_hash returns a row"))
}

/// Asks for a suppression to be lifted.
///
/// # Errors
/// 403 for whoever is no compliance officer, 409 when it was lifted already.
pub async fn lift(
    on: &impl Run,
    id: Uuid,
    reason: Option<String>,
    now: Timestamp,
) -> Result<(), Error> {
    let query = Query::new("select doorstep.lift_suppression(").bind(id);
    let query = query.push(", ").bind(reason).push(", ").bind(now).push(")");
    on.run(query).await.map(drop)
}

/// Lifts a suppression.
///
/// # Errors
/// 403 for whoever is no compliance officer, 409 when nobody asked for it or it
/// was lifted already, 422 for the person who asked.
pub async fn confirm_lift(on: &impl Run, id: Uuid, now: Timestamp) -> Result<(), Error> {
    let query = Query::new("select doorstep.confirm_lift_suppression(").bind(id);
    on.run(query.push(", ").bind(now).push(")")).await.map(drop)
}
