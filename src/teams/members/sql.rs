//! The statements that name the table `team_members`.

use uuid::Uuid;

use super::types::{TeamMember, TeamMemberBody, TeamMemberFilter};
use crate::{
    db::{Listing, Order, Query, Record, Rows as _, Run, Source, delete_row, get_row, update_row},
    envelope::Page,
    error::Error,
    input::{Change, List, Writable as _},
};

const TABLE: &str = "team_members";

/// One page of the memberships that the caller sees.
pub async fn list(on: &impl Run, list: &List<TeamMemberFilter>) -> Result<Page<TeamMember>, Error> {
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

fn conditions(query: &mut Query, filter: &TeamMemberFilter) {
    query
        .equal("team_id", &filter.team_id)
        .equal("user_id", &filter.user_id)
        .equal("is_lead", &filter.is_lead);
}

/// One membership.
pub async fn get(on: &impl Run, id: Uuid) -> Result<TeamMember, Error> {
    get_row(on, &[TABLE], id).await
}

/// Puts a person into a team.
pub async fn insert(on: &impl Run, body: TeamMemberBody) -> Result<TeamMember, Error> {
    let query = Query::insert(TABLE, body.columns())
        .push(" returning ")
        .push(TeamMember::COLUMNS);
    on.run(query).await?.one()?.ok_or_else(Error::not_found)
}

/// Makes a member the lead of his team, or no longer.
pub async fn update(
    on: &impl Run,
    id: Uuid,
    change: Change<TeamMemberBody>,
) -> Result<TeamMember, Error> {
    update_row(on, TABLE, id, change).await
}

/// Takes a person out of a team.
pub async fn delete(on: &impl Run, id: Uuid) -> Result<(), Error> {
    delete_row(on, TABLE, id).await
}
