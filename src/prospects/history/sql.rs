//! The statement that names the table `prospect_status_changes`.

use uuid::Uuid;

use super::types::StatusChange;
use crate::{
    db::{Query, Record as _, Rows as _, Run},
    error::Error,
};

/// The steps of a prospect and of those that were merged into him, newest
/// first, as far as the caller sees them.
pub async fn list(on: &impl Run, prospect: Uuid) -> Result<Vec<StatusChange>, Error> {
    let query = Query::new("select ")
        .push(StatusChange::COLUMNS)
        .push(" from prospect_status_changes where prospect_id = ")
        .bind(prospect)
        .push(" or prospect_id in (select id from prospects where merged_into_id = ")
        .bind(prospect)
        .push(") order by created_at desc, id limit 500");
    on.run(query).await?.all()
}
