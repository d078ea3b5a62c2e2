//! Names of constraints → codes, fields and sentences.

/// The tables, by whose names constraints begin.
const TABLES: &[&str] = &[
    "agent_actions",
    "agent_plan_steps",
    "appointments",
    "campaign_runs",
    "campaigns",
    "consents",
    "contact_policies",
    "conversations",
    "detected_entities",
    "handoff_packages",
    "integrations",
    "live_conversations",
    "properties",
    "property_private",
    "prospects",
    "qualification_scores",
    "queued_leads",
    "routing_rules",
    "suppressions",
    "team_members",
    "teams",
    "transcript_messages",
    "users",
];

/// Unique and exclusion constraints whose breach has a code of its own.
const CODES: &[(&str, &str)] = &[
    ("appointments_rep_not_double_booked", "rep_double_booked"),
    (
        "appointments_property_not_double_booked",
        "property_double_booked",
    ),
    (
        "appointments_prospect_not_double_booked",
        "prospect_double_booked",
    ),
    ("prospects_phone_unique", "prospect_duplicate"),
    ("prospects_email_unique", "prospect_duplicate"),
    ("users_email_partial_key", "user_already_exists"),
];

/// Checks that want a sentence of their own: constraint, field, reason.
const CHECKS: &[(&str, &str, &str)] = &[];

/// The code for a broken unique or exclusion constraint.
pub fn code_of_constraint(constraint: &str, fallback: &'static str) -> &'static str {
    CODES
        .iter()
        .find(|(name, _)| *name == constraint)
        .map_or(fallback, |(_, code)| code)
}

/// The field that a foreign key stands on: `<table>_<field>_fkey`.
pub fn field_of_reference(constraint: &str) -> String {
    let stem = constraint.strip_suffix("_fkey").unwrap_or(constraint);
    TABLES
        .iter()
        .filter_map(|table| stem.strip_prefix(table)?.strip_prefix('_'))
        .min_by_key(|field| field.len())
        .unwrap_or(stem)
        .to_owned()
}

/// The field that a check guards.
pub fn field_of_check(constraint: &str) -> &str {
    if let Some((_, field, _)) = CHECKS.iter().find(|(name, _, _)| *name == constraint) {
        return field;
    }
    let stem = constraint.strip_suffix("_check").unwrap_or(constraint);
    TABLES
        .iter()
        .filter_map(|table| stem.strip_prefix(table)?.strip_prefix('_'))
        .min_by_key(|field| field.len())
        .unwrap_or(stem)
}

/// What would be right where a check was broken.
pub fn sentence_of_check(constraint: &str) -> &'static str {
    CHECKS
        .iter()
        .find(|(name, _, _)| *name == constraint)
        .map_or(super::sentence("invalid_value"), |(_, _, reason)| reason)
}
