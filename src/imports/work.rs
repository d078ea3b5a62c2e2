//! A whole import: a thread that reads, batches that are loaded, and the tally.

use crate::catalogue::imports as words;
use std::{
    collections::HashMap,
    io::{self, Read, Seek},
    time::{Duration, Instant},
};

use serde_json::{Map, Value, json};
use tokio::sync::mpsc;
use uuid::Uuid;

use super::{
    headings::Mapping,
    load::{Batch, Ready},
    open::Meter,
    reader::{FromFile, Reader},
    refused::Refusal,
    shape::Habits,
    sql::{self, Stand},
    types::ImportKind,
};
use crate::{
    catalogue,
    db::{Db, Identity, Loaded},
    error::{Error, Problem},
};

/// Batches that are read ahead.
const AHEAD: usize = 2;
/// Refused rows that the database keeps of one import; a file that comes to
/// more is no file of this kind, and the import ends.
const REFUSALS: u64 = 50_000;
/// How often progress is written down.
const BEAT: Duration = Duration::from_millis(500);
/// How often a batch is tried that the database was too busy for.
const TRIES: u32 = 5;

/// What is to be imported, and how.
#[derive(Clone, Debug)]
pub struct Order {
    /// What the file holds.
    pub kind: ImportKind,
    /// The file's name.
    pub file_name: Option<String>,
    /// Whether everything is only tried.
    pub dry_run: bool,
    /// Heading → column, beside the usual spellings.
    pub mapping: Map<String, Value>,
    /// Columns that every row gets.
    pub constants: Vec<(String, String)>,
    /// The file's encoding, where it is not to be guessed.
    pub encoding: Option<String>,
    /// The separator of a CSV file, where it is not to be guessed.
    pub separator: Option<u8>,
}

impl Order {
    /// An import without anything special.
    pub fn new(kind: ImportKind) -> Self {
        Self {
            kind,
            file_name: None,
            dry_run: false,
            mapping: Map::new(),
            constants: Vec::new(),
            encoding: None,
            separator: None,
        }
    }

    /// The headings' meaning.
    ///
    /// # Errors
    /// 400 for a name that is no column.
    pub fn mapping(&self) -> Result<Mapping, Error> {
        Mapping::new(self.kind, &self.mapping, &self.constants)
            .map_err(|reason| Error::invalid(Problem::worded("mapping", reason)))
    }

    /// For the import's row.
    pub fn options(&self) -> Value {
        let constants: Map<String, Value> = self
            .constants
            .iter()
            .map(|(name, value)| (name.clone(), json!(value)))
            .collect();
        json!({
            "mapping": self.mapping, "set": constants, "encoding": self.encoding,
            "separator": self.separator.map(|it| char::from(it).to_string()),
        })
    }
}

/// What has been done so far.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Tally {
    /// Bytes of the file that were read.
    pub bytes: u64,
    /// Rows read.
    pub rows_read: u64,
    /// Rows that made something new.
    pub inserted: u64,
    /// Rows that changed something.
    pub updated: u64,
    /// Rows that said nothing new.
    pub unchanged: u64,
    /// Rows left out because a newer one has their key.
    pub superseded: u64,
    /// Rows about somebody whom an earlier row brought in.
    pub duplicates: u64,
    /// Rows refused.
    pub refused: u64,
    /// What the file showed.
    pub notes: Vec<String>,
    /// The file's headings, where it has some.
    pub headings: Option<Vec<String>>,
}

/// Who is told how it goes.
pub trait Watch: Send {
    /// After each batch.
    fn progress(&mut self, tally: &Tally);

    /// Rows that were refused, or are about somebody whom an earlier row brought
    /// in.
    ///
    /// # Errors
    /// When they cannot be kept, which ends the import.
    fn refused(&mut self, tally: &Tally, refusals: &[Refusal]) -> io::Result<()>;

    /// Whether the database, which keeps a bounded number of refused rows, is the
    /// only place where they are.
    fn is_bounded(&self) -> bool {
        true
    }
}

