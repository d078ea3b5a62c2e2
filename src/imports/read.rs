//! From text to rows: CSV, JSON lines, or one JSON document with the rows in
//! `value` (RESO Web API, OData) or as a list. One row at a time is in memory.

use crate::catalogue::imports as words;
use std::{
    fmt,
    io::{self, BufRead, Cursor, Read},
};

use serde::{
    Deserializer as _,
    de::{DeserializeSeed, IgnoredAny, MapAccess, SeqAccess, Visitor},
};
use serde_json::{Map, Value};

use crate::exports::unguarded;

/// A longer line of JSON, or a longer row of CSV, is refused, in bytes.
const LONGEST: usize = 8 * 1024 * 1024;
/// How much of a file is looked at to see what it is made of, in bytes.
const LOOKED_AT: u64 = 64 * 1024;

/// A row as the file has it.
#[derive(Clone, Debug, PartialEq)]
pub struct Raw {
    /// Its line in the file, from 1; of one JSON document the row's number.
    pub line: u64,
    /// Its cells by heading, in the file's order. Cells of CSV are text.
    pub cells: Map<String, Value>,
}

/// What is found in a file.
#[derive(Clone, Debug, PartialEq)]
pub enum Item {
    /// The headings of a CSV file, before its first row.
    Headings(Vec<String>),
    /// A row.
    Row(Raw),
    /// A line that is no row, and why.
    Broken {
        /// Its number, from 1.
        line: u64,
        /// What is wrong with it.
        reason: String,
    },
}

/// What a file is made of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Format {
    /// Separated values with a line of headings; the separator.
    Csv(u8),
    /// One JSON object a line.
    JsonLines,
    /// One JSON document.
    Json,
}

/// What takes the items; `false` ends the reading.
pub type Sink<'a> = &'a mut dyn FnMut(Item) -> bool;

/// Reads everything, and says of what format it was.
///
/// # Errors
/// When the file cannot be read on: it is cut off, or JSON breaks in the
/// middle of a document.
pub fn read(
    mut text: Box<dyn BufRead + Send>,
    separator: Option<u8>,
    sink: Sink<'_>,
) -> io::Result<Format> {
    let mut beginning = Vec::new();
    text.by_ref().take(LOOKED_AT).read_to_end(&mut beginning)?;
    let format = format(&beginning, separator);
    let text = Cursor::new(beginning).chain(text);
    match format {
        Format::Csv(separator) => csv(text, separator, sink)?,
        Format::JsonLines => json_lines(text, sink)?,
        Format::Json => document(text, sink)?,
    }
    Ok(format)
}

/// Judges by the beginning: a list, or an object that does not end on its line
/// or holds `value`, is a document; another object is a line.
fn format(beginning: &[u8], separator: Option<u8>) -> Format {
    let first = beginning.iter().find(|byte| !byte.is_ascii_whitespace());
    match first {
        Some(b'[') => Format::Json,
        Some(b'{') => {
            let start = beginning.iter().position(|byte| *byte == b'{').unwrap_or(0);
            let line = beginning[start..].split(|byte| *byte == b'\n').next();
            let line = String::from_utf8_lossy(line.unwrap_or_default());
            let opens = line.trim_end() == "{" || line.starts_with("{\"@odata.context\"");
            let value = line.trim_start_matches(['{', ' ']).starts_with("\"value\"");
            match opens || value {
                true => Format::Json,
                false => Format::JsonLines,
            }
        }
        _ => Format::Csv(separator.unwrap_or_else(|| guess_separator(beginning))),
    }
}

/// The candidate that the first line has most of, outside of quotes.
fn guess_separator(beginning: &[u8]) -> u8 {
    let mut counts = [(b',', 0), (b';', 0), (b'\t', 0), (b'|', 0)];
    let mut quoted = false;
    for byte in beginning {
        match byte {
            b'"' => quoted = !quoted,
            b'\n' | b'\r' if !quoted => break,
            byte if !quoted => {
                if let Some((_, count)) = counts.iter_mut().find(|(it, _)| it == byte) {
                    *count += 1;
                }
            }
            _ => {}
        }
    }
    let most = counts.iter().map(|(_, count)| *count).max().unwrap_or(0);
    let found = counts.iter().find(|(_, count)| *count == most);
    found.map_or(b',', |(separator, _)| *separator)
}

fn csv(text: impl Read, separator: u8, sink: Sink<'_>) -> io::Result<()> {
    let mut reader = csv::ReaderBuilder::new()
        .delimiter(separator)
        .flexible(true)
        .from_reader(text);
    let headings: Vec<String> = reader
        .headers()?
        .iter()
        .enumerate()
        .map(|(index, heading)| match heading.trim() {
            "" => format!("column {}", index + 1),
            heading => heading.to_owned(),
        })
        .collect();
    if !sink(Item::Headings(headings.clone())) {
        return Ok(());
    }
    let mut record = csv::StringRecord::new();
    loop {
        let line = reader.position().line();
        let item = match reader.read_record(&mut record) {
            Ok(false) => return Ok(()),
            Ok(true) if record.as_slice().len() > LONGEST => Item::Broken {
                line,
                reason: words::IS_LONGER_THAN_8_MB.to_owned(),
            },
            Ok(true) => {
                // The record's own position is before the empty lines that were
                // skipped.
                let begun = record.position().map_or(line, csv::Position::line);
                let inner = record
                    .iter()
                    .flat_map(str::bytes)
                    .filter(|it| *it == b'\n')
                    .count();
                let ended = reader.position().line().saturating_sub(1 + inner as u64);
                let line = begun.max(ended);
                row_of(line, &headings, &record)
            }
            Err(error) if matches!(error.kind(), csv::ErrorKind::Utf8 { .. }) => Item::Broken {
                line,
                reason: words::IS_NOT_TEXT.to_owned(),
            },
            Err(error) => return Err(error.into()),
        };
        if !sink(item) {
            return Ok(());
        }
    }
}

