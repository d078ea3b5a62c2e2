//! `detected_needs`: what the prospect looks for, each with the places that say so.
//!
//! The scoring model, "Text fields". The order is fixed, at most ten; what the booked property
//! merely implies is no need.

use crate::handoffs::facts::{Known, Source, protected};
use crate::handoffs::generate::Draft;
use crate::handoffs::money::Amount;
use crate::handoffs::phrases;
use crate::handoffs::score::Evidence;

/// The most needs of a package.
const MAX_NEEDS: usize = 10;

/// What a need is about; the summary sorts its lines by it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Topic {
    Home,
    MoneyAndTime,
    Concern,
}

/// A need in words.
pub(super) struct Need {
    pub topic: Topic,
    pub text: String,
    pub evidence: Vec<Evidence>,
}

fn need(topic: Topic, text: String, sources: &[&Source]) -> Need {
    let evidence = sources.iter().map(|source| Evidence {
        about: "detected_need",
        rule: text.clone(),
        value: source.column.clone(),
        points: None,
        source: (*source).clone(),
    });
    Need {
        topic,
        evidence: evidence.collect(),
        text,
    }
}

fn stated<T>(fact: &Option<Known<T>>) -> Option<&Known<T>> {
    fact.as_ref().filter(|known| known.stated())
}

/// The needs in their order.
pub(super) fn needs(draft: &Draft) -> Vec<Need> {
    let facts = draft.facts;
    let (bedrooms, types) = (stated(&facts.bedrooms), stated(&facts.types));
    let mut needs = Vec::new();
    if let Some(text) = phrases::home(bedrooms.map(|b| b.value), types.map(|t| t.value.as_slice()))
    {
        let sources = [bedrooms.map(|b| &b.source), types.map(|t| &t.source)];
        let sources: Vec<&Source> = sources.into_iter().flatten().collect();
        needs.push(need(Topic::Home, text, &sources));
    }
    if let Some(place) = stated(&facts.place) {
        needs.push(need(
            Topic::Home,
            phrases::need_location(&place.value),
            &[&place.source],
        ));
    }
    if let Some(budget) = &facts.budget {
        // Words that could not be read are the person's own and are checked like any others.
        let kept = match &budget.value {
            Amount::Numeric(_) => true,
            Amount::Text(words) => protected::allows(words),
        };
        if kept {
            let text = phrases::need_budget(&budget.value);
            needs.push(need(Topic::MoneyAndTime, text, &[&budget.source]));
        }
    }
    if let Some(timeline) = &facts.timeline {
        let text = phrases::need_timeline(timeline.value);
        needs.push(need(Topic::MoneyAndTime, text, &[&timeline.source]));
    }
    for feature in &facts.features {
        needs.push(need(
            Topic::Home,
            phrases::need_feature(&feature.value),
            &[&feature.source],
        ));
    }
    if let Some(financing) = &facts.financing {
        let text = phrases::need_financing(financing.value);
        needs.push(need(Topic::Home, text, &[&financing.source]));
    }
    if let Some(purpose) = &facts.purpose {
        needs.push(need(
            Topic::Home,
            phrases::need_purpose(purpose.value),
            &[&purpose.source],
        ));
    }
    for objection in &facts.objections {
        let text = phrases::need_concern(&objection.value);
        needs.push(need(Topic::Concern, text, &[&objection.source]));
    }
    needs.truncate(MAX_NEEDS);
    needs
}
