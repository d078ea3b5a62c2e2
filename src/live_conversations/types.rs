//! Live conversations as values.

use jiff::Timestamp;
use serde_json::Value;
use uuid::Uuid;

use crate::{
    body,
    catalogue::reasons,
    conversations::{AiConfidence, Outcome, Sentiment},
    envelope::Resource,
    error::Problem,
    filter,
    input::{Channel, Note, Prose, Rules},
    record,
    transcript_messages::Visibility,
    words,
};

words! {
    /// What the line does.
    pub enum LiveStatus {
        /// Being dialled.
        Dialing = "dialing",
        /// Ringing.
        Ringing = "ringing",
        /// Somebody is there.
        Connected = "connected",
        /// Over.
        Ended = "ended",
        /// Somebody writes.
        Typing = "typing",
        /// Waiting for an answer.
        Waiting = "waiting",
    }
}

words! {
    /// Who speaks for the desk.
    pub enum Controller {
        /// The agent.
        Ai = "ai",
        /// A person.
        Human = "human",
        /// Nobody.
        None = "none",
    }
}

words! {
    /// Where it stands between agent and person.
    pub enum LiveState {
        /// The agent speaks.
        AiActive = "ai_active",
        /// The agent speaks and suggests that a person takes over.
        HandoffSuggested = "handoff_suggested",
        /// The prospect was told that a person comes; the agent only holds.
        HandoffPending = "handoff_pending",
        /// A person speaks.
        HumanActive = "human_active",
        /// Nobody speaks.
        Paused = "paused",
        /// It is being closed.
        WrapUp = "wrap_up",
        /// It is over.
        Ended = "ended",
    }
}

words! {
    /// What the agent does at this moment.
    pub enum AgentState {
        /// It listens.
        Listening = "listening",
        /// It thinks.
        Thinking = "thinking",
        /// It speaks.
        Speaking = "speaking",
        /// Nothing.
        Idle = "idle",
    }
}

record! {
    /// The state of a conversation that is going on.
    pub struct LiveConversation {
        /// Its key.
        pub id: Uuid,
        /// With whom.
        pub prospect_id: Uuid,
        /// The prospect's name when it began.
        pub prospect_name: String,
        /// By which way.
        pub channel: Channel,
        /// What the line does.
        pub status: LiveStatus,
        /// Seconds so far.
        pub duration: i32,
        /// What the agent would ask next; hidden from operations.
        pub next_best_question: Option<String>,
        /// The mood of the prospect; hidden from operations.
        pub sentiment: Option<Sentiment>,
        /// When it began.
        pub started_at: Timestamp,
        /// When it ended.
        pub ended_at: Option<Timestamp>,
        /// The conversation that stays of it.
        pub conversation_id: Uuid,
        /// Who speaks for the desk.
        pub controller: Controller,
        /// The person who does.
        pub controller_user_id: Option<Uuid>,
        /// Counts the changes of control; what was made under a lower one is not sent.
        pub control_epoch: i64,
        /// Where it stands between agent and person.
        pub state: LiveState,
        /// The handoff that goes with it.
        pub handoff_package_id: Option<Uuid>,
        /// When the prospect spoke last.
        pub last_inbound_at: Option<Timestamp>,
        /// When the desk spoke last.
        pub last_outbound_at: Option<Timestamp>,
        /// Since when the prospect has been waiting.
        pub waiting_since: Option<Timestamp>,
        /// Why the agent is silent.
        pub ai_paused_reason: Option<String>,
        /// What the prospect seems to want.
        pub intent_now: Option<String>,
        /// How sure the agent is.
        pub ai_confidence_now: Option<AiConfidence>,
        /// What the agent does at this moment.
        pub agent_state: Option<AgentState>,
        /// Who takes part.
        pub participants: Value,
        /// Who listens in.
        pub supervisor_ids: Vec<Uuid>,
        /// Until when free text may be sent (WhatsApp).
        pub channel_window_expires_at: Option<Timestamp>,
        /// When it changed last.
        pub updated_at: Timestamp,
        /// When it was entered.
        pub created_at: Timestamp,
    }
}

impl Resource for LiveConversation {
    const PATH: &'static str = "/api/live-conversations";

    fn id(&self) -> Uuid {
        self.id
    }

    fn changed_at(&self) -> Timestamp {
        self.updated_at
    }
}

body! {
    /// Whose control a person takes over.
    pub struct TakeoverBody {
        required {
            /// The epoch of control that he knows; 409 when another holds.
            epoch: i64,
        }
        defaulted {}
        nullable {}
        read_only {}
    }
}

impl Rules for TakeoverBody {}

body! {
    /// How a person returns a conversation to the agent.
    pub struct ReturnBody {
        required {
            /// The epoch of control that he knows; 409 when another holds.
            epoch: i64,
        }
        defaulted {}
        nullable {
            /// Why, or what was agreed: the agent reads it.
            reason: Note,
        }
        read_only {}
    }
}

impl Rules for ReturnBody {}

body! {
    /// To whom a conversation passes.
    pub struct TransferBody {
        required {
            /// Who gets it.
            user_id: Uuid,
        }
        defaulted {}
        nullable {
            /// The epoch of control that the caller knows; 409 when another holds.
            epoch: i64,
        }
        read_only {}
    }
}

impl Rules for TransferBody {}

body! {
    /// What a person says.
    pub struct SayBody {
        required {
            /// What is said.
            message: Prose,
        }
        defaulted {
            /// Who may read it: a public message takes over, an internal one
            /// does not. Public where nothing is said.
            visibility: Visibility,
        }
        nullable {
            /// The epoch of control that the caller knows; 409 when another holds.
            epoch: i64,
        }
        read_only {}
    }
}

impl Rules for SayBody {
    fn problems(&self) -> Vec<Problem> {
        match self.message.value() {
            Some(words) if words.as_str().is_empty() => {
                vec![Problem::worded("message", reasons::EMPTY)]
            }
            _ => Vec::new(),
        }
    }
}

body! {
    /// What came of a conversation.
    pub struct EndBody {
        required {
            /// What came of it, as the conversation keeps it.
            outcome: Outcome,
        }
        defaulted {}
        nullable {
            /// The epoch of control that the caller knows; 409 when another holds.
            epoch: i64,
        }
        read_only {}
    }
}

impl Rules for EndBody {}

filter! {
    /// Which live conversations a list holds.
    pub struct LiveConversationFilter {
        /// With whom.
        prospect_id: Uuid,
        /// The conversation that stays of it.
        conversation_id: Uuid,
        /// By which way.
        channel: Channel,
        /// What the line does.
        status: LiveStatus,
        /// Where it stands between agent and person.
        state: LiveState,
        /// Who speaks for the desk.
        controller: Controller,
        /// The person who does.
        controller_user_id: Uuid,
    }
    sort {
        started_at: "timestamptz",
        created_at: "timestamptz",
        updated_at: "timestamptz",
        duration: "int4",
        status: "text",
        prospect_name: "text",
        id: "uuid",
    }
}
