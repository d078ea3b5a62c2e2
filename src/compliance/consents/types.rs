//! Consents as values.

use std::net::IpAddr;

use jiff::Timestamp;
use uuid::Uuid;

use crate::{
    body,
    envelope::Resource,
    filter,
    input::{Channel, Line, Note, Rules},
    record, words,
};

words! {
    /// What somebody agreed to.
    pub enum ConsentPurpose {
        /// To be sold to.
        Marketing = "marketing",
        /// To be informed.
        Informational = "informational",
        /// To be recorded.
        Recording = "recording",
        /// To be called by an artificial voice.
        AiVoice = "ai_voice",
    }
}

words! {
    /// What he said.
    pub enum ConsentStatus {
        /// Yes.
        Granted = "granted",
        /// No.
        Denied = "denied",
        /// No longer.
        Withdrawn = "withdrawn",
    }
}

record! {
    /// What somebody said about being contacted, with the proof of it.
    pub struct Consent {
        /// Its key.
        pub id: Uuid,
        /// Who said it.
        pub prospect_id: Uuid,
        /// On which channel.
        pub channel: Channel,
        /// For what.
        pub purpose: ConsentPurpose,
        /// What he said.
        pub status: ConsentStatus,
        /// Which text he was shown.
        pub text_version: Option<String>,
        /// When he said it.
        pub captured_at: Timestamp,
        /// How it was taken down.
        pub method: Option<String>,
        /// Where the proof is.
        pub evidence_ref: Option<String>,
        /// From which address.
        pub ip: Option<IpAddr>,
        /// With which program.
        pub user_agent: Option<String>,
        /// Where it comes from.
        pub source: Option<String>,
        /// Until when it holds.
        pub expires_at: Option<Timestamp>,
        /// Who took it down.
        pub captured_by: Option<Uuid>,
        /// When it was entered.
        pub created_at: Timestamp,
    }
}

impl Resource for Consent {
    const PATH: &'static str = "/api/consents";

    fn id(&self) -> Uuid {
        self.id
    }

    fn changed_at(&self) -> Timestamp {
        self.created_at
    }
}

body! {
    /// What may be said of a consent when it is recorded.
    pub struct ConsentBody {
        required {
            /// Who said it.
            prospect_id: Uuid,
            /// On which channel.
            channel: Channel,
            /// For what.
            purpose: ConsentPurpose,
            /// What he said.
            status: ConsentStatus,
        }
        defaulted {
            /// When he said it; now, where nothing is said.
            captured_at: Timestamp,
        }
        nullable {
            /// Which text he was shown.
            text_version: Line,
            /// How it was taken down.
            method: Line,
            /// Where the proof is.
            evidence_ref: Note,
            /// From which address.
            ip: IpAddr,
            /// With which program.
            user_agent: Note,
            /// Where it comes from.
            source: Line,
            /// Until when it holds.
            expires_at: Timestamp,
        }
        read_only { id, captured_by, created_at }
    }
}

impl Rules for ConsentBody {}

filter! {
    /// Which consents a list holds.
    pub struct ConsentFilter {
        /// Who said it.
        prospect_id: Uuid,
        /// On which channel.
        channel: Channel,
        /// For what.
        purpose: ConsentPurpose,
        /// What he said.
        status: ConsentStatus,
    }
    sort {
        captured_at: "timestamptz",
        created_at: "timestamptz",
        id: "uuid",
    }
}