/// Where an import's row is and who acts.
pub struct Start<'a> {
    /// The database.
    pub db: &'a Db,
    /// Under whose rights rows are loaded.
    pub identity: &'a Identity,
    /// The import's row.
    pub import: Uuid,
}

/// How an import ended.
pub type Outcome = Result<Tally, Error>;

/// Imports a file. The import's row says afterwards how it ended, whichever way
/// that was.
///
/// # Errors
/// When the file cannot be read on, the caller's rights end, or the database is
/// away; what was loaded before stays.
pub async fn run<F>(start: Start<'_>, order: Order, file: F, watch: &mut dyn Watch) -> Outcome
where
    F: Read + Seek + Send + 'static,
{
    let meter = Meter::default();
    let mut work = Work {
        batch: Batch {
            db: start.db,
            identity: start.identity,
            kind: order.kind,
            import: start.import,
            dry_run: order.dry_run,
        },
        tally: Tally::default(),
        noted: Instant::now(),
        watch,
        meter: meter.clone(),
    };
    let done = match order.mapping() {
        Ok(mapping) => work.go(order, mapping, file, meter).await,
        Err(error) => Err(error),
    };
    let tally = work.tally;
    let words = done.as_ref().err().map(sentence);
    let stand = words.as_deref().map_or(Stand::Completed, Stand::Failed);
    let noted = sql::note(start.db, start.import, &tally, stand).await;
    done?;
    noted.map(|()| tally)
}

fn sentence(error: &Error) -> String {
    error.sentence().to_owned()
}

struct Work<'a> {
    batch: Batch<'a>,
    tally: Tally,
    noted: Instant,
    watch: &'a mut dyn Watch,
    meter: Meter,
}

