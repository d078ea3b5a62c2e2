//! `/api/prospects/{id}/history`.

use super::{sql, types::StatusChange};
use crate::{
    auth::SignedIn,
    envelope::Page,
    error::Error,
    input::{Id, Unasked},
    prospects,
};

/// Lists the steps of one prospect, newest first; the newest 500.
pub async fn list(caller: SignedIn, id: Id, _: Unasked) -> Result<Page<StatusChange>, Error> {
    prospects::seen(&caller.read(), caller.person(), id.0).await?;
    Ok(Page {
        data: sql::list(&caller.read(), id.0).await?,
        total: None,
        next_cursor: None,
    })
}
