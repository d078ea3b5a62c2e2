//! Conversations as values.

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
    /// How a conversation ended, or that it has not.
    pub enum Outcome {
        /// Somebody answered.
        Connected = "connected",
        /// A machine answered.
        Voicemail = "voicemail",
        /// Nobody answered.
        NoAnswer = "no_answer",
        /// The line was busy.
        Busy = "busy",
        /// The prospect is qualified.
        Qualified = "qualified",
        /// The prospect is not interested.
        NotInterested = "not_interested",
        /// The prospect replied.
        Responded = "responded",
        /// A mail was opened.
        Opened = "opened",
        /// A link was followed.
        Clicked = "clicked",
        /// Still going on.
        InProgress = "in_progress",
        /// The prospect wants to be called back.
        CallbackRequested = "callback_requested",
        /// An appointment was made.
        AppointmentBooked = "appointment_booked",
        /// The prospect asked for a person.
        HandoffRequested = "handoff_requested",
        /// Handed to a person.
        Transferred = "transferred",
        /// Somebody else's number.
        WrongNumber = "wrong_number",
        /// Nobody's number.
        InvalidNumber = "invalid_number",
        /// No common language.
        LanguageBarrier = "language_barrier",
        /// The prospect must not be contacted again.
        OptedOut = "opted_out",
        /// A technical failure.
        Failed = "failed",
        /// The prospect left.
        Abandoned = "abandoned",
        /// No conversation: a place for a handoff to hang on.
        Placeholder = "placeholder",
    }
}

words! {
    /// The mood of the prospect.
    pub enum Sentiment {
        /// Friendly.
        Positive = "positive",
        /// Neither.
        Neutral = "neutral",
        /// Annoyed.
        Negative = "negative",
        /// Both.
        Mixed = "mixed",
    }
}

words! {
    /// How sure the agent is: 1.0, 0.7 or 0.4 where a number is needed.
    pub enum AiConfidence {
        /// 1.0.
        High = "high",
        /// 0.7.
        Medium = "medium",
        /// 0.4.
        Low = "low",
    }
}

words! {
    /// Who began.
    pub enum Direction {
        /// The prospect.
        Inbound = "inbound",
        /// This desk.
        Outbound = "outbound",
    }
}

words! {
    /// Whether a conversation goes on.
    pub enum ConversationStatus {
        /// It goes on.
        Open = "open",
        /// It is over.
        Closed = "closed",
    }
}

words! {
    /// Who or what answered a call.
    pub enum AnsweredBy {
        /// A person.
        Human = "human",
        /// A machine.
        Voicemail = "voicemail",
        /// A menu.
        Ivr = "ivr",
        /// Nobody.
        Unavailable = "unavailable",
        /// Not known.
        Unknown = "unknown",
    }
}

words! {
    /// Whether a call may be recorded.
    pub enum RecordingConsent {
        /// Nobody asked.
        NotAsked = "not_asked",
        /// It was announced.
        Announced = "announced",
        /// The prospect agreed.
        Accepted = "accepted",
        /// The prospect refused.
        Declined = "declined",
    }
}

record! {
    /// What was said with a prospect.
    pub struct Conversation {
        /// Its key.
        pub id: Uuid,
        /// With whom.
        pub prospect_id: Uuid,
        /// The prospect's name when it was written.
        pub prospect_name: String,
        /// The campaign that it belongs to.
        pub campaign_id: Option<Uuid>,
        /// When it took place.
        pub timestamp: Timestamp,
        /// Seconds.
        pub duration: i32,
        /// By which way.
        pub channel: Channel,
        /// How it ended.
        pub outcome: Outcome,
        /// The mood of the prospect.
        pub sentiment: Option<Sentiment>,
        /// What was said; hidden from operations.
        pub transcript: Option<String>,
        /// How sure the agent was.
        pub ai_confidence: Option<AiConfidence>,
        /// Whether the agent suggests that a person takes over.
        pub handoff_suggested: bool,
        /// Messages in it.
        pub message_count: i32,
        /// A person's notes.
        pub notes: Option<String>,
        /// Who began.
        pub direction: Direction,
        /// Whether it goes on.
        pub status: ConversationStatus,
        /// Who or what answered.
        pub answered_by: Option<AnsweredBy>,
        /// Why it ended, as the provider says.
        pub end_reason: Option<String>,
        /// When it began.
        pub started_at: Option<Timestamp>,
        /// When it was answered.
        pub answered_at: Option<Timestamp>,
        /// When it ended.
        pub ended_at: Option<Timestamp>,
        /// Whether it may be recorded.
        pub recording_consent: Option<RecordingConsent>,
        /// Whether it only holds a handoff's place.
        pub is_placeholder: bool,
        /// BCP 47.
        pub language: Option<String>,
        /// When it changed last.
        pub updated_at: Timestamp,
        /// When it was entered.
        pub created_at: Timestamp,
    }
}

impl Resource for Conversation {
    const PATH: &'static str = "/api/conversations";

    fn id(&self) -> Uuid {
        self.id
    }

    fn changed_at(&self) -> Timestamp {
        self.updated_at
    }
}

body! {
    /// What a client may write of a conversation.
    pub struct ConversationBody {
        required {
            /// With whom.
            prospect_id: Uuid,
            /// By which way.
            channel: Channel,
            /// How it ended.
            outcome: Outcome,
        }
        defaulted {
            /// When it took place.
            timestamp: Timestamp,
            /// Seconds.
            duration: i32,
            /// Whether the agent suggests that a person takes over.
            handoff_suggested: bool,
            /// Who began.
            direction: Direction,
            /// Whether it goes on.
            status: ConversationStatus,
        }
        nullable {
            /// The campaign that it belongs to.
            campaign_id: Uuid,
            /// The mood of the prospect.
            sentiment: Sentiment,
            /// What was said.
            transcript: Prose,
            /// How sure the agent was.
            ai_confidence: AiConfidence,
            /// A person's notes.
            notes: Prose,
            /// Who or what answered.
            answered_by: AnsweredBy,
            /// Why it ended, as the provider says.
            end_reason: Line,
            /// When it began.
            started_at: Timestamp,
            /// When it was answered.
            answered_at: Timestamp,
            /// When it ended.
            ended_at: Timestamp,
            /// Whether it may be recorded.
            recording_consent: RecordingConsent,
            /// BCP 47.
            language: Line,
        }
        read_only {
            id, prospect_name, message_count, is_placeholder, created_at, updated_at
        }
    }
}

impl Rules for ConversationBody {
    fn problems(&self) -> Vec<Problem> {
        let mut problems = Vec::new();
        if self.outcome.value() == Some(&Outcome::Placeholder) {
            problems.push(Problem::worded("outcome", reasons::SERVER_ALONE));
        }
        problems
    }
}

filter! {
    /// Which conversations a list holds.
    pub struct ConversationFilter {
        /// With whom.
        prospect_id: Uuid,
        /// Of which campaign.
        campaign_id: Uuid,
        /// By which way.
        channel: Channel,
        /// How it ended.
        outcome: Outcome,
        /// Not before this moment.
        from: Timestamp,
        /// Not after this moment.
        to: Timestamp,
    }
    sort {
        timestamp: "timestamptz",
        created_at: "timestamptz",
        updated_at: "timestamptz",
        duration: "int4",
        message_count: "int4",
        channel: "text",
        outcome: "text",
        prospect_name: "text",
        id: "uuid",
    }
}
