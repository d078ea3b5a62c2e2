//! Tasks as values.

use jiff::Timestamp;
use uuid::Uuid;

use crate::{
    body,
    envelope::Resource,
    filter,
    input::{Line, Prose, Rules},
    record, words,
};

words! {
    /// Where a task comes from.
    pub enum TaskSource {
        /// Somebody wrote it down.
        Person = "person",
        /// It is a next step of a package.
        Handoff = "handoff",
        /// Nobody claimed a package in time.
        Escalation = "escalation",
    }
}

record! {
    /// What is to be done for a prospect.
    pub struct Task {
        /// Its key.
        pub id: Uuid,
        /// For whom.
        pub prospect_id: Uuid,
        /// The prospect's name when it was made.
        pub prospect_name: String,
        /// What is to be done.
        pub title: String,
        /// What is said about it.
        pub notes: Option<String>,
        /// Who does it; nobody while nobody holds the package or the prospect.
        pub assignee: Option<Uuid>,
        /// Until when.
        pub due_at: Timestamp,
        /// Whether it is done.
        pub done: bool,
        /// Since when.
        pub done_at: Option<Timestamp>,
        /// Who did it.
        pub done_by: Option<Uuid>,
        /// Where it comes from.
        pub source: TaskSource,
        /// The package that it belongs to.
        pub handoff_id: Option<Uuid>,
        /// Which of the package's next steps it is, from 1.
        pub position: Option<i16>,
        /// Who wrote it down; nobody where the program did.
        pub created_by: Option<Uuid>,
        /// When it changed last.
        pub updated_at: Timestamp,
        /// When it was entered.
        pub created_at: Timestamp,
    }
}

impl Resource for Task {
    const PATH: &'static str = "/api/tasks";

    fn id(&self) -> Uuid {
        self.id
    }

    fn changed_at(&self) -> Timestamp {
        self.updated_at
    }
}

body! {
    /// What a client may write of a task.
    pub struct TaskBody {
        required {
            /// For whom.
            prospect_id: Uuid,
            /// What is to be done.
            title: Line,
        }
        defaulted {
            /// Until when; a day from now unless told otherwise.
            due_at: Timestamp,
            /// Whether it is done.
            done: bool,
        }
        nullable {
            /// What is said about it.
            notes: Prose,
            /// Who does it; whoever sells writes it down for himself.
            assignee: Uuid,
            /// The package that it belongs to.
            handoff_id: Uuid,
        }
        read_only {
            id, prospect_name, done_at, done_by, source, position, created_by, created_at,
            updated_at
        }
    }
}

impl Rules for TaskBody {}

filter! {
    /// Which tasks a list holds.
    pub struct TaskFilter {
        /// Who does them.
        assignee: Uuid,
        /// For whom.
        prospect_id: Uuid,
        /// The package that they belong to.
        handoff_id: Uuid,
        /// Whether they are done.
        done: bool,
        /// Where they come from.
        source: TaskSource,
        /// Due not before this moment.
        from: Timestamp,
        /// Due not after this moment.
        to: Timestamp,
    }
    sort {
        due_at: "timestamptz",
        created_at: "timestamptz",
        updated_at: "timestamptz",
        title: "text",
        prospect_name: "text",
        done: "bool",
        id: "uuid",
    }
}
