//! `/api/audit-log`.

use super::{
    sql,
    types::{AuditEntry, AuditFilter},
};
use crate::{auth::SignedIn, envelope::Page, error::Error, input::List};

/// Lists what was done.
pub async fn list(caller: SignedIn, list: List<AuditFilter>) -> Result<Page<AuditEntry>, Error> {
    sql::list(&caller.read(), &list).await
}
