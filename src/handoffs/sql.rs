//! The statements that name the table `handoff_packages`.

pub mod clock;

use jiff::Timestamp;
use uuid::Uuid;

use super::{
    generate::Package,
    history::HandoffChange,
    types::{Handoff, HandoffBody, HandoffFilter},
};
use crate::{
    auth::{Caller, Person, Scope},
    db::{
        Listing, Order, Parameter, Query, Record as _, Rows as _, Run, Source, Tally, delete_row,
        get_row, tally, update_seen_row,
    },
    envelope::Page,
    error::Error,
    input::{Change, JsonObject, List, Writable as _},
    users::Role,
};

const TABLE: &str = "handoff_packages";
/// Every package with the contact masked, for operations.
const MASKED: &str = "handoff_packages_masked";
/// What is offered to a rep, with the contact masked.
const POOL: &str = "handoff_packages_pool";

/// Where a role finds packages, the table itself first.
fn relations(role: Option<Role>) -> [&'static str; 2] {
    match role {
        Some(Role::Operations) => [TABLE, MASKED],
        Some(Role::SalesRep) => [TABLE, POOL],
        _ => [TABLE, TABLE],
    }
}

/// One page of the packages that the caller sees.
pub async fn list(caller: &Caller, list: &List<HandoffFilter>) -> Result<Page<Handoff>, Error> {
    let filter = &list.filter;
    let sources = match caller.scope() {
        Scope::Own(person) if is_paged(person, list) => paged(caller, person, filter),
        _ => sources(caller),
    };
    Listing::of(list, sources, Order::newest_first, move |query| {
        conditions(query, filter)
    })
    .page(&caller.read())
    .await
}

/// More teams than this are read as one part.
const TEAMS_APART: usize = 16;

/// Whether the database names the rows of a rep's page: in the usual order, and
/// not by a filter that leaves few rows anyway.
fn is_paged(person: &Person, list: &List<HandoffFilter>) -> bool {
    let filter = &list.filter;
    let few = [
        filter.prospect_id,
        filter.conversation_id,
        filter.appointment_id,
        filter.claimed_by,
    ];
    person.teams.len() <= TEAMS_APART
        && list.sort_columns().is_empty()
        && few.iter().all(Option::is_none)
}

/// A rep's sources with the pool cut into what is offered to him and what lies
/// in each team's pool.
fn paged<'a>(caller: &'a Caller, person: &'a Person, filter: &'a HandoffFilter) -> Vec<Source<'a>> {
    let mut sources = rep_sources(caller.scope(), person);
    sources.pop();
    let teams = person.teams.iter().copied().map(Some);
    sources.extend(std::iter::once(None).chain(teams).map(|team| {
        let part = Source::within(POOL, move |query| match team {
            Some(team) => {
                query.text("offered_to is null and team_id = ").add(team);
            }
            None => {
                query.text("offered_to is not null");
            }
        });
        part.picked(move |query| {
            query.text("doorstep.pooled_handoffs(").add(team);
            query.text(", ").add(filter.status);
            query.text(", ").add(filter.priority);
        })
    }));
    sources
}

/// The packages of the caller's scope, as far as his role shows them.
fn sources(caller: &Caller) -> Vec<Source<'_>> {
    let scope = caller.scope();
    match scope {
        Scope::All if caller.role() == Some(Role::Operations) => vec![Source::all(MASKED)],
        Scope::All => vec![Source::all(TABLE)],
        Scope::Own(person) => rep_sources(scope, person),
    }
}

/// How many packages there are of each status, as far as the caller sees them.
pub async fn count_by_status(caller: &Caller) -> Result<Tally, Error> {
    tally(&caller.read(), &sources(caller), "status").await
}

/// Claimed by him, others of his prospects, and the pool: each with an index.
fn rep_sources<'a>(scope: Scope<'a>, person: &'a Person) -> Vec<Source<'a>> {
    vec![
        Source::within(TABLE, |query| {
            query.text("claimed_by = ").add(person.id);
        }),
        Source::within(TABLE, move |query| {
            scope.prospect(query);
            query
                .text(" and claimed_by is distinct from ")
                .add(person.id);
        }),
        Source::all(POOL),
    ]
}

