//! Names of constraints → codes, fields and sentences.

/// The tables, by whose names constraints begin.
const TABLES: &[&str] = &[
    "activities",
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
    "tasks",
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
    ("properties_listing_key_key", "listing_exists"),
    ("integrations_type_name_key", "integration_exists"),
    ("teams_name_key", "team_exists"),
    ("team_members_pkey", "member_exists"),
    ("contact_policies_jurisdiction_key", "contact_policy_exists"),
    ("agent_plan_steps_one_in_progress", "one_step_at_a_time"),
    ("live_conversations_one_call_per_person", "has_another_call"),
    (
        "handoff_packages_one_active_per_appointment",
        "handoff_active",
    ),
    (
        "handoff_packages_one_active_per_conversation",
        "handoff_active",
    ),
];

/// Checks that want a sentence of their own: constraint, field, reason.
const CHECKS: &[(&str, &str, &str)] = &[
    ("tasks_title", "title", "must have 1 to 500 characters"),
    (
        "prospects_contact_required",
        "phone",
        "one of phone, whatsapp and email is required",
    ),
    ("prospects_email", "email", "must be an e-mail address"),
    ("prospects_budget_min", "budget_min", "must not be negative"),
    (
        "prospects_budget_range",
        "budget_max",
        "must not be below budget_min",
    ),
    (
        "prospects_wanted_bedrooms_min",
        "wanted_bedrooms_min",
        "must not be negative",
    ),
    (
        "prospects_wanted_bedrooms_range",
        "wanted_bedrooms_max",
        "must not be below wanted_bedrooms_min",
    ),
    (
        "prospects_timeline_months_max",
        "timeline_months_max",
        "must be from 0 to 999",
    ),
    (
        "prospects_timezone",
        "timezone",
        "must be an IANA time zone such as Europe/Madrid",
    ),
    (
        "prospects_language",
        "language",
        "must be a BCP 47 language such as es or ar-AE",
    ),
    (
        "prospects_lost_reason",
        "lost_reason",
        "goes with the status lost alone",
    ),
    (
        "users_timezone",
        "timezone",
        "must be an IANA time zone such as Europe/Madrid",
    ),
    (
        "users_phone_e164",
        "phone_e164",
        "must be a number such as +34600111222",
    ),
    (
        "users_max_open_leads",
        "max_open_leads",
        "must not be negative",
    ),
    (
        "users_max_concurrent_live",
        "max_concurrent_live",
        "must not be negative",
    ),
    (
        "users_reports_to_no_cycle",
        "reports_to",
        "would make a circle",
    ),
    (
        "teams_parent_team_no_cycle",
        "parent_team_id",
        "would make a circle",
    ),
    ("properties_bedrooms", "bedrooms", "must be from 0 to 100"),
    (
        "properties_bathrooms_total",
        "bathrooms_total",
        "must be from 0 to 100",
    ),
    (
        "properties_list_price_low",
        "list_price_low",
        "must not be negative",
    ),
    (
        "properties_list_price_high",
        "list_price_high",
        "must not be negative",
    ),
    (
        "properties_price_order",
        "list_price_high",
        "must not be below list_price_low",
    ),
    (
        "properties_price_has_currency",
        "currency",
        "is required with a price",
    ),
    (
        "properties_area_has_units",
        "living_area_units",
        "is required with a living area",
    ),
    ("properties_living_area", "living_area", "must be above 0"),
    ("properties_latitude", "latitude", "must be from -90 to 90"),
    (
        "properties_longitude",
        "longitude",
        "must be from -180 to 180",
    ),
    (
        "properties_postal_code",
        "postal_code",
        "must have 20 characters at most",
    ),
    (
        "properties_statuses_agree",
        "standard_status",
        "does not go with status",
    ),
    (
        "campaigns_max_attempts_total",
        "max_attempts_total",
        "must be above 0",
    ),
    (
        "campaigns_max_attempts_per_channel",
        "max_attempts_per_channel",
        "must be above 0",
    ),
    (
        "campaigns_max_concurrency",
        "max_concurrency",
        "must be above 0",
    ),
    (
        "campaigns_attempts_per_minute",
        "attempts_per_minute",
        "must be above 0",
    ),
    (
        "campaigns_window_days",
        "window_days",
        "must be ISO weekdays, 1 to 7",
    ),
    (
        "campaigns_fallback_timezone",
        "fallback_timezone",
        "must be an IANA time zone such as Europe/Madrid",
    ),
    (
        "campaigns_channels_before_active",
        "channels",
        "must name a channel before the campaign leaves the draft",
    ),
    ("campaigns_dates", "ends_at", "must be after starts_at"),
    (
        "campaigns_blocked_is_not_active",
        "status",
        "cannot be active while the campaign is blocked",
    ),
    (
        "integrations_icon",
        "icon",
        "must be a name, a sign, a path or an http(s) address",
    ),
    (
        "consents_expires_after_capture",
        "expires_at",
        "must be after captured_at",
    ),
    (
        "suppressions_names_somebody",
        "prospect_id",
        "a prospect or an address is required",
    ),
    (
        "suppressions_campaign_scope",
        "campaign_id",
        "is required with the scope campaign, and only there",
    ),
    (
        "contact_policies_jurisdiction",
        "jurisdiction",
        "must be a country such as AE, a subdivision such as US-FL, or *",
    ),
    (
        "contact_policies_window_days",
        "window_days",
        "must be ISO weekdays, 1 to 7, at least one",
    ),
    (
        "contact_policies_window_not_empty",
        "window_end",
        "must differ from window_start",
    ),
    (
        "contact_policies_max_per_24h",
        "max_per_24h",
        "must not be negative",
    ),
    (
        "contact_policies_max_per_7d",
        "max_per_7d",
        "must not be negative",
    ),
    (
        "contact_policies_min_gap_minutes",
        "min_gap_minutes",
        "must not be negative",
    ),
    (
        "appointments_ends_after_start",
        "ends_at",
        "must be after scheduled_date",
    ),
    (
        "appointments_property_required",
        "property_id",
        "is required unless the kind is call or meeting",
    ),
    (
        "appointments_timezone",
        "timezone",
        "must be an IANA time zone such as Europe/Madrid",
    ),
    (
        "conversations_ended_after_start",
        "ended_at",
        "must not be before started_at",
    ),
    (
        "handoff_packages_claim",
        "status",
        "does not go with who has claimed it",
    ),
    (
        "handoff_packages_completion",
        "status",
        "does not go with its completion",
    ),
    (
        "handoff_packages_pending_is_nobodys",
        "status",
        "does not go with who has claimed it",
    ),
    (
        "qualification_scores_override_reason",
        "override_reason",
        "is required",
    ),
    (
        "routing_rules_assign_to",
        "assign_to",
        "must be `auto` or the id of a person",
    ),
    (
        "routing_rules_fallback_is_another",
        "fallback_rule_id",
        "must be another rule",
    ),
    (
        "routing_rules_valid",
        "valid_to",
        "must be after valid_from",
    ),
    (
        "routing_rules_window",
        "window_s",
        "goes with max_new_per_window",
    ),
];

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
