//! Page after page of a table, as text.

use jiff::Timestamp;
use serde_json::Value;

use super::{
    guard::guarded,
    tables::{self, Table, mask},
};
use crate::{
    catalogue,
    db::{Db, Identity, Query, Run as _},
    error::{Error, Problem},
    words,
};

/// Rows a page.
const PAGE: u32 = 1_000;

words! {
    /// What an export is made of.
    pub enum ExportFormat {
        /// Separated by commas, with a line of headings.
        Csv = "csv",
        /// A JSON object a line.
        Jsonl = "jsonl",
    }
}

/// An export that goes on.
pub struct Export {
    db: Db,
    identity: Identity,
    table: &'static Table,
    relation: &'static str,
    masked: bool,
    format: ExportFormat,
    /// The most rows that the caller gets.
    cap: Option<u32>,
    sent: u32,
    after: Option<String>,
    begun: bool,
    ended: bool,
    moment: Timestamp,
}

impl Export {
    /// Writes the export down and begins it.
    ///
    /// # Errors
    /// 404 for a table that there is none of, 403 for whoever may not export it.
    pub async fn start(
        db: &Db,
        identity: &Identity,
        name: &str,
        format: ExportFormat,
    ) -> Result<Self, Error> {
        let table = tables::find(name).ok_or_else(|| {
            let reason = catalogue::unknown_name(name, tables::names());
            Error::not_found().detail(Problem::worded("table", reason))
        })?;
        let query = Query::new("select asker, masked, row_cap from doorstep.start_export(")
            .bind(table.name)
            .push(", ")
            .bind(format)
            .push(")");
        let rows = db.write(identity).run(query).await?;
        let row = rows.first().ok_or_else(Error::forbidden)?;
        let asker: String = row.try_get(0).map_err(Error::internal)?;
        let cap: Option<i64> = row.try_get(2).map_err(Error::internal)?;
        Ok(Self {
            db: db.clone(),
            identity: identity.clone(),
            table,
            relation: table.relation(&asker),
            masked: row.try_get(1).map_err(Error::internal)?,
            format,
            cap: cap.map(|cap| u32::try_from(cap).unwrap_or(u32::MAX)),
            sent: 0,
            after: None,
            begun: false,
            ended: false,
            moment: db.clock().now(),
        })
    }

    /// The file's name: table, day and format.
    pub fn file_name(&self) -> String {
        let day = self.moment.to_zoned(jiff::tz::TimeZone::UTC).date();
        format!("{}-{day}.{}", self.table.name, self.format)
    }

    /// The most rows that the caller gets, if there is a limit.
    pub fn cap(&self) -> Option<u32> {
        self.cap
    }

    /// Rows so far.
    pub fn rows(&self) -> u32 {
        self.sent
    }

    /// The next piece of the file; none after the last.
    ///
    /// # Errors
    /// 401 when the session has ended, 503 when the database is away.
    pub async fn next(&mut self) -> Result<Option<Vec<u8>>, Error> {
        if self.ended {
            return Ok(None);
        }
        let left = self
            .cap
            .map_or(u32::MAX, |cap| cap.saturating_sub(self.sent));
        let wanted = left.min(PAGE);
        let rows = match wanted {
            0 => Vec::new(),
            wanted => self.db.read(&self.identity).run(self.page(wanted)).await?,
        };
        self.ended = rows.len() < PAGE as usize;
        self.sent += u32::try_from(rows.len()).unwrap_or(0);
        if let Some(last) = rows.last() {
            self.after = Some(last.try_get(0).map_err(Error::internal)?);
        }
        let mut text = Vec::new();
        let begins = !std::mem::replace(&mut self.begun, true);
        match self.format {
            ExportFormat::Jsonl => {
                for row in &rows {
                    let line: &str = row.try_get(1).map_err(Error::internal)?;
                    text.extend_from_slice(line.as_bytes());
                    text.push(b'\n');
                }
            }
            ExportFormat::Csv => {
                let mut writer = csv::Writer::from_writer(&mut text);
                if begins {
                    let headings = self.table.columns().map(|column| column.name);
                    writer.write_record(headings).map_err(Error::internal)?;
                }
                for row in &rows {
                    let cells: Vec<Option<String>> = row.try_get(1).map_err(Error::internal)?;
                    let cells = cells
                        .iter()
                        .zip(self.table.columns())
                        .map(|(cell, column)| {
                            let cell = cell.as_deref().unwrap_or_default();
                            match (column.rust_type)().contains("Vec<") {
                                true => guarded(&listed(cell)).into_owned(),
                                false => guarded(cell).into_owned(),
                            }
                        });
                    writer.write_record(cells).map_err(Error::internal)?;
                }
                writer.flush().map_err(Error::internal)?;
            }
        }
        match text.is_empty() {
            true => Ok(None),
            false => Ok(Some(text)),
        }
    }

    /// Key and row of the next rows: JSON as it is, or each column's text.
    fn page(&self, wanted: u32) -> Query {
        let mut query = Query::new("select t.id::text, ");
        query.text(match self.format {
            ExportFormat::Jsonl => "row_to_json(t)::text from (select ",
            ExportFormat::Csv => {
                "(select array_agg(c.value order by c.ordinality) \
                     from json_each_text(row_to_json(t)) with ordinality c) from (select "
            }
        });
        // What a masked view shows is masked once.
        let plain = self.masked && self.relation == self.table.name;
        for (index, column) in self.table.columns().enumerate() {
            query.text(if index == 0 { "" } else { ", " });
            match mask(column.name).filter(|_| plain) {
                Some(function) => query
                    .text(function)
                    .text("\"")
                    .text(column.name)
                    .text("\") as \""),
                None => query.text("\""),
            };
            query.text(column.name).text("\"");
        }
        query.text(" from ").text(self.relation);
        if let Some(after) = &self.after {
            query.text(" where id > ").add(after.clone());
            query.text(match self.table.numbered {
                true => "::text::int8",
                false => "::text::uuid",
            });
        }
        query
            .text(" order by id limit ")
            .add(i64::from(wanted))
            .text(") as t");
        query
    }
}

/// `["a","b"]` → `a; b`, which an import reads back; as it is where a member
/// has a semicolon of its own.
fn listed(cell: &str) -> String {
    match serde_json::from_str::<Value>(cell) {
        Ok(Value::Array(members)) => {
            let words: Option<Vec<&str>> = members.iter().map(Value::as_str).collect();
            match words {
                Some(words) if !words.iter().any(|word| word.contains(';')) => words.join("; "),
                _ => cell.to_owned(),
            }
        }
        _ => cell.to_owned(),
    }
}
