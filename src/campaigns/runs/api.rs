//! `/api/campaign-runs`.

use crate::{
    auth::SignedIn,
    envelope::{One, Page},
    error::Error,
    input::{Id, IfNoneMatch, List},
};

use super::{
    sql,
    types::{CampaignRun, CampaignRunFilter},
};

/// Lists runs.
pub async fn list(
    caller: SignedIn,
    list: List<CampaignRunFilter>,
) -> Result<Page<CampaignRun>, Error> {
    sql::list(&caller.read(), &list).await
}

/// Reads one run.
pub async fn get(caller: SignedIn, id: Id, known: IfNoneMatch) -> Result<One<CampaignRun>, Error> {
    let run = sql::get(&caller.read(), id.0).await?;
    Ok(One::unless_known(run, &known))
}
