//! `/api/team-members`.

use crate::{
    auth::SignedIn,
    envelope::{Gone, Made, One, Page},
    error::Error,
    idempotency::{Posted, once},
    input::{Change, Id, IfNoneMatch, List, New},
};

use super::{
    sql,
    types::{TeamMember, TeamMemberBody, TeamMemberFilter},
};

/// Lists memberships.
pub async fn list(
    caller: SignedIn,
    list: List<TeamMemberFilter>,
) -> Result<Page<TeamMember>, Error> {
    sql::list(&caller.read(), &list).await
}

/// Reads one membership.
pub async fn get(caller: SignedIn, id: Id, known: IfNoneMatch) -> Result<One<TeamMember>, Error> {
    let member = sql::get(&caller.read(), id.0).await?;
    Ok(One::unless_known(member, &known))
}

/// Puts a person into a team.
pub async fn create(
    caller: SignedIn,
    new: New<TeamMemberBody>,
) -> Result<Posted<TeamMember>, Error> {
    let made = once(&caller, new, |on, body| {
        Box::pin(async move { sql::insert(on, body).await.map(Made::new) })
    })
    .await;
    caller.app().people().forget();
    made
}

/// Makes a member the lead of his team, or no longer.
pub async fn update(
    caller: SignedIn,
    id: Id,
    change: Change<TeamMemberBody>,
) -> Result<One<TeamMember>, Error> {
    let member = sql::update(&caller.write(), id.0, change).await?;
    caller.app().people().forget();
    Ok(One::new(member))
}

/// Takes a person out of a team.
pub async fn delete(caller: SignedIn, id: Id) -> Result<Gone, Error> {
    sql::delete(&caller.write(), id.0).await?;
    caller.app().people().forget();
    Ok(Gone)
}
