//! Activities as values.

use jiff::Timestamp;
use uuid::Uuid;

use crate::{
    body,
    envelope::Resource,
    filter,
    input::{Prose, Rules},
    record, words,
};

words! {
    /// What happened. People note the first seven; what becomes of a task is
    /// noted by itself.
    pub enum ActivityKind {
        /// A call, answered or not.
        Call = "call",
        /// A message by WhatsApp.
        Whatsapp = "whatsapp",
        /// A text message.
        Sms = "sms",
        /// A mail.
        Email = "email",
        /// A talk.
        Meeting = "meeting",
        /// A look at a home.
        Viewing = "viewing",
        /// Something worth knowing; no contact.
        Note = "note",
        /// A task was done.
        TaskDone = "task_done",
        /// A task was not done after all.
        TaskReopened = "task_reopened",
        /// A task passed to somebody else.
        TaskPassed = "task_passed",
    }
}

record! {
    /// What happened with a prospect.
    pub struct Activity {
        /// Its key.
        pub id: Uuid,
        /// With whom.
        pub prospect_id: Uuid,
        /// The prospect's name at that time.
        pub prospect_name: String,
        /// What happened.
        pub kind: ActivityKind,
        /// What is said about it.
        pub body: Option<String>,
        /// When it happened.
        pub happened_at: Timestamp,
        /// The package that it belongs to.
        pub handoff_id: Option<Uuid>,
        /// The task that it is about, which may be gone.
        pub task_id: Option<Uuid>,
        /// Who noted it; nobody where the program did.
        pub actor: Option<Uuid>,
        /// When it was entered.
        pub created_at: Timestamp,
    }
}

impl Resource for Activity {
    const PATH: &'static str = "/api/activities";

    fn id(&self) -> Uuid {
        self.id
    }

    /// It never changes, so its tag is that of its making.
    fn changed_at(&self) -> Timestamp {
        self.created_at
    }
}

body! {
    /// What a client may note.
    pub struct ActivityBody {
        required {
            /// With whom.
            prospect_id: Uuid,
            /// What happened; not what becomes of a task.
            kind: ActivityKind,
        }
        defaulted {
            /// When it happened; now unless told otherwise, never in the future.
            happened_at: Timestamp,
        }
        nullable {
            /// What is said about it.
            body: Prose,
            /// The package that it belongs to.
            handoff_id: Uuid,
            /// The task that it is about.
            task_id: Uuid,
        }
        read_only { id, prospect_name, actor, created_at }
    }
}

impl Rules for ActivityBody {}

filter! {
    /// Which activities a list holds.
    pub struct ActivityFilter {
        /// With whom.
        prospect_id: Uuid,
        /// What happened.
        kind: ActivityKind,
        /// Who noted it.
        actor: Uuid,
        /// The package that they belong to.
        handoff_id: Uuid,
        /// The task that they are about.
        task_id: Uuid,
        /// Not before this moment.
        from: Timestamp,
        /// Not after this moment.
        to: Timestamp,
    }
    sort {
        happened_at: "timestamptz",
        created_at: "timestamptz",
        kind: "text",
        prospect_name: "text",
        id: "uuid",
    }
}
