//! The statements that name the table `campaigns`.

use uuid::Uuid;

use super::types::{Campaign, CampaignBody, CampaignFilter};
use crate::{
    db::{Listing, Order, Query, Record, Rows as _, Run, Source, delete_row, get_row, update_row},
    envelope::Page,
    error::Error,
    input::{Change, List, Writable as _},
};

const TABLE: &str = "campaigns";

/// One page of the campaigns that the caller sees.
pub async fn list(on: &impl Run, list: &List<CampaignFilter>) -> Result<Page<Campaign>, Error> {
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

fn conditions(query: &mut Query, filter: &CampaignFilter) {
    query
        .equal("status", &filter.status)
        .equal("team_id", &filter.team_id)
        .equal("created_by", &filter.created_by);
}

/// One campaign.
pub async fn get(on: &impl Run, id: Uuid) -> Result<Campaign, Error> {
    get_row(on, &[TABLE], id).await
}

/// Makes a campaign.
pub async fn insert(on: &impl Run, body: CampaignBody) -> Result<Campaign, Error> {
    let query = Query::insert(TABLE, body.columns())
        .push(" returning ")
        .push(Campaign::COLUMNS);
    on.run(query).await?.one()?.ok_or_else(Error::not_found)
}

/// Changes a campaign.
pub async fn update(
    on: &impl Run,
    id: Uuid,
    change: Change<CampaignBody>,
) -> Result<Campaign, Error> {
    update_row(on, TABLE, id, change).await
}

/// Deletes a campaign that nothing points to.
pub async fn delete(on: &impl Run, id: Uuid) -> Result<(), Error> {
    delete_row(on, TABLE, id).await
}
