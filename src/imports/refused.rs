//! The rows that were refused, as a file that can be mended and imported again:
//! the file's own columns, and before them the line, the column and the reason,
//! which an import passes over.

use std::io::{self, Write};

use serde_json::{Map, Value, json};

use super::value;
use crate::exports::guarded;

/// Before the columns of the file itself.
const OURS: [&str; 3] = ["import_line", "import_column", "import_reason"];

/// A row that was refused.
#[derive(Clone, Debug)]
pub struct Refusal {
    /// Its line in the file.
    pub line: i64,
    /// The heading or column that is wrong; empty where it is the whole row.
    pub column: String,
    /// What would be right.
    pub reason: String,
    /// The row's cells.
    pub content: Option<Map<String, Value>>,
    /// Whether it only is about somebody whom an earlier row brought in.
    pub duplicate: bool,
}

impl Refusal {
    /// A row and all that is wrong with it.
    pub fn new(
        line: u64,
        problems: &[(String, String)],
        content: Option<Map<String, Value>>,
    ) -> Self {
        let joined = |one: fn(&(String, String)) -> &str| {
            problems.iter().map(one).collect::<Vec<_>>().join("; ")
        };
        let reason = match problems {
            [(_, reason)] => reason.clone(),
            _ => problems
                .iter()
                .map(|(column, reason)| format!("{column}: {reason}"))
                .collect::<Vec<_>>()
                .join("; "),
        };
        Self {
            line: i64::try_from(line).unwrap_or(i64::MAX),
            column: joined(|(column, _)| column),
            reason,
            content,
            duplicate: false,
        }
    }
}

/// Writes refused rows: CSV under the file's headings where it had some, else
/// JSON lines.
pub struct Writer<W: Write> {
    out: Out<W>,
}

enum Out<W: Write> {
    Csv(Box<csv::Writer<W>>, Vec<String>),
    Json(W),
}

impl<W: Write> Writer<W> {
    /// Begins a file.
    ///
    /// # Errors
    /// When it cannot be written.
    pub fn new(out: W, headings: Option<&[String]>) -> io::Result<Self> {
        let Some(headings) = headings else {
            return Ok(Self {
                out: Out::Json(out),
            });
        };
        let mut writer = csv::Writer::from_writer(out);
        let ours = OURS.into_iter();
        let theirs = headings.iter().map(String::as_str);
        writer.write_record(ours.chain(theirs.filter(|it| !OURS.contains(it))))?;
        Ok(Self {
            out: Out::Csv(Box::new(writer), headings.to_vec()),
        })
    }

    /// Adds a row.
    ///
    /// # Errors
    /// When it cannot be written.
    pub fn write(&mut self, refusal: &Refusal) -> io::Result<()> {
        let empty = Map::new();
        let content = refusal.content.as_ref().unwrap_or(&empty);
        match &mut self.out {
            Out::Csv(writer, headings) => {
                let line = refusal.line.to_string();
                let ours = [line.as_str(), &refusal.column, &refusal.reason].map(str::to_owned);
                let theirs = headings.iter().filter(|it| !OURS.contains(&it.as_str()));
                let theirs =
                    theirs.map(|heading| content.get(heading).map(value::text).unwrap_or_default());
                let cells = ours.into_iter().chain(theirs);
                writer.write_record(cells.map(|cell| guarded(&cell).into_owned()))?;
                Ok(())
            }
            Out::Json(out) => {
                let mut row = Map::new();
                for (name, value) in OURS.into_iter().zip([
                    json!(refusal.line),
                    json!(refusal.column),
                    json!(refusal.reason),
                ]) {
                    row.insert(name.to_owned(), value);
                }
                row.extend(content.clone());
                serde_json::to_writer(&mut *out, &row)?;
                out.write_all(b"\n")
            }
        }
    }

    /// Ends the file.
    ///
    /// # Errors
    /// When it cannot be written.
    pub fn finish(self) -> io::Result<W> {
        match self.out {
            Out::Csv(writer, _) => writer
                .into_inner()
                .map_err(|error| io::Error::other(error.to_string())),
            Out::Json(mut out) => out.flush().map(|()| out),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn refusal() -> Refusal {
        let content = json!({"name": "=cmd()", "rooms": "three"});
        let problems = [("rooms".to_owned(), "must be a whole number".to_owned())];
        Refusal::new(7, &problems, content.as_object().cloned())
    }

    #[test]
    fn the_columns_of_the_file_come_back() {
        let headings = ["name".to_owned(), "rooms".to_owned()];
        let mut writer = Writer::new(Vec::new(), Some(&headings)).expect("memory takes it");
        writer.write(&refusal()).expect("memory takes it");
        let text = String::from_utf8(writer.finish().expect("memory takes it")).expect("text");
        assert_eq!(
            text,
            "import_line,import_column,import_reason,name,rooms\n\
             7,rooms,must be a whole number,'=cmd(),three\n"
        );
        let mut writer = Writer::new(Vec::new(), None).expect("memory takes it");
        writer.write(&refusal()).expect("memory takes it");
        let text = String::from_utf8(writer.finish().expect("memory takes it")).expect("text");
        assert!(
            text.starts_with("{\"import_line\":7,") && text.ends_with("\"rooms\":\"three\"}\n")
        );
    }
}
