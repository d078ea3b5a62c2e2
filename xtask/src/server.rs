//! The real server, started as a new user would start it.

use std::{
    io::{BufRead as _, BufReader, Read as _},
    path::{Path, PathBuf},
    process::{Child, Command, Stdio},
};

use anyhow::{Context as _, Result, bail};

/// A server with a data directory of its own; both end with the value.
pub struct Server {
    child: Child,
    directory: Option<PathBuf>,
    /// Where it listens, such as `http://127.0.0.1:40123`.
    pub url: String,
}

/// The data directory of a server that was stopped.
pub struct Stopped {
    directory: PathBuf,
}

impl Server {
    /// Starts `program serve` on a free port with an empty data directory.
    pub fn start(program: &Path, arguments: &[&str]) -> Result<Self> {
        let name = format!("doorstep-xtask-{}", std::process::id());
        let directory = std::env::temp_dir().join(name);
        if directory.exists() {
            std::fs::remove_dir_all(&directory)?;
        }
        std::fs::create_dir(&directory)?;
        Self::on(directory, program, arguments)
    }

    fn on(directory: PathBuf, program: &Path, arguments: &[&str]) -> Result<Self> {
        let mut child = Command::new(program)
            .args(["serve", "--listen", "127.0.0.1:0", "--data-dir"])
            .arg(&directory)
            .args(arguments)
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .spawn()
            .with_context(|| format!("cannot start {}", program.display()))?;
        let mut line = String::new();
        if let Some(output) = child.stdout.take() {
            BufReader::new(output.take(10_000)).read_line(&mut line)?;
        }
        let Some(url) = line.trim().strip_prefix("listening on ") else {
            let _ = child.kill();
            bail!("the server did not say where it listens, but {line:?}");
        };
        Ok(Self {
            url: url.to_owned(),
            child,
            directory: Some(directory),
        })
    }

    /// The server's data directory.
    pub fn directory(&self) -> &Path {
        self.directory.as_deref().unwrap_or(Path::new(""))
    }

    /// The server's process.
    pub fn id(&self) -> u32 {
        self.child.id()
    }

    /// Stops the server and keeps its data.
    pub fn stopped(mut self) -> Result<Stopped> {
        let directory = self.directory.take().context("a server has a directory")?;
        Ok(Stopped { directory })
    }

    /// The lines of `program keys` as pairs.
    pub fn keys(&self, program: &Path) -> Result<Vec<(String, String)>> {
        let output = Command::new(program)
            .args(["keys", "--data-dir"])
            .arg(self.directory())
            .output()?;
        let text = String::from_utf8(output.stdout)?;
        Ok(text
            .lines()
            .filter_map(|line| line.split_once('='))
            .map(|(name, value)| (name.to_owned(), value.to_owned()))
            .collect())
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        // SIGTERM lets it stop its PostgreSQL; the child is waited for.
        let _ = Command::new("kill")
            .arg(self.child.id().to_string())
            .status();
        let _ = self.child.wait();
        if let Some(directory) = &self.directory {
            let _ = std::fs::remove_dir_all(directory);
        }
    }
}

impl Stopped {
    /// Starts the server on its data again.
    pub fn again(self, program: &Path, arguments: &[&str]) -> Result<Server> {
        Server::on(self.directory, program, arguments)
    }
}
