//! Homes: what portals and listing services say of one, in our words.

use crate::catalogue::imports as words;
use rust_decimal::RoundingStrategy;
use serde_json::{Value, json};

use super::{Shaped, body, judged, key_of};
use crate::{
    handoffs::money,
    imports::{headings::Facts, read::Raw, value},
    input::Writable as _,
    properties::{PropertyBody, StandardStatus},
};

/// The columns that an import fills.
pub(super) const COLUMNS: &[&str] = PropertyBody::KEYS;

/// Words for a kind of home, folded to `snake_case`, and which of ours it is.
#[rustfmt::skip]
const TYPES: &[(&str, &str)] = &[
    ("penthouse", "penthouse"), ("atico", "penthouse"), ("ático", "penthouse"), ("cobertura", "penthouse"),
    ("townhouse", "townhouse"), ("town_house", "townhouse"), ("row_house", "townhouse"), ("terraced", "townhouse"),
    ("terraced_house", "townhouse"), ("semi_detached", "townhouse"), ("multi_family", "townhouse"), ("duplex", "townhouse"),
    ("triplex", "townhouse"), ("quadruplex", "townhouse"), ("adosado", "townhouse"), ("reihenhaus", "townhouse"),
    ("villa", "villa"), ("house", "villa"), ("detached", "villa"), ("detached_house", "villa"), ("bungalow", "villa"),
    ("single_family", "villa"), ("single_family_residence", "villa"), ("residential", "villa"), ("moradia", "villa"),
    ("casa", "villa"), ("chalet", "villa"), ("haus", "villa"), ("maison", "villa"), ("farm", "villa"), ("cabin", "villa"),
    ("apartment", "apartment"), ("apartments", "apartment"), ("condo", "apartment"), ("condominium", "apartment"), ("flat", "apartment"),
    ("studio", "apartment"), ("loft", "apartment"), ("piso", "apartment"), ("apartamento", "apartment"),
    ("appartement", "apartment"), ("wohnung", "apartment"), ("appartamento", "apartment"), ("stock_cooperative", "apartment"),
];

/// A country's money, for prices that do not name theirs.
#[rustfmt::skip]
const CURRENCIES: &[(&str, &str)] = &[
    ("US", "USD"), ("CA", "CAD"), ("GB", "GBP"), ("AE", "AED"), ("SA", "SAR"), ("EG", "EGP"), ("CH", "CHF"), ("BR", "BRL"),
    ("MX", "MXN"), ("AU", "AUD"), ("IN", "INR"), ("ES", "EUR"), ("PT", "EUR"), ("FR", "EUR"), ("DE", "EUR"), ("IT", "EUR"),
    ("IE", "EUR"), ("NL", "EUR"), ("BE", "EUR"), ("AT", "EUR"), ("GR", "EUR"), ("FI", "EUR"),
];

/// Makes a home ready.
pub(super) fn shape(raw: &Raw, mut facts: Facts) -> Result<Shaped, Vec<(String, String)>> {
    let of_2018 = ["ASSETID", "PERIOD", "UNITPRICE"]
        .iter()
        .all(|heading| raw.cells.contains_key(*heading));
    if of_2018 {
        // The data set says neither: it is of three Spanish cities.
        facts.fill("country", || json!("ES"));
    }
    facts.fill("listing_key", || Value::String(key_of(&raw.cells)));
    place(&mut facts);
    kind(&mut facts);
    status(&mut facts);
    price(&mut facts);
    measures(&mut facts);
    picture(&mut facts);
    features(&mut facts);
    words(&mut facts);
    judged(&mut facts)?;
    let key = facts.text("listing_key").unwrap_or_default();
    let body: PropertyBody = body(facts)?;
    Ok(Shaped {
        columns: body.columns(),
        keys: vec![key],
        messages: Vec::new(),
    })
}

/// `RANCHO_CORDOVA` → `Rancho Cordova`; a ZIP code without the letter that
/// keeps its zero in a table.
fn place(facts: &mut Facts) {
    for column in ["city", "district"] {
        let Some(written) = facts.text(column) else {
            continue;
        };
        let shouted = written.contains('_') || !written.chars().any(char::is_lowercase);
        if shouted && written.chars().filter(|it| it.is_alphabetic()).count() > 3 {
            let words = written.split(['_', ' ']).filter(|word| !word.is_empty());
            let words: Vec<String> = words.map(capitalized).collect();
            facts
                .values
                .insert(column.to_owned(), json!(words.join(" ")));
        }
    }
    let code = facts.text("postal_code").unwrap_or_default();
    if let Some(digits) = code.strip_prefix('z')
        && digits.len() == 5
        && digits.bytes().all(|byte| byte.is_ascii_digit())
    {
        facts.values.insert("postal_code".to_owned(), json!(digits));
    }
}

