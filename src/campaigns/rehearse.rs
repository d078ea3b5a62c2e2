//! Carries a dry run out: who is in the segment is asked as the caller, what is
//! known of them as the program itself.

use uuid::Uuid;

use super::{
    dry_run::{DryRun, Plan, rules},
    sql,
    types::DryRunBody,
};
use crate::{
    auth::Caller,
    compliance::contactability::{Judge, people, policies},
    db::SystemReason,
    envelope::Made,
    error::Error,
    idempotency::{Begun, Posted, begin, finish},
    input::Ask,
};

/// People who are read at once.
const BATCH: usize = 2_000;
/// People on a page where nothing is said, and at the most.
const PAGE: (usize, usize) = (100, 500);

/// Says what a campaign would do at a moment.
///
/// # Errors
/// 404 for a campaign that the caller does not see, 403 where he plans none.
pub async fn rehearse(
    caller: &Caller,
    id: Uuid,
    ask: Ask<DryRunBody>,
) -> Result<Posted<DryRun>, Error> {
    let mut tx = match begin(caller, ask.once.as_ref()).await? {
        Begun::Replay(stored) => return Ok(Posted::Replayed(stored)),
        Begun::Go(tx) => tx,
    };
    let at = ask.body.at.value().copied().unwrap_or(caller.now());
    let limit = ask.body.limit.value().map_or(PAGE.0, |limit| {
        usize::try_from(*limit).map_or(PAGE.0, |limit| limit.min(PAGE.1))
    });
    let mut segment = sql::segment(&tx, id).await?;
    segment.sort_unstable();
    let campaign = sql::get(&tx, id).await?;
    tx.go_on_as(SystemReason::Work).await?;
    // Before it begins nobody is contacted.
    let from = campaign.starts_at.map_or(at, |start| start.max(at));
    let judge = Judge::new(policies(&tx).await?, Some(rules(&campaign)), from);
    let after = ask.body.cursor.value().copied();
    let mut plan = Plan::new(campaign, judge, at, after, limit);
    for batch in segment.chunks(BATCH) {
        let batch = people(&tx, batch.to_vec(), Some(id), from).await?;
        batch.iter().for_each(|person| plan.add(person));
    }
    tx.go_on_as_caller().await?;
    finish(tx, caller, ask.once.as_ref(), Made::existing(plan.finish())).await
}
