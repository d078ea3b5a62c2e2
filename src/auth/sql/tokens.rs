//! The statements that name `auth.refresh_tokens`.

use jiff::Timestamp;
use uuid::Uuid;

use crate::{
    db::{Query, Run},
    error::Error,
};

/// A session row, locked.
pub struct Family {
    /// The session.
    pub session: Uuid,
    /// Whose it is.
    pub user: Uuid,
    /// When it ends.
    pub not_after: Option<Timestamp>,
}

/// The tokens that decide: the one that was sent and the active one.
pub struct Token {
    /// The token.
    pub token: String,
    /// The one that was used to make it.
    pub parent: Option<String>,
    /// Whether it was used, or its session ended.
    pub revoked: bool,
    /// When it was used, or else made.
    pub used_at: Timestamp,
}

/// Finds the session of a token and locks its row, so that the tokens of a
/// family change one after the other.
pub async fn lock(on: &impl Run, token: &str) -> Result<Option<Family>, Error> {
    let query = Query::new(
        "select id, user_id, not_after from auth.sessions where id = \
         (select session_id from auth.refresh_tokens where token = ",
    )
    .bind(token.to_owned())
    .push(") for update");
    let rows = on.run(query).await?;
    let Some(row) = rows.first() else {
        return Ok(None);
    };
    Ok(Some(Family {
        session: row.try_get(0).map_err(Error::internal)?,
        user: row.try_get(1).map_err(Error::internal)?,
        not_after: row.try_get(2).map_err(Error::internal)?,
    }))
}

/// The token that was sent, and the active one. Read after the lock.
pub async fn read(on: &impl Run, family: &Family, token: &str) -> Result<Vec<Token>, Error> {
    let query = Query::new(
        "select token, nullif(parent, ''), coalesce(revoked, false), \
         coalesce(updated_at, created_at, 'epoch') from auth.refresh_tokens where session_id = ",
    )
    .bind(family.session)
    .push(" and (token = ")
    .bind(token.to_owned())
    .push(" or revoked is not true) order by id desc");
    let rows = on.run(query).await?;
    rows.iter()
        .map(|row| {
            Ok(Token {
                token: row.try_get(0).map_err(Error::internal)?,
                parent: row.try_get(1).map_err(Error::internal)?,
                revoked: row.try_get(2).map_err(Error::internal)?,
                used_at: row.try_get(3).map_err(Error::internal)?,
            })
        })
        .collect()
}

/// Revokes the active token and stores the next.
pub fn replace(family: &Family, token: &str, next: &str, now: Timestamp) -> Vec<Query> {
    let session = Query::new("update auth.sessions set refreshed_at = (")
        .bind(now)
        .push("::timestamptz at time zone 'UTC'), updated_at = ")
        .bind(now)
        .push(" where id = ")
        .bind(family.session);
    vec![
        revoke(family, now),
        insert(family.session, family.user, next, Some(token), now),
        session,
    ]
}

/// Revokes what is active and ends the session; its rows stay, so that every
/// further replay is known as one.
pub fn end(family: &Family, now: Timestamp) -> Vec<Query> {
    let session = Query::new("update auth.sessions set not_after = ")
        .bind(now)
        .push(", updated_at = ")
        .bind(now)
        .push(" where id = ")
        .bind(family.session);
    vec![revoke(family, now), session]
}

fn revoke(family: &Family, now: Timestamp) -> Query {
    Query::new("update auth.refresh_tokens set revoked = true, updated_at = ")
        .bind(now)
        .push(" where revoked is not true and session_id = ")
        .bind(family.session)
}

/// Stores a session's token.
pub fn insert(
    session: Uuid,
    user: Uuid,
    token: &str,
    parent: Option<&str>,
    now: Timestamp,
) -> Query {
    Query::new(
        "insert into auth.refresh_tokens (instance_id, revoked, session_id, user_id, token, \
         parent, created_at, updated_at) \
         values ('00000000-0000-0000-0000-000000000000', false, ",
    )
    .bind(session)
    .push(", ")
    .bind(user.to_string())
    .push(", ")
    .bind(token.to_owned())
    .push(", ")
    .bind(parent.map(str::to_owned))
    .push(", ")
    .bind(now)
    .push(", ")
    .bind(now)
    .push(")")
}
