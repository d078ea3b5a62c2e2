//! A PostgreSQL of somebody else's.

use std::time::Duration;

use tokio_postgres::{Client, Config as Connect};

use super::{OpenError, Postgres, embedded::SERVING, while_doing};
use crate::db::{self, Names};

/// What an operator reads when there is no login role.
const NO_LOGIN: &str = "running without DOORSTEP_LOGIN_URL: requests are served over the owner's \
     connections, which start as the role nobody";

pub(super) async fn open(
    owner: &Connect,
    login: Option<&Connect>,
    changing: bool,
) -> Result<Postgres, OpenError> {
    let owner = named(owner);
    let client = db::connect(&owner)
        .await
        .map_err(while_doing("DATABASE_URL does not lead to a database"))?;
    let (user, database) = whereabouts(&client).await?;
    let login_name = login
        .and_then(Connect::get_user)
        .unwrap_or("doorstep_login");
    if login_name == user {
        return Err(OpenError::Urls(format!(
            "DOORSTEP_LOGIN_URL must name another role than DATABASE_URL: {user} owns the tables"
        )));
    }
    let names = Names {
        login: login_name.to_owned(),
        owner: user,
        database,
    };
    if changing {
        see_to_rights(&client, &names).await?;
    }
    let mut notes = Vec::new();
    let login = match login {
        Some(login) => checked(named(login), &names).await?,
        None => {
            notes.push(NO_LOGIN.to_owned());
            as_nobody(&owner)
        }
    };
    let login = bounded(login);
    Ok(Postgres {
        owner,
        login,
        names,
        notes,
        cluster: None,
    })
}

/// Statements of a request end in time on any database, as on the embedded one.
fn bounded(mut config: Connect) -> Connect {
    let given = config.get_options().unwrap_or_default().to_owned();
    config.options(format!("{given} {SERVING}").trim());
    config
}

fn named(config: &Connect) -> Connect {
    let mut config = config.clone();
    if config.get_application_name().is_none() {
        config.application_name("doorstep");
    }
    if config.get_connect_timeout().is_none() {
        config.connect_timeout(Duration::from_secs(5));
    }
    config
}

/// The owner's connections, which are nobody's whenever no transaction says
/// otherwise.
fn as_nobody(owner: &Connect) -> Connect {
    let mut config = owner.clone();
    let given = owner.get_options().unwrap_or_default();
    config.options(format!("{given} -c role=nobody").trim());
    config
}

async fn whereabouts(client: &Client) -> Result<(String, String), OpenError> {
    let doing = "cannot ask the database who we are";
    let row = client
        .query_one("select current_user::text, current_database()::text", &[])
        .await
        .map_err(while_doing(doing))?;
    let text = |index: usize| row.try_get(index).map_err(while_doing(doing));
    Ok((text(0)?, text(1)?))
}

/// Where something is missing, the owner tries to make it himself; what he may
/// not is left to an administrator, and then nothing was changed.
async fn see_to_rights(client: &Client, names: &Names) -> Result<(), OpenError> {
    let doing = "cannot look for missing roles and rights";
    let missing = db::missing(client, names)
        .await
        .map_err(while_doing(doing))?;
    if missing.is_empty() {
        return Ok(());
    }
    let roles = db::roles_script(names);
    // One batch is one transaction: it works as a whole or not at all.
    if let Err(error) = client.batch_execute(&roles).await {
        tracing::debug!(%error, "the owner may not prepare the roles");
    }
    let missing = db::missing(client, names)
        .await
        .map_err(while_doing(doing))?;
    if missing.is_empty() {
        return Ok(());
    }
    let mut script = String::from("-- For an administrator of the database. Missing are:\n");
    for item in &missing {
        script.push_str(&format!("-- * {}\n", item.what));
    }
    // Roles and memberships are the second part's.
    for item in missing
        .iter()
        .filter(|item| !item.script.starts_with("create role"))
    {
        script.push_str(&format!("{};\n", item.script));
    }
    script.push('\n');
    script.push_str(&roles);
    Err(OpenError::Rights { missing, script })
}

/// The serving role must reach the same database and be bound by policies.
async fn checked(login: Connect, names: &Names) -> Result<Connect, OpenError> {
    let client = db::connect(&login).await.map_err(while_doing(
        "DOORSTEP_LOGIN_URL does not lead to a database",
    ))?;
    let (_, database) = whereabouts(&client).await?;
    if database != names.database {
        return Err(OpenError::Urls(format!(
            "DOORSTEP_LOGIN_URL leads to the database {database}, but DATABASE_URL to {}",
            names.database
        )));
    }
    Ok(login)
}
