//! `/api/prospects`.

use crate::{
    auth::SignedIn,
    db::again,
    envelope::{Gone, Made, One, Page},
    error::{Error, Problem},
    idempotency::{Begun, Posted, begin, finish, once},
    input::{Change, Field, Id, IfNoneMatch, Line, List, New},
};

use super::{
    acts::{AssignBody, MergeBody, ReleaseBody},
    sql,
    types::{Prospect, ProspectBody, ProspectFilter},
};

pub use super::history::api::list as history;

/// The code of a phone or e-mail that somebody has.
const DUPLICATE: &str = "prospect_duplicate";

/// Lists prospects.
pub async fn list(caller: SignedIn, list: List<ProspectFilter>) -> Result<Page<Prospect>, Error> {
    sql::list(&caller.read(), caller.person(), &list).await
}

/// Reads one prospect.
pub async fn get(caller: SignedIn, id: Id, known: IfNoneMatch) -> Result<One<Prospect>, Error> {
    let prospect = sql::get(&caller.read(), caller.person(), id.0).await?;
    Ok(One::unless_known(prospect, &known))
}

/// Enters a prospect.
pub async fn create(caller: SignedIn, new: New<ProspectBody>) -> Result<Posted<Prospect>, Error> {
    let text = |field: &Field<Line>| field.value().map_or("", Line::as_str).to_owned();
    let (phone, email) = (text(&new.body.phone), text(&new.body.email));
    let made = once(&caller, new, |on, body| {
        Box::pin(async move { sql::insert(on, body).await.map(Made::new) })
    })
    .await;
    match made {
        Err(error) if error.code() == DUPLICATE => {
            // Named for whoever sees him; for anybody else there is nobody.
            match sql::holder(&caller.read(), &phone, &email).await? {
                Some(id) => Err(error.detail(Problem::worded("existing_id", id.to_string()))),
                None => Err(error),
            }
        }
        other => other,
    }
}

/// Makes one of two prospects that are one person. Everything that hangs on the
/// other follows, and the strictest consent holds. A rep only proposes it.
pub async fn merge(
    caller: SignedIn,
    id: Id,
    new: New<MergeBody>,
) -> Result<Posted<Prospect>, Error> {
    let (pair, once) = (new.body.of(id.0), new.once.as_ref());
    again(|| async {
        match begin(&caller, once).await? {
            Begun::Replay(stored) => Ok(Posted::Replayed(stored)),
            Begun::Go(tx) => {
                let kept = sql::merge(&tx, caller.person(), pair, caller.now()).await?;
                finish(tx, &caller, once, Made::existing(kept)).await
            }
        }
    })
    .await
}

/// Changes a prospect.
pub async fn update(
    caller: SignedIn,
    id: Id,
    change: Change<ProspectBody>,
) -> Result<One<Prospect>, Error> {
    sql::update(&caller.write(), caller.person(), id.0, change)
        .await
        .map(One::new)
}

/// Deletes a prospect that nothing points to.
pub async fn delete(caller: SignedIn, id: Id) -> Result<Gone, Error> {
    sql::delete(&caller.write(), caller.person(), id.0)
        .await
        .map(|()| Gone)
}

/// Gives a prospect back to the pool of its team.
pub async fn release(
    caller: SignedIn,
    id: Id,
    new: New<ReleaseBody>,
) -> Result<Posted<Prospect>, Error> {
    let once = new.once.as_ref();
    again(|| async {
        match begin(&caller, once).await? {
            Begun::Replay(stored) => Ok(Posted::Replayed(stored)),
            Begun::Go(tx) => {
                let prospect = sql::release(&tx, caller.person(), id.0).await?;
                finish(tx, &caller, once, Made::existing(prospect)).await
            }
        }
    })
    .await
}

/// Gives a prospect to a person in sales.
pub async fn assign(
    caller: SignedIn,
    id: Id,
    new: New<AssignBody>,
) -> Result<Posted<Prospect>, Error> {
    let to = new.body.user_id.value().copied();
    let to = to.ok_or_else(|| Error::internal("user_id is required"))?;
    let once = new.once.as_ref();
    again(|| async {
        match begin(&caller, once).await? {
            Begun::Replay(stored) => Ok(Posted::Replayed(stored)),
            Begun::Go(tx) => {
                let prospect = sql::assign(&tx, caller.person(), id.0, to).await?;
                finish(tx, &caller, once, Made::existing(prospect)).await
            }
        }
    })
    .await
}
