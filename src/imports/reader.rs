//! The reading thread: rows in, batches out.

use std::{
    collections::{HashSet, hash_map::DefaultHasher},
    hash::{Hash as _, Hasher as _},
    io::{self, Read, Seek},
};

use serde_json::Value;
use tokio::sync::mpsc;

use super::{
    headings::Mapping,
    load::Ready,
    open::{Meter, open},
    read::{Format, Item, Raw, read},
    refused::Refusal,
    shape::{Habits, shape},
    types::ImportKind,
    work::Order,
};

/// Rows a batch at most. A batch is a transaction, and none may take a second.
const ROWS: usize = 500;
/// Messages a batch at most.
const MESSAGES: usize = 2_000;
/// Bytes of a batch's cells at most, about.
const BYTES: usize = 4 * 1024 * 1024;

/// From the reading thread.
pub(super) enum FromFile {
    Headings(Vec<String>),
    Rows {
        read: u64,
        rows: Vec<Ready>,
        refusals: Vec<Refusal>,
    },
    Note(String),
}

/// What reads a file and judges its rows.
pub(super) struct Reader {
    kind: ImportKind,
    dry_run: bool,
    encoding: Option<String>,
    separator: Option<u8>,
    mapping: Mapping,
    habits: Habits,
    give: mpsc::Sender<FromFile>,
    read: u64,
    rows: Vec<Ready>,
    refusals: Vec<Refusal>,
    messages: usize,
    bytes: usize,
    keys: HashSet<String>,
    /// Hashes of every key, in a dry run: what it makes is gone by the next batch.
    seen: HashSet<u64>,
    unused: Vec<String>,
    known: HashSet<String>,
}

impl Reader {
    pub(super) fn new(
        order: Order,
        mapping: Mapping,
        habits: Habits,
        give: mpsc::Sender<FromFile>,
    ) -> Self {
        Self {
            kind: order.kind,
            dry_run: order.dry_run,
            encoding: order.encoding,
            separator: order.separator,
            mapping,
            habits,
            give,
            read: 0,
            rows: Vec::new(),
            refusals: Vec::new(),
            messages: 0,
            bytes: 0,
            keys: HashSet::new(),
            seen: HashSet::new(),
            unused: Vec::new(),
            known: HashSet::new(),
        }
    }

    /// Reads to the end, or until nobody wants to know.
    ///
    /// # Errors
    /// When the file cannot be read on.
    pub(super) fn read<F>(mut self, file: F, meter: &Meter) -> io::Result<()>
    where
        F: Read + Seek + Send + 'static,
    {
        let text = open(file, self.encoding.as_deref(), meter)?;
        let encoding = text.encoding;
        let separator = self.separator;
        let format = read(text.reader, separator, &mut |item| self.item(item));
        self.flush();
        let format = match format? {
            Format::Csv(separator) => {
                format!(
                    "CSV with {:?} between cells, {encoding}",
                    char::from(separator)
                )
            }
            Format::JsonLines => "JSON lines".to_owned(),
            Format::Json => "JSON".to_owned(),
        };
        self.send(FromFile::Note(format));
        if !self.unused.is_empty() {
            let unused = format!("not used: {}", self.unused.join(", "));
            self.send(FromFile::Note(unused));
        }
        Ok(())
    }

    /// Whether there is anybody who still wants to know.
    fn send(&self, found: FromFile) -> bool {
        self.give.blocking_send(found).is_ok()
    }

    fn item(&mut self, item: Item) -> bool {
        match item {
            Item::Headings(headings) => {
                headings.iter().for_each(|heading| self.meet(heading));
                return self.send(FromFile::Headings(headings));
            }
            Item::Broken { line, reason } => {
                self.read += 1;
                let problem = [(String::new(), reason)];
                self.refusals.push(Refusal::new(line, &problem, None));
            }
            Item::Row(raw) => {
                self.read += 1;
                self.bytes += size(&raw);
                match shape(self.kind, &raw, &self.mapping, &self.habits) {
                    Ok(shaped) => {
                        if shaped.keys.iter().any(|key| self.keys.contains(key))
                            && self.kind != ImportKind::Properties
                            && !self.flush()
                        {
                            return false;
                        }
                        let seen = self.see(&shaped.keys);
                        self.keys.extend(shaped.keys.iter().cloned());
                        self.messages += shaped.messages.len();
                        self.rows.push(Ready::new(self.kind, raw, shaped, seen));
                    }
                    Err(problems) => {
                        let content = Some(raw.cells);
                        let refusal = Refusal::new(raw.line, &problems, content);
                        self.refusals.push(refusal);
                    }
                }
            }
        }
        let full = self.rows.len() + self.refusals.len() >= ROWS
            || self.messages >= MESSAGES
            || self.bytes >= BYTES;
        !full || self.flush()
    }

    fn see(&mut self, keys: &[String]) -> bool {
        if !self.dry_run {
            return false;
        }
        let mut again = false;
        for key in keys {
            let mut hasher = DefaultHasher::new();
            key.hash(&mut hasher);
            again |= !self.seen.insert(hasher.finish());
        }
        again
    }

    /// Notes a heading that nobody knows. Headings of JSON are too many to look
    /// at each.
    fn meet(&mut self, heading: &str) {
        if self.known.insert(heading.to_owned()) && self.mapping.target(heading).is_none() {
            self.unused.push(heading.to_owned());
        }
    }

    fn flush(&mut self) -> bool {
        if self.read == 0 {
            return true;
        }
        self.keys.clear();
        self.messages = 0;
        self.bytes = 0;
        let rows = FromFile::Rows {
            read: std::mem::take(&mut self.read),
            rows: std::mem::take(&mut self.rows),
            refusals: std::mem::take(&mut self.refusals),
        };
        self.send(rows)
    }
}

/// The cells' bytes, about.
fn size(raw: &Raw) -> usize {
    fn of(value: &Value) -> usize {
        match value {
            Value::String(text) => text.len() + 16,
            Value::Array(items) => items.iter().map(of).sum::<usize>() + 16,
            Value::Object(fields) => fields
                .iter()
                .map(|(name, value)| name.len() + of(value))
                .sum(),
            _ => 16,
        }
    }
    raw.cells.values().map(of).sum()
}
