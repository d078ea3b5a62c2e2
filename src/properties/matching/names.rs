//! One spelling for places, types and features, however people write them.
//!
//! Source: the scoring model, "Property match" (case folded, diacritics stripped, alias and
//! synonym tables). The tables hold what the sales desk meets; they grow by a line.

use std::collections::BTreeSet;

use unicode_normalization::{UnicodeNormalization, char::is_combining_mark};

use super::PropertyType;

/// Other spellings (folded) of a city.
#[rustfmt::skip]
const CITY_ALIASES: &[(&str, &[&str])] = &[
    ("dubai", &["دبي", "dubayy", "dxb", "dubai city"]),
    ("abu dhabi", &["ابوظبي", "ابو ظبي", "abudhabi", "abu zaby"]),
    ("sharjah", &["الشارقه", "ash shariqah", "al sharjah"]),
    ("ajman", &["عجمان"]),
    ("riyadh", &["الرياض", "ar riyad", "riyad"]),
    ("jeddah", &["جده", "jiddah", "jedda"]),
    ("mecca", &["مكه", "مكه المكرمه", "makkah"]),
    ("dammam", &["الدمام", "ad dammam"]),
    ("khobar", &["الخبر", "al khobar"]),
    ("cairo", &["القاهره", "al qahirah", "el cairo"]),
    ("new cairo", &["القاهره الجديده"]),
    ("giza", &["الجيزه", "al jizah", "gizah"]),
    ("alexandria", &["الاسكندريه", "al iskandariyah"]),
    ("doha", &["الدوحه", "ad dawhah"]),
    ("kuwait city", &["الكويت", "kuwait"]),
    ("manama", &["المنامه"]),
    ("muscat", &["مسقط", "masqat"]),
    ("new york", &["new york city", "nyc", "ny"]),
    ("los angeles", &["la", "l a"]),
    ("san francisco", &["sf", "san fran"]),
    ("washington", &["washington dc", "washington d c", "dc"]),
    ("munich", &["munchen", "muenchen"]),
    ("cologne", &["koln", "koeln"]),
    ("zurich", &["zuerich"]),
    ("vienna", &["wien"]),
    ("rome", &["roma"]),
    ("milan", &["milano"]),
];

/// Cities that one can commute between.
#[rustfmt::skip]
const METROS: &[&[&str]] = &[
    &["dubai", "sharjah", "ajman"],
    &["cairo", "new cairo", "giza", "6th of october", "sheikh zayed"],
    &["dammam", "khobar", "dhahran"],
    &["jeddah", "mecca"],
    &["doha", "lusail", "al wakrah"],
    &["new york", "brooklyn", "queens", "manhattan", "bronx", "jersey city", "hoboken"],
    &["san francisco", "oakland", "berkeley", "san jose", "palo alto"],
    &["los angeles", "santa monica", "pasadena", "long beach", "beverly hills"],
];

/// Other spellings (folded) of a feature.
#[rustfmt::skip]
const FEATURE_SYNONYMS: &[(&str, &[&str])] = &[
    ("pool", &["swimming pool", "pools", "swimming"]),
    ("private pool", &["own pool", "private swimming pool"]),
    ("shared pool", &["communal pool", "community pool", "shared swimming pool"]),
    ("gym", &["gymnasium", "fitness", "fitness center", "fitness centre", "fitness room"]),
    ("parking", &["car park", "parking space", "parking spaces", "carport"]),
    ("covered parking", &["underground parking", "indoor parking"]),
    ("garage", &["garages"]),
    ("garden", &["yard", "backyard", "lawn", "gardens"]),
    ("private garden", &["own garden"]),
    ("balcony", &["balconies"]),
    ("terrace", &["terraces", "patio"]),
    ("rooftop terrace", &["roof terrace", "roof deck", "roof garden"]),
    ("sea view", &["ocean view", "view sea", "view ocean", "sea views", "waterfront view"]),
    ("city view", &["skyline view", "view city", "city views"]),
    ("maid room", &["maids room", "maid s room", "staff room", "service room"]),
    ("study", &["office", "home office", "study room"]),
    ("family room", &[]),
    ("elevator", &["lift", "elevators"]),
    ("security", &["24 7 security", "24h security", "security guard", "guarded"]),
    ("smart home", &["home automation", "smarthome"]),
    ("furnished", &["fully furnished"]),
    ("air conditioning", &["ac", "a c", "central ac", "central air", "aircon", "air con"]),
    ("beach access", &["private beach", "beachfront"]),
    ("concierge", &["concierge service", "doorman"]),
    ("fireplace", &["fire place"]),
    ("jacuzzi", &["hot tub", "whirlpool"]),
    ("pets allowed", &["pet friendly", "pets ok"]),
    ("walk in closet", &["walk in wardrobe", "dressing room"]),
    ("modern kitchen", &["fitted kitchen", "upgraded kitchen"]),
];

