//! What the generation of a handoff is given, and what it takes to be true.
//!
//! [`Inputs`] holds rows as they were read; [`resolve`] turns them into [`Facts`], each with the
//! [`Source`] it comes from. Source of the rules: the scoring model, "Resolving facts".

pub mod protected;
pub mod redact;
mod resolve;
mod vocabulary;

use jiff::{Timestamp, tz::TimeZone};
use rust_decimal::Decimal;
use serde::{Serialize, Serializer};
use serde_json::Value;
use uuid::Uuid;

use crate::handoffs::generate::ReasonCode;
use crate::handoffs::money::{Amount, Rates};
use crate::handoffs::priority::Calendar;
use crate::properties::matching::{
    Bedrooms, Candidate, Dimension, Offer, PropertyType, Wishes, decimal_text, words,
};

pub use resolve::resolve;
pub use vocabulary::{Authority, Financing, Purpose};

words! {
    /// A way to reach a person.
    Channel {
        /// A call.
        Phone = "phone",
        /// A WhatsApp message.
        Whatsapp = "whatsapp",
        /// A text message.
        Sms = "sms",
        /// A mail.
        Email = "email",
    }
}

words! {
    /// `prospects.status`.
    ProspectStatus {
        /// Not contacted yet.
        New = "new",
        /// Contacted.
        Contacted = "contacted",
        /// Qualified.
        Qualified = "qualified",
        /// Has an appointment.
        AppointmentSet = "appointment_set",
        /// Bought or rented.
        Closed = "closed",
        /// Given up.
        Lost = "lost",
    }
}

words! {
    /// `appointments.status`.
    AppointmentStatus {
        /// To come, or its outcome is not recorded yet.
        Scheduled = "scheduled",
        /// Took place.
        Completed = "completed",
        /// Somebody did not come.
        NoShow = "no_show",
        /// Moved.
        Rescheduled = "rescheduled",
        /// Called off.
        Cancelled = "cancelled",
    }
}

words! {
    /// `appointments.kind`.
    AppointmentKind {
        /// At the property.
        Viewing = "viewing",
        /// A call.
        Call = "call",
        /// A meeting.
        Meeting = "meeting",
        /// A tour by video.
        VirtualTour = "virtual_tour",
    }
}

words! {
    /// `conversations.sentiment`.
    Sentiment {
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
    /// `conversations.ai_confidence`.
    AiConfidence {
        /// Counts as 1.0.
        High = "high",
        /// Counts as 0.7.
        Medium = "medium",
        /// Counts as 0.4.
        Low = "low",
    }
}

impl AiConfidence {
    /// The confidence in percent (contract, "conversations").
    pub const fn percent(self) -> u32 {
        match self {
            AiConfidence::High => 100,
            AiConfidence::Medium => 70,
            AiConfidence::Low => 40,
        }
    }
}

words! {
    /// `detected_entities.status`.
    EntityStatus {
        /// Found by the agent.
        Detected = "detected",
        /// A person said it is right.
        Confirmed = "confirmed",
        /// A person said it is wrong; ignored.
        Rejected = "rejected",
        /// Replaced by a later one; ignored.
        Superseded = "superseded",
    }
}

words! {
    /// `consents.status`.
    ConsentStatus {
        /// Given.
        Granted = "granted",
        /// Refused.
        Denied = "denied",
        /// Taken back.
        Withdrawn = "withdrawn",
    }
}

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
    /// `must_haves`: names of [`Dimension`]; others are ignored.
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

words! {
    /// What kind of place a fact comes from.
    SourceKind {
        /// A row of `detected_entities`.
        Entity = "entity",
        /// A column of a row.
        Column = "column",
        /// Implied by the property of the appointment; gives no points for itself.
        Implied = "implied",
        /// A column that is empty where something was looked for.
        Absent = "absent",
        /// Worked out by another rule of the model.
        Rule = "rule",
    }
}

/// Where a fact comes from. The words themselves are not copied: their position says where to
/// read them, and what may not be kept about a person is then kept nowhere twice.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub struct Source {
    /// The kind of place.
    pub kind: SourceKind,
    /// The table.
    pub table: &'static str,
    /// The column; for entities their type.
    pub column: String,
    /// The row.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub id: Option<Uuid>,
    /// The message that holds the words.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub message_id: Option<Uuid>,
    /// Start of the words in the message or column, in characters.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub span_start: Option<i32>,
    /// End of the words, exclusive.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub span_end: Option<i32>,
    /// Confidence of an entity, 0–100.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub confidence: Option<i32>,
}

impl Source {
    /// A column of a row.
    pub fn column(table: &'static str, column: &str, id: Uuid) -> Source {
        Source::of(SourceKind::Column, table, column, Some(id))
    }

