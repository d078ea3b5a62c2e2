//! Every statement of every noun against the migrated schema: the types of its
//! columns and parameters, each filter, each sort and each column, as anon and
//! each role, planned generically. Nothing may answer 500.
//!
//! A noun joins with one line in [`nouns`].

use std::collections::BTreeMap;

use doorstep::users::Role;
use reqwest::Method;
use serde_json::{Value, json};
use tokio_postgres::types::Type;

use crate::app::{Client, TestApp};

mod nouns;

use nouns::nouns;

/// A value that a schema takes.
fn sample(schema: &Value) -> Value {
    if let Some(word) = schema["enum"].as_array().and_then(|words| words.first()) {
        return word.clone();
    }
    for choice in ["anyOf", "oneOf"] {
        if let Some(first) = schema[choice].as_array().and_then(|all| all.first()) {
            return sample(first);
        }
    }
    if let Some(example) = schema["examples"].as_array().and_then(|all| all.first())
        && example.is_object()
    {
        return example.clone();
    }
    if !schema["const"].is_null() {
        return schema["const"].clone();
    }
    let kind = match &schema["type"] {
        Value::Array(kinds) => kinds[0].as_str().unwrap_or_default(),
        kind => kind.as_str().unwrap_or_default(),
    };
    let text = match (schema["format"].as_str(), schema["pattern"].as_str()) {
        (Some("uuid"), _) => "00000000-0000-4000-8000-000000000000",
        (Some("date-time"), _) => "2026-03-01T09:00:00Z",
        (Some("date"), _) => "2026-03-01",
        (Some("partial-date-time" | "time"), _) => "09:30:00",
        (Some("ip" | "ipv4"), _) => "192.0.2.7",
        (_, Some("^[A-Z]{3}$")) => "EUR",
        (_, Some("^[A-Z]{2}$")) => "ES",
        (_, Some(pattern)) if pattern.starts_with("^https?") || pattern.starts_with("^(https?") => {
            "https://example.com/a.png"
        }
        _ => "sample",
    };
    match kind {
        "integer" | "number" => json!(7),
        "boolean" => json!(true),
        "array" if schema["items"].is_object() => json!([sample(&schema["items"])]),
        "array" => json!([]),
        "object" => json!({ "key": "value" }),
        _ => json!(text),
    }
}

/// What the database says of a relation: type and whether null may occur.
async fn columns(sql: &tokio_postgres::Client, relation: &str) -> BTreeMap<String, (Type, bool)> {
    let statement = sql
        .prepare(&format!("select * from public.{relation}"))
        .await
        .unwrap();
    let rows = sql
        .query(
            "select attname::text, not attnotnull from pg_attribute \
             where attrelid = $1::text::regclass and attnum > 0 and not attisdropped",
            &[&format!("public.{relation}")],
        )
        .await
        .unwrap();
    let nullable: BTreeMap<String, bool> =
        rows.iter().map(|row| (row.get(0), row.get(1))).collect();
    statement
        .columns()
        .iter()
        .map(|column| {
            let name = column.name().to_owned();
            let null = nullable[&name];
            (name, (column.type_().clone(), null))
        })
        .collect()
}

