//! Integrations as values.

use jiff::Timestamp;
use uuid::Uuid;

use crate::{
    body,
    envelope::Resource,
    filter,
    input::{JsonObject, Line, Note, Rules},
    record, words,
};

words! {
    /// What an integration is for.
    pub enum IntegrationType {
        /// Customer records.
        Crm = "crm",
        /// Calls.
        Telephony = "telephony",
        /// Appointments.
        Calendar = "calendar",
        /// Messages.
        Messaging = "messaging",
        /// Mail.
        Email = "email",
    }
}

words! {
    /// Whether it works.
    pub enum IntegrationStatus {
        /// It does.
        Connected = "connected",
        /// It is not in use.
        Disconnected = "disconnected",
        /// It does not.
        Error = "error",
    }
}

record! {
    /// A connection to another system.
    pub struct Integration {
        /// Its key.
        pub id: Uuid,
        /// What it is called.
        pub name: String,
        /// What it is for.
        pub r#type: IntegrationType,
        /// Whether it works.
        pub status: IntegrationStatus,
        /// When data last went through it.
        pub last_sync: Option<Timestamp>,
        /// A name, a sign, a path or a web address.
        pub icon: Option<String>,
        /// When it changed last.
        pub updated_at: Timestamp,
        /// When it was made.
        pub created_at: Timestamp,
        /// The names that its configuration sets; only for those who may set
        /// them, and never their values.
        #[serde(skip_serializing_if = "Option::is_none")]
        pub config_keys: Option<Vec<String>>,
    }
}

impl Resource for Integration {
    const PATH: &'static str = "/api/integrations";

    fn id(&self) -> Uuid {
        self.id
    }

    fn changed_at(&self) -> Timestamp {
        self.updated_at
    }
}

record! {
    /// What a write of an integration gives back before it is read again.
    pub(super) struct Written {
        /// Its key.
        pub id: Uuid,
    }
}

body! {
    /// What may be written of an integration.
    pub struct IntegrationBody {
        required {
            /// What it is called; with the type it is one of a kind.
            name: Line,
            /// What it is for.
            r#type: IntegrationType,
        }
        defaulted {
            /// Whether it works.
            status: IntegrationStatus,
        }
        nullable {
            /// When data last went through it.
            last_sync: Timestamp,
            /// A name, a sign, a path or a web address.
            icon: Note,
            /// Its configuration, write-only: kept encrypted, replaced as a
            /// whole, never shown again.
            config: JsonObject,
        }
        read_only { id, config_keys, created_at, updated_at }
    }
}

impl Rules for IntegrationBody {}

filter! {
    /// Which integrations a list holds.
    pub struct IntegrationFilter {
        /// What they are for.
        r#type: IntegrationType,
        /// Whether they work.
        status: IntegrationStatus,
    }
    sort {
        created_at: "timestamptz",
        updated_at: "timestamptz",
        name: "text",
        type: "text",
        status: "text",
        last_sync: "timestamptz" nullable,
        id: "uuid",
    }
}
