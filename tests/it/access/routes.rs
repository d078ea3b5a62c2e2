//! Which address stands for which table and function of `docs/access.md`, and why some have none.

use serde_json::{Value, json};

/// Table → the address of its rows; `{id}` stands in it where it is not the last part.
pub const NOUNS: [(&str, &str); 26] = [
    ("users", "/api/users"),
    ("teams", "/api/teams"),
    ("team_members", "/api/team-members"),
    ("prospects", "/api/prospects"),
    ("properties", "/api/properties"),
    ("property_private", "/api/properties/{id}/private"),
    ("campaigns", "/api/campaigns"),
    ("campaign_runs", "/api/campaign-runs"),
    ("queued_leads", "/api/queued-leads"),
    ("conversations", "/api/conversations"),
    ("live_conversations", "/api/live-conversations"),
    ("transcript_messages", "/api/transcript-messages"),
    ("agent_actions", "/api/agent-actions"),
    ("agent_plan_steps", "/api/agent-plan-steps"),
    ("detected_entities", "/api/detected-entities"),
    ("qualification_scores", "/api/qualification-scores"),
    ("appointments", "/api/appointments"),
    ("handoff_packages", "/api/handoffs"),
    ("integrations", "/api/integrations"),
    ("routing_rules", "/api/routing-rules"),
    ("consents", "/api/consents"),
    ("suppressions", "/api/suppressions"),
    ("contact_policies", "/api/contact-policies"),
    ("audit_log", "/api/audit-log"),
    ("tasks", "/api/tasks"),
    ("activities", "/api/activities"),
];

/// Tables of the document that no address shows, and why.
pub const UNSHOWN: [(&str, &str); 13] = [
    ("assignments", "who got what and why: tests/it/routing"),
    (
        "prospect_status_changes",
        "a prospect's history: tests/it/prospects/care.rs",
    ),
    ("property_history", "read by the timeline to come"),
    (
        "handoff_changes",
        "a package's history: tests/it/handoffs/rush.rs",
    ),
    (
        "integration_secrets",
        "write-only, by `config` of /api/integrations: tests/it/integrations.rs",
    ),
    ("audit_payloads", "the subject export to come"),
    ("imports", "/api/imports, a file: tests/it/imports.rs"),
    ("import_refusals", "a file: tests/it/imports.rs"),
    ("import_mappings", "kept by an import: tests/it/imports.rs"),
    ("events", "read by the server alone"),
    (
        "idempotency_keys",
        "written beside every POST: tests/it/properties.rs",
    ),
    ("auth.", "served by /auth/v1: tests/it/auth"),
    ("doorstep.", "the server's own books"),
];

/// Functions that no address calls by itself, and why.
pub const UNCALLED: [(&str, &str); 12] = [
    ("auth.uid", "in policies"),
    ("auth.role", "in policies"),
    ("auth.jwt", "in policies"),
    ("auth.email", "in policies"),
    ("doorstep.default_team_id", "in defaults"),
    ("public.is_admin", "in policies"),
    ("doorstep.my_role", "in policies"),
    ("doorstep.my_team_ids", "in policies"),
    ("doorstep.led_team_ids", "in policies"),
    ("doorstep.led_user_ids", "in policies"),
    ("doorstep.audit", "beside what is audited"),
    (
        "doorstep.reschedule_appointment",
        "PUT of scheduled_date: an update line, and tests/it/appointments.rs",
    ),
];

/// Addresses that stand for no table's verb, and why.
pub const OTHERS: [(&str, &str); 20] = [
    (
        "get /api/prospects/{id}/contactability",
        "whoever sees the prospect: tests/it/campaign_verbs.rs",
    ),
    ("get /api/imports", "tests/it/imports.rs"),
    ("post /api/imports", "a file: tests/it/imports.rs"),
    ("get /api/imports/{id}", "tests/it/imports.rs"),
    (
        "get /api/imports/{id}/refused",
        "a file: tests/it/imports.rs",
    ),
    ("get /api/import-mappings", "tests/it/imports.rs"),
    ("get /api/exports/{table}", "a file: tests/it/exports.rs"),
    (
        "get /api/prospects/{id}/matches",
        "homes of /api/properties: tests/it/matches.rs",
    ),
    (
        "get /api/properties/{id}/matches",
        "people of /api/prospects: tests/it/matches.rs",
    ),
    (
        "get /api/handoffs/{id}/history",
        "the rows of handoff_changes: tests/it/handoffs/rush.rs",
    ),
    (
        "post /api/routing-rules/dry-run",
        "writes nothing: tests/it/routing/assigned.rs",
    ),
    ("get /healthz", "public, no row"),
    ("get /readyz", "public, no row"),
    ("post /api/leads", "by a key of its own: tests/it/leads.rs"),
    (
        "get /api/prospects/{id}/history",
        "the rows of prospect_status_changes: tests/it/prospects/care.rs",
    ),
    ("get /api/test-db", "the two tables that anon reads"),
    ("post /api/auth/signout", "one's own session"),
    (
        "get /api/users/me",
        "one's own row of /api/users: tests/it/users.rs",
    ),
    (
        "post /api/handoffs/from-appointment",
        "generation: tests/it/handoffs, database 9",
    ),
    (
        "post /api/handoffs/from-conversation",
        "generation: tests/it/handoffs, database 9",
    ),
];

