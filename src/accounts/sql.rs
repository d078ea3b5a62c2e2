//! The statements that make people and let them in.

pub mod load;

use serde_json::json;
use tokio_postgres::Row;
use uuid::Uuid;

use super::NewAccount;
use crate::{
    db::{Db, Identity, Query, Rows as _, Run as _, SystemReason},
    error::Error,
    users::Role,
};

/// A person as the command line shows him.
#[derive(Clone, Debug)]
pub struct Account {
    /// What he signs in with.
    pub email: String,
    /// What people call him.
    pub name: String,
    /// What he does here.
    pub role: String,
    /// `active`, `inactive` (never let in) or `deactivated`.
    pub status: String,
    /// Whether he is one of the demo's.
    pub demo: bool,
}

/// The person as sign-in knows him, then as the desk does.
pub(super) async fn insert(
    db: &Db,
    account: &NewAccount,
    email: &str,
    hash: &str,
) -> Result<Uuid, Error> {
    let id = account.id.unwrap_or_else(Uuid::new_v4);
    let now = db.clock().now();
    let app_data = match account.demo {
        true => json!({"provider": "email", "providers": ["email"], "demo": true}),
        false => json!({"provider": "email", "providers": ["email"]}),
    };
    let user_data = json!({"name": account.name.trim()});
    let user = Query::new(
        "insert into auth.users (instance_id, aud, role, id, email, encrypted_password, \
         email_confirmed_at, created_at, updated_at, raw_app_meta_data, raw_user_meta_data) \
         values ('00000000-0000-0000-0000-000000000000', 'authenticated', 'authenticated', ",
    )
    .bind(id)
    .push(", ")
    .bind(email.to_owned())
    .push(", ")
    .bind(hash.to_owned())
    .push(", ")
    .bind(now)
    .push(", ")
    .bind(now)
    .push(", ")
    .bind(now)
    .push(", ")
    .bind(app_data)
    .push(", ")
    .bind(user_data)
    .push(")");
    let identity = Query::new(
        "insert into auth.identities (provider_id, user_id, provider, identity_data, \
         created_at, updated_at) values (",
    )
    .bind(id.to_string())
    .push(", ")
    .bind(id)
    .push(", 'email', ")
    .bind(json!({"sub": id, "email": email, "email_verified": true, "phone_verified": false}))
    .push(", ")
    .bind(now)
    .push(", ")
    .bind(now)
    .push(")");
    let mut tx = db
        .begin(&Identity::system(SystemReason::Authentication))
        .await?;
    tx.run(user).await?;
    tx.run(identity).await?;
    tx.go_on_as(SystemReason::Administration).await?;
    let let_in = Query::new("update users set status = 'active', role = ")
        .bind(account.role)
        .push(" where id = ")
        .bind(id);
    tx.run(let_in).await?;
    tx.commit().await?;
    Ok(id)
}

/// Gives a person another role.
///
/// # Errors
/// 404 when nobody has the address, 409 for the last administrator.
pub async fn set_role(db: &Db, email: &str, role: Role) -> Result<(), Error> {
    let query = Query::new("update users set role = ")
        .bind(role)
        .push(" where email = ")
        .bind(email.trim().to_lowercase())
        .push(" returning id");
    changed(db, query).await
}

/// Lets a person in, for the first time or again.
///
/// # Errors
/// 404 when nobody has the address.
pub async fn activate(db: &Db, email: &str) -> Result<(), Error> {
    let query = Query::new("update users set status = 'active' where email = ")
        .bind(email.trim().to_lowercase())
        .push(" returning id");
    changed(db, query).await
}

/// Signs a person out everywhere and lets him in no more.
///
/// # Errors
/// 404 when nobody has the address, 409 for the last administrator.
pub async fn deactivate(db: &Db, email: &str) -> Result<(), Error> {
    let query = Query::new("update users set deactivated_at = coalesce(deactivated_at, ")
        .bind(db.clock().now())
        .push(") where email = ")
        .bind(email.trim().to_lowercase())
        .push(" returning id");
    changed(db, query).await
}

/// The person of an address, as whom a command acts.
///
/// # Errors
/// 404 when nobody has the address.
pub async fn identity(db: &Db, email: &str) -> Result<Identity, Error> {
    let email = email.trim().to_lowercase();
    let query = Query::new("select id from users where email = ").bind(email.clone());
    let owner = Identity::system(SystemReason::Administration);
    let id: Option<Uuid> = db.read(&owner).run(query).await?.value()?;
    id.map(|id| Identity::person(id, &email))
        .ok_or_else(Error::not_found)
}

async fn changed(db: &Db, query: Query) -> Result<(), Error> {
    let identity = Identity::system(SystemReason::Administration);
    let rows = db.write(&identity).run(query).await?;
    rows.first().map(|_| ()).ok_or_else(Error::not_found)
}

/// Everybody, by address.
///
/// # Errors
/// 503 when the database is away.
pub async fn list(db: &Db) -> Result<Vec<Account>, Error> {
    let people = Query::new(
        "select id, email, name, role, \
         case when deactivated_at is null then status else 'deactivated' end \
         from users order by email",
    );
    let marked = Query::new(
        "select id from auth.users where raw_app_meta_data @> '{\"demo\": true}' \
         and deleted_at is null",
    );
    let rows = db
        .read(&Identity::system(SystemReason::Administration))
        .run(people)
        .await?;
    let demo: Vec<Uuid> = db
        .read(&Identity::system(SystemReason::Authentication))
        .run(marked)
        .await?
        .iter()
        .filter_map(|row| row.try_get(0).ok())
        .collect();
    rows.iter().map(|row| account(row, &demo)).collect()
}

fn account(row: &Row, demo: &[Uuid]) -> Result<Account, Error> {
    let text = |index: usize| row.try_get(index).map_err(Error::internal);
    let id: Uuid = row.try_get(0).map_err(Error::internal)?;
    Ok(Account {
        email: text(1)?,
        name: text(2)?,
        role: text(3)?,
        status: text(4)?,
        demo: demo.contains(&id),
    })
}
