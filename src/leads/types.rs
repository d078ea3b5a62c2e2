//! Leads as values.

use jiff::Timestamp;
use schemars::JsonSchema;
use serde::Serialize;
use serde_json::Value;
use uuid::Uuid;

use crate::{
    body,
    envelope::Resource,
    error::Problem,
    input::{
        Amount, Channel, Country, Currency, Field, JsonObject, Line, Prose, Rules, Words, phone,
    },
    prospects::Purpose,
};

/// What whoever reports a lead is told.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct Received {
    /// A number to quote when asking; not the prospect's key.
    pub receipt: Uuid,
    /// When it was received.
    pub received_at: Timestamp,
}

impl Resource for Received {
    const PATH: &'static str = "/api/leads";

    fn id(&self) -> Uuid {
        self.receipt
    }

    fn changed_at(&self) -> Timestamp {
        self.received_at
    }

    /// The holder of a key reads nothing.
    fn location(&self) -> Option<String> {
        None
    }
}

body! {
    /// Somebody who is interested, as a form or a portal reports him.
    pub struct LeadBody {
        required {
            /// What he is called.
            name: Line,
        }
        defaulted {
            /// What the home should have.
            wanted_features: Words,
        }
        nullable {
            /// Where mail reaches him.
            email: Line,
            /// His telephone, with the country's code.
            phone: Line,
            /// His WhatsApp, with the country's code.
            whatsapp: Line,
            /// What he wrote.
            message: Prose,
            /// What he would spend, as he said it.
            budget: Line,
            /// The most he would spend, in `budget_currency`.
            budget_max: Amount,
            /// ISO 4217.
            budget_currency: Currency,
            /// Where he wants to live.
            city: Line,
            /// When he wants to move, as he said it.
            timeline: Line,
            /// What he is after.
            purpose: Purpose,
            /// How he would be reached.
            preferred_channel: Channel,
            /// ISO 3166-1 alpha-2.
            country: Country,
            /// BCP 47.
            language: Line,
            /// More of where he came from: page, advertisement, campaign.
            source_detail: JsonObject,
        }
        read_only {}
    }
}

impl Rules for LeadBody {
    fn problems(&self) -> Vec<Problem> {
        let numbers = [("phone", &self.phone), ("whatsapp", &self.whatsapp)];
        let wrong = numbers.into_iter().filter_map(|(field, value)| {
            let reason = phone::problem(value.value()?.as_str())?;
            Some(Problem::worded(field, reason))
        });
        wrong.collect()
    }

    fn create_problems(&self) -> Vec<Problem> {
        let contacts = [&self.email, &self.phone, &self.whatsapp];
        let there = contacts
            .iter()
            .any(|contact| matches!(contact, Field::Set(_)));
        match there {
            true => Vec::new(),
            false => vec![Problem::new("phone", "contact_required")],
        }
    }
}

impl LeadBody {
    /// All that was said beside the message, a line each: what the prospect
    /// himself does not take over is found there.
    pub(super) fn said(&self) -> String {
        let said = [
            ("name", json(&self.name)),
            ("email", json(&self.email)),
            ("phone", json(&self.phone)),
            ("whatsapp", json(&self.whatsapp)),
            ("budget", json(&self.budget)),
            ("budget_max", json(&self.budget_max)),
            ("budget_currency", json(&self.budget_currency)),
            ("city", json(&self.city)),
            ("timeline", json(&self.timeline)),
            ("purpose", json(&self.purpose)),
            ("wanted_features", json(&self.wanted_features)),
            ("preferred_channel", json(&self.preferred_channel)),
            ("country", json(&self.country)),
            ("language", json(&self.language)),
            ("source_detail", json(&self.source_detail)),
        ];
        let lines = said.into_iter().filter_map(|(field, value)| match value? {
            Value::String(text) => Some(format!("\n{field}: {text}")),
            other => Some(format!("\n{field}: {other}")),
        });
        lines.collect()
    }

    /// What he would spend is one statement: where one part of it is said, the
    /// others are said to be nothing.
    pub(super) fn with_whole_budget(mut self) -> Self {
        let parts = (&self.budget, &self.budget_max);
        if !matches!(
            parts,
            (Field::Absent | Field::Null, Field::Absent | Field::Null)
        ) {
            self.budget = set_or_null(self.budget);
            self.budget_max = set_or_null(self.budget_max);
            self.budget_currency = set_or_null(self.budget_currency);
        } else {
            self.budget_currency = Field::Absent;
        }
        self
    }

    /// The channel that his words came by, as far as he can be answered there.
    pub(super) fn channel(&self) -> &'static str {
        match (self.preferred_channel.value(), &self.email, &self.whatsapp) {
            (Some(channel), _, _) => channel.word(),
            (None, Field::Set(_), _) => Channel::Email.word(),
            (None, _, Field::Set(_)) => Channel::Whatsapp.word(),
            _ => Channel::Phone.word(),
        }
    }
}

fn json<T: Serialize>(field: &Field<T>) -> Option<Value> {
    field
        .value()
        .and_then(|value| serde_json::to_value(value).ok())
}

fn set_or_null<T>(field: Field<T>) -> Field<T> {
    match field {
        Field::Absent => Field::Null,
        said => said,
    }
}
