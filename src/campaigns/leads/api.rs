//! `/api/queued-leads`.

use crate::{
    auth::SignedIn,
    envelope::{One, Page},
    error::Error,
    input::{Id, IfNoneMatch, List},
};

use super::{
    sql,
    types::{QueuedLead, QueuedLeadFilter},
};

/// Lists queued leads.
pub async fn list(
    caller: SignedIn,
    list: List<QueuedLeadFilter>,
) -> Result<Page<QueuedLead>, Error> {
    sql::list(&caller.read(), caller.person(), &list).await
}

/// Reads one queued lead.
pub async fn get(caller: SignedIn, id: Id, known: IfNoneMatch) -> Result<One<QueuedLead>, Error> {
    let lead = sql::get(&caller.read(), caller.person(), id.0).await?;
    Ok(One::unless_known(lead, &known))
}
