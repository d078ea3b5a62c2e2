//! `/api/suppressions`.

use crate::{
    acts::{Acted, act},
    auth::SignedIn,
    envelope::{Made, One, Page},
    error::Error,
    idempotency::{Posted, once},
    input::{Ask, Id, IfNoneMatch, Line, List, New, NoBody},
};

use super::{
    sql,
    types::{LiftBody, Suppression, SuppressionBody, SuppressionFilter},
};

/// Lists suppressions.
pub async fn list(
    caller: SignedIn,
    list: List<SuppressionFilter>,
) -> Result<Page<Suppression>, Error> {
    sql::list(&caller.read(), &list).await
}

/// Reads one suppression.
pub async fn get(caller: SignedIn, id: Id, known: IfNoneMatch) -> Result<One<Suppression>, Error> {
    let suppression = sql::get(&caller.read(), id.0).await?;
    Ok(One::unless_known(suppression, &known))
}

/// Records whom not to contact.
pub async fn create(
    caller: SignedIn,
    new: New<SuppressionBody>,
) -> Result<Posted<Suppression>, Error> {
    let (me, now) = (caller.user_id(), caller.now());
    once(&caller, new, |on, body| {
        Box::pin(async move { sql::insert(on, body, me, now).await.map(Made::new) })
    })
    .await
}

/// Asks for a suppression to be lifted, and says why.
pub async fn lift(
    caller: SignedIn,
    id: Id,
    ask: Ask<LiftBody>,
) -> Result<Acted<Suppression>, Error> {
    let now = caller.now();
    let reason = ask.body.reason.value().cloned().map(Line::into_string);
    act(&caller, ask.once, |tx| {
        let reason = reason.clone();
        Box::pin(async move {
            sql::lift(tx, id.0, reason, now).await?;
            sql::get(tx, id.0).await
        })
    })
    .await
}

/// Lifts a suppression that another compliance officer asked to have lifted.
pub async fn confirm_lift(
    caller: SignedIn,
    id: Id,
    ask: Ask<NoBody>,
) -> Result<Acted<Suppression>, Error> {
    let now = caller.now();
    act(&caller, ask.once, |tx| {
        Box::pin(async move {
            sql::confirm_lift(tx, id.0, now).await?;
            sql::get(tx, id.0).await
        })
    })
    .await
}
