//! Handoff packages as values.

use jiff::Timestamp;
use uuid::Uuid;

use crate::{
    body,
    conversations::Channel,
    envelope::Resource,
    filter,
    input::{JsonObject, Line, Prose, Rules, Words},
    record, words,
};

words! {
    /// How soon a package must be claimed.
    pub enum HandoffPriority {
        /// Within five minutes.
        High = "high",
        /// Within an hour of work.
        Medium = "medium",
        /// Within 24 hours of work.
        Low = "low",
    }
}

words! {
    /// Where a package stands.
    pub enum HandoffStatus {
        /// Nobody has it.
        Pending = "pending",
        /// Somebody has it.
        Claimed = "claimed",
        /// It is done.
        Completed = "completed",
        /// Nobody took it in time.
        Expired = "expired",
    }
}

words! {
    /// What came of a package.
    pub enum CompletionOutcome {
        /// The prospect was reached.
        Contacted = "contacted",
        /// An appointment was made.
        Booked = "booked",
        /// The prospect bought or rented.
        Won = "won",
        /// The prospect did not.
        Lost = "lost",
        /// The prospect could not be reached.
        Unreachable = "unreachable",
        /// Another package is the same.
        Duplicate = "duplicate",
        /// The prospect does not want it any more.
        CancelledByCustomer = "cancelled_by_customer",
    }
}

record! {
    /// What a person needs to go on where the agent stopped.
    pub struct Handoff {
        /// Its key.
        pub id: Uuid,
        /// The conversation that it goes on from.
        pub conversation_id: Uuid,
        /// With whom.
        pub prospect_id: Uuid,
        /// The prospect's name.
        pub prospect_name: String,
        /// The prospect's telephone; masked until it is claimed.
        pub prospect_phone: Option<String>,
        /// The prospect's address; masked until it is claimed.
        pub prospect_email: Option<String>,
        /// The prospect's WhatsApp; masked until it is claimed.
        pub prospect_whatsapp: Option<String>,
        /// When it was made.
        pub timestamp: Timestamp,
        /// How soon it must be claimed.
        pub priority: HandoffPriority,
        /// Why it was made: a code, a colon and a sentence.
        pub reason: String,
        /// The whole in a few lines.
        pub summary: String,
        /// What the prospect wants.
        pub detected_needs: Vec<String>,
        /// Homes that fit, by name, best first.
        pub suggested_properties: Vec<String>,
        /// How the prospect is judged.
        pub qualification_score: JsonObject,
        /// The end of what was said.
        pub conversation_context: String,
        /// What to do, in order.
        pub next_steps: Vec<String>,
        /// Where it stands.
        pub status: HandoffStatus,
        /// Who has it.
        pub claimed_by: Option<Uuid>,
        /// Since when.
        pub claimed_at: Option<Timestamp>,
        /// The way by which the prospect came.
        pub source_channel: Channel,
        /// The way to go on by.
        pub suggested_follow_up_channel: Option<Channel>,
        /// Homes that fit, in the order of their names.
        pub suggested_property_ids: Vec<Uuid>,
        /// The appointment that it was made from.
        pub appointment_id: Option<Uuid>,
        /// Until when it should be claimed.
        pub claim_due_at: Option<Timestamp>,
        /// Until when it can be claimed.
        pub expires_at: Option<Timestamp>,
        /// When it was done.
        pub completed_at: Option<Timestamp>,
        /// What came of it.
        pub completion_outcome: Option<CompletionOutcome>,
        /// What is said about that.
        pub completion_notes: Option<String>,
        /// The model that judged.
        pub model_version: Option<String>,
        /// The name of what it was made from: SHA-256, hexadecimal.
        pub inputs_hash: Option<String>,
        /// To whom it is offered before others.
        pub offered_to: Option<Uuid>,
        /// Whose pool it is in.
        pub team_id: Uuid,
        /// Who asked for it.
        pub created_by: Option<Uuid>,
        /// When it changed last.
        pub updated_at: Timestamp,
        /// When it was entered.
        pub created_at: Timestamp,
    }
}

impl Resource for Handoff {
    const PATH: &'static str = "/api/handoffs";

