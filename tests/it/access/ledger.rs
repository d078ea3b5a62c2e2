//! Rows of the tables that keep books (compliance, audit, keys), and where to find a row.

use super::rows::{Values, id, owned, owner};

/// A quoted literal.
pub fn text(value: &str) -> String {
    format!("'{}'", value.replace('\'', "''"))
}

/// The values of a row of one of these tables.
pub fn values(table: &str, key: &str, fresh: bool, out: &mut Values) {
    let seed = if fresh {
        format!("{key}/new")
    } else {
        key.to_owned()
    };
    let mut add = |column: &str, value: String| out.push((column.to_owned(), value));
    match table {
        "property_private" => {
            add("property_id", id("properties", key));
            add("list_agent_id", owner(key));
        }
        "assignments" => {
            add("entity", text("prospect"));
            add("entity_id", id("prospects", key));
            add("prospect_id", id("prospects", key));
            add("user_id", owner(key));
            add("outcome", text("assigned"));
        }
        "tasks" => {
            add("prospect_id", id("prospects", key));
            add("title", text("Call back"));
            add("assignee", owner(key));
        }
        "activities" => {
            add("prospect_id", id("prospects", key));
            add("kind", text("call"));
            add("body", text("He was pleased."));
        }
        "routing_rules" => {
            add("name", text(&format!("Rule {seed}")));
            add(
                "conditions",
                "'[{\"field\":\"city\",\"operator\":\"equals\",\"value\":\"Dubai\"}]'".into(),
            );
            add("assign_to", text("auto"));
            add("priority", "5".into());
            add("enabled", (key != "disabled").to_string());
            add(
                "team_id",
                id("teams", if key == "other" { "other" } else { "home" }),
            );
        }
        "consents" => {
            add("prospect_id", id("prospects", key));
            add("channel", text("phone"));
            add("purpose", text("marketing"));
            add("status", text("granted"));
        }
        "suppressions" => {
            add("prospect_id", id("prospects", key));
            add("channel", text(if fresh { "sms" } else { "phone" }));
            add("reason", text("verbal"));
        }
        "contact_policies" => {
            add("jurisdiction", text(if fresh { "XY" } else { "XX" }));
            add("channel", text("phone"));
            add("window_start", text("09:00"));
            add("window_end", text("18:00"));
        }
        "audit_log" => {
            add(
                "actor",
                if owned(key) && key != "quality" {
                    owner(key)
                } else {
                    "null".into()
                },
            );
            add(
                "category",
                text(if key == "quality" {
                    "quality"
                } else {
                    "business"
                }),
            );
            add("action", text("updated"));
            add("noun", text("teams"));
            add("row_id", id("audit_log", key));
        }
        "idempotency_keys" => {
            add("principal", format!("{}::text", owner(key)));
            add("key", text(&seed));
            add("method", text("POST"));
            add("path", text("/api/prospects"));
            add("request_hash", "'\\x00'::bytea".into());
        }
        "imports" => {
            add("kind", text("prospects"));
            add("created_by", owner(key));
        }
        "import_refusals" => {
            add("import_id", id("imports", key));
            add("number", "1".into());
            add("line", "2".into());
            add("field", text("phone"));
            add("reason", text("is no telephone number"));
        }
        "import_mappings" => {
            add("name", text(&seed));
            add("kind", text("prospects"));
            add("mapping", text("{}"));
        }
        "integration_secrets" => {
            add("integration_id", id("integrations", key));
            add("config_encrypted", "'\\x00'::bytea".into());
        }
        _ => {}
    }
}

/// The table behind a view.
pub fn base(table: &str) -> &str {
    match table {
        "users_directory" => "users",
        "conversations_metadata" => "conversations",
        "routing_rules_names" => "routing_rules",
        "live_conversations_state" => "live_conversations",
        "agent_actions_no_payload" => "agent_actions",
        _ => table
            .strip_suffix("_masked")
            .or_else(|| table.strip_suffix("_pool"))
            .unwrap_or(table),
    }
}

/// The condition that finds the row of a key.
pub fn locate(table: &str, key: &str) -> String {
    match base(table) {
        "team_members" => format!(
            "team_id = {} and user_id = {}",
            id("teams", key),
            id("users", "member")
        ),
        "property_private" => format!("property_id = {}", id("properties", key)),
        "integration_secrets" => format!("integration_id = {}", id("integrations", key)),
        "idempotency_keys" => format!("key = {} and principal = {}::text", text(key), owner(key)),
        "contact_policies" => "jurisdiction = 'XX'".to_owned(),
        "handoff_changes" => format!("handoff_id = {}", id("handoff_packages", key)),
        "prospect_status_changes" => format!(
            "from_status = 'new' and prospect_id = {}",
            id("prospects", key)
        ),
        "audit_log" => format!("row_id = {}", id("audit_log", key)),
        "audit_payloads" => "payload = '{}'".to_owned(),
        "import_refusals" => format!("import_id = {}", id("imports", key)),
        "property_history" => format!("property_id = {}", id("properties", "shown")),
        "events" => format!("noun = 'teams' and row_id = {}", id("teams", "home")),
        name if name.contains('.') => "true".to_owned(),
        name => format!("id = {}", id(name, key)),
    }
}
