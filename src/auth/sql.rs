//! The statements that name the tables of the schema `auth`.
//!
//! All of them run as `doorstep_auth`, the only role that may.

pub mod sessions;
pub mod tokens;

use jiff::Timestamp;
use serde_json::Value;
use tokio_postgres::Row;
use uuid::Uuid;

use super::v1::types::{Identity, Object, User};
use crate::{
    db::{Query, Rows as _, Run},
    error::Error,
};

/// A person with what his client does not see.
#[derive(Clone, Debug)]
pub struct Account {
    /// What his client sees.
    pub user: User,
    /// The hash of his password, if he has one.
    pub password: Option<String>,
    /// Whether he was deactivated here.
    pub deactivated: bool,
    /// The session that was asked for, while it lives.
    pub session: Option<Uuid>,
}

impl Account {
    /// Whether he must not sign in at `now`.
    pub fn is_banned(&self, now: Timestamp) -> bool {
        self.deactivated || self.user.banned_until.is_some_and(|until| until > now)
    }
}

const ACCOUNT: &str = "select u.id, coalesce(u.aud, '') as aud, coalesce(u.role, '') as role, \
    coalesce(u.email, '') as email, u.email_confirmed_at, u.invited_at, \
    coalesce(u.phone, '') as phone, u.phone_confirmed_at, u.confirmation_sent_at, u.confirmed_at, \
    u.recovery_sent_at, nullif(u.email_change, '') as new_email, u.email_change_sent_at, \
    nullif(u.phone_change, '') as new_phone, u.phone_change_sent_at, u.reauthentication_sent_at, \
    u.last_sign_in_at, u.raw_app_meta_data, u.raw_user_meta_data, u.created_at, u.updated_at, \
    u.banned_until, u.is_anonymous, u.encrypted_password, \
    p.deactivated_at is not null as deactivated, s.id as session_id, \
    i.id as i_id, i.provider_id as i_provider_id, i.identity_data as i_data, \
    i.provider as i_provider, i.last_sign_in_at as i_last, i.created_at as i_created, \
    i.updated_at as i_updated, i.email as i_email \
    from auth.users u \
    left join public.users p on p.id = u.id \
    left join auth.identities i on i.user_id = u.id \
    left join auth.sessions s on s.user_id = u.id and s.id = ";

fn account(session: Option<Uuid>, now: Timestamp) -> Query {
    Query::new(ACCOUNT)
        .bind(session)
        .push(" and (s.not_after is null or s.not_after > ")
        .bind(now)
        .push(") where u.deleted_at is null ")
}

/// A person by his key, with the session if it is his and lives.
pub async fn account_by_id(
    on: &impl Run,
    id: Uuid,
    session: Option<Uuid>,
    now: Timestamp,
) -> Result<Option<Account>, Error> {
    let query = account(session, now)
        .push("and u.id = ")
        .bind(id)
        .push(" order by i.created_at");
    read_account(&on.run(query).await?)
}

/// A person by his address, in lower case.
pub async fn account_by_email(
    on: &impl Run,
    email: &str,
    now: Timestamp,
) -> Result<Option<Account>, Error> {
    let query = account(None, now)
        .push("and not u.is_sso_user and lower(u.email) = ")
        .bind(email.to_owned())
        .push(" order by u.created_at, u.id, i.created_at");
    read_account(&on.run(query).await?)
}

fn read_account(rows: &[Row]) -> Result<Option<Account>, Error> {
    let Some(row) = rows.first() else {
        return Ok(None);
    };
    let user = read_user(row, rows).map_err(Error::internal)?;
    Ok(Some(Account {
        user,
        password: row.try_get("encrypted_password").map_err(Error::internal)?,
        deactivated: row.try_get("deactivated").map_err(Error::internal)?,
        session: row.try_get("session_id").map_err(Error::internal)?,
    }))
}