fn capitalized(word: &str) -> String {
    let mut letters = word.chars();
    match letters.next() {
        Some(first) => first
            .to_uppercase()
            .chain(letters.flat_map(char::to_lowercase))
            .collect(),
        None => String::new(),
    }
}

/// The type: as it is called, else what the class says; a home on the top floor
/// is a penthouse, and what nobody calls anything an apartment.
fn kind(facts: &mut Facts) {
    let known = |word: &str| {
        let found = TYPES.iter().find(|(known, _)| *known == word);
        found.map(|(_, kind)| *kind)
    };
    let class = facts.take_text("property_class");
    if let Some(class) = &class
        && matches!(class.as_str(), "residential_lease" | "rental" | "lease")
    {
        facts.fill("offer", || json!("rent"));
    }
    let top = facts.values.remove("top_floor") == Some(json!(true));
    let studio = facts.values.remove("studio") == Some(json!(true));
    let called = facts.text("type");
    let mut kind = match &called {
        Some(word) => known(word),
        None => class.as_deref().and_then(known).or(Some("apartment")),
    };
    if top && kind == Some("apartment") {
        kind = Some("penthouse");
    }
    if studio || matches!(called.as_deref(), Some("studio")) {
        facts.values.insert("bedrooms".to_owned(), json!(0));
    }
    match kind {
        Some(kind) => {
            facts.values.insert("type".to_owned(), json!(kind));
        }
        None => facts.refuse("type", words::MUST_BE_VILLA_APARTMENT_PENTHOUSE_TOWNHOUSE),
    }
}

/// Ours, or RESO's, whatever its case.
fn status(facts: &mut Facts) {
    let Some(written) = facts.take_text("status") else {
        return;
    };
    let folded = value::word(&written);
    let ours = match folded.as_str() {
        "available" | "for_sale" | "for_rent" | "on_market" | "disponible" => Some("available"),
        "reserved" | "under_offer" | "reservado" => Some("reserved"),
        "sold" | "let" | "rented" | "vendido" => Some("sold"),
        _ => None,
    };
    let reso = StandardStatus::ALL.iter().map(|status| status.word());
    let reso = reso
        .into_iter()
        .find(|status| value::word(status) == folded);
    match (ours, reso) {
        (Some(ours), _) => {
            facts.values.insert("status".to_owned(), json!(ours));
        }
        (None, Some(reso)) => facts.fill("standard_status", || json!(reso)),
        (None, None) => facts.refuse("status", words::MUST_BE_AVAILABLE_RESERVED_SOLD_ONE),
    }
}

/// The price as numbers with a currency, and as text.
fn price(facts: &mut Facts) {
    let offer = facts.text("offer");
    let offer = match offer.as_deref() {
        Some("rent" | "lease" | "let" | "for_rent" | "alquiler" | "miete") => Some("rent"),
        Some("sale" | "buy" | "sell" | "for_sale" | "venta" | "kauf") => Some("sale"),
        Some(_) => {
            facts.refuse("offer", words::MUST_BE_SALE_RENT);
            None
        }
        None => facts.values.contains_key("rent").then_some("rent"),
    };
    if let Some(offer) = offer {
        facts.values.insert("offer".to_owned(), json!(offer));
    }
    let written = facts.take_text("rent");
    let column = if written.is_some() { "rent" } else { "price" };
    let written = facts
        .take_text("price")
        .filter(|_| written.is_none())
        .or(written);
    let range = facts.text("price_range");
    if let Some(written) = written.clone().or_else(|| range.clone()) {
        let plain = value::decimal(&json!(written)).map(|it| (Some(it), Some(it), None));
        let read = plain.or_else(|| {
            let amount = money::parse(&written)?;
            let money = amount.money()?.clone();
            Some((money.min, money.max, money.currency))
        });
        match read {
            Some((low, high, currency)) => {
                for (column, amount) in [("list_price_low", low), ("list_price_high", high)] {
                    if let Some(amount) = amount.and_then(value::number) {
                        facts.fill(column, || amount);
                    }
                }
                if let Some(currency) = currency {
                    facts.fill("currency", || json!(currency));
                }
            }
            // A range in words of its own stays text.
            None if range.is_some() => {}
            None => facts.refuse(column, words::IS_NO_PRICE),
        }
    }
    let (low, high) = (
        facts.values.get("list_price_low"),
        facts.values.get("list_price_high"),
    );
    let Some(least) = low.or(high).cloned() else {
        return;
    };
    let most = high.or(low).cloned().unwrap_or_else(|| least.clone());
    let country = facts.text("country").unwrap_or_default();
    if let Some((_, currency)) = CURRENCIES.iter().find(|(known, _)| *known == country) {
        facts.fill("currency", || json!(currency));
    }
    let Some(currency) = facts.text("currency") else {
        facts.refuse(column, words::HAS_NO_CURRENCY_NAME_ONE_FOR);
        return;
    };
    let monthly = if facts.text("offer").as_deref() == Some("rent") {
        " a month"
    } else {
        ""
    };
    facts.fill("price_range", || match least == most {
        true => json!(format!("{currency} {}{monthly}", grouped(&least))),
        false => json!(format!(
            "{currency} {} – {}{monthly}",
            grouped(&least),
            grouped(&most)
        )),
    });
}

