//! Makes the package of an appointment.

use axum::http::StatusCode;
use uuid::Uuid;

use super::{
    generate::{self, Refusal},
    inputs, sql,
    types::Handoff,
};
use crate::{
    appointments,
    auth::Caller,
    catalogue,
    db::{SystemReason, Tx, again},
    envelope::Made,
    error::Error,
    idempotency::{Begun, Once, Posted, begin, finish},
};

/// Makes the package of an appointment, or finds the active one.
///
/// In one transaction: whoever may change the appointment may hand it off; the
/// rest is done as the program itself, so that the package has one content,
/// whoever asks; it is read back as the caller sees it. Only where there is no
/// package yet does anybody wait for anybody.
///
/// # Errors
/// 404 for an appointment that the caller does not see, 403 for one that he
/// may not change, 422 when the prospect must not be handed off.
pub async fn from_appointment(
    caller: &Caller,
    appointment: Uuid,
    once: Option<Once>,
) -> Result<Posted<Handoff>, Error> {
    again(|| attempt(caller, appointment, once.as_ref())).await
}

async fn attempt(
    caller: &Caller,
    appointment: Uuid,
    once: Option<&Once>,
) -> Result<Posted<Handoff>, Error> {
    let mut tx = match begin(caller, once).await? {
        Begun::Replay(stored) => return Ok(Posted::Replayed(stored)),
        Begun::Go(tx) => tx,
    };
    appointments::may_change(&tx, caller.role(), appointment)
        .await
        .map_err(|error| not_found(error, appointment))?;
    tx.go_on_as(SystemReason::Work).await?;
    let (id, new) = active_or_new(&tx, caller, appointment).await?;
    tx.go_on_as_caller().await?;
    let package = sql::get(&tx, caller.role(), id).await?;
    let made = match new {
        true => Made::new(package),
        false => Made::existing(package),
    };
    finish(tx, caller, once, made).await
}

/// The key of the package, and whether it was made now. Whoever finds none
/// locks the appointment and looks again, so that one is made.
async fn active_or_new(tx: &Tx, caller: &Caller, appointment: Uuid) -> Result<(Uuid, bool), Error> {
    if let Some(id) = sql::active_of_appointment(tx, appointment, caller.now()).await? {
        return Ok((id, false));
    }
    let row = appointments::lock(tx, appointment).await?;
    sql::expire_overdue(tx, appointment, caller.now()).await?;
    if let Some(id) = sql::active_of_appointment(tx, appointment, caller.now()).await? {
        return Ok((id, false));
    }
    Ok((make(tx, caller, row).await?, true))
}

async fn make(
    tx: &Tx,
    caller: &Caller,
    appointment: appointments::Appointment,
) -> Result<Uuid, Error> {
    let now = caller.now();
    let conversation = match inputs::newest_conversation(tx, &appointment).await? {
        Some(id) => id,
        None => inputs::placeholder(tx, &appointment, now).await?,
    };
    let offered_to = inputs::rep_beside_owner(tx, &appointment).await?;
    let place = sql::Place {
        id: Uuid::new_v4(),
        prospect_id: appointment.prospect_id,
        conversation_id: conversation,
        appointment_id: Some(appointment.id),
        offered_to,
        created_by: caller.user_id(),
    };
    let about = inputs::About {
        prospect_id: appointment.prospect_id,
        conversation_id: conversation,
        appointment: Some(appointment),
        offered_to,
        requested_reason: None,
        now,
    };
    let package = generate::generate(&inputs::gather(tx, about).await?).map_err(refused)?;
    let id = place.id;
    sql::store(tx, place, package, now).await?;
    Ok(id)
}

fn not_found(error: Error, appointment: Uuid) -> Error {
    if error.status() != StatusCode::NOT_FOUND {
        return error;
    }
    Error::new(StatusCode::NOT_FOUND, "appointment_not_found")
        .worded(catalogue::no_appointment(appointment))
}

/// 422 with the reason why there is no package.
pub(super) fn refused(refusal: Refusal) -> Error {
    Error::refused(match refusal {
        Refusal::Erased => "prospect_erased",
        Refusal::Closed => "prospect_closed",
        Refusal::Suppressed => "suppressed",
        Refusal::ContactInvalid => "unreachable",
    })
}
