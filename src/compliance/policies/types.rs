//! Contact policies as values.

use jiff::{
    Timestamp,
    civil::{Date, Time},
};
use uuid::Uuid;

use crate::{
    body,
    envelope::Resource,
    filter,
    input::{Distinct, Line, Note, Rules},
    record, words,
};

words! {
    /// The channels that something holds for.
    pub enum ChannelScope {
        /// Every one.
        All = "all",
        /// Calls.
        Phone = "phone",
        /// WhatsApp.
        Whatsapp = "whatsapp",
        /// Text messages.
        Sms = "sms",
        /// Mail.
        Email = "email",
    }
}

words! {
    /// Whose consent a recording needs.
    pub enum RecordingMode {
        /// Everybody's.
        AllParty = "all_party",
        /// One side's.
        OneParty = "one_party",
        /// Nothing is recorded.
        None = "none",
    }
}

record! {
    /// When and how often people of a jurisdiction may be contacted.
    pub struct ContactPolicy {
        /// Its key.
        pub id: Uuid,
        /// ISO 3166-1 country, ISO 3166-2 subdivision, or `*` for everywhere
        /// else.
        pub jurisdiction: String,
        /// The channels that it holds for.
        pub channel: ChannelScope,
        /// From when, on the wall clock of the person.
        pub window_start: Time,
        /// Until when, exclusively; before the start it crosses midnight.
        pub window_end: Time,
        /// ISO weekdays; 1 is Monday.
        pub window_days: Vec<i16>,
        /// Days on which nobody is contacted.
        pub holidays: Vec<Date>,
        /// Attempts in any 24 hours at most, over all campaigns.
        pub max_per_24h: i32,
        /// Attempts in any 7 days at most.
        pub max_per_7d: Option<i32>,
        /// Minutes between two attempts at least.
        pub min_gap_minutes: i32,
        /// Whose consent a recording needs.
        pub recording_mode: RecordingMode,
        /// Whether the agent must say that it is one.
        pub ai_disclosure: bool,
        /// Whether a campaign's own zone may stand in where nobody knows the
        /// person's.
        pub fallback_timezone_allowed: bool,
        /// Where it comes from.
        pub note: Option<String>,
        /// When it changed last.
        pub updated_at: Timestamp,
        /// When it was made.
        pub created_at: Timestamp,
    }
}

impl Resource for ContactPolicy {
    const PATH: &'static str = "/api/contact-policies";

    fn id(&self) -> Uuid {
        self.id
    }

    fn changed_at(&self) -> Timestamp {
        self.updated_at
    }
}

body! {
    /// What may be written of a contact policy.
    pub struct ContactPolicyBody {
        required {
            /// ISO 3166-1 country, ISO 3166-2 subdivision, or `*`.
            jurisdiction: Line,
            /// From when, on the wall clock of the person.
            window_start: Time,
            /// Until when, exclusively; before the start it crosses midnight.
            window_end: Time,
        }
        defaulted {
            /// The channels that it holds for.
            channel: ChannelScope,
            /// ISO weekdays; 1 is Monday.
            window_days: Distinct<i16>,
            /// Days on which nobody is contacted.
            holidays: Distinct<Date>,
            /// Attempts in any 24 hours at most, over all campaigns.
            max_per_24h: i32,
            /// Minutes between two attempts at least.
            min_gap_minutes: i32,
            /// Whose consent a recording needs.
            recording_mode: RecordingMode,
            /// Whether the agent must say that it is one.
            ai_disclosure: bool,
            /// Whether a campaign's own zone may stand in where nobody knows
            /// the person's.
            fallback_timezone_allowed: bool,
        }
        nullable {
            /// Attempts in any 7 days at most.
            max_per_7d: i32,
            /// Where it comes from.
            note: Note,
        }
        read_only { id, created_at, updated_at }
    }
}

impl Rules for ContactPolicyBody {}

filter! {
    /// Which contact policies a list holds.
    pub struct ContactPolicyFilter {
        /// The jurisdiction.
        jurisdiction: Line,
        /// The channels that they hold for.
        channel: ChannelScope,
    }
    sort {
        jurisdiction: "text",
        channel: "text",
        created_at: "timestamptz",
        updated_at: "timestamptz",
        id: "uuid",
    }
}