impl Work<'_> {
    async fn go<F>(
        &mut self,
        order: Order,
        mapping: Mapping,
        file: F,
        meter: Meter,
    ) -> Result<(), Error>
    where
        F: Read + Seek + Send + 'static,
    {
        sql::note(
            self.batch.db,
            self.batch.import,
            &self.tally,
            Stand::Running,
        )
        .await?;
        let today = self.batch.db.clock().now();
        let habits = Habits {
            today: today.to_zoned(jiff::tz::TimeZone::UTC).date(),
        };
        let (give, mut take) = mpsc::channel(AHEAD);
        let reading = tokio::task::spawn_blocking(move || {
            let reader = Reader::new(order, mapping, habits, give);
            reader.read(file, &meter)
        });
        while let Some(found) = take.recv().await {
            self.take(found).await?;
        }
        let read = reading.await.map_err(Error::internal)?;
        self.tally.bytes = self.meter.bytes();
        self.watch.progress(&self.tally);
        read.map_err(|error| {
            let reason = format!("the file cannot be read on: {error}");
            Error::invalid(Problem::worded("file", reason))
        })
    }

    async fn take(&mut self, found: FromFile) -> Result<(), Error> {
        match found {
            FromFile::Headings(headings) => self.tally.headings = Some(headings),
            FromFile::Note(note) => self.tally.notes.push(note),
            FromFile::Rows {
                read,
                rows,
                mut refusals,
            } => {
                self.tally.rows_read += read;
                self.settle(&rows, &mut refusals).await?;
                refusals.sort_by_key(|refusal| refusal.line);
                self.keep(&refusals).await?;
                self.tally.bytes = self.meter.bytes();
                self.watch.progress(&self.tally);
                if self.noted.elapsed() > BEAT {
                    let import = self.batch.import;
                    sql::note(self.batch.db, import, &self.tally, Stand::Running).await?;
                    self.noted = Instant::now();
                }
            }
        }
        Ok(())
    }

    /// Loads rows; where the database refuses one, the others are loaded without
    /// it.
    async fn settle(&mut self, rows: &[Ready], refusals: &mut Vec<Refusal>) -> Result<(), Error> {
        let mut waiting = vec![rows];
        while let Some(rows) = waiting.pop() {
            if rows.is_empty() {
                continue;
            }
            match self.load(rows).await {
                Ok(loaded) => self.count(rows, loaded, refusals),
                Err(error) if is_the_end(&error) => return Err(error),
                Err(error) => match rows {
                    [row] => refusals.push(refusal(row, &error)),
                    _ => {
                        let (first, second) = rows.split_at(rows.len() / 2);
                        waiting.push(second);
                        waiting.push(first);
                    }
                },
            }
        }
        Ok(())
    }

    async fn load(&mut self, rows: &[Ready]) -> Result<Vec<Loaded>, Error> {
        let mut tries = 0;
        loop {
            tries += 1;
            let wait = match self.batch.load(rows).await {
                // Somebody else was faster with one of the keys: it is there now.
                Err(error) if error.status().as_u16() == 409 && tries == 1 => Duration::ZERO,
                Err(error) if error.status().as_u16() == 503 && tries < TRIES => {
                    Duration::from_millis(50 << tries)
                }
                other => return other,
            };
            tokio::time::sleep(wait).await;
        }
    }

    fn count(&mut self, rows: &[Ready], loaded: Vec<Loaded>, refusals: &mut Vec<Refusal>) {
        let by_line: HashMap<u64, &Ready> = rows.iter().map(|row| (row.raw.line, row)).collect();
        for outcome in loaded {
            let line = u64::try_from(outcome.line).unwrap_or_default();
            let row = by_line.get(&line);
            let tally = &mut self.tally;
            match outcome.what.as_str() {
                // What a dry run has undone since would have been found.
                "inserted" if row.is_some_and(|row| row.seen) => tally.updated += 1,
                "inserted" => tally.inserted += 1,
                "updated" => tally.updated += 1,
                "unchanged" => tally.unchanged += 1,
                "superseded" => tally.superseded += 1,
                code => {
                    let sentence = catalogue::sentence(code);
                    let problem = [(String::new(), sentence.to_owned())];
                    let content = row.map(|row| row.raw.cells.clone());
                    refusals.push(Refusal::new(line, &problem, content));
                    continue;
                }
            }
            if let Some(earlier) = outcome.earlier.filter(|earlier| *earlier < outcome.line) {
                let reason = words::is_the_same_person(earlier);
                let mut refusal = Refusal::new(line, &[(String::new(), reason)], None);
                refusal.duplicate = true;
                refusals.push(refusal);
            }
        }
    }

    async fn keep(&mut self, refusals: &[Refusal]) -> Result<(), Error> {
        if refusals.is_empty() {
            return Ok(());
        }
        self.watch
            .refused(&self.tally, refusals)
            .map_err(Error::internal)?;
        let before = self.tally.refused + self.tally.duplicates;
        let (again, refused): (Vec<&Refusal>, Vec<&Refusal>) =
            refusals.iter().partition(|refusal| refusal.duplicate);
        self.tally.duplicates += again.len() as u64;
        self.tally.refused += refused.len() as u64;
        if before <= REFUSALS {
            let from = before + 1;
            sql::refuse(self.batch.db, self.batch.import, from, refusals).await
        } else if self.watch.is_bounded() {
            Err(Error::refused("import_hopeless"))
        } else {
            Ok(())
        }
    }
}

/// Whether no other row would fare better.
fn is_the_end(error: &Error) -> bool {
    let status = error.status();
    status.is_server_error() || status.as_u16() == 401
}

fn refusal(row: &Ready, error: &Error) -> Refusal {
    let mut problems: Vec<(String, String)> = error
        .details()
        .iter()
        .map(|(column, reason)| (column.clone(), reason.clone()))
        .collect();
    if problems.is_empty() {
        problems.push((String::new(), error.sentence().to_owned()));
    }
    Refusal::new(row.raw.line, &problems, Some(row.raw.cells.clone()))
}