fn conditions(query: &mut Query, filter: &HandoffFilter) {
    query
        .equal("status", &filter.status)
        .equal("priority", &filter.priority)
        .equal("prospect_id", &filter.prospect_id)
        .equal("conversation_id", &filter.conversation_id)
        .equal("appointment_id", &filter.appointment_id)
        .equal("claimed_by", &filter.claimed_by);
}

/// One package, as a person of this role sees it.
pub async fn get(on: &impl Run, role: Option<Role>, id: Uuid) -> Result<Handoff, Error> {
    get_row(on, &relations(role), id).await
}

/// Makes a package by hand, under a key that the server gives: not everybody
/// who may make one reads the table.
pub async fn insert(
    on: &impl Run,
    role: Option<Role>,
    body: HandoffBody,
) -> Result<Handoff, Error> {
    let id = Uuid::new_v4();
    let mut columns = body.columns();
    columns.push(("id", Box::new(id)));
    on.run(Query::insert(TABLE, columns)).await?;
    get(on, role, id).await
}

/// Changes a package.
pub async fn update(
    caller: &Caller,
    id: Uuid,
    change: Change<HandoffBody>,
) -> Result<Handoff, Error> {
    let relations = relations(caller.role());
    update_seen_row(&caller.write(), &relations, id, change).await
}

/// Deletes a package.
pub async fn delete(on: &impl Run, id: Uuid) -> Result<(), Error> {
    delete_row(on, TABLE, id).await
}

/// The active package of an appointment.
pub async fn active_of_appointment(
    on: &impl Run,
    appointment: Uuid,
    now: Timestamp,
) -> Result<Option<Uuid>, Error> {
    let query = Query::new("select id from handoff_packages where appointment_id = ")
        .bind(appointment)
        .push(" and (status = 'claimed' or status = 'pending' and (expires_at is null or expires_at > ")
        .bind(now)
        .push("))");
    on.run(query).await?.value()
}

/// Ends a pending package of an appointment that nobody claimed in time, so
/// that it does not stand in for a new one.
pub async fn expire_overdue(on: &impl Run, appointment: Uuid, now: Timestamp) -> Result<(), Error> {
    let query = Query::new(
        "update handoff_packages set status = 'expired' \
         where status = 'pending' and appointment_id = ",
    )
    .bind(appointment)
    .push(" and expires_at <= ")
    .bind(now);
    on.run(query).await.map(drop)
}

/// The active package of a conversation without an appointment. A pending one
/// that nobody claimed in time ends here.
pub async fn active_of_conversation(
    on: &impl Run,
    conversation: Uuid,
    now: Timestamp,
) -> Result<Option<Uuid>, Error> {
    let overdue = Query::new(
        "update handoff_packages set status = 'expired' \
         where status = 'pending' and appointment_id is null and conversation_id = ",
    )
    .bind(conversation)
    .push(" and expires_at <= ")
    .bind(now);
    on.run(overdue).await?;
    let query = Query::new(
        "select id from handoff_packages \
         where status in ('pending', 'claimed') and appointment_id is null and conversation_id = ",
    )
    .bind(conversation);
    on.run(query).await?.value()
}

/// What a generated package hangs on.
pub struct Place {
    /// The key that it gets.
    pub id: Uuid,
    /// With whom.
    pub prospect_id: Uuid,
    /// The conversation that it goes on from.
    pub conversation_id: Uuid,
    /// The appointment that it is made from.
    pub appointment_id: Option<Uuid>,
    /// To whom it is offered before others.
    pub offered_to: Option<Uuid>,
    /// Who asked for it.
    pub created_by: Option<Uuid>,
}

/// Stores a generated package.
pub async fn store(
    on: &impl Run,
    place: Place,
    package: Package,
    now: Timestamp,
) -> Result<(), Error> {
    let mut columns: Vec<(&'static str, Parameter)> = vec![
        ("id", Box::new(place.id)),
        ("prospect_id", Box::new(place.prospect_id)),
        ("conversation_id", Box::new(place.conversation_id)),
        ("appointment_id", Box::new(place.appointment_id)),
        ("offered_to", Box::new(place.offered_to)),
        ("created_by", Box::new(place.created_by)),
    ];
    columns.extend(content(package, now));
    on.run(Query::insert(TABLE, columns)).await.map(drop)
}

