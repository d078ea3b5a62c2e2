//! The rows a package is made from, as they are read from the database.

use jiff::{Timestamp, tz::TimeZone};
use rust_decimal::Decimal;
use serde::{Serialize, Serializer};
use serde_json::Value;
use uuid::Uuid;

use crate::handoffs::facts::{
    AiConfidence, AppointmentKind, AppointmentStatus, Channel, ConsentStatus, EntityStatus,
    ProspectStatus, Sentiment,
};
use crate::handoffs::generate::ReasonCode;
use crate::handoffs::money::Rates;
use crate::properties::matching::{Candidate, decimal_text};
use crate::teams::calendar::Calendar;

/// A row of `prospects` with what hangs off it.
#[derive(Debug, Clone, Serialize)]
pub struct Prospect {
    /// `id`.
    pub id: Uuid,
    /// `name`.
    pub name: String,
    /// `email`.
    pub email: Option<String>,
    /// `phone`; serves calls and text messages.
    pub phone: Option<String>,
    /// `whatsapp`.
    pub whatsapp: Option<String>,
    /// `status`.
    pub status: ProspectStatus,
    /// `preferred_channel`.
    pub preferred_channel: Option<Channel>,
    /// `budget`, as the person said it.
    pub budget: Option<String>,
    /// `budget_min`, whole currency units.
    #[serde(serialize_with = "decimal_text")]
    pub budget_min: Option<Decimal>,
    /// `budget_max`.
    #[serde(serialize_with = "decimal_text")]
    pub budget_max: Option<Decimal>,
    /// `budget_currency`, ISO 4217.
    pub budget_currency: Option<String>,
    /// `timeline`, as the person said it.
    pub timeline: Option<String>,
    /// `timeline_months_max`: 0 now … 99 browsing.
    pub timeline_months_max: Option<i16>,
    /// `city`.
    pub city: Option<String>,
    /// `region`.
    pub region: Option<String>,
    /// `purpose`: `buy` or `rent`.
    pub purpose: Option<String>,
    /// `wanted_types`.
    pub wanted_types: Vec<String>,
    /// `wanted_bedrooms_min`.
    pub wanted_bedrooms_min: Option<i32>,
    /// `wanted_bedrooms_max`.
    pub wanted_bedrooms_max: Option<i32>,
    /// `wanted_features`.
    pub wanted_features: Vec<String>,
    /// `must_haves`: names of `properties::matching::Dimension`; others are ignored.
    pub must_haves: Vec<String>,
    /// Properties the prospect has turned down; any order.
    pub rejected_property_ids: Vec<Uuid>,
    /// How often this prospect did not come, the given appointment included.
    pub no_shows: i64,
    /// Whether `erased_at` is set.
    pub erased: bool,
    /// Whether another prospect is a candidate for the same person.
    pub duplicate_suspected: bool,
}

/// A row of `appointments`.
#[derive(Debug, Clone, Serialize)]
pub struct Appointment {
    /// `id`.
    pub id: Uuid,
    /// `status`.
    pub status: AppointmentStatus,
    /// `kind`.
    pub kind: AppointmentKind,
    /// `scheduled_date`.
    #[serde(skip)]
    pub starts_at: Timestamp,
    /// `timezone`, looked up by the caller; `None` takes [`Inputs::zone`].
    #[serde(serialize_with = "zone_name")]
    pub timezone: Option<TimeZone>,
    /// `location`.
    pub location: String,
    /// `property_name`, used where the property itself is not given.
    pub property_name: Option<String>,
    /// `source_channel`.
    pub source_channel: Option<Channel>,
    /// Whether `no_show_party` is `rep`: then a no-show is not held against the prospect.
    pub no_show_by_rep: bool,
}

fn zone_name<S: Serializer>(zone: &Option<TimeZone>, serializer: S) -> Result<S::Ok, S::Error> {
    zone.as_ref()
        .and_then(|z| z.iana_name())
        .serialize(serializer)
}

/// A row of `conversations`. A placeholder counts as no conversation, except for its id.
#[derive(Debug, Clone, Serialize)]
pub struct Conversation {
    /// `id`.
    pub id: Uuid,
    /// `channel`.
    pub channel: Channel,
    /// `outcome`, the contract's word.
    pub outcome: String,
    /// `sentiment`.
    pub sentiment: Option<Sentiment>,
    /// `ai_confidence`; `None` counts as 1.
    pub ai_confidence: Option<AiConfidence>,
    /// `handoff_suggested`.
    pub handoff_suggested: bool,
    /// `message_count`.
    pub message_count: i32,
    /// `duration`, seconds.
    pub duration: i32,
    /// `transcript`, used where there are no messages.
    pub transcript: Option<String>,
    /// `is_placeholder`; the outcome `placeholder` says the same.
    pub is_placeholder: bool,
    /// `timestamp`.
    #[serde(skip)]
    pub at: Timestamp,
}