/// `1234567` → `1,234,567`.
fn grouped(amount: &Value) -> String {
    let text = amount.to_string();
    let (whole, cents) = text.split_once('.').unwrap_or((&text, ""));
    let mut grouped = String::new();
    for (index, digit) in whole.chars().enumerate() {
        if index > 0 && (whole.len() - index) % 3 == 0 {
            grouped.push(',');
        }
        grouped.push(digit);
    }
    match cents {
        "" | "0" => grouped,
        cents => format!("{grouped}.{cents}"),
    }
}

/// Areas have units; half a bath is one of RESO's total.
fn measures(facts: &mut Facts) {
    if let Some(feet) = facts.values.remove("square_feet") {
        facts.fill("living_area", || feet);
        facts.fill("living_area_units", || json!("sqft"));
    }
    let units = match facts.text("living_area_units").as_deref() {
        Some("square_feet" | "sqft" | "sq_ft" | "ft2") => Some("sqft"),
        Some("square_meters" | "square_metres" | "sqm" | "m2" | "m²") | None => Some("sqm"),
        Some(_) => None,
    };
    match units {
        Some(units) if facts.values.contains_key("living_area") => {
            facts
                .values
                .insert("living_area_units".to_owned(), json!(units));
        }
        Some(_) => {
            facts.values.remove("living_area_units");
        }
        None => facts.refuse("living_area_units", words::MUST_BE_SQM_SQFT),
    }
    if let Some(baths) = facts.values.get("bathrooms_total").and_then(value::decimal) {
        let up = RoundingStrategy::AwayFromZero;
        let whole = baths.round_dp_with_strategy(0, up);
        if let Some(whole) = value::number(whole) {
            facts.values.insert("bathrooms_total".to_owned(), whole);
        }
    }
}

/// RESO's first picture.
fn picture(facts: &mut Facts) {
    let media = facts.values.remove("media");
    let first = media
        .as_ref()
        .and_then(|media| media.get(0)?.get("MediaURL")?.as_str());
    if let Some(url) = first {
        facts.fill("image_url", || json!(url));
    }
}

fn features(facts: &mut Facts) {
    let mut all = match facts.values.remove("features") {
        Some(list) => value::list(&list),
        None => Vec::new(),
    };
    all.append(&mut facts.features);
    if facts.text("type").as_deref() == Some("penthouse") {
        all.push("penthouse".to_owned());
    }
    let floor = facts
        .take_text("floor")
        .and_then(|floor| floor.parse::<i32>().ok());
    if let Some(floor) = floor.filter(|floor| (1..200).contains(floor)) {
        all.push(format!("floor {floor}"));
    }
    all.retain(|feature| feature.chars().count() <= 200);
    if !all.is_empty() {
        facts.values.insert("features".to_owned(), json!(all));
    }
}

/// A name and a description for a home that has none.
fn words(facts: &mut Facts) {
    let address = facts.take_text("address");
    let built = facts.take_text("year_built");
    let kind = facts.text("type").unwrap_or_default();
    let rooms = match facts.values.get("bedrooms").and_then(value::whole) {
        Some(0) => "studio".to_owned(),
        Some(1) => "1 bedroom".to_owned(),
        Some(rooms) => format!("{rooms} bedrooms"),
        None => String::new(),
    };
    let city = facts.text("city").unwrap_or_default();
    facts.fill("name", || {
        let name = match &address {
            Some(address) => address.clone(),
            None if rooms == "studio" => format!("Studio in {city}"),
            None => format!("{} with {rooms} in {city}", capitalized(&kind)),
        };
        json!(name.chars().take(200).collect::<String>())
    });
    let mut said = vec![capitalized(&kind), rooms];
    if let Some(baths) = facts.values.get("bathrooms_total").and_then(value::whole) {
        said.push(match baths {
            1 => "1 bathroom".to_owned(),
            baths => format!("{baths} bathrooms"),
        });
    }
    if let Some(area) = facts.values.get("living_area") {
        let units = if facts.text("living_area_units").as_deref() == Some("sqft") {
            "sq ft"
        } else {
            "m²"
        };
        said.push(format!("{area} {units}"));
    }
    if let Some(built) = built {
        said.push(format!("built in {built}"));
    }
    if let Some(address) = address {
        said.push(address);
    }
    said.retain(|part| !part.is_empty());
    facts.fill("description", || json!(format!("{}.", said.join(", "))));
}

#[cfg(test)]
mod tests;
