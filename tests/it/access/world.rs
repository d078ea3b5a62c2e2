//! The world in which every cell is tried: two teams, a team below one of them, a person of every role,
//! and rows of each ownership in each table. It is built inside a transaction that never commits.

use tokio_postgres::Client;

use super::rows::{self, CHAIN, OWNERS, id, insert, values};

/// Somebody on whose behalf a statement runs.
#[derive(Clone, Debug)]
pub struct Principal {
    /// As the document names him.
    pub name: String,
    /// The database role.
    pub role: String,
    /// The person in `auth.users`, if any.
    pub person: Option<String>,
}

impl Principal {
    /// A principal of the matrix.
    pub fn named(name: &str) -> Self {
        let anon = name == "anon";
        Self {
            name: name.to_owned(),
            role: if anon { "anon" } else { "authenticated" }.to_owned(),
            person: (!anon).then(|| name.to_owned()),
        }
    }

    /// A role of the system itself.
    pub fn system(role: &str) -> Self {
        Self {
            name: role.to_owned(),
            role: role.to_owned(),
            person: None,
        }
    }

    /// The statements that make a transaction his, as the server does it.
    pub fn become_him(&self) -> String {
        let claims = match &self.person {
            None => format!("'{{\"role\":\"{}\"}}'", self.role),
            Some(person) => format!(
                "json_build_object('sub', {}, 'role', 'authenticated', 'aal', 'aal1', 'email', '{person}@desk.test')::text",
                id("users", person)
            ),
        };
        format!(
            "select set_config('request.jwt.claims', {claims}, true); set local role \"{}\"",
            self.role
        )
    }

    /// The key of a row kind as he sees it: `own` is his own row.
    pub fn key(&self, kind: &str) -> String {
        match (kind, &self.person) {
            ("own", Some(person)) => person.clone(),
            ("own", None) => "other".to_owned(),
            _ => kind.to_owned(),
        }
    }
}

/// A connection as superuser to the database that the migrations have made.
pub async fn connect() -> Client {
    crate::cluster::Database::create().await.sql().await
}

async fn run(client: &Client, problems: &mut Vec<String>, statement: &str) {
    let wrapped = format!("savepoint w; {statement}; release savepoint w");
    if let Err(error) = client.batch_execute(&wrapped).await {
        client
            .batch_execute("rollback to savepoint w")
            .await
            .expect("rollback to savepoint");
        let detail = error.as_db_error().map_or_else(
            || error.to_string(),
            |e| format!("{} {}", e.code().code(), e.message()),
        );
        problems.push(format!("{detail}\n    {statement}"));
    }
}

/// Opens a transaction and builds the world in it. Returns what could not be built.
pub async fn build(client: &Client) -> Vec<String> {
    let mut problems = Vec::new();
    client
        .batch_execute("begin; set local statement_timeout = '20s'")
        .await
        .expect("begin");
    people(client, &mut problems).await;
    sign_in(client, &mut problems).await;
    desk(client, &mut problems).await;
    chain(client, &mut problems).await;
    books(client, &mut problems).await;
    problems
}

/// The rows that hang off each owner's prospect.
async fn chain(client: &Client, problems: &mut Vec<String>) {
    for table in CHAIN {
        for key in OWNERS {
            if !rows::owned(key) && table == "appointments" {
                continue;
            }
            run(client, problems, &insert(table, &values(table, key, false))).await;
            if table == "prospects" {
                let moved = format!(
                    "update prospects set status = 'contacted' where id = {}",
                    id("prospects", key)
                );
                run(client, problems, &moved).await;
            }
            if table == "prospects" && key == "far" {
                run(
                    client,
                    problems,
                    &insert(table, &spare("prospects", "spare", "other")),
                )
                .await;
            }
            if table == "conversations" {
                let extra = spare("conversations", &format!("{key}/spare"), key);
                run(client, problems, &insert(table, &extra)).await;
            }
        }
    }
}

