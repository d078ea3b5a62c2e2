//! One batch of rows in one transaction.

use uuid::Uuid;

use super::{
    read::Raw,
    shape::{self, MESSAGE_COLUMNS},
    types::ImportKind,
};
use crate::{
    accounts, conversations,
    db::{Db, Identity, Loaded, Null, Parameter, Query, Run as _, SystemReason, Tx},
    error::Error,
    properties, prospects,
};

/// A row on its way into the database.
pub(super) struct Ready {
    /// As the file has it.
    pub(super) raw: Raw,
    /// The line and the kind's columns.
    pub(super) values: Vec<Parameter>,
    /// A conversation's messages.
    pub(super) messages: Vec<Vec<Parameter>>,
    /// In a dry run: whether an earlier row has one of its keys.
    pub(super) seen: bool,
}

impl Ready {
    /// Puts the columns that are there in the kind's order, with the line before
    /// them.
    pub(super) fn new(kind: ImportKind, raw: Raw, shaped: shape::Shaped, seen: bool) -> Self {
        let columns = shape::columns(kind);
        let line = i64::try_from(raw.line).unwrap_or(i64::MAX);
        let mut values: Vec<Parameter> = Vec::with_capacity(columns.len() + 1);
        values.push(Box::new(line));
        values.extend(columns.iter().map(|_| Box::new(Null) as Parameter));
        for (name, value) in shaped.columns {
            if let Some(index) = columns.iter().position(|column| *column == name) {
                values[index + 1] = value;
            }
        }
        Self {
            raw,
            values,
            messages: shaped.messages,
            seen,
        }
    }
}

/// To what a batch belongs.
#[derive(Clone, Copy)]
pub(super) struct Batch<'a> {
    pub(super) db: &'a Db,
    pub(super) identity: &'a Identity,
    pub(super) kind: ImportKind,
    pub(super) import: Uuid,
    pub(super) dry_run: bool,
}

impl Batch<'_> {
    /// Loads the rows, all or none of them.
    ///
    /// # Errors
    /// What the first bad row breaks.
    pub(super) async fn load(&self, rows: &[Ready]) -> Result<Vec<Loaded>, Error> {
        let mut tx = self.db.begin(self.identity).await?;
        tx.go_on_as(SystemReason::Work).await?;
        self.copy(&tx, rows).await?;
        let loaded = match self.kind {
            ImportKind::Properties => {
                tx.go_on_as_caller().await?;
                properties::load::load(&tx).await?
            }
            ImportKind::Prospects => {
                tx.go_on_as_caller().await?;
                prospects::load::load(&tx, self.import).await?
            }
            ImportKind::Users => users(&mut tx).await?,
            ImportKind::Conversations => talks(&mut tx, self.import, rows).await?,
        };
        match self.dry_run {
            true => tx.rollback().await?,
            false => tx.commit().await?,
        }
        Ok(loaded)
    }

    /// Into temporary tables, which the importing role alone may make.
    async fn copy(&self, tx: &Tx, rows: &[Ready]) -> Result<(), Error> {
        let (table, make, grant) = match self.kind {
            ImportKind::Properties => (
                "import_properties",
                vec![properties::load::temporary()],
                "grant select on import_properties to authenticated, service_role",
            ),
            ImportKind::Prospects => (
                "import_prospects",
                vec![prospects::load::temporary()],
                "grant select on import_prospects to authenticated, service_role",
            ),
            ImportKind::Users => (
                "import_users",
                vec![accounts::load::temporary()],
                "grant select on import_users to authenticated, service_role, doorstep_auth",
            ),
            ImportKind::Conversations => (
                "import_conversations",
                conversations::load::temporary().into(),
                "grant select on import_conversations to authenticated, service_role",
            ),
        };
        for query in make {
            tx.run(query).await?;
        }
        tx.run(Query::new(grant)).await?;
        let columns = [&["line"], shape::columns(self.kind)].concat();
        let values: Vec<&[Parameter]> = rows.iter().map(|row| row.values.as_slice()).collect();
        tx.copy_in(table, &columns, &values).await?;
        if self.kind == ImportKind::Conversations {
            let messages = rows.iter().flat_map(|row| &row.messages);
            let messages: Vec<&[Parameter]> = messages.map(Vec::as_slice).collect();
            tx.copy_in("import_messages", MESSAGE_COLUMNS, &messages)
                .await?;
        }
        Ok(())
    }
}

fn outcome(line: i64, what: &str) -> Loaded {
    Loaded {
        line,
        what: what.to_owned(),
        earlier: None,
    }
}

/// Sign-in learns of the new ones, then the caller writes what he may.
async fn users(tx: &mut Tx) -> Result<Vec<Loaded>, Error> {
    use accounts::load;
    tx.go_on_as_caller().await?;
    let strangers = load::without_team(tx).await?;
    tx.go_on_as(SystemReason::Work).await?;
    load::leave_out(tx, strangers.clone()).await?;
    tx.go_on_as(SystemReason::Authentication).await?;
    let new = load::make(tx).await?;
    tx.go_on_as_caller().await?;
    let mut loaded = load::complete(tx, new).await?;
    // Whoever was made must have been let in as well, or nobody is made.
    if loaded.iter().any(|row| row.what == "forbidden") {
        return Err(Error::forbidden());
    }
    loaded.extend(
        strangers
            .into_iter()
            .map(|line| outcome(line, "unknown_team")),
    );
    Ok(loaded)
}

/// The caller finds or makes the people; what is live belongs to the program.
async fn talks(tx: &mut Tx, import: Uuid, rows: &[Ready]) -> Result<Vec<Loaded>, Error> {
    use conversations::load;
    let known = load::known(tx).await?;
    tx.go_on_as_caller().await?;
    let people = prospects::load::of_conversations(tx, import).await?;
    tx.go_on_as(SystemReason::Work).await?;
    let with_person: Vec<i64> = people.iter().map(|(line, _)| *line).collect();
    load::insert(tx, people).await?;
    let lines = rows
        .iter()
        .map(|row| i64::try_from(row.raw.line).unwrap_or(i64::MAX));
    let loaded = lines.map(|line| {
        let what = if known.contains(&line) {
            "unchanged"
        } else if with_person.contains(&line) {
            "inserted"
        } else {
            "unknown_prospect"
        };
        outcome(line, what)
    });
    Ok(loaded.collect())
}
