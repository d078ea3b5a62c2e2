//! The statements that name the table `queued_leads` and its masked view.

use uuid::Uuid;

use super::types::{QueuedLead, QueuedLeadFilter};
use crate::{
    auth::Person,
    db::{Listing, Order, Query, Run, Source, get_row},
    envelope::Page,
    error::Error,
    input::{List, refuse_masked},
    users::Role,
};

const TABLE: &str = "queued_leads";
const MASKED: &str = "queued_leads_masked";

/// Columns that are masked in the view.
const MASKED_COLUMNS: &[&str] = &["phone", "whatsapp", "email"];

fn relation(who: Option<&Person>) -> &'static str {
    match who.and_then(|person| person.role) {
        Some(Role::QaSupervisor) => MASKED,
        _ => TABLE,
    }
}

/// One page of the leads that the caller sees.
///
/// # Errors
/// 400 when whoever sees them masked filters or sorts by what is masked.
pub async fn list(
    on: &impl Run,
    who: Option<&Person>,
    list: &List<QueuedLeadFilter>,
) -> Result<Page<QueuedLead>, Error> {
    let relation = relation(who);
    if relation == MASKED {
        let mut named = list.sort_columns();
        named.extend(list.filter.phone.is_some().then_some("phone"));
        refuse_masked(&named, MASKED_COLUMNS)?;
    }
    Listing::of(
        list,
        vec![Source::all(relation)],
        Order::newest_first,
        |query| conditions(query, &list.filter),
    )
    .page(on)
    .await
}

fn conditions(query: &mut Query, filter: &QueuedLeadFilter) {
    query
        .equal("campaign_run_id", &filter.campaign_run_id)
        .equal("campaign_id", &filter.campaign_id)
        .equal("prospect_id", &filter.prospect_id)
        .equal("status", &filter.status)
        .equal("channel", &filter.channel)
        .equal("phone", &filter.phone);
}

/// One lead, masked where the caller may see no more.
pub async fn get(on: &impl Run, who: Option<&Person>, id: Uuid) -> Result<QueuedLead, Error> {
    get_row(on, &[relation(who)], id).await
}
