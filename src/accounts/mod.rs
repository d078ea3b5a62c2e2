//! People as the installation's owner makes and changes them at the command
//! line; the first administrator has no other way in.

mod sql;

use uuid::Uuid;

use crate::{
    auth::password,
    catalogue::reasons,
    db::Db,
    error::{Error, Problem},
    users::Role,
};

pub use sql::load;
pub use sql::{Account, activate, deactivate, identity, list, set_role};

/// A person to be made.
#[derive(Clone, Debug)]
pub struct NewAccount {
    /// His key; a new one where nothing is said.
    pub id: Option<Uuid>,
    /// Where mail reaches him; what he signs in with.
    pub email: String,
    /// What people call him.
    pub name: String,
    /// What he does here.
    pub role: Role,
    /// What he signs in with, in the clear.
    pub password: String,
    /// Whether he is one of the demo's.
    pub demo: bool,
}

/// Makes a confirmed, active person in the default team; all of it or nothing.
///
/// # Errors
/// 400 for an address, name or password that cannot be one, 409 when the
/// address is taken.
pub async fn create(db: &Db, account: &NewAccount) -> Result<Uuid, Error> {
    if let Err(weakness) = password::judge(&account.password) {
        let reason = match weakness {
            password::Weakness::Short => reasons::PASSWORD_SHORT,
            password::Weakness::Long => reasons::PASSWORD_LONG,
        };
        return Err(Error::invalid(Problem::worded("password", reason)));
    }
    let email = crate::auth::accounts::address(&account.email)
        .map_err(|_| Error::invalid(Problem::worded("email", reasons::NOT_AN_EMAIL)))?;
    if account.name.trim().is_empty() {
        return Err(Error::invalid(Problem::new("name", "required")));
    }
    let hash = password::hash(&account.password).await?;
    sql::insert(db, account, &email, &hash).await
}
