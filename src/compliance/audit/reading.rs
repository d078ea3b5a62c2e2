//! Reads that are written down: what was said with a person, read by an
//! administrator or with the service key, who need not be there to help him
//! (the matrix of roles: "R A (audited)").

use tokio_postgres::Row;
use uuid::Uuid;

use super::sql;
use crate::{
    auth::Caller,
    db::{DatabaseRole, Query, Reader, Run, Tx},
    error::Error,
    input::Why,
    users::Role,
};

/// What is read on the what.
#[derive(Clone, Copy, Debug)]
pub enum Sensitive {
    /// Conversations with their transcripts.
    Conversations,
    /// What was said in live conversations.
    TranscriptMessages,
}

impl Sensitive {
    fn noun(self) -> &'static str {
        match self {
            Self::Conversations => "conversations",
            Self::TranscriptMessages => "transcript_messages",
        }
    }

    fn action(self) -> &'static str {
        match self {
            Self::Conversations => "conversation.read",
            Self::TranscriptMessages => "transcript_message.read",
        }
    }
}

/// Where such a read runs: one statement alone, or a transaction that also
/// writes down who read what.
#[must_use = "a read that is not ended was not written down"]
pub enum Reading<'a> {
    /// Whoever works with the person.
    Plain(Reader<'a>),
    /// An administrator, or the service, who may say why.
    Noted(Box<Tx>, Option<String>),
}

impl<'a> Reading<'a> {
    /// The reading of a caller.
    ///
    /// # Errors
    /// 401 when the session has ended, 503 when the database is away.
    pub async fn of(caller: &'a Caller, why: &Why) -> Result<Self, Error> {
        let service = caller.identity().role() == DatabaseRole::ServiceRole;
        Ok(match service || caller.role() == Some(Role::Admin) {
            true => Self::Noted(Box::new(caller.begin().await?), why.0.clone()),
            false => Self::Plain(caller.read()),
        })
    }

    /// Ends a read that found this one row.
    ///
    /// # Errors
    /// 503 when the database went away: nothing was read then.
    pub async fn saw(self, what: Sensitive, row: Uuid) -> Result<(), Error> {
        let Self::Noted(tx, why) = self else {
            return Ok(());
        };
        sql::note_read(
            &*tx,
            (what.action(), what.noun()),
            Some(row),
            vec![row],
            why,
        )
        .await?;
        tx.commit().await
    }

    /// Ends a read of a list that found these rows: one entry, with all of
    /// them. A list without rows is none.
    ///
    /// # Errors
    /// As [`Reading::saw`].
    pub async fn saw_all(
        self,
        what: Sensitive,
        rows: impl Iterator<Item = Uuid>,
    ) -> Result<(), Error> {
        let Self::Noted(tx, why) = self else {
            return Ok(());
        };
        let rows: Vec<Uuid> = rows.collect();
        if !rows.is_empty() {
            sql::note_read(&*tx, (what.action(), what.noun()), None, rows, why).await?;
        }
        tx.commit().await
    }
}

impl Run for Reading<'_> {
    async fn run(&self, query: Query) -> Result<Vec<Row>, Error> {
        match self {
            Self::Plain(reader) => reader.run(query).await,
            Self::Noted(tx, _) => tx.run(query).await,
        }
    }
}
