//! One life of the server: spawned, watched until it is ready.

use std::ffi::OsString;
use std::fs::{self, File};
use std::io::{Read, Seek, SeekFrom};
use std::os::unix::fs::{MetadataExt, OpenOptionsExt};
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::{Child, Command};
use std::time::Duration;

use rustix::process::Signal;

use crate::access::AccessFiles;
use crate::command::{Owner, postgres_command};
use crate::find::Binaries;
use crate::identity::{create_dir, fnv, give};
use crate::{Error, PORT, leftovers, spawn};

/// How often to look whether the server is ready.
pub(crate) const POLL: Duration = Duration::from_millis(5);

/// How long it may take to get ready.
pub(crate) const PATIENCE: Duration = Duration::from_secs(60);

/// The longest path the kernel takes for a socket.
const LONGEST_SOCKET: usize = 107;

/// A log that is larger than this is put aside at the next start.
const LARGEST_LOG: u64 = 10 * 1024 * 1024;

/// Everything that is the same in each life of the server.
#[derive(Debug)]
pub(crate) struct Plan {
    pub root: PathBuf,
    pub data: PathBuf,
    pub workshop: PathBuf,
    pub socket_dir: PathBuf,
    pub binaries: Binaries,
    pub access: AccessFiles,
    pub settings: Vec<(String, String)>,
    pub app: String,
    pub server: Option<Owner>,
}

impl Plan {
    /// Ends what an earlier life left, then spawns the server.
    pub(crate) fn spawn(&self) -> Result<Child, Error> {
        let log_path = self.log();
        if fs::metadata(&log_path).is_ok_and(|found| found.len() > LARGEST_LOG) {
            fs::rename(&log_path, self.root.join("postgres.log.1"))
                .map_err(Error::io("put aside", &log_path))?;
        }
        let log = File::options()
            .create(true)
            .append(true)
            .mode(0o600)
            .open(&log_path)
            .map_err(Error::io("open", &log_path))?;
        let errors = log.try_clone().map_err(Error::io("open", &log_path))?;
        let mut command = self.command();
        // A group of its own: Ctrl-C at a terminal is for us to pass on.
        command.stdout(log).stderr(errors).process_group(0);
        // SIGINT is a fast shutdown.
        spawn::tie_to_us(&mut command, Signal::INT);
        command
            .spawn()
            .map_err(Error::io("run", &self.binaries.dir.join("postgres")))
    }

    /// Makes room for a new life: no process and no lock file of the last one.
    pub(crate) fn clear_leftovers(&self) -> Result<(), Error> {
        leftovers::clear(&self.data, &self.workshop)?;
        // A temporary folder may have been cleaned meanwhile.
        socket_dir(&self.app, &self.root, self.server)?;
        leftovers::remove_socket(&self.socket_dir)
    }

    /// Tidies up outside of the root.
    pub(crate) fn remove_far_socket_dir(&self) {
        if !self.socket_dir.starts_with(&self.root) {
            let _ = fs::remove_dir(&self.socket_dir);
        }
    }

    fn command(&self) -> Command {
        let mut command = postgres_command(self.binaries.dir.join("postgres"), self.server);
        command.arg("-D").arg(&self.data);
        let mut set = |name: &str, value: OsString| {
            let mut setting = OsString::from(format!("{name}="));
            setting.push(value);
            command.arg("-c").arg(setting);
        };
        set("cluster_name", self.app.as_str().into());
        set("random_page_cost", "1.1".into());
        if cfg!(target_os = "linux") {
            set("recovery_init_sync_method", "syncfs".into());
        }
        for (name, value) in &self.settings {
            set(name, value.into());
        }
        // What the supervisor relies on comes last, where it wins.
        set("listen_addresses", OsString::new());
        set("port", PORT.to_string().into());
        set("unix_socket_directories", quoted(&self.socket_dir));
        set("unix_socket_permissions", "0700".into());
        set("hba_file", self.access.hba.as_os_str().into());
        set("ident_file", self.access.ident.as_os_str().into());
        command
    }