/// Fills a package, made by hand a moment ago, with what was generated.
pub async fn fill(on: &impl Run, id: Uuid, package: Package, now: Timestamp) -> Result<(), Error> {
    let query = Query::update(TABLE, content(package, now))
        .push(" where id = ")
        .bind(id);
    on.run(query).await.map(drop)
}

fn content(package: Package, now: Timestamp) -> Vec<(&'static str, Parameter)> {
    let score = match package.qualification_score {
        serde_json::Value::Object(score) => score,
        _ => serde_json::Map::new(),
    };
    let follow_up = package.suggested_follow_up_channel;
    vec![
        ("timestamp", Box::new(now)),
        ("priority", Box::new(package.priority.as_str())),
        ("reason", Box::new(package.reason)),
        ("summary", Box::new(package.summary)),
        ("detected_needs", Box::new(package.detected_needs)),
        (
            "suggested_properties",
            Box::new(package.suggested_properties),
        ),
        (
            "suggested_property_ids",
            Box::new(package.suggested_property_ids),
        ),
        ("qualification_score", Box::new(JsonObject(score))),
        (
            "conversation_context",
            Box::new(package.conversation_context),
        ),
        ("next_steps", Box::new(package.next_steps)),
        ("source_channel", Box::new(package.source_channel.as_str())),
        (
            "suggested_follow_up_channel",
            Box::new(follow_up.map(super::facts::Channel::as_str)),
        ),
        ("claim_due_at", Box::new(package.claim_due_at)),
        ("expires_at", Box::new(package.expires_at)),
        ("model_version", Box::new(package.model_version)),
        ("inputs_hash", Box::new(package.inputs_hash)),
    ]
}

/// Claims a package for the caller.
pub async fn claim(on: &impl Run, id: Uuid, now: Timestamp) -> Result<(), Error> {
    let query = Query::new("select doorstep.claim_handoff(").bind(id);
    on.run(query.push(", ").bind(now).push(")")).await.map(drop)
}

/// Gives a package back.
pub async fn release(
    on: &impl Run,
    id: Uuid,
    reason: Option<String>,
    now: Timestamp,
) -> Result<(), Error> {
    let query = Query::new("select doorstep.release_handoff(").bind(id);
    let query = query.push(", ").bind(reason).push(", ").bind(now).push(")");
    on.run(query).await.map(drop)
}

/// Ends a package with what came of it.
pub async fn complete(
    on: &impl Run,
    id: Uuid,
    outcome: Option<&'static str>,
    notes: Option<String>,
    now: Timestamp,
) -> Result<(), Error> {
    let query = Query::new("select doorstep.complete_handoff(").bind(id);
    let query = query.push(", ").bind(outcome).push(", ").bind(notes);
    on.run(query.push(", ").bind(now).push(")")).await.map(drop)
}

/// Passes a package to somebody else.
pub async fn reassign(
    on: &impl Run,
    id: Uuid,
    person: Option<Uuid>,
    reason: Option<String>,
    now: Timestamp,
) -> Result<(), Error> {
    let query = Query::new("select doorstep.reassign_handoff(").bind(id);
    let query = query.push(", ").bind(person).push(", ").bind(reason);
    on.run(query.push(", ").bind(now).push(")")).await.map(drop)
}

/// Lets one transaction at a time make the package of a conversation.
pub async fn lock_conversation(on: &impl Run, conversation: Uuid) -> Result<(), Error> {
    let query = Query::new("select pg_advisory_xact_lock(hashtextextended(")
        .bind(format!("handoff:{conversation}"))
        .push(", 0))");
    on.run(query).await.map(drop)
}

/// The changes of a package, the oldest first; 500 at the most.
pub async fn history(on: &impl Run, id: Uuid) -> Result<Vec<HandoffChange>, Error> {
    let query = Query::new("select ")
        .push(HandoffChange::COLUMNS)
        .push(" from handoff_changes where handoff_id = ")
        .bind(id)
        .push(" order by created_at, id limit 500");
    on.run(query).await?.all()
}
