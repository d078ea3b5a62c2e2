//! The closed vocabularies of facts: how money, decision and purpose are named, and how bedrooms
//! are read. What is not in them is unknown, never guessed.

use serde_json::Value;

use crate::properties::matching::{Bedrooms, names::fold, words};

words! {
    /// How the purchase is paid.
    Financing {
        /// From own money.
        Cash = "cash",
        /// A lender has agreed.
        PreApproved = "pre_approved",
        /// A lender has been asked.
        InProcess = "in_process",
        /// Known that nothing has been done yet.
        NotStarted = "not_started",
    }
}

words! {
    /// Who decides.
    Authority {
        /// The prospect alone.
        Sole = "sole",
        /// Together with somebody who takes part.
        JointEngaged = "joint_engaged",
        /// Together with somebody who has not been heard.
        Joint = "joint",
        /// Somebody else; the prospect only asks.
        SomeoneElse = "someone_else",
    }
}

words! {
    /// What the home is for.
    Purpose {
        /// To buy.
        Buy = "buy",
        /// To rent.
        Rent = "rent",
        /// To buy as an investment.
        Invest = "investment",
        /// To buy for holidays.
        Holiday = "holiday_home",
    }
}

#[rustfmt::skip]
const FINANCING: &[(Financing, &[&str])] = &[
    (Financing::Cash, &["cash", "cash buyer", "all cash", "cash ready", "own funds"]),
    (Financing::PreApproved, &[
        "pre approved", "preapproved", "pre approval", "mortgage approved", "approved",
        "mortgage pre approved", "pre approved mortgage", "finance approved", "loan approved",
    ]),
    (Financing::InProcess, &[
        "in process", "in progress", "applied", "pending", "mortgage pending", "mortgage in process",
        "mortgage application", "applied for mortgage", "applying", "pre approval in process",
    ]),
    (Financing::NotStarted, &[
        "not started", "none", "no", "needs mortgage", "need mortgage", "needs financing",
        "not pre approved", "not approved", "mortgage", "loan", "no financing",
    ]),
];

#[rustfmt::skip]
const AUTHORITY: &[(Authority, &[&str])] = &[
    (Authority::Sole, &[
        "sole", "sole decider", "sole decision maker", "self", "alone", "me", "only me", "yes",
        "decision maker", "individual",
    ]),
    (Authority::JointEngaged, &[
        "joint engaged", "joint partner engaged", "joint with engaged partner", "partner engaged",
        "both engaged", "joint both engaged",
    ]),
    (Authority::Joint, &[
        "joint", "jointly", "joint decision", "shared", "together", "partner", "spouse", "with partner",
        "with spouse", "co buyer",
    ]),
    (Authority::SomeoneElse, &[
        "someone else", "somebody else", "other", "other person", "on behalf", "third party",
        "for someone else", "asks for someone else", "not decision maker", "no", "influencer",
    ]),
];

#[rustfmt::skip]
const PURPOSE: &[(Purpose, &[&str])] = &[
    (Purpose::Buy, &[
        "buy", "buying", "purchase", "sale", "own use", "end use", "to live in", "primary residence",
    ]),
    (Purpose::Rent, &["rent", "renting", "rental", "lease", "to rent", "let"]),
    (Purpose::Invest, &["investment", "invest", "investor", "investing", "buy to let"]),
    (Purpose::Holiday, &["holiday home", "holiday", "vacation home", "second home"]),
];

fn named<T: Copy>(text: &str, table: &[(T, &[&str])]) -> Option<T> {
    let folded = fold(text);
    table
        .iter()
        .find(|(_, names)| names.contains(&folded.as_str()))
        .map(|(member, _)| *member)
}

/// Reads how the purchase is paid.
pub(super) fn financing(text: &str) -> Option<Financing> {
    named(text, FINANCING)
}

/// Reads who decides.
pub(super) fn authority(text: &str) -> Option<Authority> {
    named(text, AUTHORITY)
}

/// Reads what the home is for.
pub(super) fn purpose(text: &str) -> Option<Purpose> {
    named(text, PURPOSE)
}

/// No home has more bedrooms than this; larger numbers are misread.
const MAX_BEDROOMS: u16 = 99;

/// A wanted range from its ends; ends in the wrong order are swapped.
pub(super) fn bedrooms(min: Option<u16>, max: Option<u16>) -> Option<Bedrooms> {
    let sane = |n: &u16| *n <= MAX_BEDROOMS;
    match (min.filter(sane), max.filter(sane)) {
        (None, None) => None,
        (Some(a), Some(b)) if a > b => Some(Bedrooms {
            min: Some(b),
            max: Some(a),
        }),
        (min, max) => Some(Bedrooms { min, max }),
    }
}

/// Reads "4", "4 bedrooms", "3-4", "3 to 4", "4+", "at least 4", "up to 3", "studio".
pub(super) fn bedrooms_text(text: &str) -> Option<Bedrooms> {
    let open = text.contains('+');
    let folded = fold(text);
    let mut numbers = folded
        .split(|c: char| !c.is_ascii_digit())
        .filter(|part| !part.is_empty())
        .map(str::parse::<u16>);
    let Some(first) = numbers.next() else {
        return folded.contains("studio").then_some(Bedrooms {
            min: Some(0),
            max: Some(0),
        });
    };
    let first = Some(first.ok()?);
    let second = numbers.next().transpose().ok()?;
    if numbers.next().is_some() {
        return None;
    }
    let says = |words: &[&str]| words.iter().any(|w| folded.starts_with(w));
    match second {
        Some(_) => bedrooms(first, second),
        None if open || says(&["at least", "min", "from", "more than"]) => bedrooms(first, None),
        None if says(&["up to", "at most", "max", "under"]) => bedrooms(None, first),
        None => bedrooms(first, first),
    }
}

/// Reads a JSON value: a number, a text, or an object with `min` and `max`, or `count`.
pub(super) fn bedrooms_json(value: &Value) -> Option<Bedrooms> {
    let number = |v: &Value| v.as_u64().and_then(|n| u16::try_from(n).ok());
    match value {
        Value::String(text) => bedrooms_text(text),
        Value::Number(_) => bedrooms(number(value), number(value)),
        Value::Object(map) => {
            let get = |key: &str| map.get(key).and_then(number);
            let count = get("count").or_else(|| get("value"));
            bedrooms(get("min").or(count), get("max").or(count))
        }
        _ => None,
    }
}

/// The text of a JSON value: itself, or the first of the usual keys of an object.
pub(super) fn text_of(value: &Value) -> Option<&str> {
    match value {
        Value::String(text) => Some(text),
        Value::Object(map) => ["value", "name", "kind", "city", "area", "place"]
            .iter()
            .find_map(|key| map.get(*key)?.as_str()),
        _ => None,
    }
}
