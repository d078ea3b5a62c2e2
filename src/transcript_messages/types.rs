//! Transcript messages as values.

use jiff::Timestamp;
use uuid::Uuid;

use crate::{
    body,
    catalogue::reasons,
    envelope::Resource,
    error::Problem,
    filter,
    input::{Channel, Line, Prose, Rules},
    record, words,
};

words! {
    /// Who said it.
    pub enum Speaker {
        /// The agent.
        Agent = "agent",
        /// The prospect.
        Prospect = "prospect",
        /// A person of the desk.
        Rep = "rep",
        /// The server.
        System = "system",
    }
}

words! {
    /// What a message is.
    pub enum MessageType {
        /// Words.
        Text = "text",
        /// A picture.
        Image = "image",
        /// A file.
        Document = "document",
        /// A place.
        Location = "location",
    }
}

words! {
    /// Who may read it.
    pub enum Visibility {
        /// The prospect as well.
        Public = "public",
        /// The desk alone.
        Internal = "internal",
    }
}

words! {
    /// How far it came.
    pub enum DeliveryStatus {
        /// Waiting to be sent.
        Queued = "queued",
        /// Sent.
        Sent = "sent",
        /// Delivered.
        Delivered = "delivered",
        /// Read.
        Read = "read",
        /// Not delivered.
        Failed = "failed",
    }
}

record! {
    /// One message of a conversation.
    pub struct TranscriptMessage {
        /// Its key.
        pub id: Uuid,
        /// The live conversation in which it was said.
        pub live_conversation_id: Uuid,
        /// The conversation that stays of it.
        pub conversation_id: Uuid,
        /// When it was said.
        pub timestamp: Timestamp,
        /// Who said it.
        pub speaker: Speaker,
        /// What was said.
        pub message: String,
        /// What it is.
        pub r#type: MessageType,
        /// Its number in the conversation, from 1 without gaps.
        pub seq: i64,
        /// The provider's key.
        pub provider_message_id: Option<String>,
        /// Who may read it.
        pub visibility: Visibility,
        /// With whom.
        pub prospect_id: Uuid,
        /// By which way.
        pub channel: Channel,
        /// The person who said it.
        pub sender_user_id: Option<Uuid>,
        /// BCP 47.
        pub language: Option<String>,
        /// Whether it may no longer be replaced.
        pub is_final: bool,
        /// Start in the recording, milliseconds.
        pub start_ms: Option<i32>,
        /// End in the recording, milliseconds.
        pub end_ms: Option<i32>,
        /// How far it came.
        pub delivery_status: Option<DeliveryStatus>,
        /// The message that it answers.
        pub reply_to_id: Option<Uuid>,
        /// When its words were taken away.
        pub redacted_at: Option<Timestamp>,
        /// The epoch of control under which it was said.
        pub control_epoch: Option<i64>,
        /// When it changed last.
        pub updated_at: Timestamp,
        /// When it was entered.
        pub created_at: Timestamp,
    }
}

impl Resource for TranscriptMessage {
    const PATH: &'static str = "/api/transcript-messages";

    fn id(&self) -> Uuid {
        self.id
    }

    fn changed_at(&self) -> Timestamp {
        self.updated_at
    }
}

body! {
    /// What a client may write of a message.
    pub struct TranscriptMessageBody {
        required {
            /// The live conversation in which it is said.
            live_conversation_id: Uuid,
            /// What is said.
            message: Prose,
        }
        defaulted {
            /// Who says it; a person always speaks as `rep`.
            speaker: Speaker,
            /// What it is.
            r#type: MessageType,
            /// Who may read it.
            visibility: Visibility,
        }
        nullable {
            /// BCP 47.
            language: Line,
            /// The message that it answers.
            reply_to_id: Uuid,
            /// The epoch of control under which it was written; 409 when it is over.
            control_epoch: i64,
        }
        read_only {
            id, conversation_id, prospect_id, seq, timestamp, channel, sender_user_id, is_final,
            created_at, updated_at
        }
    }
}

impl Rules for TranscriptMessageBody {
    fn problems(&self) -> Vec<Problem> {
        match self.message.value() {
            Some(words) if words.as_str().is_empty() => {
                vec![Problem::worded("message", reasons::EMPTY)]
            }
            _ => Vec::new(),
        }
    }
}

filter! {
    /// Which messages a list holds.
    pub struct TranscriptMessageFilter {
        /// Of which live conversation.
        live_conversation_id: Uuid,
        /// Of which conversation.
        conversation_id: Uuid,
        /// With whom.
        prospect_id: Uuid,
        /// Who said it.
        speaker: Speaker,
        /// What it is.
        r#type: MessageType,
        /// Who may read it.
        visibility: Visibility,
    }
    sort {
        created_at: "timestamptz",
        timestamp: "timestamptz",
        seq: "int8",
        id: "uuid",
    }
}
