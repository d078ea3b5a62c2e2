//! Agent actions as values.

use jiff::Timestamp;
use serde_json::Value;
use uuid::Uuid;

use crate::{
    body,
    envelope::Resource,
    filter,
    input::{Amount, Rules},
    record, words,
};

words! {
    /// How far an action came.
    pub enum ActionStatus {
        /// Done.
        Completed = "completed",
        /// Not begun.
        Pending = "pending",
        /// Not done.
        Failed = "failed",
        /// Suggested.
        Proposed = "proposed",
        /// A person must say yes.
        AwaitingApproval = "awaiting_approval",
        /// A person said yes.
        Approved = "approved",
        /// A person said no.
        Rejected = "rejected",
        /// Under way.
        Running = "running",
        /// Left out.
        Skipped = "skipped",
    }
}

words! {
    /// Which tool the agent used.
    pub enum ActionType {
        /// Said something.
        Say = "say",
        /// Asked something.
        Ask = "ask",
        /// Looked a home up.
        LookupProperty = "lookup_property",
        /// Suggested a home.
        SuggestProperty = "suggest_property",
        /// Looked for a free time.
        CheckAvailability = "check_availability",
        /// Booked.
        BookAppointment = "book_appointment",
        /// Moved an appointment.
        RescheduleAppointment = "reschedule_appointment",
        /// Called an appointment off.
        CancelAppointment = "cancel_appointment",
        /// Wrote down what it heard.
        UpdateProspect = "update_prospect",
        /// Recorded a consent.
        RecordConsent = "record_consent",
        /// Recorded an opt-out.
        RecordOptOut = "record_opt_out",
        /// Understood something.
        DetectEntity = "detect_entity",
        /// Judged.
        ComputeScore = "compute_score",
        /// Sent a message.
        SendMessage = "send_message",
        /// Spoke to a machine.
        LeaveVoicemail = "leave_voicemail",
        /// Suggested a person.
        SuggestHandoff = "suggest_handoff",
        /// Passed the call on.
        TransferCall = "transfer_call",
        /// Said goodbye.
        EndConversation = "end_conversation",
        /// A tool failed.
        ToolError = "tool_error",
    }
}

words! {
    /// Who acts.
    pub enum Actor {
        /// The agent.
        Ai = "ai",
        /// A person.
        Human = "human",
        /// The server.
        System = "system",
    }
}

record! {
    /// A step that the agent took or wants to take.
    pub struct AgentAction {
        /// Its key.
        pub id: Uuid,
        /// Of which conversation.
        pub conversation_id: Uuid,
        /// When it was taken.
        pub timestamp: Timestamp,
        /// What is done, in words.
        pub action: String,
        /// How and why; hidden from operations.
        pub details: Option<String>,
        /// How far it came.
        pub status: ActionStatus,
        /// Of which live conversation.
        pub live_conversation_id: Option<Uuid>,
        /// The step of the plan that it serves.
        pub plan_step_id: Option<Uuid>,
        /// With whom.
        pub prospect_id: Uuid,
        /// Its number in the conversation.
        pub seq: Option<i32>,
        /// Which tool.
        pub action_type: Option<ActionType>,
        /// Who acts.
        pub actor: Actor,
        /// The person who acts.
        pub actor_id: Option<Uuid>,
        /// What the tool was given; hidden from operations.
        pub input: Option<Value>,
        /// What it gave back; hidden from operations.
        pub output: Option<Value>,
        /// How sure the agent was, 0 to 1.
        pub confidence: Option<Amount>,
        /// Who approved or rejected it.
        pub approved_by: Option<Uuid>,
        /// Why it failed.
        pub error_code: Option<String>,
        /// When it began.
        pub started_at: Option<Timestamp>,
        /// When it was done.
        pub finished_at: Option<Timestamp>,
        /// Milliseconds it took.
        pub latency_ms: Option<i32>,
        /// When it changed last.
        pub updated_at: Timestamp,
        /// When it was entered.
        pub created_at: Timestamp,
    }
}

impl Resource for AgentAction {
    const PATH: &'static str = "/api/agent-actions";

    fn id(&self) -> Uuid {
        self.id
    }

    fn changed_at(&self) -> Timestamp {
        self.updated_at
    }
}

body! {
    /// What a person may write of an action: an approval and nothing else.
    pub struct AgentActionBody {
        required {}
        defaulted {
            /// `approved` or `rejected`.
            status: ActionStatus,
        }
        nullable {}
        read_only {
            id, conversation_id, timestamp, action, details, approved_by, created_at, updated_at
        }
    }
}

impl Rules for AgentActionBody {}

filter! {
    /// Which actions a list holds.
    pub struct AgentActionFilter {
        /// Of which conversation.
        conversation_id: Uuid,
        /// Of which live conversation.
        live_conversation_id: Uuid,
        /// With whom.
        prospect_id: Uuid,
        /// How far it came.
        status: ActionStatus,
        /// Which tool.
        action_type: ActionType,
        /// Who acts.
        actor: Actor,
    }
    sort {
        timestamp: "timestamptz",
        created_at: "timestamptz",
        updated_at: "timestamptz",
        status: "text",
        id: "uuid",
    }
}
