//! Makes packages as they would have been made at an earlier moment, for the
//! demo's past.

use jiff::Timestamp;
use uuid::Uuid;

use super::{generate, inputs, sql};
use crate::{appointments, db::Tx, error::Error};

/// A package of the past.
#[derive(Clone, Copy, Debug)]
pub struct Earlier {
    /// The key that it gets.
    pub id: Uuid,
    /// With whom.
    pub prospect_id: Uuid,
    /// The conversation that it goes on from.
    pub conversation_id: Uuid,
    /// The appointment that it is about.
    pub appointment_id: Option<Uuid>,
    /// When it would have been made.
    pub at: Timestamp,
}

/// Makes the package as the program itself, unless the prospect is one of whom
/// none is made. Nobody else may be at work on the same rows.
///
/// # Errors
/// Whatever the database says.
pub async fn make(tx: &Tx, package: Earlier) -> Result<(), Error> {
    let appointment = match package.appointment_id {
        Some(id) => Some(appointments::lock(tx, id).await?),
        None => None,
    };
    let about = inputs::About {
        prospect_id: package.prospect_id,
        conversation_id: package.conversation_id,
        appointment,
        offered_to: None,
        requested_reason: None,
        now: package.at,
    };
    let Ok(made) = generate::generate(&inputs::gather(tx, about).await?) else {
        return Ok(());
    };
    let place = sql::Place {
        id: package.id,
        prospect_id: package.prospect_id,
        conversation_id: package.conversation_id,
        appointment_id: package.appointment_id,
        offered_to: None,
        created_by: None,
    };
    sql::store(tx, place, made, package.at).await
}
