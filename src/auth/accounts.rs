//! Signing up, signing in and changing oneself, whichever door is used.

use serde_json::{Value, json};
use uuid::Uuid;

use super::{
    attempts::Attempt,
    password,
    session::{self, Client, Grant, system},
    sql::{self, Account, NewRow, sessions::Ended},
    v1::{
        AuthError,
        types::{Object, UserChange, WeakPassword},
    },
};
use crate::{
    app::App,
    catalogue::{self, auth},
    db::{Db, Tx},
    error::Error,
};

/// The most bytes of what a person says of himself: it travels in every token.
const METADATA: usize = 4_000;

/// Somebody who is to be made.
#[derive(Clone, Debug)]
pub struct NewAccount {
    /// His address, as he wrote it.
    pub email: String,
    /// His password.
    pub password: String,
    /// What he says of himself; `name` becomes his name.
    pub metadata: Object,
}

/// Makes a confirmed person and his row in `users` (a rep, who is inactive
/// unless the installation lets everybody in) and opens his session.
///
/// # Errors
/// 422 `weak_password` and `user_already_exists`, 400 `validation_failed`, 429,
/// 500 when a trigger refused.
pub async fn sign_up(app: &App, new: NewAccount, client: &Client) -> Result<Grant, AuthError> {
    app.attempts().take(Attempt::Account, client.address)?;
    let row = prepare(new).await?;
    let tx = app.db().begin(&system()).await?;
    insert(app.db(), &tx, &row).await?;
    let now = app.clock().now();
    let account = sql::account_by_id(&tx, row.id, None, now).await?;
    let account = account.ok_or_else(|| Error::internal("a person who was made is not there"))?;
    let grant = session::start_in(app, &tx, account, "password", client).await?;
    tx.commit().await.map_err(saving_failed)?;
    Ok(grant)
}

/// Checks what came from outside and hashes the password, before any
/// connection is taken.
async fn prepare(new: NewAccount) -> Result<NewRow, AuthError> {
    let email = address(&new.email)?;
    password::judge(&new.password)?;
    check_metadata(&new.metadata)?;
    let id = Uuid::new_v4();
    let mut identity = new.metadata;
    identity.insert("sub".to_owned(), id.to_string().into());
    identity.insert("email".to_owned(), email.clone().into());
    identity.insert("email_verified".to_owned(), true.into());
    identity.insert("phone_verified".to_owned(), false.into());
    Ok(NewRow {
        id,
        email,
        password: password::hash(&new.password).await?,
        user_metadata: identity.clone(),
        identity,
    })
}

async fn insert(db: &Db, tx: &Tx, row: &NewRow) -> Result<(), AuthError> {
    let now = db.clock().now();
    if sql::account_by_email(tx, &row.email, now).await?.is_some() {
        return Err(AuthError::new(422, "user_already_exists"));
    }
    let queries = vec![sql::insert_user(row, now), sql::insert_identity(row, now)];
    tx.run_all(queries).await.map_err(saving_failed)?;
    Ok(())
}

/// Whatever a trigger on the table refuses is ours to repair, not the
/// person's; a lost race for the address is told as what it is.
fn saving_failed(error: Error) -> AuthError {
    match (error.code(), error.status().as_u16()) {
        ("user_already_exists", _) => AuthError::new(422, "user_already_exists"),
        (_, 503) => error.into(),
        _ => {
            tracing::error!(%error, "a new person could not be saved");
            AuthError::new(500, "unexpected_failure").worded(auth::NEW_USER_FAILED)
        }
    }
}

/// An address in the form that is stored: trimmed, lower case.
///
/// # Errors
/// 400 when it cannot be one.
pub fn address(text: &str) -> Result<String, AuthError> {
    let email = text.trim().to_lowercase();
    let plain = |part: &str| {
        !part.is_empty()
            && !part
                .chars()
                .any(|c| c.is_whitespace() || c.is_control() || c == '@')
    };
    match email.split_once('@') {
        Some((person, host)) if plain(person) && plain(host) && email.len() <= 255 => Ok(email),
        _ => Err(AuthError::invalid(auth::BAD_EMAIL)),
    }
}

fn check_metadata(metadata: &Object) -> Result<(), AuthError> {
    let text = Value::Object(metadata.clone()).to_string();
    if text.len() > METADATA {
        return Err(AuthError::invalid(auth::METADATA_TOO_LARGE));
    }
    // PostgreSQL cannot store it in jsonb.
    if text.contains("\\u0000") {
        return Err(AuthError::new(400, "validation_failed"));
    }
    Ok(())
}

