//! The rows of the world: for each table what a row of a given owner holds.
//!
//! A key names an owner: a principal, or `team`, `below`, `other`, `pool`, `far` as `docs/access.md`
//! has them. Ids are made of table and key: any row can be named without asking for it.

use super::ledger::text;

/// Columns and the SQL expressions to put there.
pub type Values = Vec<(String, String)>;

/// Everybody who owns rows, principals first.
pub const OWNERS: [&str; 12] = [
    "inactive",
    "sales_rep",
    "sales_manager",
    "admin",
    "qa_supervisor",
    "compliance_officer",
    "operations",
    "team",
    "below",
    "other",
    "pool",
    "far",
];

/// Tables of rows that hang off a prospect, in the order of writing.
pub const CHAIN: [&str; 17] = [
    "prospects",
    "campaigns",
    "campaign_runs",
    "queued_leads",
    "conversations",
    "live_conversations",
    "transcript_messages",
    "agent_actions",
    "agent_plan_steps",
    "detected_entities",
    "qualification_scores",
    "appointments",
    "handoff_packages",
    "assignments",
    "consents",
    "tasks",
    "activities",
];

/// The SQL expression of a row's id.
pub fn id(table: &str, key: &str) -> String {
    format!("md5('{table}/{key}')::uuid")
}

/// The person who owns the rows of a key.
pub fn owner(key: &str) -> String {
    match key {
        "pool" | "far" => "null::uuid".to_owned(),
        _ => id("users", key),
    }
}

/// The team in which the rows of a key stand.
pub fn team(key: &str) -> String {
    match key {
        "below" => id("teams", "below"),
        "other" | "far" => id("teams", "other"),
        "inactive" | "sales_rep" | "sales_manager" | "team" | "pool" | "own" | "home" => {
            id("teams", "home")
        }
        _ => "doorstep.default_team_id()".to_owned(),
    }
}

/// Whether the key stands for one person (and not for nobody's rows).
pub fn owned(key: &str) -> bool {
    !matches!(key, "pool" | "far")
}

fn moment(key: &str, fresh: bool) -> String {
    let day = OWNERS.iter().position(|k| *k == key).unwrap_or(40) * 2;
    let start = if fresh { "2031-01-01" } else { "2030-01-01" };
    format!("(timestamptz '{start} 10:00Z' + interval '{day} days')")
}

fn phone(seed: &str) -> String {
    format!("'+15' || lpad((abs(hashtext('{seed}')::bigint) % 1000000000)::text, 9, '0')")
}

/// The values of a row; `fresh` for one that is inserted beside that of the world.
pub fn values(table: &str, key: &str, fresh: bool) -> Values {
    let seed = if fresh {
        format!("{key}/new")
    } else {
        key.to_owned()
    };
    let mut out: Values = match table {
        "team_members"
        | "property_private"
        | "property_history"
        | "integration_secrets"
        | "contact_policies"
        | "events"
        | "idempotency_keys"
        | "audit_log"
        | "audit_payloads" => Vec::new(),
        _ if table.contains('.') || table == "import_refusals" => Vec::new(),
        _ => vec![("id".into(), id(table, &seed))],
    };
    let mut add = |column: &str, value: String| out.push((column.to_owned(), value));
    match table {
        "prospects" => {
            add("name", text(&format!("Prospect {seed}")));
            add(
                "email",
                text(&format!("{}@example.com", seed.replace('/', "."))),
            );
            add("phone", phone(&seed));
            add("whatsapp", phone(&format!("{seed}/wa")));
            add("city", text("Dubai"));
            add("assigned_to", owner(key));
            add("team_id", team(key));
        }
        "campaigns" => {
            let (by, place) = if key == "sales_rep" && !fresh {
                ("other", "other")
            } else {
                (key, key)
            };
            add("name", text(&format!("Campaign {seed}")));
            add("segment", text("buyers"));
            add("status", text(if fresh { "draft" } else { "active" }));
            add("channels", "array['phone']".into());
            add(
                "created_by",
                if owned(by) {
                    owner(by)
                } else {
                    id("users", "admin")
                },
            );
            add("team_id", team(place));
        }
        _ => campaign_values(table, key, fresh, &mut out),
    }
    out
}

fn campaign_values(table: &str, key: &str, fresh: bool, out: &mut Values) {
    let at = |t: &str| id(t, key);
    let mut add = |column: &str, value: String| out.push((column.to_owned(), value));
    match table {
        "campaign_runs" => {
            add("campaign_id", at("campaigns"));
            add("status", text(if fresh { "completed" } else { "running" }));
        }
        "queued_leads" => {
            add("campaign_run_id", at("campaign_runs"));
            add(
                "prospect_id",
                id("prospects", if fresh { "spare" } else { key }),
            );
            add("channel", text("phone"));
            add("phone", phone(key));
            add("whatsapp", phone(&format!("{key}/wa")));
            add("email", text(&format!("{key}@example.com")));
            add("status", text("queued"));
        }
        _ => conversation_values(table, key, fresh, out),
    }
}

