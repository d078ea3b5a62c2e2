//! What the generation of a handoff is given, and what it takes to be true.
//!
//! [`Inputs`] holds rows as they were read; [`resolve`] turns them into [`Facts`], each with the
//! [`Source`] it comes from. Source of the rules: the scoring model, "Resolving facts".

mod kinds;
pub mod protected;
pub mod redact;
mod resolve;
mod rows;
mod vocabulary;

use serde::Serialize;
use uuid::Uuid;

use crate::handoffs::money::{Amount, Money};
use crate::properties::matching::{Bedrooms, Dimension, Offer, PropertyType, Wishes, words};

pub use kinds::{
    AiConfidence, AppointmentKind, AppointmentStatus, Channel, ConsentStatus, EntityStatus,
    ProspectStatus, Sentiment,
};
pub use resolve::resolve;
pub use rows::{
    Appointment, Consent, Conversation, Entity, Inputs, Message, Prospect, Suppression,
};
pub use vocabulary::{Authority, Financing, Purpose};

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
    pub fn money(&self) -> Option<&Money> {
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
pub(crate) mod cases;
#[cfg(test)]
mod tests;
