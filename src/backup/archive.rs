//! The file: entries in, entries out.

use std::io::{self, Read, Write};

use flate2::{Compression, read::GzDecoder, write::GzEncoder};
use sha2::{Digest as _, Sha256};

use super::BackupError;

/// A piece of a table's rows is as long, in bytes: what is in memory at once.
pub(super) const PIECE: usize = 4 * 1024 * 1024;

/// Names of entries.
pub(super) const MANIFEST: &str = "manifest.json";
pub(super) const SECRET: &str = "keys/jwt-secret";
pub(super) const DEMO_PEOPLE: &str = "keys/demo-people";
pub(super) const END: &str = "end.json";
const DATA: &str = "data/";

/// Writes entries.
pub(super) struct Pack<W: Write> {
    tar: tar::Builder<GzEncoder<W>>,
    seconds: u64,
}

impl<W: Write> Pack<W> {
    /// Begins an archive of that time (seconds since 1970).
    pub(super) fn new(out: W, seconds: u64) -> Self {
        let packer = GzEncoder::new(out, Compression::fast());
        Self {
            tar: tar::Builder::new(packer),
            seconds,
        }
    }

    pub(super) fn add(&mut self, name: &str, bytes: &[u8]) -> io::Result<()> {
        let mut header = tar::Header::new_gnu();
        header.set_size(bytes.len() as u64);
        header.set_mode(0o600);
        header.set_mtime(self.seconds);
        self.tar.append_data(&mut header, name, bytes)
    }

    pub(super) fn finish(self) -> io::Result<W> {
        self.tar.into_inner()?.finish()
    }
}

/// The pieces of one table, and their sum.
pub(super) struct Pieces {
    table: String,
    number: u32,
    held: Vec<u8>,
    hash: Sha256,
}

impl Pieces {
    pub(super) fn of(table: String) -> Self {
        Self {
            table,
            number: 0,
            held: Vec::with_capacity(PIECE + 64 * 1024),
            hash: Sha256::new(),
        }
    }

    pub(super) fn take<W: Write>(&mut self, bytes: &[u8], pack: &mut Pack<W>) -> io::Result<()> {
        self.hash.update(bytes);
        self.held.extend_from_slice(bytes);
        match self.held.len() >= PIECE {
            true => self.flush(pack),
            false => Ok(()),
        }
    }

    fn flush<W: Write>(&mut self, pack: &mut Pack<W>) -> io::Result<()> {
        if self.held.is_empty() {
            return Ok(());
        }
        self.number += 1;
        let name = format!("{DATA}{}/{:04}", self.table, self.number);
        pack.add(&name, &self.held)?;
        self.held.clear();
        Ok(())
    }

    pub(super) fn finish<W: Write>(mut self, pack: &mut Pack<W>) -> io::Result<String> {
        self.flush(pack)?;
        Ok(hex(self.hash))
    }
}

/// A digest in hexadecimal.
pub(super) fn hex(hash: Sha256) -> String {
    let digest = hash.finalize();
    digest.iter().map(|byte| format!("{byte:02x}")).collect()
}

/// An entry of an archive.
pub(super) enum Entry {
    /// A small one, whole.
    Text(String, Vec<u8>),
    /// A piece of a table's rows.
    Piece(String, Vec<u8>),
}

/// The entries of an archive, in order.
pub(super) struct Unpack<R: Read>(tar::Archive<GzDecoder<R>>);

impl<R: Read> Unpack<R> {
    pub(super) fn new(file: R) -> Self {
        Self(tar::Archive::new(GzDecoder::new(file)))
    }

    pub(super) fn entries(
        &mut self,
    ) -> io::Result<impl Iterator<Item = Result<Entry, BackupError>> + '_> {
        let entries = self.0.entries()?;
        Ok(entries.map(|entry| Self::entry(entry?)))
    }

    fn entry(mut entry: tar::Entry<'_, GzDecoder<R>>) -> Result<Entry, BackupError> {
        let name = entry.path()?.to_string_lossy().into_owned();
        if entry.size() > 2 * PIECE as u64 {
            let sentence = format!("{name} is larger than anything in a backup");
            return Err(BackupError::NotWhole(sentence));
        }
        let mut bytes = Vec::new();
        entry.read_to_end(&mut bytes)?;
        let table = name
            .strip_prefix(DATA)
            .and_then(|rest| rest.rsplit_once('/'));
        Ok(match table {
            Some((table, _)) => Entry::Piece(table.to_owned(), bytes),
            None => Entry::Text(name, bytes),
        })
    }
}