    /// A text column: its words are the whole text.
    pub fn text(table: &'static str, column: &str, id: Uuid, text: &str) -> Source {
        Source {
            span_start: Some(0),
            span_end: i32::try_from(text.chars().count()).ok(),
            ..Source::column(table, column, id)
        }
    }

    /// A column that is empty.
    pub fn absent(table: &'static str, column: &str, id: Option<Uuid>) -> Source {
        Source::of(SourceKind::Absent, table, column, id)
    }

    /// Another rule of the model; `id` names the row it was about.
    pub fn rule(rule: &str, id: Option<Uuid>) -> Source {
        Source::of(SourceKind::Rule, "properties", rule, id)
    }

    /// A place of any kind, without words.
    pub fn of(kind: SourceKind, table: &'static str, column: &str, id: Option<Uuid>) -> Source {
        Source {
            kind,
            table,
            column: column.to_owned(),
            id,
            message_id: None,
            span_start: None,
            span_end: None,
            confidence: None,
        }
    }

    /// A detected entity.
    pub fn entity(entity: &Entity) -> Source {
        Source {
            message_id: entity.message_id,
            span_start: entity.span_start,
            span_end: entity.span_end,
            confidence: Some(entity.confidence.clamp(0, 100)),
            ..Source::of(
                SourceKind::Entity,
                "detected_entities",
                &entity.entity_type,
                Some(entity.id),
            )
        }
    }
}

/// A fact with the place it comes from.
#[derive(Debug, Clone, PartialEq)]
pub struct Known<T> {
    /// What is taken to be true.
    pub value: T,
    /// Why.
    pub source: Source,
}

impl<T> Known<T> {
    /// Whether the prospect (or somebody about him) said it, rather than the booked property.
    pub fn stated(&self) -> bool {
        self.source.kind != SourceKind::Implied
    }
}

/// What is taken to be true about the prospect, each fact with its source.
#[derive(Debug, Clone, PartialEq)]
pub struct Facts {
    /// Budget; unreadable words are kept as such.
    pub budget: Option<Known<Amount>>,
    /// Months until the move, 0–99.
    pub timeline: Option<Known<u16>>,
    /// City or district.
    pub place: Option<Known<String>>,
    /// Wanted types, sorted, never empty.
    pub types: Option<Known<Vec<PropertyType>>>,
    /// Wanted bedrooms.
    pub bedrooms: Option<Known<Bedrooms>>,
    /// Wanted features in their one spelling, alphabetical.
    pub features: Vec<Known<String>>,
    /// How the purchase is paid.
    pub financing: Option<Known<Financing>>,
    /// Who decides.
    pub authority: Option<Known<Authority>>,
    /// What the home is for.
    pub purpose: Option<Known<Purpose>>,
    /// Objections in their words, newest first.
    pub objections: Vec<Known<String>>,
    /// The prospect asked for a person.
    pub human_request: Option<Source>,
    /// The prospect complained.
    pub complaint: Option<Source>,
    /// The prospect asked not to be contacted, and has not allowed it again since.
    pub opt_out: Option<Source>,
}

impl Facts {
    /// The readable budget.
    pub fn money(&self) -> Option<&crate::handoffs::money::Money> {
        self.budget.as_ref()?.value.money()
    }

    /// The wishes for a match. `implied` also takes what the booked property implies: right for
    /// other properties, circular for that property itself.
    pub fn wishes(&self, inputs: &Inputs, implied: bool) -> Wishes {
        fn value<T: Clone>(fact: &Option<Known<T>>, implied: bool) -> Option<T> {
            let known = fact.as_ref().filter(|k| implied || k.stated())?;
            Some(known.value.clone())
        }
        let prospect = &inputs.prospect;
        Wishes {
            prospect_id: Some(prospect.id),
            offer: self.purpose.as_ref().map(|p| match p.value {
                Purpose::Rent => Offer::Rent,
                Purpose::Buy | Purpose::Invest | Purpose::Holiday => Offer::Sale,
            }),
            budget: self.money().cloned(),
            place: value(&self.place, implied),
            region: prospect.region.clone(),
            types: value(&self.types, implied).unwrap_or_default(),
            bedrooms: value(&self.bedrooms, implied),
            features: self.features.iter().map(|f| f.value.clone()).collect(),
            must_haves: prospect
                .must_haves
                .iter()
                .filter_map(|name| Dimension::from_word(name))
                .collect(),
            rejected: prospect.rejected_property_ids.clone(),
            rates: inputs.fresh_rates().cloned(),
        }
    }
}

#[cfg(test)]
pub(crate) mod tests;