fn conversation_values(table: &str, key: &str, fresh: bool, out: &mut Values) {
    let at = |t: &str| id(t, key);
    let mut add = |column: &str, value: String| out.push((column.to_owned(), value));
    match table {
        "conversations" => {
            add("prospect_id", at("prospects"));
            add("channel", text("phone"));
            add("outcome", text("connected"));
            add("transcript", text("what was said"));
        }
        "live_conversations" => {
            add(
                "conversation_id",
                id(
                    "conversations",
                    &if fresh {
                        format!("{key}/spare")
                    } else {
                        key.to_owned()
                    },
                ),
            );
            add("prospect_id", at("prospects"));
            add("channel", text("phone"));
            add("status", text("connected"));
            add("next_best_question", text("when?"));
            add("sentiment", text("positive"));
            add(
                "state",
                text(if owned(key) {
                    "human_active"
                } else {
                    "ai_active"
                }),
            );
            add("controller", text(if owned(key) { "human" } else { "ai" }));
            add("controller_user_id", owner(key));
        }
        "transcript_messages" => {
            add("live_conversation_id", at("live_conversations"));
            add("conversation_id", at("conversations"));
            add("speaker", text("rep"));
            add("message", text("hello"));
            add("type", text("text"));
            // Everybody of the world opted out of being written to.
            add("visibility", text("internal"));
        }
        _ => agent_values(table, key, fresh, out),
    }
}

fn agent_values(table: &str, key: &str, fresh: bool, out: &mut Values) {
    let at = |t: &str| id(t, key);
    let mut add = |column: &str, value: String| out.push((column.to_owned(), value));
    match table {
        "agent_actions" => {
            add("conversation_id", at("conversations"));
            add("action", text("say"));
            add("details", text("hello"));
            add("status", text("awaiting_approval"));
        }
        "agent_plan_steps" => {
            add("live_conversation_id", at("live_conversations"));
            add("step", if fresh { "2" } else { "1" }.into());
            add("name", text("Greet"));
            add("description", text("Say hello"));
            add("status", text("pending"));
        }
        "detected_entities" => {
            add("conversation_id", at("conversations"));
            add("live_conversation_id", at("live_conversations"));
            add("type", text("budget"));
            add("value", text("1.5M"));
            add("confidence", "60".into());
        }
        "qualification_scores" => {
            add("conversation_id", at("conversations"));
            add("intent_score", "50".into());
            add("overall_score", "50".into());
            for part in ["budget", "timeline", "need", "authority", "engagement"] {
                add(part, "10".into());
            }
        }
        _ => business_values(table, key, fresh, out),
    }
}

fn business_values(table: &str, key: &str, fresh: bool, out: &mut Values) {
    let at = |t: &str| id(t, key);
    let mut add = |column: &str, value: String| out.push((column.to_owned(), value));
    match table {
        "appointments" => {
            add("prospect_id", at("prospects"));
            add("property_id", id("properties", "shown"));
            add(
                "assigned_rep_id",
                if owned(key) {
                    owner(key)
                } else {
                    id("users", "other")
                },
            );
            add("scheduled_date", moment(key, fresh));
            add("location", text("Marina Gate"));
            add("status", text("scheduled"));
            add("notes", text("ring twice"));
        }
        "handoff_packages" => {
            let taken = owned(key) && !fresh;
            let talk = if fresh {
                format!("{key}/spare")
            } else {
                key.to_owned()
            };
            add("conversation_id", id("conversations", &talk));
            add("prospect_id", at("prospects"));
            for (column, value) in [
                ("priority", "high"),
                ("reason", "high_intent"),
                ("summary", "A summary"),
                ("conversation_context", "What was said"),
                ("source_channel", "phone"),
            ] {
                add(column, text(value));
            }
            add("status", text(if taken { "claimed" } else { "pending" }));
            if !fresh {
                add("claimed_by", if taken { owner(key) } else { "null".into() });
                add(
                    "claimed_at",
                    if taken {
                        "timestamptz '2029-01-01Z'".into()
                    } else {
                        "null".into()
                    },
                );
            }
            add("team_id", team(key));
        }
        _ => property_values(table, key, fresh, out),
    }
}

fn property_values(table: &str, key: &str, fresh: bool, out: &mut Values) {
    let mut add = |column: &str, value: String| out.push((column.to_owned(), value));
    match table {
        "properties" => {
            let status = if matches!(key, "reserved" | "sold") {
                key
            } else {
                "available"
            };
            add("name", text(&format!("Home {key}")));
            for (column, value) in [
                ("city", "Dubai"),
                ("price_range", "1M"),
                ("type", "villa"),
                ("description", "Sea view"),
            ] {
                add(column, text(value));
            }
            add("bedrooms", "3".into());
            add("features", text("{view}"));
            add("status", text(status));
            add(
                "standard_status",
                text(match key {
                    "draft" => "Incomplete",
                    "reserved" => "Pending",
                    "sold" => "Closed",
                    _ => "Active",
                }),
            );
        }
        _ => desk_values(table, key, fresh, out),
    }
}

fn desk_values(table: &str, key: &str, fresh: bool, out: &mut Values) {
    let seed = if fresh {
        format!("{key}/new")
    } else {
        key.to_owned()
    };
    let mut add = |column: &str, value: String| out.push((column.to_owned(), value));
    match table {
        "teams" => add("name", text(&format!("Team {seed}"))),
        "team_members" => {
            add("team_id", id("teams", key));
            add(
                "user_id",
                id("users", if fresh { "loner" } else { "member" }),
            );
            add("is_lead", "false".into());
        }
        "integrations" => {
            add("name", text(&format!("Link {seed}")));
            add("type", text("crm"));
            add("status", text("connected"));
        }
        _ => super::ledger::values(table, key, fresh, out),
    }
}

/// `insert into …` for the values; of a table that nobody writes by hand the defaults will do.
pub fn insert(table: &str, values: &Values) -> String {
    if values.is_empty() {
        return format!("insert into {table} default values");
    }
    let (columns, expressions): (Vec<_>, Vec<_>) =
        values.iter().map(|(c, e)| (c.as_str(), e.as_str())).unzip();
    format!(
        "insert into {table} ({}) values ({})",
        columns.join(", "),
        expressions.join(", ")
    )
}
