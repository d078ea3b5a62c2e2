//! `/api/campaigns`.

use crate::{
    auth::SignedIn,
    envelope::{Gone, Made, One, Page},
    error::Error,
    idempotency::{Posted, once},
    input::{Change, Id, IfNoneMatch, List, New},
};

use super::{
    sql,
    types::{Campaign, CampaignBody, CampaignFilter},
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
