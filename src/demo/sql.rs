//! The statements that fill a new installation.
//!
//! Each takes rows as JSON and leaves out what is there, so that an interrupted
//! load goes on where it ended. Every row passes the checks and triggers of its
//! table; as many go in one statement as take well under a second.

use serde_json::Value;
use uuid::Uuid;

use crate::{
    db::{Db, Identity, Query, Rows as _, Run as _, SystemReason},
    error::Error,
};

/// Rows of one statement.
const BATCH: usize = 400;

/// A table that is filled: its statement before and after the rows.
pub(super) struct Table(&'static str, &'static str);

macro_rules! tables {
    ($($(#[$meta:meta])* $name:ident = $table:literal, $columns:literal;)+) => {
        $($(#[$meta])* pub(super) const $name: Table = Table(
            concat!(
                "insert into ", $table, " (", $columns, ") select ", $columns,
                " from jsonb_populate_recordset(null::", $table, ", "
            ),
            concat!(
                ") as given where not exists (select from ", $table,
                " as kept where kept.id = given.id)"
            ),
        );)+
    };
}

tables! {
    SIGN_UPS = "auth.users", "instance_id, id, aud, role, email, email_confirmed_at, created_at, updated_at, raw_app_meta_data, raw_user_meta_data";
    TEAMS = "teams", "id, name, created_at";
    MEMBERSHIPS = "team_members", "id, team_id, user_id, is_lead, created_at";
    PROPERTIES = "properties", "id, name, city, price_range, bedrooms, type, status, standard_status, description, features, offer, list_price_low, list_price_high, currency, bathrooms_total, living_area, living_area_units, latitude, longitude, country, region, postal_code, listing_key, on_market_date, created_at";
    PROSPECTS = "prospects", "id, name, email, phone, whatsapp, budget, city, timeline, status, assigned_to, last_contact, preferred_channel, purpose, budget_max, budget_currency, timeline_months_max, timezone, country, region, language, wanted_types, wanted_bedrooms_min, wanted_bedrooms_max, wanted_features, must_haves, source, source_detail, lost_reason, first_response_at, response_due_at, last_inbound_at, team_id, restricted_at, restriction_reason, created_at";
    HISTORY = "prospect_status_changes", "id, prospect_id, from_status, to_status, reason, actor, duration, created_at";
    CONSENTS = "consents", "id, prospect_id, channel, purpose, status, text_version, captured_at, method, source, captured_by, created_at";
    INTEGRATIONS = "integrations", "id, name, type, status, last_sync, icon, created_at";
    CAMPAIGNS = "campaigns", "id, name, segment, status, channels, channel_order, created_by, goal, objective_type, window_start, window_end, window_days, fallback_timezone, starts_at, team_id, created_at";
    RUNS = "campaign_runs", "id, campaign_id, status, metrics, run_no, started_by, started_at, paused_at, completed_at, error, created_at";
    LEADS = "queued_leads", "id, campaign_run_id, prospect_id, channel, status, attempts, priority, next_attempt_at, technical_failures, channels_tried, last_outcome, skip_reason, lease_epoch, created_at";
    CONVERSATIONS = "conversations", "id, prospect_id, campaign_id, \"timestamp\", duration, channel, outcome, sentiment, transcript, ai_confidence, handoff_suggested, direction, answered_by, end_reason, started_at, answered_at, ended_at, recording_consent, language, created_at";
    LIVE = "live_conversations", "id, prospect_id, channel, status, duration, sentiment, started_at, ended_at, conversation_id, controller, control_epoch, state, last_inbound_at, last_outbound_at, ai_confidence_now, created_at";
    MESSAGES = "transcript_messages", "id, live_conversation_id, \"timestamp\", speaker, message, type, visibility, language, is_final, control_epoch, created_at";
    ENTITIES = "detected_entities", "id, live_conversation_id, type, value, confidence, message_id, span_start, span_end, status, normalized, confirmed_by, detector, detector_version, created_at";
    ACTIONS = "agent_actions", "id, live_conversation_id, \"timestamp\", action, details, status, seq, action_type, actor, input, output, started_at, finished_at, latency_ms, created_at";
    ACTIVITIES = "activities", "id, prospect_id, kind, body, happened_at, actor, created_at";
    APPOINTMENTS = "appointments", "id, prospect_id, property_id, assigned_rep_id, scheduled_date, ends_at, location, status, notes, source_channel, kind, shared, timezone, conversation_id, rescheduled_from_id, ical_sequence, buffer_minutes, method, cancel_reason, no_show_party, created_at";
}

/// Whom a suppression protects is hashed by the database.
pub(super) const SUPPRESSIONS: Table = Table(
    "insert into suppressions (id, prospect_id, address_hash, channel, scope, reason, \
     effective_at, created_at) \
     select given.id, given.prospect_id, \
     doorstep.address_hash(coalesce(p.phone, p.email, p.whatsapp)), given.channel, given.scope, \
     given.reason, given.effective_at, given.created_at \
     from jsonb_populate_recordset(null::suppressions, ",
    ") as given join prospects p on p.id = given.prospect_id \
     where not exists (select from suppressions as kept where kept.id = given.id)",
);
/// What the desk knows of its people.
pub(super) const PROFILES: Table = Table(
    "update users as kept set role = given.role, status = given.status, \
     deactivated_at = given.deactivated_at, availability = given.availability, \
     timezone = given.timezone, languages = given.languages, \
     working_hours = given.working_hours, max_open_leads = given.max_open_leads, \
     last_active = given.last_active \
     from jsonb_populate_recordset(null::users, ",
    ") as given where kept.id = given.id",
);
/// When packages were made, and who took those that were taken.
pub(super) const CLAIMS: Table = Table(
    "update handoff_packages as kept set status = given.status, claimed_by = given.claimed_by, \
     claimed_at = given.claimed_at, created_at = given.created_at \
     from jsonb_populate_recordset(null::handoff_packages, ",
    ") as given where kept.id = given.id and kept.status = 'pending'",
);
/// What came of them.
pub(super) const COMPLETIONS: Table = Table(
    "update handoff_packages as kept set status = 'completed', \
     completed_at = given.completed_at, completion_outcome = given.completion_outcome \
     from jsonb_populate_recordset(null::handoff_packages, ",
    ") as given where kept.id = given.id and kept.status = 'claimed'",
);
/// The score that a package carries, as the history of scores keeps it.
pub(super) const SCORES: Table = Table(
    "insert into qualification_scores (id, conversation_id, appointment_id, intent_score, \
     budget_fit_score, urgency, property_match_confidence, risk_flags, overall_score, \
     model_version, budget, timeline, need, authority, engagement, penalty, grade, temperature, \
     confidence, evidence, inputs_hash, created_at) \
     select given.id, h.conversation_id, h.appointment_id, s.\"intentScore\", \
     s.\"budgetFitScore\", s.urgency, s.\"propertyMatchConfidence\", s.\"riskFlags\", s.total, \
     h.model_version, s.budget, s.timeline, s.need, s.authority, s.engagement, s.penalty, s.grade, \
     s.temperature, s.confidence, s.evidence, h.inputs_hash, given.created_at \
     from jsonb_to_recordset(",
    ") as given (id uuid, package_id uuid, created_at timestamptz) \
     join handoff_packages h on h.id = given.package_id \
     cross join jsonb_to_record(h.qualification_score) as s (\"intentScore\" smallint, \
     \"budgetFitScore\" smallint, urgency text, \"propertyMatchConfidence\" smallint, \
     \"riskFlags\" text[], total smallint, budget smallint, timeline smallint, need smallint, \
     authority smallint, engagement smallint, penalty smallint, grade text, temperature text, \
     confidence numeric, evidence jsonb) \
     where not exists (select from qualification_scores as kept where kept.id = given.id)",
);

/// Puts rows into their table as the installation's owner would.
pub(super) async fn put(db: &Db, table: Table, rows: Vec<Value>) -> Result<(), Error> {
    put_as(db, SystemReason::Administration, table, rows).await
}

/// Puts rows into their table.
pub(super) async fn put_as(
    db: &Db,
    reason: SystemReason,
    table: Table,
    rows: Vec<Value>,
) -> Result<(), Error> {
    let identity = Identity::system(reason);
    let mut rows = rows.into_iter().peekable();
    while rows.peek().is_some() {
        let batch: Vec<Value> = rows.by_ref().take(BATCH).collect();
        let query = Query::new(table.0).bind(Value::Array(batch)).push(table.1);
        db.write(&identity).run(query).await?;
    }
    Ok(())
}

/// Whether there is room for the demo: nobody's prospect is there but its own.
pub(super) async fn is_free(db: &Db, first: Uuid) -> Result<bool, Error> {
    let query = Query::new(
        "select not exists (select from prospects) or exists (select from prospects where id = ",
    )
    .bind(first)
    .push(")");
    let identity = Identity::system(SystemReason::Administration);
    let free: Option<bool> = db.read(&identity).run(query).await?.value()?;
    Ok(free.unwrap_or(false))
}

/// Whether the demo was loaded to its end.
pub(super) async fn is_loaded(db: &Db) -> Result<bool, Error> {
    let query = Query::new("select exists (select from audit_log where action = 'demo.loaded')");
    let identity = Identity::system(SystemReason::Administration);
    let loaded: Option<bool> = db.read(&identity).run(query).await?.value()?;
    Ok(loaded.unwrap_or(false))
}

/// Writes down that it was.
pub(super) async fn loaded(db: &Db, report: Value) -> Result<(), Error> {
    let query = Query::new("select doorstep.audit('demo.loaded', 'settings', null, ")
        .bind(report)
        .push(")");
    let identity = Identity::system(SystemReason::Administration);
    db.write(&identity).run(query).await.map(drop)
}

/// The keys of the people that there are of some addresses.
pub(super) async fn people(db: &Db, emails: Vec<String>) -> Result<Vec<(Uuid, String)>, Error> {
    let query = Query::new("select id, email from users where email = any (")
        .bind(emails)
        .push(")");
    let identity = Identity::system(SystemReason::Administration);
    let rows = db.read(&identity).run(query).await?;
    rows.iter()
        .map(|row| Ok((row.try_get(0)?, row.try_get(1)?)))
        .collect::<Result<_, tokio_postgres::Error>>()
        .map_err(Error::internal)
}

/// Makes a person the leader of the default team, into which come those who
/// have no other.
pub(super) async fn lead_default(db: &Db, person: Uuid) -> Result<(), Error> {
    let query = Query::new(
        "update team_members set is_lead = true where not is_lead \
         and team_id = (select id from teams where is_default) and user_id = ",
    )
    .bind(person);
    let identity = Identity::system(SystemReason::Administration);
    db.write(&identity).run(query).await.map(drop)
}