/// A row of `transcript_messages` of the conversation.
#[derive(Debug, Clone, Serialize)]
pub struct Message {
    /// `id`.
    pub id: Uuid,
    /// `seq`, the order within the conversation.
    pub seq: i64,
    /// `speaker`: `agent, prospect, rep, system`.
    pub speaker: String,
    /// `message`.
    pub message: String,
    /// Whether `visibility` is `public`; internal notes are never shown.
    pub public: bool,
}

/// A row of `detected_entities`, of any conversation of the prospect.
#[derive(Debug, Clone, Serialize)]
pub struct Entity {
    /// `id`.
    pub id: Uuid,
    /// `type`, the contract's word (`budget, area, bedrooms, …`).
    pub entity_type: String,
    /// `value`, the words.
    pub value: String,
    /// `normalized`, read before `value` where it can be.
    pub normalized: Option<Value>,
    /// `confidence`, 0–100.
    pub confidence: i32,
    /// `status`.
    pub status: EntityStatus,
    /// `message_id`.
    pub message_id: Option<Uuid>,
    /// `span_start`, characters from the start of the message.
    pub span_start: Option<i32>,
    /// `span_end`, exclusive.
    pub span_end: Option<i32>,
    /// Time of the message it comes from, else of its own row.
    #[serde(skip)]
    pub at: Timestamp,
}

/// A row of `suppressions` that is in force for this organisation (not lifted, effective, and not
/// of a single campaign).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub struct Suppression {
    /// `channel`; `None` is all of them.
    pub channel: Option<Channel>,
}

/// A row of `consents`.
#[derive(Debug, Clone)]
pub struct Consent {
    /// `channel`; `None` is all of them.
    pub channel: Option<Channel>,
    /// `purpose`; only `marketing` and `informational` speak about contacting the person.
    pub purpose: String,
    /// `status`.
    pub status: ConsentStatus,
    /// `captured_at`; the newest row of a channel and purpose counts.
    pub captured_at: Timestamp,
    /// `expires_at`.
    pub expires_at: Option<Timestamp>,
}

/// Everything a package is made from. No field is read from anywhere else.
#[derive(Debug, Clone)]
pub struct Inputs {
    /// The person.
    pub prospect: Prospect,
    /// The property of the appointment (or the one the conversation is about).
    pub property: Option<Candidate>,
    /// The appointment the package is made from.
    pub appointment: Option<Appointment>,
    /// The newest conversation of the prospect.
    pub conversation: Option<Conversation>,
    /// Its messages; any order.
    pub messages: Vec<Message>,
    /// The prospect's entities; any order.
    pub entities: Vec<Entity>,
    /// Properties to choose suggestions from; any order, may hold `property` again.
    pub candidates: Vec<Candidate>,
    /// Suppressions in force; any order.
    pub suppressions: Vec<Suppression>,
    /// Consents of the prospect; any order.
    pub consents: Vec<Consent>,
    /// Channels whose contact window does not open any more today.
    pub closed_today: Vec<Channel>,
    /// The reason that whoever asked for the package gave, if any; else it is derived.
    pub requested_reason: Option<ReasonCode>,
    /// A rate table, if one is configured.
    pub rates: Option<Rates>,
    /// Working hours of the pool that claims the package.
    pub calendar: Calendar,
    /// The clock.
    pub now: Timestamp,
    /// The organisation's zone, for appointments that have none of their own.
    pub zone: TimeZone,
}

impl Inputs {
    /// The conversation, unless it is a placeholder.
    pub fn spoken(&self) -> Option<&Conversation> {
        self.conversation
            .as_ref()
            .filter(|c| !c.is_placeholder && c.outcome != "placeholder")
    }

    /// The rate table, if it may still be used today.
    pub fn fresh_rates(&self) -> Option<&Rates> {
        let today = self.now.to_zoned(self.zone.clone()).date();
        self.rates.as_ref().filter(|r| r.usable_on(today))
    }

    /// The zone in which the appointment's times are shown.
    pub fn local_zone(&self) -> &TimeZone {
        self.appointment
            .as_ref()
            .and_then(|a| a.timezone.as_ref())
            .unwrap_or(&self.zone)
    }
}
