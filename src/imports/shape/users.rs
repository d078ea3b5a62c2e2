//! People who may sign in, known by e-mail.

use crate::catalogue::imports as words;
use serde_json::{Value, json};

use super::{Shaped, judged, phone, whole_name};
use crate::{
    db::Parameter,
    imports::{headings::Facts, value},
    users::Role,
};

/// The columns that an import fills.
pub(super) const COLUMNS: &[&str] = &[
    "email",
    "name",
    "role",
    "phone_e164",
    "timezone",
    "languages",
    "max_open_leads",
    "team",
    "is_lead",
];

/// Makes a person ready.
pub(super) fn shape(mut facts: Facts) -> Result<Shaped, Vec<(String, String)>> {
    whole_name(&mut facts);
    let email = match facts.text("email") {
        Some(written) => match crate::auth::accounts::address(&written.to_lowercase()) {
            Ok(address) => address,
            Err(_) => {
                facts.refuse("email", words::MUST_BE_ADDRESS_SUCH_AS_ADA);
                String::new()
            }
        },
        None => {
            facts.refuse("email", words::IS_REQUIRED);
            String::new()
        }
    };
    let role = match facts.text("role").map(|word| word.parse::<Role>()) {
        None => None,
        Some(Ok(role)) => Some(role.word().to_owned()),
        Some(Err(reason)) => {
            facts.refuse("role", reason);
            None
        }
    };
    let country = facts.text("country");
    let number = match facts.text("phone_e164") {
        None => None,
        Some(written) => match phone::e164(&written, country.as_deref()) {
            Ok(number) => Some(number),
            Err(reason) => {
                facts.refuse("phone_e164", reason);
                None
            }
        },
    };
    facts.fill("name", || {
        json!(email.split('@').next().unwrap_or_default())
    });
    let leads = facts.values.get("max_open_leads").and_then(value::whole);
    let leads: Option<i32> = match leads.map(i32::try_from) {
        Some(Ok(leads)) if leads >= 0 => Some(leads),
        None => None,
        Some(_) => {
            facts.refuse("max_open_leads", words::MUST_BE_WHOLE_NUMBER_FROM_0);
            None
        }
    };
    judged(&mut facts)?;
    let languages: Option<Vec<String>> = facts.values.get("languages").map(value::list);
    let is_lead = facts.values.get("is_lead").and_then(Value::as_bool);
    let columns: Vec<(&'static str, Parameter)> = vec![
        ("email", Box::new(email.clone())),
        ("name", Box::new(facts.text("name"))),
        ("role", Box::new(role)),
        ("phone_e164", Box::new(number)),
        ("timezone", Box::new(facts.text("timezone"))),
        ("languages", Box::new(languages)),
        ("max_open_leads", Box::new(leads)),
        ("team", Box::new(facts.text("team"))),
        ("is_lead", Box::new(is_lead)),
    ];
    Ok(Shaped {
        columns,
        keys: vec![email],
        messages: Vec::new(),
    })
}
