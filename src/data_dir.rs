//! The data directory: what stands in it beside the embedded database.
//!
//! ```text
//! jwt-secret     what tokens are signed with                        0600
//! demo-people    the demo people and their passwords                0600
//! demo-pending   there until a new database got its demo
//! address        where the running server answers, locked by it     0600
//! ```

use std::{
    fs::{self, File, OpenOptions, TryLockError},
    io::{self, Read as _, Seek as _, Write as _},
    os::unix::fs::{DirBuilderExt as _, OpenOptionsExt as _},
    path::{Path, PathBuf},
    time::{Duration, Instant},
};

use crate::auth::Keys;

/// The file of the signing secret.
const SECRET: &str = "jwt-secret";

/// How long a server waits for somebody who just reads its address.
const PATIENCE: Duration = Duration::from_secs(1);

/// A data directory that exists.
#[derive(Clone, Debug)]
pub struct DataDir(PathBuf);

/// The running server's address, as long as the value lives.
#[derive(Debug)]
pub struct Announced {
    path: PathBuf,
    _locked: File,
}

impl DataDir {
    /// Makes the directory where it is missing, for its owner alone.
    ///
    /// # Errors
    /// When it cannot be made.
    pub fn open(path: &Path) -> io::Result<Self> {
        if !path.is_dir() {
            if let Some(parent) = path.parent() {
                fs::create_dir_all(parent)?;
            }
            fs::DirBuilder::new().mode(0o700).create(path)?;
        }
        Ok(Self(path.to_owned()))
    }

    /// Where it is.
    pub fn path(&self) -> &Path {
        &self.0
    }

    /// The keys of a given secret, else of the directory's own, which is made
    /// once.
    ///
    /// # Errors
    /// When the secret cannot be read, written or used.
    pub fn keys(&self, secret: Option<&str>) -> io::Result<Keys> {
        match secret {
            Some(secret) => Keys::from_secret(secret.as_bytes()).map_err(io::Error::other),
            None => Keys::in_directory(&self.0),
        }
    }

    /// The text of the signing secret: a given one, else the directory's own,
    /// which is made once.
    ///
    /// # Errors
    /// When it cannot be read or written.
    pub fn secret(&self, given: Option<&str>) -> io::Result<String> {
        match given {
            Some(secret) => Ok(secret.to_owned()),
            None => {
                Keys::in_directory(&self.0)?;
                Ok(fs::read_to_string(self.0.join(SECRET))?.trim().to_owned())
            }
        }
    }

    /// Whether the directory has a signing secret.
    pub fn has_secret(&self) -> bool {
        self.0.join(SECRET).exists()
    }

    /// Puts the keys of a backup here, where there are none.
    ///
    /// # Errors
    /// When there are some, or they cannot be written.
    pub fn take_keys(&self, secret: &str, demo_people: Option<&str>) -> io::Result<()> {
        let files = [
            (self.0.join(SECRET), Some(secret)),
            (self.demo_people(), demo_people),
        ];
        for (path, text) in files {
            if let Some(text) = text {
                let mut file = private().create_new(true).open(path)?;
                file.write_all(text.as_bytes())?;
                file.sync_all()?;
            }
        }
        Ok(())
    }

    /// Writes down where the server answers. None where another server of the
    /// same directory has.
    ///
    /// # Errors
    /// When the file cannot be written.
    pub fn announce(&self, address: &str) -> io::Result<Option<Announced>> {
        let path = self.0.join("address");
        let mut file = private().truncate(false).open(&path)?;
        let deadline = Instant::now() + PATIENCE;
        loop {
            match file.try_lock() {
                Ok(()) => break,
                Err(TryLockError::WouldBlock) if Instant::now() < deadline => {
                    std::thread::sleep(Duration::from_millis(10));
                }
                Err(TryLockError::WouldBlock) => return Ok(None),
                Err(TryLockError::Error(error)) => return Err(error),
            }
        }
        file.set_len(0)?;
        file.rewind()?;
        file.write_all(address.as_bytes())?;
        Ok(Some(Announced {
            path,
            _locked: file,
        }))
    }

    /// Where the running server answers. What a killed one left does not count:
    /// nobody holds its lock.
    pub fn running(&self) -> Option<String> {
        let mut file = File::open(self.0.join("address")).ok()?;
        match file.try_lock_shared() {
            Err(TryLockError::WouldBlock) => {}
            _ => return None,
        }
        let mut text = String::new();
        file.read_to_string(&mut text).ok()?;
        (!text.is_empty()).then_some(text)
    }

    /// Notes that a new database is to get the demo, so that an interrupted
    /// start is made up for by the next.
    ///
    /// # Errors
    /// When the file cannot be written.
    pub fn expect_demo(&self) -> io::Result<()> {
        private()
            .truncate(true)
            .open(self.0.join("demo-pending"))
            .map(drop)
    }

    /// Whether the database is to get the demo.
    pub fn expects_demo(&self) -> bool {
        self.0.join("demo-pending").exists()
    }

    /// Notes that it got it.
    ///
    /// # Errors
    /// When the file cannot be removed.
    pub fn got_demo(&self) -> io::Result<()> {
        fs::remove_file(self.0.join("demo-pending"))
    }

    /// The file with the demo people's passwords.
    pub fn demo_people(&self) -> PathBuf {
        self.0.join("demo-people")
    }
}

impl Drop for Announced {
    fn drop(&mut self) {
        // A file that stays does no harm: its lock is gone.
        let _ = fs::remove_file(&self.path);
    }
}

/// Opens files for writing, for their owner alone.
pub fn private() -> OpenOptions {
    let mut options = OpenOptions::new();
    options.read(true).write(true).create(true).mode(0o600);
    options
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_counts_while_its_server_lives() {
        let path = std::env::temp_dir().join(format!("doorstep-dir-{}", std::process::id()));
        let directory = DataDir::open(&path).expect("a directory can be made");
        assert_eq!(directory.running(), None);
        let announced = directory
            .announce("http://127.0.0.1:1")
            .expect("it can be written");
        assert_eq!(directory.running().as_deref(), Some("http://127.0.0.1:1"));
        drop(announced);
        assert_eq!(directory.running(), None);
        fs::write(path.join("address"), "http://127.0.0.1:2").expect("left by a killed server");
        assert_eq!(directory.running(), None);
        fs::remove_dir_all(&path).expect("it can be removed");
    }
}
