//! People: one row each, known by telephone and e-mail.

use crate::catalogue::imports as words;
use serde_json::{Value, json};

use super::{Shaped, body, judged, phone, whole_name};
use crate::{
    handoffs::{money, timeline},
    imports::{headings::Facts, value},
    input::Writable as _,
    prospects::ProspectBody,
};

/// The columns that an import fills.
pub(super) const COLUMNS: &[&str] = ProspectBody::KEYS;

/// Words for how far somebody has come.
#[rustfmt::skip]
const STATUSES: &[(&str, &str)] = &[
    ("open", "new"), ("lead", "new"), ("nuevo", "new"), ("novo", "new"), ("neu", "new"),
    ("in_progress", "contacted"), ("working", "contacted"), ("contactado", "contacted"), ("reached", "contacted"),
    ("hot", "qualified"), ("cualificado", "qualified"), ("qualificado", "qualified"),
    ("appointment", "appointment_set"), ("viewing", "appointment_set"), ("visit", "appointment_set"),
    ("won", "closed"), ("customer", "closed"), ("converted", "closed"), ("ganado", "closed"),
    ("dead", "lost"), ("unqualified", "lost"), ("perdido", "lost"), ("archived", "lost"),
];

/// Words for where somebody came from.
#[rustfmt::skip]
const SOURCES: &[(&str, &str)] = &[
    ("web", "web_form"), ("website", "web_form"), ("form", "web_form"), ("online", "web_form"), ("landing_page", "web_form"),
    ("idealista", "portal"), ("fotocasa", "portal"), ("zillow", "portal"), ("rightmove", "portal"), ("immoscout", "portal"),
    ("property_finder", "portal"), ("bayut", "portal"), ("recommendation", "referral"), ("friend", "referral"),
    ("walkin", "walk_in"), ("office", "walk_in"), ("phone", "inbound_call"), ("call", "inbound_call"), ("csv", "import"),
];

/// Makes a person ready.
pub(super) fn shape(
    mut facts: Facts,
    today: jiff::civil::Date,
) -> Result<Shaped, Vec<(String, String)>> {
    whole_name(&mut facts);
    let keys = contacts(&mut facts);
    wishes(&mut facts, today);
    stand(&mut facts);
    facts.fill("name", || Value::Null);
    if facts.values.get("name") == Some(&Value::Null) {
        let known = ["email", "phone", "whatsapp"].map(|column| facts.text(column));
        let known = known.into_iter().flatten().next();
        facts.values.remove("name");
        if let Some(known) = known {
            facts.values.insert("name".to_owned(), json!(known));
        }
    }
    judged(&mut facts)?;
    let body: ProspectBody = body(facts)?;
    Ok(Shaped {
        columns: body.columns(),
        keys,
        messages: Vec::new(),
    })
}

/// Telephones as E.164, the address in lower case; what the person is known by.
fn contacts(facts: &mut Facts) -> Vec<String> {
    let country = facts.text("country");
    let mut keys = Vec::new();
    for column in ["phone", "whatsapp"] {
        let Some(written) = facts.text(column) else {
            continue;
        };
        match phone::e164(&written, country.as_deref()) {
            Ok(number) => {
                if column == "phone" {
                    keys.push(number.clone());
                }
                facts.values.insert(column.to_owned(), json!(number));
            }
            Err(reason) => facts.refuse(column, reason),
        }
    }
    if let Some(written) = facts.text("email") {
        let address = written
            .strip_prefix("mailto:")
            .unwrap_or(&written)
            .to_lowercase();
        match crate::auth::accounts::address(&address) {
            Ok(address) => {
                keys.push(address.clone());
                facts.values.insert("email".to_owned(), json!(address));
            }
            Err(_) => facts.refuse("email", words::MUST_BE_ADDRESS_SUCH_AS_ADA),
        }
    }
    keys
}

/// The budget and the time as numbers, where they can be read.
fn wishes(facts: &mut Facts, today: jiff::civil::Date) {
    if let Some(money) = facts.text("budget").as_deref().and_then(money::parse)
        && let Some(money) = money.money()
    {
        for (column, amount) in [("budget_min", money.min), ("budget_max", money.max)] {
            if let Some(amount) = amount.and_then(value::number) {
                facts.fill(column, || amount);
            }
        }
        if let Some(currency) = &money.currency {
            facts.fill("budget_currency", || json!(currency));
        }
    }
    let types = facts.values.remove("wanted_types");
    if let Some(types) = types {
        let words: Vec<String> = value::list(&types)
            .iter()
            .map(|it| value::word(it))
            .collect();
        facts.values.insert("wanted_types".to_owned(), json!(words));
    }
    let months = facts
        .text("timeline")
        .and_then(|text| timeline::parse(&text, today));
    if let Some(months) = months {
        facts.fill("timeline_months_max", || json!(months));
    }
}

/// How far, from where, and how to be reached, in our words.
fn stand(facts: &mut Facts) {
    for (column, known) in [("status", STATUSES), ("source", SOURCES)] {
        if let Some(word) = facts.text(column)
            && let Some((_, ours)) = known.iter().find(|(theirs, _)| *theirs == word)
        {
            facts.values.insert(column.to_owned(), json!(ours));
        }
    }
    facts.fill("source", || json!("import"));
    let purpose = facts.text("purpose");
    let ours = match purpose.as_deref() {
        Some("sale" | "purchase" | "buying" | "comprar" | "compra" | "kauf") => Some("buy"),
        Some("renting" | "lease" | "let" | "alquilar" | "alquiler" | "arrendar" | "miete") => {
            Some("rent")
        }
        _ => None,
    };
    if let Some(ours) = ours {
        facts.values.insert("purpose".to_owned(), json!(ours));
    }
    let channel = facts.text("preferred_channel");
    let ours = match channel.as_deref() {
        Some("call" | "telephone" | "mobile") => Some("phone"),
        Some("mail" | "e_mail") => Some("email"),
        Some("text") => Some("sms"),
        _ => None,
    };
    if let Some(ours) = ours {
        facts
            .values
            .insert("preferred_channel".to_owned(), json!(ours));
    }
}