#[tokio::test]
async fn columns_and_parameters_have_the_types_of_the_schema() {
    let app = TestApp::start().await;
    let sql = app.sql().await;
    let mut wrong = Vec::new();
    for noun in nouns() {
        let table = columns(&sql, noun.table).await;
        let read = noun.fields.iter().map(|field| (field, true));
        let written = noun.written.iter().map(|field| (field, false));
        for (field, is_read) in read.chain(written) {
            if noun.beside.contains(&field.name) {
                continue;
            }
            let Some((sql_type, null)) = table.get(field.name) else {
                wrong.push(format!("{}.{} is no column", noun.table, field.name));
                continue;
            };
            if !(field.accepts)(sql_type) {
                let rust = (field.rust_type)();
                wrong.push(format!(
                    "{}.{} is {sql_type}, not {rust}",
                    noun.table, field.name
                ));
            }
            if is_read && *null && !field.is_optional() {
                wrong.push(format!("{}.{} may be null", noun.table, field.name));
            }
        }
        for (column, sql_type, nullable) in &noun.sorts {
            let Some((real, null)) = table.get(*column) else {
                wrong.push(format!("{} is sorted by {column}, no column", noun.table));
                continue;
            };
            if real.name() != *sql_type || null != nullable {
                wrong.push(format!(
                    "{}.{column} sorts as {real}, null: {null}",
                    noun.table
                ));
            }
        }
        for view in noun.views {
            let shown = columns(&sql, view).await;
            for field in noun.fields {
                match shown.get(field.name) {
                    Some((sql_type, _)) if (field.accepts)(sql_type) => {}
                    other => wrong.push(format!("{view}.{} is {other:?}", field.name)),
                }
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// Anon, each role, somebody who was never activated, and the service key.
async fn everybody(app: &TestApp) -> Vec<(String, Client)> {
    let mut everybody = vec![
        ("anon".to_owned(), app.anon()),
        ("service".to_owned(), app.service()),
        ("inactive".to_owned(), app.inactive().await.client),
    ];
    for role in Role::ALL {
        everybody.push((role.to_string(), app.person(*role).await.client));
    }
    everybody
}

fn encoded(value: &Value) -> String {
    let text = value
        .as_str()
        .map_or_else(|| value.to_string(), str::to_owned);
    form_urlencoded::byte_serialize(text.as_bytes()).collect()
}

async fn generic_plans(app: &TestApp) {
    let sql = app.sql().await;
    let name = &app.database.name;
    sql.batch_execute(&format!(
        "alter database {name} set plan_cache_mode = force_generic_plan"
    ))
    .await
    .unwrap();
}

#[tokio::test]
async fn every_filter_and_sort_is_answered_to_everybody() {
    let app = TestApp::start().await;
    generic_plans(&app).await;
    let everybody = everybody(&app).await;
    let mut asked = 0;
    for noun in nouns() {
        let mut queries = vec![String::new(), "count=true&limit=1".to_owned()];
        for (name, value) in &noun.filters {
            queries.push(format!("{name}={}", encoded(value)));
        }
        let all: Vec<String> = noun
            .filters
            .iter()
            .map(|(name, value)| format!("{name}={}", encoded(value)))
            .collect();
        queries.push(format!("{}&count=true", all.join("&")));
        for (column, _, _) in &noun.sorts {
            queries.push(format!("sort={column}&limit=1"));
            queries.push(format!("sort=-{column}&limit=1&count=true"));
        }
        let columns: Vec<&str> = noun.sorts.iter().map(|(column, ..)| *column).collect();
        queries.push(format!("sort=-{}", columns.join(",")));
        for (who, client) in &everybody {
            for query in &queries {
                let path = format!("{}?{query}", noun.path);
                let answer = client.get(&path).await;
                let status = answer.status.as_u16();
                assert!(
                    matches!(status, 200 | 400 | 401 | 403),
                    "{who} {path}: {status} {}",
                    answer.text
                );
                // A refusal of a query that the document allows is of columns
                // that the caller sees masked.
                if status == 400 {
                    assert!(
                        answer.text.contains("you see it masked"),
                        "{who} {path}: {}",
                        answer.text
                    );
                }
                asked += 1;
                // The next page, where there is one.
                if let Some(cursor) = answer.json["next_cursor"].as_str() {
                    let next = client.get(&format!("{path}&cursor={cursor}")).await;
                    next.expect(200);
                }
            }
        }
    }
    assert!(asked > 1_000, "only {asked} lists were asked for");
}

#[tokio::test]
async fn every_column_is_written_by_everybody_who_may() {
    let app = TestApp::start().await;
    generic_plans(&app).await;
    let everybody = everybody(&app).await;
    let nowhere = "00000000-0000-4000-8000-000000000000";
    for noun in nouns().into_iter().filter(|noun| noun.body.is_object()) {
        let one = format!("{}/{nowhere}", noun.path);
        let keys: Vec<String> = noun.body.as_object().unwrap().keys().cloned().collect();
        for (who, client) in &everybody {
            let mut tried = vec![
                (Method::POST, noun.path.to_owned(), noun.body.clone()),
                (Method::PUT, one.clone(), noun.body.clone()),
                (Method::DELETE, one.clone(), Value::Null),
            ];
            for key in &keys {
                tried.push((Method::PUT, one.clone(), json!({ key: noun.body[key] })));
            }
            for (method, path, body) in tried {
                let what = format!("{who} {method} {path} {body}");
                let body = (!body.is_null()).then_some(body);
                let answer = client.send(method, &path, body, &[]).await;
                let status = answer.status.as_u16();
                assert!(status < 500, "{what}: {status} {}", answer.text);
                assert_ne!(
                    answer.json["code"], "not_storable",
                    "{what}: {}",
                    answer.text
                );
                assert_ne!(answer.json["code"], "refused", "{what}: {}", answer.text);
            }
        }
    }
}
