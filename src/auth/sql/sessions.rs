//! The statements that name `auth.sessions` and `auth.mfa_amr_claims`.

use jiff::Timestamp;
use uuid::Uuid;

use crate::{
    auth::v1::types::Amr,
    db::{Query, Run},
    error::Error,
};

/// Opens a session; the trigger on the table makes it live.
pub fn insert(id: Uuid, user: Uuid, address: &str, agent: Option<String>, now: Timestamp) -> Query {
    Query::new(
        "insert into auth.sessions (aal, id, user_id, ip, user_agent, created_at, updated_at) \
         values ('aal1', ",
    )
    .bind(id)
    .push(", ")
    .bind(user)
    .push(", ")
    .bind(address.to_owned())
    .push("::text::inet, ")
    .bind(agent)
    .push(", ")
    .bind(now)
    .push(", ")
    .bind(now)
    .push(")")
}

/// Notes by which method a session was signed in.
pub fn insert_amr(session: Uuid, method: &'static str, now: Timestamp) -> Query {
    Query::new(
        "insert into auth.mfa_amr_claims (session_id, authentication_method, created_at, \
         updated_at) values (",
    )
    .bind(session)
    .push(", ")
    .bind(method)
    .push(", ")
    .bind(now)
    .push(", ")
    .bind(now)
    .push(")")
}

/// By which methods a session was signed in, newest first, and its level.
pub async fn amr(on: &impl Run, session: Uuid) -> Result<Vec<Amr>, Error> {
    let query = Query::new(
        "select authentication_method, updated_at from auth.mfa_amr_claims where session_id = ",
    )
    .bind(session)
    .push(" order by updated_at desc, authentication_method");
    let rows = on.run(query).await?;
    rows.iter()
        .map(|row| {
            let at: Timestamp = row.try_get(1).map_err(Error::internal)?;
            Ok(Amr {
                method: row.try_get(0).map_err(Error::internal)?,
                timestamp: at.as_second(),
            })
        })
        .collect()
}

/// Ends sessions: the triggers on the table make it act at once.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Ended {
    /// This one.
    Local(Uuid),
    /// All of a person's but this one.
    Others(Uuid),
    /// All of a person's.
    Global,
}

/// See [`Ended`].
pub fn end(user: Uuid, which: Ended) -> Query {
    let query = Query::new("delete from auth.sessions where user_id = ").bind(user);
    match which {
        Ended::Local(session) => query.push(" and id = ").bind(session),
        Ended::Others(session) => query.push(" and id <> ").bind(session),
        Ended::Global => query,
    }
}

/// Ends the session that a refresh token belongs to, whatever became of the
/// token.
pub fn end_of_token(token: &str) -> Query {
    Query::new(
        "delete from auth.sessions where id = \
         (select session_id from auth.refresh_tokens where token = ",
    )
    .bind(token.to_owned())
    .push(")")
}
