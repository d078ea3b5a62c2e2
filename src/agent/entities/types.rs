//! Detected entities as values.

use jiff::Timestamp;
use serde_json::Value;
use uuid::Uuid;

use crate::{
    body,
    envelope::Resource,
    filter,
    input::{Amount, Prose, Rules},
    record, words,
};

words! {
    /// What an entity is about.
    pub enum EntityType {
        /// What may be spent.
        Budget = "budget",
        /// Where.
        Area = "area",
        /// How many.
        Bedrooms = "bedrooms",
        /// When.
        Timeline = "timeline",
        /// What for.
        Intent = "intent",
        /// A home.
        Property = "property",
        /// When to see it.
        VisitDate = "visit_date",
        /// An amount.
        Money = "money",
        /// A currency.
        Currency = "currency",
        /// A kind of home.
        PropertyType = "property_type",
        /// How many.
        Bathrooms = "bathrooms",
        /// What it must have.
        Feature = "feature",
        /// How it is paid.
        Financing = "financing",
        /// Who decides.
        DecisionMaker = "decision_maker",
        /// Who moves in.
        Household = "household",
        /// To buy or to rent.
        Purpose = "purpose",
        /// Why.
        Motivation = "motivation",
        /// What speaks against it.
        Objection = "objection",
        /// Who else.
        Competitor = "competitor",
        /// Where from.
        CurrentHome = "current_home",
        /// How to be reached.
        PreferredChannel = "preferred_channel",
        /// When to be reached.
        PreferredTime = "preferred_time",
        /// Which language.
        Language = "language",
        /// A number.
        ContactPhone = "contact_phone",
        /// An address.
        ContactEmail = "contact_email",
        /// Not to be contacted.
        OptOut = "opt_out",
        /// Wants a person.
        HumanRequest = "human_request",
        /// Complains.
        Complaint = "complaint",
    }
}

words! {
    /// Whether an entity holds.
    pub enum EntityStatus {
        /// The agent found it.
        Detected = "detected",
        /// A person says it is right.
        Confirmed = "confirmed",
        /// A person says it is wrong.
        Rejected = "rejected",
        /// A newer one took its place.
        Superseded = "superseded",
    }
}

record! {
    /// Something that the agent understood.
    pub struct DetectedEntity {
        /// Its key.
        pub id: Uuid,
        /// Where it was said.
        pub conversation_id: Option<Uuid>,
        /// Where it was said.
        pub live_conversation_id: Option<Uuid>,
        /// What it is about.
        pub r#type: EntityType,
        /// What was said, in words.
        pub value: String,
        /// How sure the agent is, 0 to 100.
        pub confidence: Amount,
        /// The message that holds the words.
        pub message_id: Option<Uuid>,
        /// Where they start, in characters.
        pub span_start: Option<i32>,
        /// Where they end, exclusive.
        pub span_end: Option<i32>,
        /// Whether it holds.
        pub status: EntityStatus,
        /// What it means.
        pub normalized: Option<Value>,
        /// Of whom.
        pub prospect_id: Uuid,
        /// Who confirmed or rejected it.
        pub confirmed_by: Option<Uuid>,
        /// What took its place.
        pub superseded_by: Option<Uuid>,
        /// What found it.
        pub detector: Option<String>,
        /// When it changed last.
        pub updated_at: Timestamp,
        /// When it was entered.
        pub created_at: Timestamp,
    }
}

impl Resource for DetectedEntity {
    const PATH: &'static str = "/api/detected-entities";

    fn id(&self) -> Uuid {
        self.id
    }

    fn changed_at(&self) -> Timestamp {
        self.updated_at
    }
}

body! {
    /// What a person may write of an entity: whether it holds; a manager also what it says.
    pub struct DetectedEntityBody {
        required {}
        defaulted {
            /// `confirmed` or `rejected`.
            status: EntityStatus,
            /// What was said, in words.
            value: Prose,
        }
        nullable {
            /// What it means.
            normalized: Value,
        }
        read_only {
            id, conversation_id, live_conversation_id, type, confidence, message_id, prospect_id, confirmed_by, created_at, updated_at
        }
    }
}

impl Rules for DetectedEntityBody {}

filter! {
    /// Which entities a list holds.
    pub struct DetectedEntityFilter {
        /// Where it was said.
        conversation_id: Uuid,
        /// Where it was said.
        live_conversation_id: Uuid,
        /// Of whom.
        prospect_id: Uuid,
        /// What it is about.
        r#type: EntityType,
        /// Whether it holds.
        status: EntityStatus,
    }
    sort {
        created_at: "timestamptz",
        updated_at: "timestamptz",
        confidence: "numeric",
        type: "text",
        id: "uuid",
    }
}