fn read_user(row: &Row, rows: &[Row]) -> Result<User, tokio_postgres::Error> {
    let id: Uuid = row.try_get("id")?;
    let mut identities = Vec::new();
    for row in rows {
        if row.try_get::<_, Uuid>("id")? == id {
            identities.extend(read_identity(row, id)?);
        }
    }
    Ok(User {
        id,
        aud: row.try_get("aud")?,
        role: row.try_get("role")?,
        email: row.try_get("email")?,
        email_confirmed_at: row.try_get("email_confirmed_at")?,
        invited_at: row.try_get("invited_at")?,
        phone: row.try_get("phone")?,
        phone_confirmed_at: row.try_get("phone_confirmed_at")?,
        confirmation_sent_at: row.try_get("confirmation_sent_at")?,
        confirmed_at: row.try_get("confirmed_at")?,
        recovery_sent_at: row.try_get("recovery_sent_at")?,
        new_email: row.try_get("new_email")?,
        email_change_sent_at: row.try_get("email_change_sent_at")?,
        new_phone: row.try_get("new_phone")?,
        phone_change_sent_at: row.try_get("phone_change_sent_at")?,
        reauthentication_sent_at: row.try_get("reauthentication_sent_at")?,
        last_sign_in_at: row.try_get("last_sign_in_at")?,
        app_metadata: object(row, "raw_app_meta_data")?,
        user_metadata: object(row, "raw_user_meta_data")?,
        identities,
        created_at: moment(row, "created_at")?,
        updated_at: moment(row, "updated_at")?,
        banned_until: row.try_get("banned_until")?,
        is_anonymous: row.try_get("is_anonymous")?,
    })
}

fn read_identity(row: &Row, user_id: Uuid) -> Result<Option<Identity>, tokio_postgres::Error> {
    let Some(identity_id) = row.try_get("i_id")? else {
        return Ok(None);
    };
    Ok(Some(Identity {
        identity_id,
        id: row.try_get("i_provider_id")?,
        user_id,
        identity_data: object(row, "i_data")?,
        provider: row.try_get("i_provider")?,
        last_sign_in_at: row.try_get("i_last")?,
        created_at: moment(row, "i_created")?,
        updated_at: moment(row, "i_updated")?,
        email: row.try_get("i_email")?,
    }))
}

/// What is not an object (an import may hold anything) counts as an empty one.
fn object(row: &Row, column: &str) -> Result<Object, tokio_postgres::Error> {
    Ok(match row.try_get::<_, Option<Value>>(column)? {
        Some(Value::Object(object)) => object,
        _ => Object::new(),
    })
}

fn moment(row: &Row, column: &str) -> Result<Timestamp, tokio_postgres::Error> {
    let moment: Option<Timestamp> = row.try_get(column)?;
    Ok(moment.unwrap_or(Timestamp::UNIX_EPOCH))
}

/// What a new person's rows hold.
#[derive(Debug)]
pub struct NewRow {
    /// His key.
    pub id: Uuid,
    /// His address, in lower case.
    pub email: String,
    /// The hash of his password.
    pub password: String,
    /// What he says of himself.
    pub user_metadata: Object,
    /// What the identity says of him.
    pub identity: Object,
}

/// Makes a confirmed person; the trigger on the table makes his `public.users`.
pub fn insert_user(row: &NewRow, now: Timestamp) -> Query {
    let app = serde_json::json!({ "provider": "email", "providers": ["email"] });
    Query::new(
        "insert into auth.users (instance_id, aud, role, is_anonymous, id, email, \
         encrypted_password, raw_app_meta_data, raw_user_meta_data, email_confirmed_at, \
         created_at, updated_at) \
         values ('00000000-0000-0000-0000-000000000000', 'authenticated', 'authenticated', false, ",
    )
    .bind(row.id)
    .push(", ")
    .bind(row.email.clone())
    .push(", ")
    .bind(row.password.clone())
    .push(", ")
    .bind(app)
    .push(", ")
    .bind(Value::Object(row.user_metadata.clone()))
    .push(", ")
    .bind(now)
    .push(", ")
    .bind(now)
    .push(", ")
    .bind(now)
    .push(")")
}

/// Makes the way in by address and password.
pub fn insert_identity(row: &NewRow, now: Timestamp) -> Query {
    Query::new(
        "insert into auth.identities (provider, provider_id, user_id, identity_data, \
         last_sign_in_at, created_at, updated_at) values ('email', ",
    )
    .bind(row.id.to_string())
    .push(", ")
    .bind(row.id)
    .push(", ")
    .bind(Value::Object(row.identity.clone()))
    .push(", ")
    .bind(now)
    .push(", ")
    .bind(now)
    .push(", ")
    .bind(now)
    .push(")")
}

