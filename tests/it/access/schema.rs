//! What the database's catalogue says about columns: which there are and which values they take.

use std::collections::BTreeMap;

use serde_json::Value;
use tokio_postgres::Client;

use super::ledger::locate;
use super::rows::id;

/// One column.
#[derive(Clone, Debug)]
pub struct ColumnInfo {
    /// Its name.
    pub name: String,
    /// `format_type`.
    pub kind: String,
    /// Generated or `generated always as identity`.
    pub fixed: bool,
    /// The allowed values, where a CHECK lists them.
    pub allowed: Vec<String>,
    /// The table that it refers to, where it is a foreign key.
    pub target: Option<String>,
}

/// The columns of all tables, and the values of rows that were asked for.
pub struct Schema {
    tables: BTreeMap<String, Vec<ColumnInfo>>,
    current: BTreeMap<(String, String), Value>,
}

const COLUMNS: &str = "
select case when n.nspname = 'public' then c.relname else n.nspname || '.' || c.relname end, a.attname::text,
       format_type(a.atttypid, a.atttypmod), a.attgenerated <> '' or a.attidentity = 'a',
       (select pg_get_constraintdef(k.oid) from pg_constraint k
         where k.conrelid = c.oid and k.contype = 'c' and k.conkey = array[a.attnum]
           and pg_get_constraintdef(k.oid) ~ '= ANY \\(+ARRAY\\[' limit 1),
       (select t.relname::text from pg_constraint k join pg_class t on t.oid = k.confrelid
         where k.conrelid = c.oid and k.contype = 'f' and k.conkey = array[a.attnum] limit 1)
  from pg_class c join pg_namespace n on n.oid = c.relnamespace join pg_attribute a on a.attrelid = c.oid
 where c.relkind in ('r', 'p') and n.nspname in ('public', 'doorstep', 'auth') and a.attnum > 0 and not a.attisdropped
 order by 1, a.attnum";

impl Schema {
    /// Reads the catalogue.
    pub async fn read(client: &Client) -> Self {
        let mut tables: BTreeMap<String, Vec<ColumnInfo>> = BTreeMap::new();
        for row in client.query(COLUMNS, &[]).await.expect("catalogue") {
            let check: Option<String> = row.get(4);
            tables.entry(row.get(0)).or_default().push(ColumnInfo {
                name: row.get(1),
                kind: row.get(2),
                fixed: row.get(3),
                allowed: check
                    .filter(|c| !c.contains("jsonb_typeof"))
                    .map(|c| quoted(&c))
                    .unwrap_or_default(),
                target: row.get(5),
            });
        }
        Self {
            tables,
            current: BTreeMap::new(),
        }
    }

    /// The columns of a table that an UPDATE can name.
    pub fn writable(&self, table: &str) -> impl Iterator<Item = &str> {
        self.tables
            .get(table)
            .into_iter()
            .flatten()
            .filter(|c| !c.fixed)
            .map(|c| c.name.as_str())
    }

    /// The tables of a schema (`public` for those without a dot).
    pub fn tables(&self) -> impl Iterator<Item = &str> {
        self.tables.keys().map(String::as_str)
    }

    /// The type of a column.
    pub fn kind(&self, table: &str, column: &str) -> Result<&str, String> {
        self.column(table, column).map(|info| info.kind.as_str())
    }

    fn column(&self, table: &str, column: &str) -> Result<&ColumnInfo, String> {
        self.tables
            .get(table)
            .ok_or_else(|| format!("no table {table}"))?
            .iter()
            .find(|c| c.name == column)
            .ok_or_else(|| format!("no column {table}.{column}"))
    }

    /// An expression for a permitted value that the row does not hold yet.
    pub async fn another_value(
        &mut self,
        client: &Client,
        table: &str,
        column: &str,
        key: &str,
    ) -> Result<String, String> {
        let info = self.column(table, column)?.clone();
        let now = self.current_row(client, table, key).await?[column].clone();
        if let Some(target) = info.target.as_ref().filter(|_| info.kind == "uuid") {
            return Ok(id(
                target,
                if target == "teams" {
                    "spare"
                } else if target == "users" {
                    "helper"
                } else {
                    "spare"
                },
            ));
        }
        if let Some(value) = info.allowed.iter().find(|v| now.as_str() != Some(v)) {
            return Ok(format!("'{value}'"));
        }
        Ok(match info.kind.as_str() {
            "uuid" => "md5('something else')::uuid".to_owned(),
            "boolean" => (!now.as_bool().unwrap_or(false)).to_string(),
            "jsonb" if now.is_array() => "'[]'::jsonb".to_owned(),
            "jsonb" if now.as_object().is_some_and(|o| o.is_empty()) => {
                "'{\"1\": []}'::jsonb".to_owned()
            }
            "jsonb" => "'{}'::jsonb".to_owned(),
            "text[]" => "array['else']".to_owned(),
            "uuid[]" => "array[md5('something else')::uuid]".to_owned(),
            "bytea" => "'\\x01'::bytea".to_owned(),
            "date" => "date '2032-02-02'".to_owned(),
            "character(3)" => "'EUR'".to_owned(),
            kind if kind.starts_with("timestamp") => "timestamptz '2032-02-02 02:00Z'".to_owned(),
            kind if kind.starts_with("time") => "time '07:07'".to_owned(),
            kind if kind.ends_with("[]") => format!("'{{}}'::{kind}"),
            "smallint" | "integer" | "bigint" => (now.as_i64().unwrap_or(0) + 7).to_string(),
            kind if kind.starts_with("numeric") => "1".to_owned(),
            "text" | "character varying(255)" => text_value(column),
            kind => format!("null::{kind}"),
        })
    }

    async fn current_row(
        &mut self,
        client: &Client,
        table: &str,
        key: &str,
    ) -> Result<&Value, String> {
        let at = (table.to_owned(), key.to_owned());
        if !self.current.contains_key(&at) {
            let query = format!(
                "select to_jsonb(t)::text from {table} t where {} limit 1",
                locate(table, key)
            );
            let answers = super::trial::batch(client, &query)
                .await
                .map_err(|(c, m)| format!("{c} {m}: {query}"))?;
            let row = answers[1]
                .0
                .first()
                .and_then(|r| r.get(0))
                .ok_or_else(|| format!("no row {key} in {table}"))?;
            let value = serde_json::from_str(row).map_err(|e| e.to_string())?;
            self.current.insert(at.clone(), value);
        }
        Ok(&self.current[&at])
    }
}

fn text_value(column: &str) -> String {
    let value = match column {
        "phone" | "whatsapp" | "phone_e164" | "whatsapp_e164" | "prospect_phone"
        | "prospect_whatsapp" => "+971501234567",
        "email" | "email_normalized" | "prospect_email" => "else@example.com",
        "timezone" | "fallback_timezone" => "Asia/Dubai",
        "country" => "AE",
        "avatar" | "image_url" => "https://example.com/x.png",
        "currency" | "budget_currency" => "EUR",
        "language" => "ar",
        _ => "else",
    };
    format!("'{value}'")
}

/// The value that a line of the document gives: a row kind for a person or a team, else itself.
pub fn literal(schema: &Schema, table: &str, column: &str, word: &str) -> Result<String, String> {
    let info = schema.column(table, column)?;
    Ok(match info.target.as_deref() {
        Some(target @ ("users" | "teams")) => id(target, word),
        _ => format!("'{word}'"),
    })
}

/// The quoted words of a CHECK.
fn quoted(check: &str) -> Vec<String> {
    check
        .split('\'')
        .skip(1)
        .step_by(2)
        .map(str::to_owned)
        .collect()
}