/// Opens a session for whoever knows the password.
///
/// # Errors
/// 400 `invalid_credentials`, after the same time for an unknown address as
/// for a wrong password; `email_not_confirmed`, `user_banned`; 429.
pub async fn sign_in(
    app: &App,
    email: &str,
    password: &str,
    client: &Client,
) -> Result<Grant, AuthError> {
    app.attempts().take(Attempt::Token, client.address)?;
    let Ok(email) = address(email) else {
        return Err(AuthError::bad_credentials());
    };
    app.attempts().guess(&email)?;
    let now = app.clock().now();
    let account = sql::account_by_email(&app.db().read(&system()), &email, now).await?;
    let stored = account
        .as_ref()
        .and_then(|account| account.password.as_deref());
    let right = match stored {
        Some(hash) if !hash.is_empty() => password::verify(hash, password).await?,
        _ => password::verify_nobody(password).await?,
    };
    let account = account
        .filter(|_| right)
        .ok_or_else(AuthError::bad_credentials)?;
    if account.is_banned(now) {
        return Err(AuthError::new(400, "user_banned"));
    }
    if account.user.email_confirmed_at.is_none() {
        return Err(AuthError::new(400, "email_not_confirmed"));
    }
    let mut grant = session::start(app, account, "password", client).await?;
    if password::judge(password).is_err() {
        grant.session.weak_password = Some(WeakPassword {
            message: catalogue::auth_sentence("weak_password").to_owned(),
            reasons: vec!["length"],
        });
    }
    Ok(grant)
}

/// Changes the person of a living session, and answers him as he is then.
///
/// # Errors
/// 422 `email_exists`, `same_password`, `weak_password`; 400
/// `current_password_invalid`, `phone_provider_disabled`, `validation_failed`;
/// 403 `not_admin`.
pub async fn update(
    app: &App,
    account: &Account,
    change: UserChange,
) -> Result<Account, AuthError> {
    let now = app.clock().now();
    let id = account.user.id;
    let mut queries = Vec::new();
    if change.app_metadata.is_some() {
        return Err(AuthError::new(403, "not_admin"));
    }
    if change
        .phone
        .is_some_and(|phone| !phone.is_empty() && phone != account.user.phone)
    {
        return Err(AuthError::new(400, "phone_provider_disabled"));
    }
    if let Some(email) = change.email.filter(|email| !email.is_empty()) {
        let email = address(&email)?;
        if email != account.user.email {
            free_address(app, &email).await?;
            queries.extend(sql::change_email(id, &email, now));
        }
    }
    if let Some(password) = change.password {
        let current = change.current_password.as_deref();
        let hash = new_password(account, &password, current).await?;
        queries.push(sql::change_password(id, &hash, now));
        let others = account.session.map_or(Ended::Global, Ended::Others);
        queries.push(sql::sessions::end(id, others));
    }
    if let Some(data) = change.data {
        let mut merged = account.user.user_metadata.clone();
        merged.extend(data.clone());
        check_metadata(&merged)?;
        queries.push(sql::change_metadata(id, &data, now));
    }
    let tx = app.db().begin(&system()).await?;
    if !queries.is_empty() {
        tx.run_all(queries).await.map_err(address_taken)?;
    }
    let changed = sql::account_by_id(&tx, id, account.session, now).await?;
    tx.commit().await.map_err(address_taken)?;
    app.people().forget();
    changed.ok_or_else(|| AuthError::new(403, "user_not_found"))
}

async fn free_address(app: &App, email: &str) -> Result<(), AuthError> {
    let now = app.clock().now();
    let taken = sql::account_by_email(&app.db().read(&system()), email, now).await?;
    match taken {
        Some(_) => Err(AuthError::new(422, "email_exists")),
        None => Ok(()),
    }
}

fn address_taken(error: Error) -> AuthError {
    match error.status().as_u16() {
        409 => AuthError::new(422, "email_exists"),
        _ => error.into(),
    }
}

/// Judges a password that shall replace the person's, and hashes it.
async fn new_password(
    account: &Account,
    password: &str,
    current: Option<&str>,
) -> Result<String, AuthError> {
    password::judge(password)?;
    let stored = account.password.as_deref().filter(|hash| !hash.is_empty());
    if let Some(stored) = stored {
        let known = match current {
            Some(current) => password::verify(stored, current).await?,
            None => true,
        };
        if !known {
            return Err(AuthError::new(400, "current_password_invalid"));
        }
        if password::verify(stored, password).await? {
            return Err(AuthError::new(422, "same_password"));
        }
    }
    Ok(password::hash(password).await?)
}

/// What a person says of himself when a form asks for his name alone.
pub fn named(name: &str) -> Object {
    let object = json!({ "name": name.trim() });
    object.as_object().cloned().unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_are_folded_and_checked() {
        let folded = address("  Ana.García@Example.COM ").unwrap();
        assert_eq!(folded, "ana.garcía@example.com");
        let long = format!("{}@x.example", "a".repeat(250));
        for bad in [
            "", "a", "@", "a@", "@b", "a@b@c", "a b@c", "a@b\nc", "a\0@b", &long,
        ] {
            assert!(address(bad).is_err(), "{bad:?}");
        }
    }

    #[test]
    fn metadata_is_bounded() {
        assert!(check_metadata(&named(&"x".repeat(4_100))).is_err());
        assert!(check_metadata(&named("a\0b")).is_err());
        assert!(check_metadata(&named("Ana")).is_ok());
    }
}
