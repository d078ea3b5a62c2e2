//! `/api/prospects/{id}/contactability`.

use axum::Json;

use super::{Contactability, Judge, people, policies};
use crate::{
    auth::SignedIn,
    db::{Identity, SystemReason},
    error::Error,
    input::{Id, Unasked},
    prospects,
};

/// Says for each channel whether the person may be contacted now, and if not
/// why.
pub async fn get(caller: SignedIn, id: Id, _: Unasked) -> Result<Json<Contactability>, Error> {
    prospects::seen(&caller.read(), caller.person(), id.0).await?;
    let (worker, now) = (Identity::system(SystemReason::Work), caller.now());
    let on = caller.app().db().read(&worker);
    let found = people(&on, vec![id.0], None, now).await?;
    let person = found.first().ok_or_else(Error::not_found)?;
    let mut judge = Judge::new(policies(&on).await?, None, now);
    Ok(Json(Contactability::of(person, &mut judge, now)))
}
