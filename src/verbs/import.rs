//! `import`: a file, a bar that shows how far it is, and what came of it.

use std::{
    fs::File,
    io::{self, BufWriter, Seek as _, SeekFrom},
    path::{Path, PathBuf},
    time::{Duration, Instant},
};

use indicatif::{HumanCount, ProgressBar, ProgressStyle};
use serde_json::{Map, Value};

use super::{Failure, print, with_db};
use crate::{
    accounts,
    cli::Import,
    config::Config,
    db::{Db, Identity, SystemReason},
    imports::{
        self, Order, Start, Tally, Watch,
        refused::{Refusal, Writer},
    },
};

/// Lines about the same person that are shown one by one.
const SHOWN: u64 = 10;

pub(super) async fn import(config: &Config, import: Import) -> Result<(), Failure> {
    let path = import.file.display().to_string();
    let mut file = File::open(&import.file).map_err(|error| unreadable(&path, &error))?;
    let bytes = file
        .seek(SeekFrom::End(0))
        .and_then(|bytes| file.seek(SeekFrom::Start(0)).map(|_| bytes))
        .map_err(|error| unreadable(&path, &error))?;
    with_db(config, async |db| {
        let identity = match &import.who {
            Some(email) => accounts::identity(db, email)
                .await
                .map_err(|error| Failure::from(error).of_person(email))?,
            None => Identity::system(SystemReason::Administration),
        };
        let order = order(db, &identity, &import).await?;
        order.mapping()?;
        let on = db.write(&identity);
        let id = imports::start(&on, &order, i64::try_from(bytes).ok()).await?;
        let mut shown = Shown::new(bytes, refused_path(&import));
        let start = Start {
            db,
            identity: &identity,
            import: id,
        };
        let began = Instant::now();
        let done = imports::run(start, order, file, &mut shown).await;
        let refused = shown.finish()?;
        report(&done?, import.dry_run, began.elapsed(), refused.as_deref())
    })
    .await
}

fn unreadable(path: &str, error: &io::Error) -> Failure {
    Failure::new(format!("{path}: {error}"))
}

async fn order(db: &Db, identity: &Identity, import: &Import) -> Result<Order, Failure> {
    let mut order = Order::new(import.kind);
    order.file_name = import
        .file
        .file_name()
        .map(|name| name.to_string_lossy().into_owned());
    order.dry_run = import.dry_run;
    order.constants = import.constants.clone();
    order.encoding = import.encoding.clone();
    order.separator = import.separator;
    if let Some(map) = &import.map {
        order.mapping = mapping(db, identity, import, map).await?;
    }
    if let Some(name) = &import.save_map {
        let on = db.write(identity);
        imports::keep_mapping(&on, import.kind, name, &order.mapping).await?;
    }
    Ok(order)
}

/// A file's, else one that was kept.
async fn mapping(
    db: &Db,
    identity: &Identity,
    import: &Import,
    map: &str,
) -> Result<Map<String, Value>, Failure> {
    match std::fs::read_to_string(map) {
        Ok(text) => {
            imports::read_mapping(&text).map_err(|reason| Failure::new(format!("{map} {reason}")))
        }
        Err(error) if error.kind() == io::ErrorKind::NotFound => {
            let on = db.read(identity);
            let kept = imports::mapping(&on, import.kind, map).await;
            kept.map_err(|error| match error.is_not_found() {
                true => Failure::new(format!(
                    "{map} is neither a file nor a mapping of {} that was kept",
                    import.kind
                )),
                false => error.into(),
            })
        }
        Err(error) => Err(unreadable(map, &error)),
    }
}

/// `homes.csv.gz` → `homes.refused.csv`.
fn refused_path(import: &Import) -> PathBuf {
    if let Some(path) = &import.refused {
        return path.clone();
    }
    let name = import.file.file_name().unwrap_or_default();
    let name = name.to_string_lossy();
    let stem = name.split('.').next().unwrap_or_default();
    PathBuf::from(format!("{stem}.refused"))
}

/// The bar and the file of refused rows.
struct Shown {
    bar: ProgressBar,
    path: PathBuf,
    writer: Option<Writer<BufWriter<File>>>,
    duplicates: u64,
}

impl Shown {
    fn new(bytes: u64, path: PathBuf) -> Self {
        let bar = ProgressBar::new(bytes);
        let style = "{wide_bar} {percent:>3} %  {msg}  {eta} left";
        if let Ok(style) = ProgressStyle::with_template(style) {
            bar.set_style(style);
        }
        Self {
            bar,
            path,
            writer: None,
            duplicates: 0,
        }
    }

    /// Made with the first refused row, so that none is left where all were
    /// taken.
    fn writer(&mut self, tally: &Tally) -> io::Result<&mut Writer<BufWriter<File>>> {
        if self.writer.is_none() {
            if self.path.extension().is_some_and(|kind| kind == "refused") {
                let kind = match tally.headings {
                    Some(_) => "refused.csv",
                    None => "refused.jsonl",
                };
                self.path.set_extension(kind);
            }
            let file = crate::data_dir::private().truncate(true).open(&self.path)?;
            let writer = Writer::new(BufWriter::new(file), tally.headings.as_deref())?;
            self.writer = Some(writer);
        }
        self.writer
            .as_mut()
            .ok_or_else(|| io::Error::other("the file of refused rows is closed"))
    }

    fn finish(self) -> Result<Option<PathBuf>, Failure> {
        self.bar.finish_and_clear();
        if self.duplicates > SHOWN {
            eprintln!("… and {} more", self.duplicates - SHOWN);
        }
        let Some(writer) = self.writer else {
            return Ok(None);
        };
        let written = writer.finish()?;
        written
            .into_inner()
            .map_err(|error| Failure::new(error.to_string()))?
            .sync_all()?;
        Ok(Some(self.path))
    }
}

impl Watch for Shown {
    fn progress(&mut self, tally: &Tally) {
        self.bar.set_position(tally.bytes);
        let rows = HumanCount(tally.rows_read);
        self.bar.set_message(format!("{rows} rows"));
    }

    fn refused(&mut self, tally: &Tally, refusals: &[Refusal]) -> io::Result<()> {
        for refusal in refusals {
            if !refusal.duplicate {
                self.writer(tally)?.write(refusal)?;
                continue;
            }
            self.duplicates += 1;
            if self.duplicates <= SHOWN {
                let (line, reason) = (refusal.line, &refusal.reason);
                self.bar.suspend(|| eprintln!("line {line} {reason}"));
            }
        }
        Ok(())
    }

    fn is_bounded(&self) -> bool {
        false
    }
}

fn report(
    tally: &Tally,
    dry_run: bool,
    taken: Duration,
    refused: Option<&Path>,
) -> Result<(), Failure> {
    for note in &tally.notes {
        eprintln!("{note}");
    }
    let would = if dry_run { " (nothing was kept)" } else { "" };
    print(format_args!(
        "{} rows in {:.1} s: {} new, {} changed, {} as they were, {} superseded, {} refused{would}",
        HumanCount(tally.rows_read),
        taken.as_secs_f64(),
        HumanCount(tally.inserted),
        HumanCount(tally.updated),
        HumanCount(tally.unchanged),
        HumanCount(tally.superseded),
        HumanCount(tally.refused),
    ))?;
    if tally.duplicates > 0 {
        eprintln!(
            "{} rows are about somebody whom an earlier row brought in",
            HumanCount(tally.duplicates)
        );
    }
    if let Some(path) = refused {
        eprintln!(
            "The refused rows are in {}, each with the reason: mend them and import that file",
            path.display()
        );
    }
    Ok(())
}