    fn id(&self) -> Uuid {
        self.id
    }

    fn changed_at(&self) -> Timestamp {
        self.updated_at
    }
}

body! {
    /// What a client may write of a package.
    pub struct HandoffBody {
        required {
            /// The conversation that it goes on from.
            conversation_id: Uuid,
            /// With whom.
            prospect_id: Uuid,
            /// How soon it must be claimed.
            priority: HandoffPriority,
            /// Why it is made.
            reason: Prose,
            /// The whole in a few lines.
            summary: Prose,
            /// The end of what was said.
            conversation_context: Prose,
            /// The way by which the prospect came.
            source_channel: Channel,
        }
        defaulted {
            /// When it was made.
            timestamp: Timestamp,
            /// What the prospect wants.
            detected_needs: Words,
            /// Homes that fit, by name, best first.
            suggested_properties: Words,
            /// How the prospect is judged.
            qualification_score: JsonObject,
            /// What to do, in order.
            next_steps: Words,
            /// Where it stands; a manager expires a package and revives it.
            status: HandoffStatus,
            /// Homes that fit, in the order of their names.
            suggested_property_ids: Vec<Uuid>,
            /// Whose pool it is in; the prospect's team unless told otherwise.
            team_id: Uuid,
        }
        nullable {
            /// The way to go on by.
            suggested_follow_up_channel: Channel,
            /// The appointment that it belongs to.
            appointment_id: Uuid,
            /// Until when it should be claimed.
            claim_due_at: Timestamp,
            /// Until when it can be claimed.
            expires_at: Timestamp,
            /// To whom it is offered before others.
            offered_to: Uuid,
        }
        read_only {
            id, prospect_name, prospect_phone, prospect_email, prospect_whatsapp, completed_at,
            completion_outcome, completion_notes, model_version, inputs_hash, created_by,
            created_at, updated_at
        }
    }
}

impl Rules for HandoffBody {}

body! {
    /// Which appointment a package is made from.
    pub struct FromAppointmentBody {
        required {
            /// The appointment.
            appointment_id: Uuid,
        }
        defaulted {}
        nullable {}
        read_only {}
    }
}

impl Rules for FromAppointmentBody {}

body! {
    /// Which conversation a package is made from, and why.
    pub struct FromConversationBody {
        required {
            /// The conversation.
            conversation_id: Uuid,
        }
        defaulted {}
        nullable {
            /// A code such as `human_requested` or `complaint`, or a sentence.
            reason: Line,
        }
        read_only {}
    }
}

impl Rules for FromConversationBody {}

body! {
    /// Why a package is given back.
    pub struct ReleaseBody {
        required {}
        defaulted {}
        nullable {
            /// Why.
            reason: Line,
        }
        read_only {}
    }
}

impl Rules for ReleaseBody {}

body! {
    /// What came of a package.
    pub struct CompleteBody {
        required {
            /// What came of it.
            outcome: CompletionOutcome,
        }
        defaulted {}
        nullable {
            /// What is said about that.
            notes: Prose,
        }
        read_only {}
    }
}

impl Rules for CompleteBody {}

body! {
    /// To whom a package passes, and why.
    pub struct ReassignBody {
        required {
            /// Who gets it.
            user_id: Uuid,
        }
        defaulted {}
        nullable {
            /// Why.
            reason: Line,
        }
        read_only {}
    }
}

impl Rules for ReassignBody {}

filter! {
    /// Which packages a list holds.
    pub struct HandoffFilter {
        /// Where it stands.
        status: HandoffStatus,
        /// How soon it must be claimed.
        priority: HandoffPriority,
        /// With whom.
        prospect_id: Uuid,
        /// The conversation that it goes on from.
        conversation_id: Uuid,
        /// The appointment that it was made from.
        appointment_id: Uuid,
        /// Who has it.
        claimed_by: Uuid,
    }
    sort {
        created_at: "timestamptz",
        updated_at: "timestamptz",
        timestamp: "timestamptz",
        claim_due_at: "timestamptz" nullable,
        expires_at: "timestamptz" nullable,
        priority: "text",
        status: "text",
        prospect_name: "text",
        id: "uuid",
    }
}