    /// Does `postmaster.pid` name this child and say that it is ready?
    pub(crate) fn is_ready(&self, child: u32) -> bool {
        let Ok(text) = fs::read_to_string(self.data.join("postmaster.pid")) else {
            return false;
        };
        let line = |number: usize| text.lines().nth(number - 1).map(str::trim);
        line(1) == Some(child.to_string().as_str()) && line(8) == Some("ready")
    }

    /// The error for a server that did not get ready.
    pub(crate) fn failed(&self, reason: String) -> Error {
        let tail = tail(&self.log(), 12).unwrap_or_else(|error| error.to_string());
        Error::Start {
            reason,
            log: self.log(),
            tail,
        }
    }

    fn log(&self) -> PathBuf {
        self.root.join("postgres.log")
    }
}

/// A setting that is a list of folders: quoted, any name is one item.
fn quoted(dir: &Path) -> OsString {
    let mut text = OsString::from("\"");
    let parts: Vec<&[u8]> = dir
        .as_os_str()
        .as_encoded_bytes()
        .split(|b| *b == b'"')
        .collect();
    use std::os::unix::ffi::OsStrExt;
    text.push(std::ffi::OsStr::from_bytes(&parts.join(&b"\"\""[..])));
    text.push("\"");
    text
}

/// `<root>/run`, or a folder of ours in the system's temporary folder where
/// the path would be too long for a socket, or no client could name it.
pub(crate) fn socket_dir(app: &str, root: &Path, server: Option<Owner>) -> Result<PathBuf, Error> {
    let near = root.join("run");
    let far = || {
        let key = fnv(root.as_os_str().as_encoded_bytes());
        let uid = rustix::process::geteuid().as_raw();
        [std::env::temp_dir(), PathBuf::from("/tmp")]
            .into_iter()
            .map(|temp| temp.join(format!("{app}-{uid}-{key:08x}")))
            .find(|dir| fits(dir))
    };
    let dir = if fits(&near) { Some(near) } else { far() };
    let dir = dir.ok_or_else(|| {
        Error::Option(
            "the paths of the data folder and of TMPDIR are both too long for a socket".into(),
        )
    })?;
    create_dir(&dir, 0o700)?;
    if let Some(server) = server
        && fs::symlink_metadata(&dir).is_ok_and(|found| found.is_dir() && found.uid() == 0)
    {
        give(&dir, server)?;
    }
    // Somebody else may have taken the name in a folder that everybody can write to.
    let found = fs::symlink_metadata(&dir).map_err(Error::io("look at", &dir))?;
    let owner = server.map_or(rustix::process::geteuid().as_raw(), |server| server.uid);
    if !found.is_dir() || found.uid() != owner || found.mode() & 0o077 != 0 {
        return Err(Error::Option(format!(
            "{} is not a private folder of user {owner}, which the socket needs: remove it",
            dir.display()
        )));
    }
    Ok(dir)
}

fn fits(dir: &Path) -> bool {
    let socket = dir.join(format!(".s.PGSQL.{PORT}"));
    let bytes = socket.as_os_str().as_encoded_bytes();
    // To PostgreSQL's clients a comma separates hosts.
    bytes.len() <= LONGEST_SOCKET && !bytes.contains(&b',')
}

fn tail(path: &Path, lines: usize) -> std::io::Result<String> {
    let mut file = File::open(path)?;
    let length = file.metadata()?.len();
    file.seek(SeekFrom::Start(length.saturating_sub(8192)))?;
    let mut bytes = Vec::new();
    file.read_to_end(&mut bytes)?;
    let text = String::from_utf8_lossy(&bytes);
    let all: Vec<&str> = text.lines().collect();
    Ok(all[all.len().saturating_sub(lines)..].join("\n"))
}
