//! Something to ask for: without rows, every id that is tried is unknown, and
//! nothing that stands behind a 404 is tried at all.

use std::{collections::BTreeMap, fmt::Write as _, path::Path};

use anyhow::{Context as _, Result};
use serde_json::Value;

use crate::server::Server;

/// Fields and parameters that name a row, and the table where it stands.
const REFERENCES: [(&str, &str); 21] = [
    ("prospect_id", "prospects"),
    ("property_id", "properties"),
    ("campaign_id", "campaigns"),
    ("campaign_run_id", "campaign_runs"),
    ("conversation_id", "conversations"),
    ("conversationId", "conversations"),
    ("live_conversation_id", "live_conversations"),
    ("appointment_id", "appointments"),
    ("appointmentId", "appointments"),
    ("rescheduled_from_id", "appointments"),
    ("fallback_rule_id", "routing_rules"),
    ("team_id", "teams"),
    ("parent_team_id", "teams"),
    ("assigned_rep_id", "users"),
    ("assigned_to", "users"),
    ("user_id", "users"),
    ("userId", "users"),
    ("reports_to", "users"),
    ("created_by", "users"),
    ("claimed_by", "users"),
    ("controller_user_id", "users"),
];

/// Fields whose form no schema tells in full.
const FORMS: [(&str, &str, &[&str]); 8] = [
    ("email", "mails", &["ana@example.com", "b.c@example.org"]),
    ("phone", "phones", &["+34600000001", "+351912000101"]),
    ("whatsapp", "phones", &[]),
    ("phone_e164", "phones", &[]),
    ("timezone", "zones", &["Europe/Madrid", "UTC"]),
    ("country", "countries", &["ES", "PT"]),
    ("currency", "currencies", &["EUR", "USD"]),
    ("budget_currency", "currencies", &[]),
];

/// Makes rows around the person of `email` and tells schemathesis, in a file in
/// `folder`, where to put their ids.
pub fn prepare(server: &Server, folder: &Path, email: &str, round: usize) -> Result<()> {
    let rows = include_str!("rows.sql")
        .replace("{email}", email)
        .replace("{round}", &round.to_string());
    server.superuser(&rows).context("rows of every noun")?;
    let mut kept = BTreeMap::new();
    for tag in tags(server)? {
        let table = match tag.as_str() {
            "handoffs" => "handoff_packages".to_owned(),
            other => other.replace('-', "_"),
        };
        let known = server.superuser(&format!(
            "select to_regclass('public.{table}') is not null and exists (select from \
             information_schema.columns where table_name = '{table}' and column_name = 'id')"
        ))?;
        if known.trim() == "t" {
            let ids = server.superuser(&format!(
                "select coalesce(json_agg(id::text), '[]') from (select id from public.{table} \
                 order by created_at desc limit 12) row"
            ))?;
            if ids.trim() != "[]" {
                kept.insert(table, (tag, ids.trim().to_owned()));
            }
        }
    }
    std::fs::create_dir_all(folder)?;
    std::fs::write(folder.join("schemathesis.toml"), configuration(&kept)?)?;
    Ok(())
}

/// The nouns whose rows have an address of their own.
fn tags(server: &Server) -> Result<Vec<String>> {
    let address = format!("{}/openapi.json", server.url);
    let document: Value = ureq::get(address).call()?.body_mut().read_json()?;
    let paths = document["paths"].as_object().context("paths")?;
    let mut tags: Vec<String> = paths
        .iter()
        .filter(|(path, _)| path.contains("{id}"))
        .filter_map(|(_, methods)| {
            let operation = methods.as_object()?.values().next()?;
            Some(operation["tags"][0].as_str()?.to_owned())
        })
        .collect();
    tags.sort();
    tags.dedup();
    Ok(tags)
}

fn configuration(kept: &BTreeMap<String, (String, String)>) -> Result<String> {
    let mut text = String::from("[dictionaries]\n");
    for (table, (_, ids)) in kept {
        writeln!(text, "{table} = {{ values = {ids} }}")?;
    }
    for (_, name, values) in FORMS.iter().filter(|(_, _, values)| !values.is_empty()) {
        writeln!(text, "{name} = {{ values = {values:?} }}")?;
    }
    text.push_str("[parameters]\n");
    let references = REFERENCES
        .iter()
        .filter(|(_, table)| kept.contains_key(*table))
        .map(|(field, table)| (*field, *table));
    let forms = FORMS.iter().map(|(field, name, _)| (*field, *name));
    for (field, dictionary) in references.chain(forms) {
        for place in ["query", "body"] {
            writeln!(
                text,
                "\"{place}.{field}\" = {{ dictionary = \"{dictionary}\", probability = 0.8 }}"
            )?;
        }
    }
    for (table, (tag, _)) in kept {
        writeln!(
            text,
            "[[operations]]\ninclude-tag = \"{tag}\"\nparameters = {{ \"path.id\" = \
             {{ dictionary = \"{table}\", probability = 0.9 }} }}"
        )?;
    }
    Ok(text)
}