/// Marks a person as seen, if he has a row here and was not deactivated. The
/// row lock makes a deactivation wait, or this see it.
pub fn touch_person(id: Uuid, now: Timestamp) -> Query {
    Query::new("update public.users set last_active = ")
        .bind(now)
        .push(" where id = ")
        .bind(id)
        .push(" and deactivated_at is null returning id")
}

/// Whether somebody has a row in `public.users`.
pub fn person(id: Uuid) -> Query {
    Query::new("select id from public.users where id = ").bind(id)
}

/// Marks a sign-in, unless he was banned or removed in the meantime.
pub fn touch_user(id: Uuid, now: Timestamp) -> Query {
    Query::new("update auth.users set last_sign_in_at = ")
        .bind(now)
        .push(" where id = ")
        .bind(id)
        .push(" and deleted_at is null and (banned_until is null or banned_until <= ")
        .bind(now)
        .push(") returning id")
}

/// Changes a person's address, confirmed at once.
pub fn change_email(id: Uuid, email: &str, now: Timestamp) -> Vec<Query> {
    let user = Query::new("update auth.users set email = ")
        .bind(email.to_owned())
        .push(", email_change = '', email_confirmed_at = ")
        .bind(now)
        .push(", updated_at = ")
        .bind(now)
        .push(" where id = ")
        .bind(id);
    let identity = Query::new(
        "update auth.identities set identity_data = identity_data || \
         jsonb_build_object('email', ",
    )
    .bind(email.to_owned())
    .push("::text), updated_at = ")
    .bind(now)
    .push(" where provider = 'email' and user_id = ")
    .bind(id);
    vec![user, identity]
}

/// Changes the hash of a person's password.
pub fn change_password(id: Uuid, hash: &str, now: Timestamp) -> Query {
    Query::new("update auth.users set encrypted_password = ")
        .bind(hash.to_owned())
        .push(", updated_at = ")
        .bind(now)
        .push(" where id = ")
        .bind(id)
}

/// Sets the keys of `data` in what a person says of himself and removes those
/// that are null.
pub fn change_metadata(id: Uuid, data: &Object, now: Timestamp) -> Query {
    let (gone, set): (Vec<_>, Vec<_>) = data.iter().partition(|(_, value)| value.is_null());
    let gone: Vec<String> = gone.into_iter().map(|(key, _)| key.clone()).collect();
    let set: Object = set
        .into_iter()
        .map(|(key, value)| (key.clone(), value.clone()))
        .collect();
    Query::new("update auth.users set raw_user_meta_data = (coalesce(raw_user_meta_data, '{}') || ")
        .bind(Value::Object(set))
        .push(") - ")
        .bind(gone)
        .push("::text[], updated_at = ")
        .bind(now)
        .push(" where id = ")
        .bind(id)
}

/// Takes a flow that ends with a code out of the table: a code is used once.
pub async fn take_flow(on: &impl Run, code: &str) -> Result<Option<Flow>, Error> {
    let query = Query::new("delete from auth.flow_state where auth_code = ")
        .bind(code.to_owned())
        .push(
            " returning user_id, code_challenge, code_challenge_method::text, \
             authentication_method, coalesce(auth_code_issued_at, created_at)",
        );
    let rows = on.run(query).await?;
    let Some(row) = rows.first() else {
        return Ok(None);
    };
    let read = || -> Result<Flow, tokio_postgres::Error> {
        Ok(Flow {
            user: row.try_get(0)?,
            challenge: row.try_get(1)?,
            method: row.try_get(2)?,
            issued_at: row.try_get(4)?,
        })
    };
    read().map(Some).map_err(Error::internal)
}

/// A flow that ends with a code.
#[derive(Debug)]
pub struct Flow {
    /// Who went through it.
    pub user: Option<Uuid>,
    /// The proof key.
    pub challenge: Option<String>,
    /// `s256` or `plain`.
    pub method: Option<String>,
    /// When the code was given out.
    pub issued_at: Option<Timestamp>,
}

/// The first column of the first row, of statements that return a key.
pub fn returned_id(rows: Vec<Row>) -> Result<Option<Uuid>, Error> {
    rows.value()
}
