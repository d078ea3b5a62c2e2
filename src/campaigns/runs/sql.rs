//! The statements that name the table `campaign_runs`.

use uuid::Uuid;

use super::types::{CampaignRun, CampaignRunFilter};
use crate::{
    db::{Listing, Order, Query, Run, Source, get_row},
    envelope::Page,
    error::Error,
    input::List,
};

const TABLE: &str = "campaign_runs";

/// One page of the runs that the caller sees.
pub async fn list(
    on: &impl Run,
    list: &List<CampaignRunFilter>,
) -> Result<Page<CampaignRun>, Error> {
    Listing::of(
        list,
        vec![Source::all(TABLE)],
        Order::newest_first,
        |query| {
            conditions(query, &list.filter);
        },
    )
    .page(on)
    .await
}

fn conditions(query: &mut Query, filter: &CampaignRunFilter) {
    query
        .equal("campaign_id", &filter.campaign_id)
        .equal("status", &filter.status);
}

/// One run.
pub async fn get(on: &impl Run, id: Uuid) -> Result<CampaignRun, Error> {
    get_row(on, &[TABLE], id).await
}
