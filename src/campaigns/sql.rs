//! The statements that name the table `campaigns`.

use jiff::Timestamp;
use uuid::Uuid;

use super::types::{Campaign, CampaignBody, CampaignFilter};
use crate::{
    db::{
        Listing, Order, Query, Record, Rows as _, Run, Source, Tally, delete_row, get_row, tally,
        update_row,
    },
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

/// How many campaigns there are of each status, as far as the caller sees them.
pub async fn count_by_status(on: &impl Run) -> Result<Tally, Error> {
    tally(on, &[Source::all(TABLE)], "status").await
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

/// The people of a campaign's segment, as far as the caller sees them.
pub async fn segment(on: &impl Run, id: Uuid) -> Result<Vec<Uuid>, Error> {
    let query = Query::new("select array(select doorstep.campaign_segment(")
        .bind(id)
        .push("))");
    Ok(on.run(query).await?.value()?.unwrap_or_default())
}

/// What is done with a campaign as a whole.
#[derive(Clone, Copy, Debug)]
pub enum Verb {
    /// Makes its run and fills the queue.
    Start,
    /// Holds it.
    Pause,
    /// Lets it go on.
    Resume,
    /// Ends it.
    Stop,
}

/// Does it.
pub async fn act(
    on: &impl Run,
    verb: Verb,
    id: Uuid,
    reason: Option<String>,
    now: Timestamp,
) -> Result<Campaign, Error> {
    let query = Query::new(match verb {
        Verb::Start => "select doorstep.start_campaign(",
        Verb::Pause => "select doorstep.pause_campaign(",
        Verb::Resume => "select doorstep.resume_campaign(",
        Verb::Stop => "select doorstep.stop_campaign(",
    });
    let query = query.bind(id).push(", ").bind(reason).push(", ").bind(now);
    on.run(query.push(")")).await?;
    get(on, id).await
}
