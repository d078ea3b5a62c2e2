//! The fair-housing rule: nothing about a person's origin, religion, family or health becomes a
//! need or enters a score.
//!
//! Types of entities that are about the person are never read at all ([`is_about_the_person`]).
//! Free words (features, objections, places) are read only if [`allows`] or [`allows_place`] finds
//! nothing of that kind in them; what is turned away leaves no trace in the package. When in
//! doubt a wish is lost rather than a person sorted.

use crate::properties::matching::names::{self, fold};

/// Entity types that describe the person rather than the home. They are neither read nor listed.
const ABOUT_THE_PERSON: &[&str] = &[
    "household",
    "language",
    "motivation",
    "current_home",
    "contact_phone",
    "contact_email",
    "religion",
    "health",
    "origin",
    "nationality",
    "family",
    "ethnicity",
    "disability",
    "gender",
    "age",
    "marital_status",
];

/// Word beginnings that give such a fact away, whatever follows.
#[rustfmt::skip]
const STEMS: &[&str] = &[
    // religion
    "muslim", "moslem", "islam", "christian", "catholic", "protestant", "orthodox", "jewish", "judais",
    "hindu", "buddhis", "sikh", "mosque", "masjid", "church", "synagog", "templ", "prayer", "kosher",
    "halal", "shabbat", "sabbath", "religio", "relig", "gurdwara", "cathedral", "eruv", "sunni", "shia",
    // origin
    "ethnic", "racia", "racis", "nationalit", "immigra", "foreigner", "arabs", "indians", "pakistani",
    "filipin", "african", "asian", "europea", "russians", "chinese", "egyptian", "emirati", "israel",
    "hispanic", "latino", "latina", "caucasian", "expat", "migrant", "refugee",
    // family
    "child", "kids", "kid", "baby", "babies", "toddler", "pregnan", "famil", "married", "marriage",
    "divorc", "widow", "wife", "husband", "spouse", "grandpar", "grandmo", "grandfa", "newborn",
    "infant", "daughter", "nursery", "parents", "mother", "father", "bachelors", "adults",
    // health
    "wheelchair", "disab", "handicap", "illness", "disease", "medical", "hospital", "cancer", "asthma",
    "allerg", "diabet", "deaf", "elderly", "mobility", "accessib", "dementia", "autis",
    "therap", "doctor", "clinic", "depress", "surgery", "hiv", "patient",
    // sex and orientation
    "gay", "lesbian", "lgbt", "transgender",
    // the same in the other languages of the desk
    "مسلم", "مسيحي", "مسجد", "كنيس", "يهود", "هندوس", "عايل", "اطفال", "طفل", "زوج", "حامل", "اعاق",
    "مريض", "مستشفي", "جنسي", "عرق", "musulm", "mezquita", "iglesia", "mosquee", "eglise", "enfant",
    "famille", "embaraz", "ninos", "discapac", "handicape",
];

/// Whole words that do, though longer words may begin the same ("arab", but "Arabian Ranches").
#[rustfmt::skip]
const WORDS: &[&str] = &[
    "jew", "jews", "arab", "indian", "race", "blacks", "whites", "son",
    "sons", "ill", "sick", "blind", "singles", "couples", "god", "caste", "origin", "pray", "russian",
    "pakistanis", "british", "american", "americans", "iranian", "iranians", "turks", "syrian",
    "syrians", "african", "africans", "نساء",
];

/// Words that turn the name of a people or a house of worship into a wish about neighbours.
#[rustfmt::skip]
const ABOUT_NEIGHBOURS: &[&str] = &[
    "area", "areas", "neighborhood", "neighbourhood", "community", "communities", "people",
    "neighbours", "neighbors", "families", "majority", "mostly", "only", "no", "not", "without", "near",
    "close", "next", "away", "for", "friendly", "among", "with", "around", "population", "district of",
];

/// Words that do only where the text speaks about people ("black marble" is a worktop).
const OF_PEOPLE: &[&str] = &[
    "black", "white", "brown", "single", "couple", "old", "young",
];

#[rustfmt::skip]
const PEOPLE: &[&str] = &[
    "people", "person", "persons", "men", "man", "women", "woman", "neighbours", "neighbors", "folks",
    "owners", "tenants", "residents",
];

/// What Arabic writes onto the front of a word: article, prepositions, "and".
const ARABIC_PREFIXES: &[&str] = &["وال", "بال", "لل", "ال", "ل", "ب", "و"];

fn gives_away(word: &str) -> bool {
    let begins = |word: &str| STEMS.iter().any(|stem| word.starts_with(stem));
    let bare = ARABIC_PREFIXES
        .iter()
        .find_map(|prefix| word.strip_prefix(prefix));
    WORDS.contains(&word) || begins(word) || bare.is_some_and(begins)
}

fn sorts_people(words: &[&str]) -> bool {
    words.iter().any(|w| OF_PEOPLE.contains(w)) && words.iter().any(|w| PEOPLE.contains(w))
}

/// Whether an entity type describes the person. Not read for needs, scores or summaries.
pub fn is_about_the_person(entity_type: &str) -> bool {
    ABOUT_THE_PERSON.contains(&entity_type)
}

/// Whether a feature or an objection may be kept. A feature that the synonym table knows is one
/// of the home, whatever its words ("family room").
pub fn allows(text: &str) -> bool {
    let folded = fold(text);
    let words: Vec<&str> = folded.split(' ').collect();
    names::is_known_feature(&names::feature(text))
        || !(words.iter().any(|w| gives_away(w)) || sorts_people(&words))
}

/// Whether a place may be kept. Names of places may hold such words ("Church Street"); a place
/// that consists of one alone, or speaks about who lives there, is turned away.
pub fn allows_place(text: &str) -> bool {
    let folded = fold(text);
    let words: Vec<&str> = folded.split(' ').collect();
    let found = words.iter().filter(|w| gives_away(w)).count();
    let neighbours = words.iter().any(|w| ABOUT_NEIGHBOURS.contains(w));
    let about_people = found > 0 && (neighbours || found == words.len());
    !about_people && !sorts_people(&words)
}
