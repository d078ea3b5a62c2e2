//! The jobs of routing: one thing, what waits, and the work of whoever left.

use jiff::Timestamp;
use uuid::Uuid;

use super::{
    assign::assign,
    gather::Thing,
    sql::waiting::{drain, reroute},
    types::Entity,
};
use crate::{db::Tx, error::Error};

/// Does a job of routing in the transaction `tx` of the program itself.
///
/// # Errors
/// Whatever the database says; the job is tried again.
pub async fn work(tx: &Tx, kind: &str, key: Uuid, now: Timestamp) -> Result<(), Error> {
    let thing = |entity| Thing { entity, id: key };
    match kind {
        "route_prospect" => assign(tx, thing(Entity::Prospect), now).await,
        "route_handoff" => assign(tx, thing(Entity::Handoff), now).await,
        "reroute_person" => reroute(tx, key).await,
        "drain" => drain(tx, key).await,
        _ => Err(Error::internal("a job of an unknown kind")),
    }
}
