//! The statements that name the table `appointments`.

use jiff::Timestamp;
use uuid::Uuid;

use super::types::{Appointment, AppointmentBody, AppointmentFilter};
use crate::{
    auth::{Caller, Scope},
    db::{
        Key, Listing, Order, Query, Record as _, Rows as _, Run, Source, delete_row,
        forbidden_if_seen, insert_row, read_row, update_row,
    },
    envelope::Page,
    error::Error,
    input::{Change, List},
    users::Role,
};

const TABLE: &str = "appointments";
/// Without the notes.
const MASKED: &str = "appointments_masked";

/// Where a role reads appointments.
pub fn relation(role: Option<Role>) -> &'static str {
    match role {
        Some(Role::QaSupervisor) => MASKED,
        _ => TABLE,
    }
}

/// One page of the appointments that the caller sees.
pub async fn list(
    caller: &Caller,
    list: &List<AppointmentFilter>,
) -> Result<Page<Appointment>, Error> {
    let filter = &list.filter;
    Listing {
        sources: sources(caller.scope(), relation(caller.role())),
        conditions: Box::new(move |query| conditions(query, filter)),
        order: list.order(|| {
            Order(vec![
                Key::ascending("scheduled_date", "timestamptz"),
                Key::ascending("id", "uuid"),
            ])
        }),
        limit: list.limit,
        cursor: list.cursor.clone(),
        count: list.count,
    }
    .page(&caller.read())
    .await
}

/// Those of the scope's reps, and others' with the scope's prospects.
fn sources<'a>(scope: Scope<'a>, relation: &'static str) -> Vec<Source<'a>> {
    let Some(people) = scope.people() else {
        return vec![Source::all(relation)];
    };
    let others = people.clone();
    vec![
        Source::within(relation, move |query| {
            query
                .text("assigned_rep_id = any (")
                .add(people.clone())
                .text(")");
        }),
        Source::within(relation, move |query| {
            scope.prospect(query);
            query
                .text(" and not assigned_rep_id = any (")
                .add(others.clone())
                .text(")");
        }),
    ]
}

fn conditions(query: &mut Query, filter: &AppointmentFilter) {
    if let Some(prospect) = filter.prospect_id {
        query.text(" and prospect_id = ").add(prospect);
    }
    if let Some(rep) = filter.assigned_rep_id {
        query.text(" and assigned_rep_id = ").add(rep);
    }
    if let Some(status) = filter.status {
        query.text(" and status = ").add(status);
    }
    if let Some(property) = filter.property_id {
        query.text(" and property_id = ").add(property);
    }
    if let Some(from) = filter.from {
        query.text(" and scheduled_date >= ").add(from);
    }
    if let Some(to) = filter.to {
        query.text(" and scheduled_date <= ").add(to);
    }
}

/// One appointment, as a person of this role sees it.
pub async fn get(on: &impl Run, role: Option<Role>, id: Uuid) -> Result<Appointment, Error> {
    read_row(on, relation(role), id).await
}

/// One appointment, locked against changes until the transaction ends.
///
/// # Errors
/// 404 when the caller does not see it, 403 when he sees it but may not change
/// it: a lock asks for the rights of a change.
pub async fn lock(on: &impl Run, role: Option<Role>, id: Uuid) -> Result<Appointment, Error> {
    let query = Query::new("select ")
        .push(Appointment::COLUMNS)
        .push(" from appointments where id = ")
        .bind(id)
        .push(" for no key update");
    match on.run(query).await?.one()? {
        Some(row) => Ok(row),
        None => {
            get(on, role, id).await?;
            Err(Error::forbidden())
        }
    }
}

/// Makes an appointment.
pub async fn insert(on: &impl Run, body: AppointmentBody) -> Result<Appointment, Error> {
    insert_row(on, TABLE, body).await
}

/// Changes an appointment in place.
pub async fn update(
    on: &impl Run,
    role: Option<Role>,
    id: Uuid,
    change: Change<AppointmentBody>,
) -> Result<Appointment, Error> {
    match update_row(on, TABLE, id, change).await {
        Ok(row) => Ok(row),
        Err(error) => Err(forbidden_if_seen(on, relation(role), id, error).await),
    }
}

/// Moves an appointment: it becomes `rescheduled` and another takes its place,
/// whose key is returned. Without an end the duration stays.
pub async fn reschedule(
    on: &impl Run,
    id: Uuid,
    start: Timestamp,
    end: Option<Timestamp>,
    now: Timestamp,
) -> Result<Uuid, Error> {
    let query = Query::new("select doorstep.reschedule_appointment(")
        .bind(id)
        .push(", ")
        .bind(start)
        .push(", ")
        .bind(end)
        .push(", ")
        .bind(now)
        .push(")");
    on.run(query).await?.value()?.ok_or_else(Error::not_found)
}

/// Deletes an appointment.
pub async fn delete(on: &impl Run, id: Uuid) -> Result<(), Error> {
    delete_row(on, TABLE, id).await
}
