//! Qualification scores as values.

use jiff::Timestamp;
use serde_json::Value;
use uuid::Uuid;

use crate::{
    body,
    envelope::Resource,
    filter,
    input::{Amount, Line, Rules, Words},
    record, words,
};

words! {
    /// How soon a prospect wants to move.
    pub enum Urgency {
        /// Within 3 months.
        High = "high",
        /// Within 6 months.
        Medium = "medium",
        /// Later, or unknown.
        Low = "low",
    }
}

words! {
    /// The score as a letter.
    pub enum Grade {
        /// From 80.
        A = "A",
        /// From 60.
        B = "B",
        /// From 40.
        C = "C",
        /// Below.
        D = "D",
    }
}

words! {
    /// The score as a feeling.
    pub enum Temperature {
        /// From 80.
        Hot = "hot",
        /// From 50.
        Warm = "warm",
        /// Below.
        Cold = "cold",
    }
}

words! {
    /// Who judged.
    pub enum ComputedBy {
        /// The model.
        Rule = "rule",
        /// A person.
        HumanOverride = "human_override",
    }
}

record! {
    /// One judgement of a prospect.
    pub struct QualificationScore {
        /// Its key.
        pub id: Uuid,
        /// Of which conversation.
        pub conversation_id: Uuid,
        /// Need, authority and engagement in percent.
        pub intent_score: Option<i16>,
        /// Budget in percent.
        pub budget_fit_score: Option<i16>,
        /// How soon.
        pub urgency: Option<Urgency>,
        /// How well the home fits, 0 to 100.
        pub property_match_confidence: Option<i16>,
        /// What speaks against it.
        pub risk_flags: Vec<String>,
        /// 0 to 100.
        pub overall_score: i16,
        /// Of whom.
        pub prospect_id: Uuid,
        /// Of which appointment.
        pub appointment_id: Option<Uuid>,
        /// Which model judged.
        pub model_version: Option<String>,
        /// 0 to 25.
        pub budget: Option<i16>,
        /// 0 to 25.
        pub timeline: Option<i16>,
        /// 0 to 20.
        pub need: Option<i16>,
        /// 0 to 10.
        pub authority: Option<i16>,
        /// 0 to 20.
        pub engagement: Option<i16>,
        /// -40 to 0.
        pub penalty: Option<i16>,
        /// A from 80, B from 60, C from 40, else D.
        pub grade: Option<Grade>,
        /// Hot from 80, warm from 50, else cold.
        pub temperature: Option<Temperature>,
        /// How much is known, 0 to 1.
        pub confidence: Option<Amount>,
        /// Whether there is no score at all.
        pub disqualified: bool,
        /// Why.
        pub disqualified_reason: Option<String>,
        /// What each part rests on.
        pub evidence: Value,
        /// The rule or a person.
        pub computed_by: ComputedBy,
        /// Why a person judged otherwise.
        pub override_reason: Option<String>,
        /// The person.
        pub created_by: Option<Uuid>,
        /// When it was made.
        pub created_at: Timestamp,
    }
}

impl Resource for QualificationScore {
    const PATH: &'static str = "/api/qualification-scores";

    fn id(&self) -> Uuid {
        self.id
    }

    fn changed_at(&self) -> Timestamp {
        self.created_at
    }
}

body! {
    /// What a person may write of a score: a judgement of his own, with the reason.
    pub struct QualificationScoreBody {
        required {
            /// Of which conversation.
            conversation_id: Uuid,
            /// 0 to 100.
            overall_score: i16,
            /// Why it is judged otherwise.
            override_reason: Line,
        }
        defaulted {
            /// What speaks against it.
            risk_flags: Words,
        }
        nullable {
            /// Need, authority and engagement in percent.
            intent_score: i16,
            /// Budget in percent.
            budget_fit_score: i16,
            /// How soon.
            urgency: Urgency,
            /// How well the home fits, 0 to 100.
            property_match_confidence: i16,
            /// Of which appointment.
            appointment_id: Uuid,
            /// A from 80, B from 60, C from 40, else D.
            grade: Grade,
            /// Hot from 80, warm from 50, else cold.
            temperature: Temperature,
        }
        read_only {
            id, prospect_id, computed_by, created_by, created_at
        }
    }
}

impl Rules for QualificationScoreBody {}

filter! {
    /// Which scores a list holds.
    pub struct QualificationScoreFilter {
        /// Of which conversation.
        conversation_id: Uuid,
        /// Of whom.
        prospect_id: Uuid,
        /// Of which appointment.
        appointment_id: Uuid,
        /// A from 80, B from 60, C from 40, else D.
        grade: Grade,
        /// The rule or a person.
        computed_by: ComputedBy,
    }
    sort {
        created_at: "timestamptz",
        overall_score: "int2",
        id: "uuid",
    }
}
