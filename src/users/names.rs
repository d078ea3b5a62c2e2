//! What people are called, for rows that only hold their keys.

use std::collections::HashMap;

use uuid::Uuid;

use super::sql;
use crate::{auth::Caller, catalogue::pages::Words, error::Error};

/// Keys and names.
#[derive(Clone, Debug, Default)]
pub struct Names {
    me: Option<Uuid>,
    known: HashMap<Uuid, String>,
}

impl Names {
    /// What a person is called: "You" for the reader, `nobody` where there is
    /// none, and no more than that for whom the reader does not know.
    pub fn of(&self, words: &'static Words, id: Option<Uuid>, nobody: &'static str) -> &str {
        let words = &words.users;
        match id {
            None => nobody,
            Some(id) if Some(id) == self.me => words.you,
            Some(id) => self
                .known
                .get(&id)
                .map_or(words.somebody_else, String::as_str),
        }
    }
}

/// Reads the names of people, as far as the caller knows them.
///
/// # Errors
/// 401 when the session has ended, 503 when the database is away.
pub async fn names(caller: &Caller, ids: impl IntoIterator<Item = Uuid>) -> Result<Names, Error> {
    let me = caller.user_id();
    let mut ids: Vec<Uuid> = ids.into_iter().filter(|id| Some(*id) != me).collect();
    ids.sort_unstable();
    ids.dedup();
    let known = match ids.is_empty() {
        true => HashMap::new(),
        false => sql::names(&caller.read(), caller.person(), ids).await?,
    };
    Ok(Names { me, known })
}
