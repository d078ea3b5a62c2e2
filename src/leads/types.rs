//! Leads as values.

use jiff::Timestamp;
use schemars::JsonSchema;
use serde::Serialize;
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