fn row_of(line: u64, headings: &[String], record: &csv::StringRecord) -> Item {
    if record.len() > headings.len() && record.iter().skip(headings.len()).any(|it| !it.is_empty())
    {
        let reason = format!(
            "has {} cells under {} headings: a separator inside a text needs quotes around it",
            record.len(),
            headings.len()
        );
        return Item::Broken { line, reason };
    }
    let mut cells = Map::with_capacity(headings.len());
    for (heading, cell) in headings.iter().zip(record.iter()) {
        cells.insert(heading.clone(), Value::String(unguarded(cell).to_owned()));
    }
    Item::Row(Raw { line, cells })
}

fn json_lines(mut text: impl BufRead, sink: Sink<'_>) -> io::Result<()> {
    let mut line = Vec::new();
    let mut number = 0;
    loop {
        line.clear();
        let read = text
            .by_ref()
            .take(LONGEST as u64)
            .read_until(b'\n', &mut line)?;
        if read == 0 {
            return Ok(());
        }
        number += 1;
        if read == LONGEST {
            return Err(io::Error::other(format!(
                "line {number} is longer than 8 MB"
            )));
        }
        if line.iter().all(u8::is_ascii_whitespace) {
            continue;
        }
        let item = match serde_json::from_slice(&line) {
            Ok(Value::Object(cells)) => Item::Row(Raw {
                line: number,
                cells,
            }),
            Ok(_) => Item::Broken {
                line: number,
                reason: words::IS_NOT_JSON_OBJECT.to_owned(),
            },
            Err(error) => Item::Broken {
                line: number,
                reason: words::is_not_json(&error),
            },
        };
        if !sink(item) {
            return Ok(());
        }
    }
}

fn document(text: impl Read, sink: Sink<'_>) -> io::Result<()> {
    let mut rows = Rows {
        number: 0,
        sink,
        ended: false,
    };
    let mut reader = serde_json::Deserializer::from_reader(text);
    match reader.deserialize_any(&mut rows) {
        Err(error) if !rows.ended => Err(error.into()),
        _ => Ok(()),
    }
}

/// Gives each object of a list to the sink as it is read.
struct Rows<'a> {
    number: u64,
    sink: Sink<'a>,
    ended: bool,
}

impl<'de> Visitor<'de> for &mut Rows<'_> {
    type Value = ();

    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("a list of objects, or an object that has one as \"value\"")
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<(), A::Error> {
        while let Some(value) = list.next_element::<Value>()? {
            self.number += 1;
            let line = self.number;
            let item = match value {
                Value::Object(cells) => Item::Row(Raw { line, cells }),
                _ => Item::Broken {
                    line,
                    reason: words::IS_NOT_JSON_OBJECT.to_owned(),
                },
            };
            if !(self.sink)(item) {
                self.ended = true;
                return Err(serde::de::Error::custom("ended"));
            }
        }
        Ok(())
    }

    fn visit_map<A: MapAccess<'de>>(self, mut object: A) -> Result<(), A::Error> {
        while let Some(key) = object.next_key::<String>()? {
            match key.as_str() {
                "value" => object.next_value_seed(&mut *self)?,
                _ => object.next_value::<IgnoredAny>().map(drop)?,
            }
        }
        Ok(())
    }
}

impl<'de> DeserializeSeed<'de> for &mut Rows<'_> {
    type Value = ();

    fn deserialize<D: serde::Deserializer<'de>>(self, from: D) -> Result<(), D::Error> {
        from.deserialize_any(self)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn items(text: &str) -> (Format, Vec<Item>) {
        let mut items = Vec::new();
        let reader = Box::new(Cursor::new(text.as_bytes().to_vec()));
        let format = read(reader, None, &mut |item| {
            items.push(item);
            true
        });
        (format.expect("it can be read"), items)
    }

    fn lines(items: &[Item]) -> Vec<u64> {
        let rows = items.iter().filter_map(|item| match item {
            Item::Row(raw) => Some(raw.line),
            _ => None,
        });
        rows.collect()
    }

    #[test]
    fn csv_of_any_separator() {
        let (format, found) = items("name;city\n\"Ana; the first\";Faro\n\n'=1+1;\n");
        assert_eq!(format, Format::Csv(b';'));
        assert_eq!(lines(&found), [2, 4]);
        let Item::Row(raw) = &found[2] else {
            panic!("a row")
        };
        assert_eq!(raw.cells["name"], "=1+1");
        assert_eq!(items("a\tb\n1\t2\n").0, Format::Csv(b'\t'));
        assert!(matches!(
            items("a,b\n1,2,3\n").1[1],
            Item::Broken { line: 2, .. }
        ));
    }

    #[test]
    fn json_of_either_kind() {
        let (format, found) = items("{\"a\":1}\n\n{\"a\":2}\nnothing\n");
        assert_eq!(format, Format::JsonLines);
        assert_eq!(lines(&found), [1, 3]);
        assert!(matches!(found[2], Item::Broken { line: 4, .. }));
        let reso = "{\"@odata.context\":\"x\",\"value\":[{\"ListingKey\":\"1\"},{}],\"@odata.nextLink\":\"y\"}";
        let (format, found) = items(reso);
        assert_eq!((format, lines(&found)), (Format::Json, vec![1, 2]));
        assert_eq!(lines(&items("[{\"a\":1}, {\"a\":2}]").1), [1, 2]);
    }
}
