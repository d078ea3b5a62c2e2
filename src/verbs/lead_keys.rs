//! `keys leads`: the keys of web forms and portals.

use super::{Failure, print, with_db};
use crate::{cli::LeadKeys, config::Config, error::Error, leads::keys};

pub(super) async fn run(config: &Config, verb: LeadKeys) -> Result<(), Failure> {
    match verb {
        LeadKeys::Create { name, source, team } => {
            let key = with_db(config, async |db| {
                let made = keys::create(db, &name, source, team.as_deref()).await;
                made.map_err(|error| worded(error, &name))
            });
            // On standard output alone stands what is not shown again.
            print(key.await?)
        }
        LeadKeys::List => {
            let all = with_db(config, async |db| Ok(keys::list(db).await?)).await?;
            for key in all {
                let standing = if key.revoked { "revoked" } else { "active" };
                print(format_args!(
                    "{:32}  {:9}  {standing}",
                    key.name, key.source
                ))?;
            }
            Ok(())
        }
        LeadKeys::Revoke { name } => {
            let done = with_db(config, async |db| {
                let ended = keys::revoke(db, &name).await;
                ended.map_err(|error| worded(error, &name))
            });
            done.await?;
            print(format_args!("{name} opens nothing any more."))
        }
    }
}

/// In words for the terminal.
fn worded(error: Error, name: &str) -> Failure {
    match error.status().as_u16() {
        404 => Failure::new(format!("{name}: there is no such key, or no such team")),
        409 => Failure::new(format!("{name}: there is a key of this name already")),
        _ => error.into(),
    }
}