/// Suppressions, audit rows and idempotency keys.
async fn books(client: &Client, problems: &mut Vec<String>) {
    let key = "insert into doorstep.lead_keys (name, key_hash, source) values ('tried', sha256('x'), 'other')";
    run(client, problems, key).await;
    for key in OWNERS {
        for table in [
            "suppressions",
            "audit_log",
            "idempotency_keys",
            "imports",
            "import_refusals",
        ] {
            if rows::owned(key) || table == "suppressions" {
                run(client, problems, &insert(table, &values(table, key, false))).await;
            }
        }
    }
    let mapping = insert("import_mappings", &values("import_mappings", "any", false));
    run(client, problems, &mapping).await;
    let mut asked = values("suppressions", "other", true);
    asked[0].1 = id("suppressions", "asked");
    run(client, problems, &insert("suppressions", &asked)).await;
    run(client, problems, &format!(
        "update suppressions set lift_reason = 'wrong number', lift_requested_by = {}, lift_requested_at = '2029-01-01Z' where id = {}",
        id("users", "chief"), id("suppressions", "asked")
    )).await;
    let quality = insert("audit_log", &values("audit_log", "quality", false));
    run(client, problems, &quality).await;
    let kept = "insert into idempotency_keys (principal, key, method, path, request_hash) values ('service_role', 'one', 'POST', '/', '\\x00')";
    run(client, problems, kept).await;
    let turn =
        "insert into doorstep.routing_cursors (rule_id) select id from routing_rules limit 1";
    run(client, problems, turn).await;
    let wish = "with w as (insert into doorstep.wish_places (place, region) values ('dubai', '') returning id) insert into doorstep.prospect_wishes (prospect_id, spoken, amended, team_id, place_id, types, features, must_haves, rejected) select p.id, false, false, p.team_id, w.id, 0, '{}', 0, '{}' from prospects p, w limit 1";
    run(client, problems, wish).await;
    let payload = "insert into audit_payloads (audit_id, salt, payload) select id, '\\x00', '{}' from audit_log
        where payload_hash is null limit 1";
    run(client, problems, payload).await;
}

/// A second row of a key, under another id.
fn spare(table: &str, at: &str, key: &str) -> rows::Values {
    let mut row = values(table, key, false);
    for (column, value) in &mut row {
        match column.as_str() {
            "id" => *value = id(table, at),
            "email" | "phone" | "whatsapp" => value.insert_str(value.len(), " || '9'"),
            _ => {}
        }
    }
    row
}

async fn people(client: &Client, problems: &mut Vec<String>) {
    for (key, parent) in [
        ("home", "null"),
        ("below", ""),
        ("other", "null"),
        ("spare", "null"),
    ] {
        let parent = if parent.is_empty() {
            id("teams", "home")
        } else {
            parent.to_owned()
        };
        let statement = format!(
            "insert into teams (id, name, parent_team_id) values ({}, 'Team {key}', {parent})",
            id("teams", key)
        );
        run(client, problems, &statement).await;
    }
    persons(client, problems).await;
    members(client, problems).await;
}

/// A person of every role, and some without rows of their own.
async fn persons(client: &Client, problems: &mut Vec<String>) {
    for key in OWNERS
        .iter()
        .filter(|k| rows::owned(k))
        .chain(&["newcomer", "loner", "member", "helper", "chief"])
    {
        let role = if OWNERS[..7].contains(key) && *key != "inactive" {
            key
        } else {
            &"sales_rep"
        };
        let role = if *key == "chief" {
            &"sales_manager"
        } else {
            role
        };
        let status = if matches!(*key, "inactive" | "newcomer") {
            "inactive"
        } else {
            "active"
        };
        let person = id("users", key);
        run(client, problems, &format!(
            "insert into auth.users (id, aud, role, email, raw_user_meta_data) values ({person}, 'authenticated', 'authenticated', '{key}@desk.test', '{{\"name\":\"{key}\"}}')"
        )).await;
        run(
            client,
            problems,
            &format!(
                "update public.users set role = '{role}', status = '{status}' where id = {person}"
            ),
        )
        .await;
        run(
            client,
            problems,
            &format!("delete from team_members where user_id = {person}"),
        )
        .await;
    }
    run(
        client,
        problems,
        &format!(
            "delete from public.users where id = {}",
            id("users", "newcomer")
        ),
    )
    .await;
}

