//! `/api/appointments`.

use aide::{OperationOutput, generate::GenContext, openapi::Operation};
use axum::response::{IntoResponse, Response};
use jiff::Timestamp;
use uuid::Uuid;

use super::{
    sql,
    types::{Appointment, AppointmentBody, AppointmentFilter, AppointmentStatus},
};
use crate::{
    auth::SignedIn,
    db::{Tx, again},
    envelope::{Gone, Made, One, Page, entity_tag},
    error::Error,
    idempotency::{Posted, once},
    input::{Change, Field, Id, IfNoneMatch, List, New},
};

/// Lists appointments, by the moment when they begin.
pub async fn list(
    caller: SignedIn,
    list: List<AppointmentFilter>,
) -> Result<Page<Appointment>, Error> {
    sql::list(&caller, &list).await
}

/// Reads one appointment.
pub async fn get(caller: SignedIn, id: Id, known: IfNoneMatch) -> Result<One<Appointment>, Error> {
    let appointment = sql::get(&caller.read(), caller.role(), id.0).await?;
    Ok(One::unless_known(appointment, &known))
}

/// Makes an appointment; 409 when rep, prospect or home is taken.
pub async fn create(
    caller: SignedIn,
    mut new: New<AppointmentBody>,
) -> Result<Posted<Appointment>, Error> {
    let body = &mut new.body;
    if let (Field::Absent, Some(person)) = (&body.assigned_rep_id, caller.user_id()) {
        body.assigned_rep_id = Field::Set(person);
    }
    once(&caller, new, |on, body| {
        Box::pin(async move { sql::insert(on, body).await.map(Made::new) })
    })
    .await
}

/// Changes an appointment. Another `scheduled_date` moves it: 201 with the
/// appointment that takes its place.
pub async fn update(
    caller: SignedIn,
    id: Id,
    change: Change<AppointmentBody>,
) -> Result<Changed, Error> {
    match change.body.scheduled_date {
        Field::Set(start) => again(|| move_or_change(&caller, id.0, start, change.clone())).await,
        Field::Absent | Field::Null => {
            let row = sql::update(&caller.write(), caller.role(), id.0, change).await?;
            Ok(Changed::InPlace(One::new(row)))
        }
    }
}

async fn move_or_change(
    caller: &SignedIn,
    id: Uuid,
    start: Timestamp,
    mut change: Change<AppointmentBody>,
) -> Result<Changed, Error> {
    let tx = caller.begin().await?;
    let before = sql::get(&tx, caller.role(), id).await?;
    change.body.scheduled_date = Field::Absent;
    if before.scheduled_date == start {
        let row = sql::update(&tx, caller.role(), id, change).await?;
        tx.commit().await?;
        return Ok(Changed::InPlace(One::new(row)));
    }
    if is_stale(change.if_match.as_deref(), &before) {
        return Err(Error::lost_update());
    }
    // A client that sends the whole row back means the same duration.
    let end = change.body.ends_at.value().copied();
    let end = end.filter(|end| *end != before.ends_at);
    let moved = sql::reschedule(&tx, id, start, end, caller.now()).await;
    // Whoever got here sees it; he may only see it masked.
    let successor = moved.map_err(|error| match error.is_not_found() {
        true => Error::forbidden(),
        false => error,
    })?;
    let row = carry(&tx, caller, successor, change).await?;
    tx.commit().await?;
    Ok(Changed::Moved(Made::new(row)))
}

/// What else the body says goes to the appointment that takes the place.
async fn carry(
    tx: &Tx,
    caller: &SignedIn,
    successor: Uuid,
    mut change: Change<AppointmentBody>,
) -> Result<Appointment, Error> {
    change.body.ends_at = Field::Absent;
    change.if_match = None;
    if change.body.status.value() == Some(&AppointmentStatus::Rescheduled) {
        change.body.status = Field::Absent;
    }
    sql::update(tx, caller.role(), successor, change).await
}

fn is_stale(if_match: Option<&str>, row: &Appointment) -> bool {
    let tag = entity_tag(row.updated_at);
    if_match.is_some_and(|tags| {
        !tags
            .split(',')
            .map(str::trim)
            .any(|known| known == "*" || known.trim_start_matches("W/") == tag)
    })
}

/// Deletes an appointment, which only the service key may; people cancel.
pub async fn delete(caller: SignedIn, id: Id) -> Result<Gone, Error> {
    sql::delete(&caller.write(), id.0).await.map(|()| Gone)
}

/// What a change of an appointment answers.
pub enum Changed {
    /// 200: the appointment itself changed.
    InPlace(One<Appointment>),
    /// 201: another appointment took its place.
    Moved(Made<Appointment>),
}

impl IntoResponse for Changed {
    fn into_response(self) -> Response {
        match self {
            Self::InPlace(one) => one.into_response(),
            Self::Moved(made) => made.into_response(),
        }
    }
}

impl OperationOutput for Changed {
    type Inner = Appointment;

    fn operation_response(
        context: &mut GenContext,
        operation: &mut Operation,
    ) -> Option<aide::openapi::Response> {
        One::<Appointment>::operation_response(context, operation)
    }

    fn inferred_responses(
        context: &mut GenContext,
        operation: &mut Operation,
    ) -> Vec<(Option<u16>, aide::openapi::Response)> {
        let mut all = One::<Appointment>::inferred_responses(context, operation);
        all.extend(Made::<Appointment>::inferred_responses(context, operation));
        all
    }
}
