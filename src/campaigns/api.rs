//! `/api/campaigns`.

use crate::{
    acts::{Acted, act},
    auth::SignedIn,
    envelope::{Gone, Made, One, Page},
    error::Error,
    idempotency::{Posted, once},
    input::{Ask, Change, Id, IfNoneMatch, List, New, Note},
};

use super::{
    dry_run::DryRun,
    rehearse::rehearse,
    sql::{self, Verb},
    types::{Campaign, CampaignBody, CampaignFilter, DryRunBody, ReasonBody},
};

/// Lists campaigns.
pub async fn list(caller: SignedIn, list: List<CampaignFilter>) -> Result<Page<Campaign>, Error> {
    sql::list(&caller.read(), &list).await
}

/// Reads one campaign.
pub async fn get(caller: SignedIn, id: Id, known: IfNoneMatch) -> Result<One<Campaign>, Error> {
    let campaign = sql::get(&caller.read(), id.0).await?;
    Ok(One::unless_known(campaign, &known))
}

/// Makes a campaign.
pub async fn create(caller: SignedIn, new: New<CampaignBody>) -> Result<Posted<Campaign>, Error> {
    once(&caller, new, |on, body| {
        Box::pin(async move { sql::insert(on, body).await.map(Made::new) })
    })
    .await
}

/// Changes a campaign.
pub async fn update(
    caller: SignedIn,
    id: Id,
    change: Change<CampaignBody>,
) -> Result<One<Campaign>, Error> {
    let campaign = sql::update(&caller.write(), id.0, change).await?;
    Ok(One::new(campaign))
}

/// Deletes a campaign that nothing points to.
pub async fn delete(caller: SignedIn, id: Id) -> Result<Gone, Error> {
    sql::delete(&caller.write(), id.0).await?;
    Ok(Gone)
}

/// Says whom a campaign would contact, when and on which channel, and why
/// others not. Writes nothing.
pub async fn dry_run(
    caller: SignedIn,
    id: Id,
    ask: Ask<DryRunBody>,
) -> Result<Acted<DryRun>, Error> {
    rehearse(&caller, id.0, ask).await.map(Acted)
}

async fn do_verb(
    caller: SignedIn,
    verb: Verb,
    id: Id,
    ask: Ask<ReasonBody>,
) -> Result<Acted<Campaign>, Error> {
    let now = caller.now();
    let reason = ask.body.reason.value().cloned().map(Note::into_string);
    act(&caller, ask.once, |tx| {
        let reason = reason.clone();
        Box::pin(async move { sql::act(tx, verb, id.0, reason, now).await })
    })
    .await
}

/// Starts a campaign: makes its one run and queues the people of its segment.
pub async fn start(
    caller: SignedIn,
    id: Id,
    ask: Ask<ReasonBody>,
) -> Result<Acted<Campaign>, Error> {
    do_verb(caller, Verb::Start, id, ask).await
}

/// Pauses an active campaign and its run.
pub async fn pause(
    caller: SignedIn,
    id: Id,
    ask: Ask<ReasonBody>,
) -> Result<Acted<Campaign>, Error> {
    do_verb(caller, Verb::Pause, id, ask).await
}

/// Lets a paused campaign and its run go on.
pub async fn resume(
    caller: SignedIn,
    id: Id,
    ask: Ask<ReasonBody>,
) -> Result<Acted<Campaign>, Error> {
    do_verb(caller, Verb::Resume, id, ask).await
}

/// Completes an active campaign; who still waits is contacted no more.
pub async fn stop(
    caller: SignedIn,
    id: Id,
    ask: Ask<ReasonBody>,
) -> Result<Acted<Campaign>, Error> {
    do_verb(caller, Verb::Stop, id, ask).await
}
