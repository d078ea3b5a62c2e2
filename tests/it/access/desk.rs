//! A server on a database in which the world stands, and what puts the world back after a write.

use std::collections::BTreeMap;

use serde_json::Value;
use tokio_postgres::Client as Sql;
use uuid::Uuid;

use super::ledger::locate;
use super::matrix::PRINCIPALS;
use super::rows::id;
use super::schema::Schema;
use super::world;
use crate::app::{Client, TestApp};

/// Everything that is needed to ask as anybody.
pub struct Desk {
    pub clients: BTreeMap<&'static str, Client>,
    pub schema: Schema,
    /// Inside a transaction with savepoint `c`, for reading values.
    pub stage: Sql,
    /// Past policies and triggers, for looking and putting back.
    pub sql: Sql,
    /// The OpenAPI document.
    pub document: Value,
    changed: tokio_postgres::Statement,
    tables: BTreeMap<String, String>,
    mark: i64,
    keys: BTreeMap<(String, String), String>,
    seen: BTreeMap<(String, String), bool>,
    values: BTreeMap<String, Value>,
    _app: TestApp,
}

impl Desk {
    /// Builds the world, signs everybody in and keeps a copy.
    pub async fn open() -> Self {
        let app = TestApp::without_jobs(|_| {}).await;
        let (stage, sql) = (app.sql().await, app.sql().await);
        let problems = world::build(&stage).await;
        assert!(problems.is_empty(), "{}", problems.join("\n"));
        stage.batch_execute("commit").await.expect("commit");
        let mut clients = BTreeMap::new();
        for name in PRINCIPALS {
            clients.insert(name, client(&app, &stage, name).await);
        }
        stage.batch_execute("begin; savepoint c").await.expect("c");
        let schema = Schema::read(&stage).await;
        sql.batch_execute("set session_replication_role = replica; create schema kept")
            .await
            .expect("replica");
        let tables = tables(&sql).await;
        for table in tables.keys() {
            let copy = format!("create table kept.{table} as table public.{table}");
            sql.batch_execute(&copy).await.expect("copy");
        }
        let changed = sql.prepare(&question(&tables)).await.expect("question");
        let document = serde_json::to_value(doorstep::router::document()).expect("document");
        let mut desk = Self {
            clients,
            schema,
            stage,
            sql,
            document,
            changed,
            tables,
            mark: 0,
            keys: BTreeMap::new(),
            seen: BTreeMap::new(),
            values: BTreeMap::new(),
            _app: app,
        };
        desk.mark = desk.now().await;
        desk
    }

    async fn now(&self) -> i64 {
        let query = "select pg_current_xact_id()::text::int8";
        self.sql.query_one(query, &[]).await.expect(query).get(0)
    }

    /// Puts every table back that is not as it was.
    pub async fn put_back(&mut self) {
        let rows = self.sql.query(&self.changed, &[&self.mark]).await;
        let mut text = String::new();
        for row in rows.expect("what changed") {
            let table: &str = row.get(0);
            let columns = &self.tables[table];
            text += &format!(
                "delete from public.{table}; insert into public.{table} ({columns}) overriding system value select {columns} from kept.{table};"
            );
        }
        self.sql.batch_execute(&text).await.expect("put back");
        self.mark = self.now().await;
    }

    /// The text of a query's first value.
    pub async fn value(&self, query: &str) -> Option<String> {
        let found = self.sql.simple_query(query).await;
        let found = found.unwrap_or_else(|error| panic!("{error}: {query}"));
        found.into_iter().find_map(|message| match message {
            tokio_postgres::SimpleQueryMessage::Row(row) => row.get(0).map(str::to_owned),
            _ => None,
        })
    }

    /// The JSON that a query answers while nothing has changed yet.
    pub async fn json(&mut self, query: &str) -> Value {
        if !self.values.contains_key(query) {
            let text = self.value(query).await.unwrap_or_else(|| "null".into());
            let value = serde_json::from_str(&text).expect("JSON");
            self.values.insert(query.to_owned(), value);
        }
        self.values[query].clone()
    }

    /// Whether a principal reads the row at an address while nothing has changed yet.
    pub async fn sees(&mut self, name: &str, path: &str) -> bool {
        let at = (name.to_owned(), path.to_owned());
        if !self.seen.contains_key(&at) {
            let answer = self.clients[name].get(path).await;
            self.seen.insert(at.clone(), answer.status.as_u16() == 200);
        }
        self.seen[&at]
    }

    /// The key in the address of the row of a table and a row key.
    pub async fn key(&mut self, table: &str, key: &str) -> String {
        let at = (table.to_owned(), key.to_owned());
        if !self.keys.contains_key(&at) {
            let column = key_column(table);
            let place = locate(table, key);
            let query = format!("select {column}::text from {table} where {place} limit 1");
            let found = self.value(&query).await;
            let found = found.unwrap_or_else(|| Uuid::nil().to_string());
            self.keys.insert(at.clone(), found);
        }
        self.keys[&at].clone()
    }

    /// The keys that a body at this address may hold; `None` where the method is not served.
    pub fn body(&self, method: &str, path: &str) -> Option<Vec<String>> {
        let operation = self.document["paths"][path].get(method)?;
        let schema = &operation["requestBody"]["content"]["application/json"]["schema"];
        let schema = match schema["$ref"].as_str() {
            Some(name) => {
                let name = name.rsplit('/').next().expect("a name");
                &self.document["components"]["schemas"][name]
            }
            None => schema,
        };
        let keys = schema["properties"].as_object();
        Some(keys.map_or_else(Vec::new, |keys| keys.keys().cloned().collect()))
    }
}

/// The column that the address names.
pub fn key_column(table: &str) -> &'static str {
    match table {
        "property_private" => "property_id",
        _ => "id",
    }
}

async fn client(app: &TestApp, sql: &Sql, name: &'static str) -> Client {
    if name == "anon" {
        return app.anon();
    }
    let text = format!(
        "insert into auth.sessions (id, user_id, created_at, updated_at, aal) values ({}, {}, now(), now(), 'aal1') returning id, user_id",
        id("sessions", name),
        id("users", name)
    );
    let row = sql.query_one(&text, &[]).await.expect("a session");
    let token = app.token(row.get(1), row.get(0), 3600);
    Client::new(&app.url, Some(token))
}

/// The tables of the world with their columns.
async fn tables(sql: &Sql) -> BTreeMap<String, String> {
    let query = "select c.relname::text, string_agg(quote_ident(a.attname), ', ') from pg_class c \
        join pg_attribute a on a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped and a.attgenerated = '' \
        where c.relnamespace = 'public'::regnamespace and c.relkind = 'r' and c.relname <> 'events' group by 1";
    let rows = sql.query(query, &[]).await.expect(query);
    rows.iter().map(|row| (row.get(0), row.get(1))).collect()
}

/// Which tables have rows that were written after a transaction, or another number of rows.
fn question(tables: &BTreeMap<String, String>) -> String {
    let each: Vec<String> = tables
        .keys()
        .map(|table| {
            format!(
                "select '{table}' where exists (select from public.{table} where xmin::text::int8 > $1) \
                 or (select count(*) from public.{table}) <> (select count(*) from kept.{table})"
            )
        })
        .collect();
    each.join(" union all ")
}
