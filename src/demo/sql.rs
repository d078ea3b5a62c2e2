//! The statements that fill a new installation.

use crate::{
    db::{Db, Identity, Query, Run as _, SystemReason},
    error::Error,
};

const HOMES: &str = include_str!("homes.sql");
const PROSPECTS: &str = include_str!("prospects.sql");

/// Makes a person the leader of the teams he is in.
pub(super) async fn lead(db: &Db, email: &str) -> Result<(), Error> {
    let query = Query::new(
        "update team_members set is_lead = true where not is_lead \
         and user_id = (select id from users where email = ",
    )
    .bind(email.to_owned())
    .push(")");
    let identity = Identity::system(SystemReason::Administration);
    db.write(&identity).run(query).await.map(drop)
}

/// Homes and prospects, each where there are none yet; half of the prospects
/// are `rep`'s.
pub(super) async fn fill(db: &Db, rep: &str) -> Result<(), Error> {
    let identity = Identity::system(SystemReason::Administration);
    db.write(&identity).run(Query::new(HOMES)).await?;
    let prospects = Query::new("with rep as (select id from users where email = ")
        .bind(rep.to_owned())
        .push(") ")
        .push(PROSPECTS);
    db.write(&identity).run(prospects).await.map(drop)
}
