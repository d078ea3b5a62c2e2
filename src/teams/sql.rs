//! The statements that name the table `teams`.

pub mod calendars;

use uuid::Uuid;

use super::types::{Team, TeamBody, TeamFilter};
use crate::{
    db::{
        Key, Listing, Order, Query, Record, Rows as _, Run, Source, delete_row, get_row, update_row,
    },
    envelope::Page,
    error::Error,
    input::{Change, List, Writable as _},
};

const TABLE: &str = "teams";

/// One page of the teams that the caller sees.
pub async fn list(on: &impl Run, list: &List<TeamFilter>) -> Result<Page<Team>, Error> {
    Listing::of(list, vec![Source::all(TABLE)], by_name, |query| {
        conditions(query, &list.filter);
    })
    .page(on)
    .await
}

fn by_name() -> Order {
    Order(vec![
        Key::ascending("name", "text"),
        Key::ascending("id", "uuid"),
    ])
}

fn conditions(query: &mut Query, filter: &TeamFilter) {
    query.equal("parent_team_id", &filter.parent_team_id);
}

/// One team.
pub async fn get(on: &impl Run, id: Uuid) -> Result<Team, Error> {
    get_row(on, &[TABLE], id).await
}

/// Makes a team.
pub async fn insert(on: &impl Run, body: TeamBody) -> Result<Team, Error> {
    let query = Query::insert(TABLE, body.columns())
        .push(" returning ")
        .push(Team::COLUMNS);
    on.run(query).await?.one()?.ok_or_else(Error::not_found)
}

/// Changes a team.
pub async fn update(on: &impl Run, id: Uuid, change: Change<TeamBody>) -> Result<Team, Error> {
    update_row(on, TABLE, id, change).await
}

/// Deletes a team that nothing points to.
pub async fn delete(on: &impl Run, id: Uuid) -> Result<(), Error> {
    delete_row(on, TABLE, id).await
}
