//! Imports as values.

use jiff::Timestamp;
use uuid::Uuid;

use crate::{envelope::Resource, filter, input::JsonObject, record, words};

words! {
    /// What a file holds.
    pub enum ImportKind {
        /// Homes.
        Properties = "properties",
        /// People who want one.
        Prospects = "prospects",
        /// People who may sign in.
        Users = "users",
        /// Conversations that are over.
        Conversations = "conversations",
    }
}

words! {
    /// How far an import has come.
    pub enum ImportStatus {
        /// The file is here.
        Queued = "queued",
        /// Rows are being loaded.
        Running = "running",
        /// Every row was loaded or refused.
        Completed = "completed",
        /// It ended before the file did; `error` says why.
        Failed = "failed",
    }
}

record! {
    /// A file that was brought in.
    pub struct Import {
        /// Its key.
        pub id: Uuid,
        /// What the file holds.
        pub kind: ImportKind,
        /// How far it has come.
        pub status: ImportStatus,
        /// The file's name.
        pub file_name: Option<String>,
        /// Whether everything is only tried, and nothing kept.
        pub dry_run: bool,
        /// The mapping, the constants and the rest of what was asked for.
        pub options: JsonObject,
        /// The file's size.
        pub bytes_total: Option<i64>,
        /// How much of it has been read.
        pub bytes_done: i64,
        /// Rows read.
        pub rows_read: i64,
        /// Rows that made something new.
        pub inserted: i64,
        /// Rows that changed something.
        pub updated: i64,
        /// Rows that said nothing new.
        pub unchanged: i64,
        /// Rows left out because a newer one has their key.
        pub superseded: i64,
        /// Rows about somebody whom an earlier row of the file brought in.
        pub duplicates: i64,
        /// Rows refused; `/api/imports/{id}/refused` has them with the reasons.
        pub refused: i64,
        /// What the file showed: its format, headings that were not used.
        pub notes: Vec<String>,
        /// Why it failed.
        pub error: Option<String>,
        /// Who brought it.
        pub created_by: Option<Uuid>,
        /// When the first row was loaded.
        pub started_at: Option<Timestamp>,
        /// When it ended.
        pub finished_at: Option<Timestamp>,
        /// When it changed last.
        pub updated_at: Timestamp,
        /// When the file came.
        pub created_at: Timestamp,
    }
}

impl Resource for Import {
    const PATH: &'static str = "/api/imports";

    fn id(&self) -> Uuid {
        self.id
    }

    fn changed_at(&self) -> Timestamp {
        self.updated_at
    }
}

filter! {
    /// Which imports a list holds.
    pub struct ImportFilter {
        /// What the files hold.
        kind: ImportKind,
        /// How far they have come.
        status: ImportStatus,
    }
    sort {
        created_at: "timestamptz",
        updated_at: "timestamptz",
        id: "uuid",
    }
}

record! {
    /// A mapping of headings that was kept.
    pub struct ImportMapping {
        /// Its key.
        pub id: Uuid,
        /// Its name, one of its kind.
        pub name: String,
        /// What the files hold.
        pub kind: ImportKind,
        /// Heading → column, `feature:…`, `features:…` or null for nowhere.
        pub mapping: JsonObject,
        /// Who kept it.
        pub created_by: Option<Uuid>,
        /// When it changed last.
        pub updated_at: Timestamp,
        /// When it was kept.
        pub created_at: Timestamp,
    }
}

filter! {
    /// Which mappings a list holds.
    pub struct ImportMappingFilter {
        /// What the files hold.
        kind: ImportKind,
    }
    sort {
        name: "text",
        created_at: "timestamptz",
        id: "uuid",
    }
}
