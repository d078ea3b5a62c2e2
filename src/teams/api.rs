//! `/api/teams`.

use crate::{
    auth::SignedIn,
    envelope::{Gone, Made, One, Page},
    error::Error,
    idempotency::{Posted, once},
    input::{Change, Id, IfNoneMatch, List, New},
};

use super::{
    sql,
    types::{Team, TeamBody, TeamFilter},
};

/// Lists teams.
pub async fn list(caller: SignedIn, list: List<TeamFilter>) -> Result<Page<Team>, Error> {
    sql::list(&caller.read(), &list).await
}

/// Reads one team.
pub async fn get(caller: SignedIn, id: Id, known: IfNoneMatch) -> Result<One<Team>, Error> {
    let team = sql::get(&caller.read(), id.0).await?;
    Ok(One::unless_known(team, &known))
}

/// Makes a team.
pub async fn create(caller: SignedIn, new: New<TeamBody>) -> Result<Posted<Team>, Error> {
    let made = once(&caller, new, |on, body| {
        Box::pin(async move { sql::insert(on, body).await.map(Made::new) })
    })
    .await;
    caller.app().people().forget();
    made
}

/// Changes a team.
pub async fn update(
    caller: SignedIn,
    id: Id,
    change: Change<TeamBody>,
) -> Result<One<Team>, Error> {
    let team = sql::update(&caller.write(), id.0, change).await?;
    caller.app().people().forget();
    Ok(One::new(team))
}

/// Deletes a team that nothing points to.
pub async fn delete(caller: SignedIn, id: Id) -> Result<Gone, Error> {
    sql::delete(&caller.write(), id.0).await?;
    caller.app().people().forget();
    Ok(Gone)
}
