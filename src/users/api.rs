//! `/api/users`.

use crate::{
    auth::SignedIn,
    envelope::{One, Page},
    error::Error,
    input::{Change, Id, IfNoneMatch, List},
};

use super::{
    sql,
    types::{User, UserBody, UserFilter},
};

/// Seconds that a browser keeps its own person, as existing clients do.
const KEPT: u32 = 5;

/// Lists people.
pub async fn list(caller: SignedIn, list: List<UserFilter>) -> Result<Page<User>, Error> {
    sql::list(&caller.read(), caller.person(), &list).await
}

/// Reads the caller's own row.
pub async fn me(caller: SignedIn, known: IfNoneMatch) -> Result<One<User>, Error> {
    let id = caller.user_id().ok_or_else(Error::not_found)?;
    let user = sql::get(&caller.read(), None, id).await?;
    Ok(One::unless_known(user, &known).kept_for(KEPT))
}

/// Reads one person.
pub async fn get(caller: SignedIn, id: Id, known: IfNoneMatch) -> Result<One<User>, Error> {
    let user = sql::get(&caller.read(), caller.person(), id.0).await?;
    Ok(One::unless_known(user, &known))
}

/// Changes a person: oneself, or another as far as one's role goes.
pub async fn update(
    caller: SignedIn,
    id: Id,
    change: Change<UserBody>,
) -> Result<One<User>, Error> {
    let user = sql::update(&caller.write(), caller.person(), id.0, change).await?;
    caller.app().people().forget();
    Ok(One::new(user))
}
