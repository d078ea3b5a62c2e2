//! `inputs_hash`: the name of the inputs a package was made from.
//!
//! SHA-256 over RFC 8785 canonical JSON (the contract, "qualification_score"). Time enters only as
//! derived facts: which side of a limit the appointment lies on, hours to its start, age in days,
//! the order of statements. So the same state gives the same hash a minute later, and the order in
//! which rows were read does not matter. The text of a package also shows times of day; these are
//! not in the hash.

use std::cmp::Reverse;

use serde_json::{Value, json};
use sha2::{Digest, Sha256};

use crate::handoffs::facts::{Channel, Entity, Inputs, Message, Suppression};
use crate::handoffs::generate::Draft;
use crate::handoffs::score::RE_BANT_1;
use crate::properties::matching::Candidate;

const CHANNELS: [Channel; 4] = [
    Channel::Phone,
    Channel::Whatsapp,
    Channel::Sms,
    Channel::Email,
];

/// The hash as 64 hexadecimal digits.
pub(super) fn inputs_hash(inputs: &Inputs, draft: &Draft) -> String {
    let value = canonical_inputs(inputs, draft);
    // The fallback is for numbers in `normalized` that no double can hold; it is as stable, as
    // every object in it is built in a fixed order.
    let text = serde_json_canonicalizer::to_string(&value).unwrap_or_else(|_| value.to_string());
    Sha256::digest(text)
        .iter()
        .map(|byte| format!("{byte:02x}"))
        .collect()
}

fn canonical_inputs(inputs: &Inputs, draft: &Draft) -> Value {
    let mut messages: Vec<&Message> = inputs.messages.iter().collect();
    messages.sort_by_key(|m| (m.seq, m.id));
    let mut entities: Vec<&Entity> = inputs.entities.iter().collect();
    entities.sort_by_key(|e| (Reverse(e.at), Reverse(e.confidence), e.id, e.value.as_str()));
    let mut candidates: Vec<&Candidate> = inputs.candidates.iter().collect();
    candidates.sort_by_key(|c| c.id);
    let mut suppressions: Vec<Suppression> = inputs.suppressions.clone();
    suppressions.sort();
    suppressions.dedup();
    let mut closed: Vec<Channel> = inputs.closed_today.clone();
    closed.sort();
    closed.dedup();
    let mut prospect = inputs.prospect.clone();
    prospect.rejected_property_ids.sort();
    let consents: Vec<_> = CHANNELS
        .iter()
        .map(|channel| json!([channel.as_str(), draft.reach.consent(*channel)]))
        .collect();
    json!({
        "model_version": RE_BANT_1.version,
        "prospect": prospect,
        "property": inputs.property,
        "appointment": inputs.appointment,
        "conversation": inputs.conversation,
        "messages": messages,
        "entities": entities,
        "candidates": candidates,
        "suppressions": suppressions,
        "requested_reason": inputs.requested_reason,
        "rates": inputs.fresh_rates(),
        "derived": {
            "timing": draft.timing,
            "timeline_months": draft.facts.timeline.as_ref().map(|t| t.value),
            "consents": consents,
            "closed_today": closed,
            "market_age_days": market_ages(inputs, &candidates),
        },
    })
}

/// How long each candidate has been on the market, in days.
fn market_ages(inputs: &Inputs, candidates: &[&Candidate]) -> Vec<Option<i32>> {
    let today = inputs.now.to_zoned(inputs.zone.clone()).date();
    let age = |c: &&Candidate| c.on_market_date.map(|day| (today - day).get_days());
    candidates.iter().map(age).collect()
}
