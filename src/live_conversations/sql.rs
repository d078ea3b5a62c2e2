//! The statements that name the table `live_conversations`.

use jiff::Timestamp;
use uuid::Uuid;

use super::types::{LiveConversation, LiveConversationFilter};
use crate::{
    auth::{Caller, Scope},
    conversations::Outcome,
    db::{Key, Listing, Order, Query, Record, Rows as _, Run, Source, get_row},
    envelope::Page,
    error::Error,
    input::List,
    transcript_messages::{TranscriptMessage, Visibility},
    users::Role,
};

const TABLE: &str = "live_conversations";
/// All but what the agent thinks of the prospect.
const STATE: &str = "live_conversations_state";

fn relation(role: Option<Role>) -> &'static str {
    match role {
        Some(Role::Operations) => STATE,
        _ => TABLE,
    }
}

/// One page of the live conversations that the caller sees.
pub async fn list(
    caller: &Caller,
    list: &List<LiveConversationFilter>,
) -> Result<Page<LiveConversation>, Error> {
    let filter = &list.filter;
    let sources = sources(caller.scope(), relation(caller.role()));
    Listing::of(
        list,
        sources,
        || {
            Order(vec![
                Key::descending("started_at", "timestamptz"),
                Key::ascending("id", "uuid"),
            ])
        },
        move |query| conditions(query, filter),
    )
    .page(&caller.read())
    .await
}

/// Those of the scope's prospects, and those that its people control.
fn sources<'a>(scope: Scope<'a>, relation: &'static str) -> Vec<Source<'a>> {
    let Some(people) = scope.people() else {
        return vec![Source::all(relation)];
    };
    vec![
        Source::within(relation, move |query| scope.prospect(query)),
        Source::within(relation, move |query| {
            query.text("controller_user_id = any (").add(people.clone());
            query.text(") and not ");
            scope.prospect(query);
        }),
    ]
}

fn conditions(query: &mut Query, filter: &LiveConversationFilter) {
    query
        .equal("prospect_id", &filter.prospect_id)
        .equal("conversation_id", &filter.conversation_id)
        .equal("channel", &filter.channel)
        .equal("status", &filter.status)
        .equal("state", &filter.state)
        .equal("controller", &filter.controller)
        .equal("controller_user_id", &filter.controller_user_id);
}

/// One live conversation.
pub async fn get(caller: &Caller, id: Uuid) -> Result<LiveConversation, Error> {
    get_row(&caller.read(), &[relation(caller.role())], id).await
}

/// The row that a verb answers, which may be out of the caller's sight by then.
async fn answered<R: Record>(on: &impl Run, query: Query) -> Result<R, Error> {
    on.run(query).await?.one()?.ok_or_else(Error::not_found)
}

fn verb<R: Record>(function: &'static str, id: Uuid, epoch: Option<i64>) -> Query {
    Query::new("select ")
        .push(R::COLUMNS)
        .push(" from doorstep.")
        .push(function)
        .push("(")
        .bind(id)
        .push(", ")
        .bind(epoch)
        .push(", ")
}

/// Gives control to the caller.
pub async fn take_over(
    on: &impl Run,
    id: Uuid,
    epoch: Option<i64>,
    now: Timestamp,
) -> Result<LiveConversation, Error> {
    let query = verb::<LiveConversation>("take_over_live", id, epoch);
    answered(on, query.bind(now).push(")")).await
}

/// Gives control back to the agent.
pub async fn give_back(
    on: &impl Run,
    id: Uuid,
    epoch: Option<i64>,
    reason: Option<String>,
    now: Timestamp,
) -> Result<LiveConversation, Error> {
    let query = verb::<LiveConversation>("return_live", id, epoch).bind(reason);
    answered(on, query.push(", ").bind(now).push(")")).await
}

/// Gives control to somebody else.
pub async fn transfer(
    on: &impl Run,
    id: Uuid,
    epoch: Option<i64>,
    person: Option<Uuid>,
    now: Timestamp,
) -> Result<LiveConversation, Error> {
    let query = verb::<LiveConversation>("transfer_live", id, epoch).bind(person);
    answered(on, query.push(", ").bind(now).push(")")).await
}

/// Says something as the caller.
pub async fn say(
    on: &impl Run,
    id: Uuid,
    epoch: Option<i64>,
    message: String,
    visibility: Visibility,
    now: Timestamp,
) -> Result<TranscriptMessage, Error> {
    let query = verb::<TranscriptMessage>("speak_live", id, epoch)
        .bind(message)
        .push(", ")
        .bind(visibility.word());
    answered(on, query.push(", ").bind(now).push(")")).await
}

/// Ends a live conversation with what came of it.
pub async fn end(
    on: &impl Run,
    id: Uuid,
    epoch: Option<i64>,
    outcome: Option<Outcome>,
    now: Timestamp,
) -> Result<LiveConversation, Error> {
    let query = verb::<LiveConversation>("end_live", id, epoch).bind(outcome.map(Outcome::word));
    answered(on, query.push(", ").bind(now).push(")")).await
}
