//! `/api/handoffs`.

use super::{
    from_appointment, from_conversation, inputs, sql,
    types::{
        CompleteBody, FromAppointmentBody, FromConversationBody, Handoff, HandoffBody,
        HandoffFilter, HandoffStatus, ReassignBody, ReleaseBody,
    },
};
use crate::{
    acts::{Acted, Ensured, act},
    auth::SignedIn,
    envelope::{Gone, Made, One, Page},
    error::Error,
    idempotency::{Posted, once},
    input::{Ask, Change, Id, IfNoneMatch, Line, List, New, NoBody, Prose},
};

/// Lists packages.
pub async fn list(caller: SignedIn, list: List<HandoffFilter>) -> Result<Page<Handoff>, Error> {
    sql::list(&caller, &list).await
}

/// Reads one package.
pub async fn get(caller: SignedIn, id: Id, known: IfNoneMatch) -> Result<One<Handoff>, Error> {
    let package = sql::get(&caller.read(), caller.role(), id.0).await?;
    Ok(One::unless_known(package, &known))
}

/// Makes a package by hand.
pub async fn create(caller: SignedIn, new: New<HandoffBody>) -> Result<Posted<Handoff>, Error> {
    let (role, now) = (caller.role(), caller.now());
    let calendar = inputs::calendar(&caller, &new.body).await?;
    once(&caller, new, |on, body| {
        let body = body.with_deadlines(now, &calendar);
        Box::pin(async move { sql::insert(on, role, body).await.map(Made::new) })
    })
    .await
}

/// Changes a package.
pub async fn update(
    caller: SignedIn,
    id: Id,
    change: Change<HandoffBody>,
) -> Result<One<Handoff>, Error> {
    sql::update(&caller, id.0, change).await.map(One::new)
}

/// Deletes a package, which only the service key may.
pub async fn delete(caller: SignedIn, id: Id) -> Result<Gone, Error> {
    sql::delete(&caller.write(), id.0).await.map(|()| Gone)
}

/// Makes the package of an appointment: 201, or 200 with the active one.
pub async fn from_appointment(
    caller: SignedIn,
    new: New<FromAppointmentBody>,
) -> Result<Ensured<Handoff>, Error> {
    let appointment = *new
        .body
        .appointment_id
        .value()
        .ok_or_else(Error::not_found)?;
    let posted = from_appointment::from_appointment(&caller, appointment, new.once).await?;
    Ok(Ensured(posted))
}

/// Makes the package of a conversation: 201, or 200 with the active one.
pub async fn from_conversation(
    caller: SignedIn,
    new: New<FromConversationBody>,
) -> Result<Ensured<Handoff>, Error> {
    let posted = from_conversation::from_conversation(&caller, new).await?;
    Ok(Ensured(posted))
}

/// Claims a package; one of all who try gets it, the others 409.
pub async fn claim(caller: SignedIn, id: Id, ask: Ask<NoBody>) -> Result<Acted<Handoff>, Error> {
    let (role, now) = (caller.role(), caller.now());
    act(&caller, ask.once, |tx| {
        Box::pin(async move {
            sql::claim(tx, id.0, now).await?;
            sql::get(tx, role, id.0).await
        })
    })
    .await
}

/// Gives a package back to the pool.
pub async fn release(
    caller: SignedIn,
    id: Id,
    ask: Ask<ReleaseBody>,
) -> Result<Acted<Handoff>, Error> {
    let (role, now) = (caller.role(), caller.now());
    let reason = ask.body.reason.value().cloned().map(Line::into_string);
    act(&caller, ask.once, |tx| {
        let reason = reason.clone();
        Box::pin(async move {
            let before = sql::get(tx, role, id.0).await?;
            sql::release(tx, id.0, reason, now).await?;
            match sql::get(tx, role, id.0).await {
                // Out of the caller's sight now: what he gave back is all he is told.
                Err(error) if error.status() == axum::http::StatusCode::NOT_FOUND => {
                    Ok(before.given_back())
                }
                after => after,
            }
        })
    })
    .await
}

/// Ends a package with what came of it.
pub async fn complete(
    caller: SignedIn,
    id: Id,
    ask: Ask<CompleteBody>,
) -> Result<Acted<Handoff>, Error> {
    let (role, now) = (caller.role(), caller.now());
    let outcome = ask.body.outcome.value().map(|outcome| outcome.word());
    let notes = ask.body.notes.value().cloned().map(Prose::into_string);
    act(&caller, ask.once, |tx| {
        let notes = notes.clone();
        Box::pin(async move {
            sql::complete(tx, id.0, outcome, notes, now).await?;
            sql::get(tx, role, id.0).await
        })
    })
    .await
}

/// Passes a package to somebody else.
pub async fn reassign(
    caller: SignedIn,
    id: Id,
    ask: Ask<ReassignBody>,
) -> Result<Acted<Handoff>, Error> {
    let (role, now) = (caller.role(), caller.now());
    let person = ask.body.user_id.value().copied();
    let reason = ask.body.reason.value().cloned().map(Line::into_string);
    act(&caller, ask.once, |tx| {
        let reason = reason.clone();
        Box::pin(async move {
            sql::reassign(tx, id.0, person, reason, now).await?;
            sql::get(tx, role, id.0).await
        })
    })
    .await
}

impl Handoff {
    fn given_back(self) -> Self {
        Self {
            status: HandoffStatus::Pending,
            claimed_by: None,
            claimed_at: None,
            offered_to: None,
            ..self
        }
    }
}
