//! The signed-in person, as the database knows him.

use std::{sync::Arc, time::Duration};

use jiff::Timestamp;
use quick_cache::sync::Cache;
use tokio_postgres::Row;
use uuid::Uuid;

use crate::{
    db::{Db, Identity, Query, Run as _},
    error::Error,
    users::Role,
};

/// How long a person is taken as he was. Only the choice of a statement's
/// scope rests on it; the policies ask the database each time, so a stale
/// entry may show less and never more.
const KEPT: Duration = Duration::from_secs(5);

/// A person behind a session.
#[derive(Clone, Debug)]
pub struct Person {
    /// The key in `users`.
    pub id: Uuid,
    /// What people call him.
    pub name: String,
    /// His address.
    pub email: String,
    /// His role, unless he was never activated.
    pub role: Option<Role>,
    /// Teams he is a member of.
    pub teams: Vec<Uuid>,
    /// Teams he leads, and all below them.
    pub led_teams: Vec<Uuid>,
    /// The members of those, and himself.
    pub led_people: Vec<Uuid>,
    /// The IANA zone that he reads times in, if he said one.
    pub timezone: Option<String>,
}

impl Person {
    fn from_row(row: &Row) -> Result<Self, Error> {
        let role: Option<String> = row.try_get(3).map_err(Error::internal)?;
        Ok(Self {
            id: row.try_get(0).map_err(Error::internal)?,
            name: row.try_get(1).map_err(Error::internal)?,
            email: row.try_get(2).map_err(Error::internal)?,
            role: role.and_then(|word| word.parse().ok()),
            teams: row.try_get(4).map_err(Error::internal)?,
            led_teams: row.try_get(5).map_err(Error::internal)?,
            led_people: row.try_get(6).map_err(Error::internal)?,
            timezone: row.try_get(7).map_err(Error::internal)?,
        })
    }
}

/// People of living sessions, kept for five seconds.
pub struct People {
    known: Cache<Uuid, (Arc<Person>, Timestamp)>,
}

impl Default for People {
    fn default() -> Self {
        Self {
            known: Cache::new(10_000),
        }
    }
}

impl People {
    /// The person behind a session.
    ///
    /// # Errors
    /// 401 when the session has ended or is nobody's.
    pub async fn of_session(
        &self,
        db: &Db,
        identity: &Identity,
        session: Uuid,
    ) -> Result<Arc<Person>, Error> {
        let now = db.clock().now();
        if let Some((person, read_at)) = self.known.get(&session) {
            let age = now.duration_since(read_at).unsigned_abs();
            if age < KEPT {
                return Ok(person);
            }
        }
        // Boxed, as it happens once in five seconds.
        Box::pin(self.read_again(db, identity, session)).await
    }

    /// The person behind a session, asked of the database whatever is kept:
    /// where nothing else would notice that the session has ended.
    ///
    /// # Errors
    /// As [`People::of_session`].
    pub async fn read_again(
        &self,
        db: &Db,
        identity: &Identity,
        session: Uuid,
    ) -> Result<Arc<Person>, Error> {
        let now = db.clock().now();
        let query = Query::new(
            "select id, name, email, doorstep.my_role(), doorstep.my_team_ids(), \
             doorstep.led_team_ids(), doorstep.led_user_ids(), timezone \
             from users where id = (select auth.uid())",
        );
        let rows = db.read(identity).run(query).await?;
        let row = rows.first().ok_or_else(Error::session_ended)?;
        let person = Arc::new(Person::from_row(row)?);
        self.known.insert(session, (person.clone(), now));
        Ok(person)
    }

    /// Forgets everybody, after roles or teams changed.
    pub fn forget(&self) {
        self.known.clear();
    }
}