async fn members(client: &Client, problems: &mut Vec<String>) {
    let members = [
        ("home", "sales_rep", false),
        ("home", "sales_manager", true),
        ("home", "team", false),
        ("home", "helper", false),
        ("home", "member", false),
        ("below", "below", false),
        ("below", "member", false),
        ("other", "other", false),
        ("other", "chief", true),
        ("other", "member", false),
    ];
    for (team, person, leads) in members {
        run(
            client,
            problems,
            &format!(
                "insert into team_members (team_id, user_id, is_lead) values ({}, {}, {leads})",
                id("teams", team),
                id("users", person)
            ),
        )
        .await;
    }
}

/// One row in each table of Supabase Auth.
async fn sign_in(client: &Client, problems: &mut Vec<String>) {
    let (me, session, factor) = (
        id("users", "sales_rep"),
        id("sessions", "rep"),
        id("factors", "rep"),
    );
    for (table, columns, row) in [
        (
            "identities",
            "provider_id, user_id, identity_data, provider",
            format!("'1', {me}, '{{}}', 'email'"),
        ),
        ("sessions", "id, user_id", format!("{session}, {me}")),
        (
            "refresh_tokens",
            "token, user_id, session_id",
            format!("'t', {me}::text, {session}"),
        ),
        (
            "mfa_factors",
            "id, user_id, factor_type, status",
            format!("{factor}, {me}, 'totp', 'verified'"),
        ),
        (
            "mfa_challenges",
            "factor_id, ip_address",
            format!("{factor}, '::1'"),
        ),
        (
            "mfa_amr_claims",
            "session_id, authentication_method",
            format!("{session}, 'password'"),
        ),
        (
            "flow_state",
            "provider_type, authentication_method",
            "'email', 'password'".to_owned(),
        ),
        (
            "one_time_tokens",
            "user_id, token_type, token_hash, relates_to",
            format!("{me}, 'recovery_token', 'h', 'r'"),
        ),
        ("audit_log_entries", "payload", "'{}'".to_owned()),
    ] {
        run(
            client,
            problems,
            &format!("insert into auth.{table} ({columns}) values ({row})"),
        )
        .await;
    }
}

async fn desk(client: &Client, problems: &mut Vec<String>) {
    let people: Vec<&str> = OWNERS.iter().copied().filter(|k| rows::owned(k)).collect();
    for key in ["available", "reserved", "sold", "draft", "shown"]
        .iter()
        .chain(&people)
    {
        run(
            client,
            problems,
            &insert("properties", &values("properties", key, false)),
        )
        .await;
    }
    for key in &people {
        let row = insert("property_private", &values("property_private", key, false));
        let upsert = format!(
            "{row} on conflict (property_id) do update set list_agent_id = excluded.list_agent_id"
        );
        run(client, problems, &upsert).await;
    }
    let priced = format!(
        "update properties set price_range = '2M' where id = {}",
        id("properties", "shown")
    );
    run(client, problems, &priced).await;
    for key in ["any", "spare"] {
        run(
            client,
            problems,
            &insert("integrations", &values("integrations", key, false)),
        )
        .await;
    }
    run(
        client,
        problems,
        &insert(
            "integration_secrets",
            &values("integration_secrets", "any", false),
        ),
    )
    .await;
    run(
        client,
        problems,
        &insert(
            "contact_policies",
            &values("contact_policies", "any", false),
        ),
    )
    .await;
    for key in ["home", "other", "disabled"] {
        run(
            client,
            problems,
            &insert("routing_rules", &values("routing_rules", key, false)),
        )
        .await;
    }
}
