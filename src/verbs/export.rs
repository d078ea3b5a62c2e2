//! `export`: a table on standard output.

use std::io::{self, Write as _};

use super::{Failure, with_db};
use crate::{accounts, cli, config::Config, exports};

pub(super) async fn export(config: &Config, wanted: cli::Export) -> Result<(), Failure> {
    with_db(config, async |db| {
        let identity = accounts::identity(db, &wanted.who)
            .await
            .map_err(|error| Failure::from(error).of_person(&wanted.who))?;
        let started = exports::Export::start(db, &identity, &wanted.table, wanted.format).await;
        let mut export = started.map_err(|error| match error.is_not_found() {
            true => {
                let known: Vec<&str> = exports::names().collect();
                let (table, known) = (&wanted.table, known.join(", "));
                Failure::new(format!(
                    "{table} is no table that is exported; these are: {known}"
                ))
            }
            false => error.into(),
        })?;
        let mut output = io::stdout().lock();
        while let Some(piece) = export.next().await? {
            match output.write_all(&piece) {
                // A reader that went away (`| head`) has what it wanted.
                Err(error) if error.kind() == io::ErrorKind::BrokenPipe => return Ok(()),
                other => other?,
            }
        }
        output.flush()?;
        if export.cap() == Some(export.rows()) {
            eprintln!(
                "The file ends at {} rows, which is as many as this role gets.",
                export.rows()
            );
        }
        Ok(())
    })
    .await
}
