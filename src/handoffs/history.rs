//! What happened to a package: who had it, who has it, who did it, why, when.

use jiff::Timestamp;
use uuid::Uuid;

use super::sql;
use crate::{
    auth::SignedIn,
    envelope::Page,
    error::Error,
    input::{Id, Unasked},
    record,
};

record! {
    /// One change of a package.
    pub struct HandoffChange {
        /// Its key.
        pub id: Uuid,
        /// The package.
        pub handoff_id: Uuid,
        /// Where it stood; nothing when it was made.
        pub from_status: Option<String>,
        /// Where it stands since.
        pub to_status: String,
        /// Who had it.
        pub from_user: Option<Uuid>,
        /// Who has it since.
        pub to_user: Option<Uuid>,
        /// To whom it was offered.
        pub offered_from: Option<Uuid>,
        /// To whom it is offered since.
        pub offered_to: Option<Uuid>,
        /// Who did it; nobody where the program did.
        pub actor: Option<Uuid>,
        /// Why.
        pub reason: Option<String>,
        /// When.
        pub created_at: Timestamp,
    }
}

/// The changes of a package, the oldest first.
///
/// # Errors
/// 404 for a package that the caller does not see.
pub async fn list(caller: SignedIn, id: Id, _: Unasked) -> Result<Page<HandoffChange>, Error> {
    sql::get(&caller.read(), caller.role(), id.0).await?;
    Ok(Page {
        data: sql::history(&caller.read(), id.0).await?,
        total: None,
        next_cursor: None,
    })
}