/// A function, the address that calls it, the table and the row whose key is in it, and the body.
pub struct Verb {
    pub function: &'static str,
    pub path: &'static str,
    pub table: &'static str,
    pub body: Value,
}

/// Every verb that is more than the change of a row.
pub fn verbs(helper: &str) -> Vec<Verb> {
    let verb = |function, path, table, body| Verb {
        function,
        path,
        table,
        body,
    };
    vec![
        verb(
            "doorstep.release_prospect",
            "/api/prospects/{id}/release",
            "prospects",
            json!({}),
        ),
        verb(
            "doorstep.assign_prospect",
            "/api/prospects/{id}/assign",
            "prospects",
            json!({ "user_id": helper }),
        ),
        verb(
            "doorstep.merge_prospects",
            "/api/prospects/{id}/merge",
            "prospects",
            json!({ "other": "{id}" }),
        ),
        verb(
            "doorstep.claim_handoff",
            "/api/handoffs/{id}/claim",
            "handoff_packages",
            json!({}),
        ),
        verb(
            "doorstep.release_handoff",
            "/api/handoffs/{id}/release",
            "handoff_packages",
            json!({ "reason": "busy" }),
        ),
        verb(
            "doorstep.complete_handoff",
            "/api/handoffs/{id}/complete",
            "handoff_packages",
            json!({ "outcome": "contacted", "notes": "done" }),
        ),
        verb(
            "doorstep.reassign_handoff",
            "/api/handoffs/{id}/reassign",
            "handoff_packages",
            json!({ "user_id": helper, "reason": "away" }),
        ),
        verb(
            "doorstep.start_campaign",
            "/api/campaigns/{id}/start",
            "campaigns",
            json!({ "reason": "why" }),
        ),
        verb(
            "doorstep.pause_campaign",
            "/api/campaigns/{id}/pause",
            "campaigns",
            json!({ "reason": "why" }),
        ),
        verb(
            "doorstep.resume_campaign",
            "/api/campaigns/{id}/resume",
            "campaigns",
            json!({ "reason": "why" }),
        ),
        verb(
            "doorstep.stop_campaign",
            "/api/campaigns/{id}/stop",
            "campaigns",
            json!({ "reason": "why" }),
        ),
        verb(
            "doorstep.campaign_segment",
            "/api/campaigns/{id}/dry-run",
            "campaigns",
            json!({}),
        ),
        verb(
            "doorstep.take_over_live",
            "/api/live-conversations/{id}/takeover",
            "live_conversations",
            json!({ "epoch": 1 }),
        ),
        verb(
            "doorstep.return_live",
            "/api/live-conversations/{id}/return",
            "live_conversations",
            json!({ "epoch": 1, "reason": "done" }),
        ),
        verb(
            "doorstep.transfer_live",
            "/api/live-conversations/{id}/transfer",
            "live_conversations",
            json!({ "epoch": 1, "user_id": helper }),
        ),
        verb(
            "doorstep.speak_live",
            "/api/live-conversations/{id}/messages",
            "live_conversations",
            json!({ "epoch": 1, "message": "hello", "visibility": "internal" }),
        ),
        verb(
            "doorstep.end_live",
            "/api/live-conversations/{id}/end",
            "live_conversations",
            json!({ "epoch": 1, "outcome": "qualified" }),
        ),
        verb(
            "doorstep.lift_suppression",
            "/api/suppressions/{id}/lift",
            "suppressions",
            json!({ "reason": "asked for it" }),
        ),
        verb(
            "doorstep.confirm_lift_suppression",
            "/api/suppressions/{id}/confirm-lift",
            "suppressions",
            json!({}),
        ),
    ]
}

/// Cells that cannot be asked for: table, verb, column or row kind, why.
pub const UNASKED: [(&str, &str, &str, &str); 4] = [
    (
        "campaigns",
        "insert",
        "other",
        "created_by is the caller, whatever is sent",
    ),
    (
        "qualification_scores",
        "insert",
        "computed_by=rule",
        "computed_by is human_override, whatever is sent",
    ),
    (
        "prospects",
        "update",
        "lost_reason=",
        "it stays only with the status lost: tests/it/prospects",
    ),
    (
        "users",
        "insert",
        "*",
        "no route: /auth/v1/signup makes people",
    ),
];

/// The address of a table, if it has one.
pub fn address(table: &str) -> Option<&'static str> {
    NOUNS
        .iter()
        .find(|(name, _)| *name == table)
        .map(|(_, path)| *path)
}

/// The template of one row's address.
pub fn one(path: &str) -> String {
    if path.contains("{id}") {
        path.to_owned()
    } else {
        format!("{path}/{{id}}")
    }
}