/// A special feature answers the wish for the general one ("private pool" for "pool").
#[rustfmt::skip]
const SPECIAL_CASES: &[(&str, &str)] = &[
    ("private pool", "pool"), ("shared pool", "pool"), ("infinity pool", "pool"),
    ("rooftop pool", "pool"), ("covered parking", "parking"), ("garage", "parking"),
    ("private garden", "garden"), ("rooftop terrace", "terrace"), ("private gym", "gym"),
];

/// Words for the types of homes.
#[rustfmt::skip]
const TYPE_WORDS: &[(&str, PropertyType)] = &[
    ("villa", PropertyType::Villa), ("villas", PropertyType::Villa),
    ("house", PropertyType::Villa), ("detached house", PropertyType::Villa),
    ("فيلا", PropertyType::Villa), ("apartment", PropertyType::Apartment),
    ("apartments", PropertyType::Apartment), ("flat", PropertyType::Apartment),
    ("condo", PropertyType::Apartment), ("studio", PropertyType::Apartment),
    ("شقه", PropertyType::Apartment), ("penthouse", PropertyType::Penthouse),
    ("penthouses", PropertyType::Penthouse), ("townhouse", PropertyType::Townhouse),
    ("townhouses", PropertyType::Townhouse), ("town house", PropertyType::Townhouse),
    ("row house", PropertyType::Townhouse),
];

/// Small letters without diacritics, words separated by single spaces; Arabic letters that are
/// written in several ways get one form.
pub fn fold(text: &str) -> String {
    let mut folded = String::with_capacity(text.len());
    for c in text
        .nfkd()
        .filter(|c| !is_combining_mark(*c))
        .flat_map(char::to_lowercase)
    {
        match c {
            'ة' => folded.push('ه'),
            'ى' => folded.push('ي'),
            'ـ' => {}
            c if c.is_alphanumeric() => folded.push(c),
            // "maid's" is one word, "sea-view" are two.
            '\'' | '\u{2019}' => {}
            _ if folded.is_empty() || folded.ends_with(' ') => {}
            _ => folded.push(' '),
        }
    }
    folded.truncate(folded.trim_end().len());
    folded
}

fn canonical<'a>(folded: &'a str, table: &[(&'a str, &[&str])]) -> &'a str {
    table
        .iter()
        .find(|(_, others)| others.contains(&folded))
        .map_or(folded, |(name, _)| name)
}

/// A place in its one spelling; empty where the text holds no letter or digit.
pub fn place(text: &str) -> String {
    canonical(&fold(text), CITY_ALIASES).to_owned()
}

/// The parts of "Dubai Marina, Dubai", each in its one spelling.
pub fn places(text: &str) -> Vec<String> {
    text.split([',', '،', ';', '/'])
        .map(place)
        .filter(|p| !p.is_empty())
        .collect()
}

/// Which metropolitan area a place (in its one spelling) belongs to.
pub fn metro(place: &str) -> Option<usize> {
    METROS.iter().position(|cities| cities.contains(&place))
}

/// A feature in its one spelling; empty where the text holds no letter or digit.
pub fn feature(text: &str) -> String {
    canonical(&fold(text), FEATURE_SYNONYMS).to_owned()
}

/// Features in their one spelling, each once, in alphabetical order.
pub fn features(texts: &[String]) -> BTreeSet<String> {
    texts
        .iter()
        .map(|t| feature(t))
        .filter(|f| !f.is_empty())
        .collect()
}

/// Whether the synonym table knows this feature (in its one spelling).
pub fn is_known_feature(name: &str) -> bool {
    FEATURE_SYNONYMS.iter().any(|(known, _)| *known == name)
        || SPECIAL_CASES.iter().any(|(special, _)| *special == name)
}

/// Whether the feature `has` answers the wish `wanted` (both in their one spelling).
pub fn answers(has: &str, wanted: &str) -> bool {
    has == wanted || SPECIAL_CASES.contains(&(has, wanted))
}

/// The other wishes (in their one spelling) that the feature `has` answers.
pub fn answered_by(has: &str) -> impl Iterator<Item = &'static str> {
    let cases = SPECIAL_CASES.iter();
    cases
        .filter(move |(special, _)| *special == has)
        .map(|(_, general)| *general)
}

/// The type that a word stands for.
pub fn home_type(text: &str) -> Option<PropertyType> {
    let folded = fold(text);
    TYPE_WORDS
        .iter()
        .find(|(word, _)| *word == folded)
        .map(|(_, t)| *t)
}

/// `a / b` rounded half up, at most 255. `b` must not be 0; 0 is answered with 0.
pub fn half_up(a: usize, b: usize) -> u8 {
    let rounded = (2 * a + b).checked_div(2 * b).unwrap_or(0);
    u8::try_from(rounded).unwrap_or(u8::MAX)
}
