//! The state file, by which another program finds the running server.

use std::ffi::OsString;
use std::fs;
use std::io::Write;
use std::os::unix::ffi::{OsStrExt, OsStringExt};
use std::os::unix::fs::OpenOptionsExt;
use std::path::{Path, PathBuf};

use rustix::process::Pid;

use crate::Error;
use crate::leftovers::is_postgres;

/// A server that some supervisor keeps running.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Running {
    /// The postmaster's process id.
    pub pid: u32,
    /// The port in the socket's file name.
    pub port: u16,
    /// The folder with the Unix socket: the `host` of a connection.
    pub socket_dir: PathBuf,
    /// The folder with PostgreSQL's programs.
    pub bin_dir: PathBuf,
}

/// The server that is running on `root`, if there is one that is ready.
pub fn running(root: &Path) -> Option<Running> {
    let bytes = fs::read(state_file(root)).ok()?;
    let found = parse(&bytes)?;
    let pid = Pid::from_raw(i32::try_from(found.pid).ok()?)?;
    let socket = found.socket_dir.join(format!(".s.PGSQL.{}", found.port));
    (is_postgres(pid) && socket.exists()).then_some(found)
}

/// Written when the server is ready, as whole: a reader sees all or nothing.
pub(crate) fn announce(root: &Path, running: &Running) -> Result<(), Error> {
    let path = state_file(root);
    let fresh = root.join("postgres.state.new");
    let mut text = format!("{}\n{}\n", running.pid, running.port).into_bytes();
    for dir in [&running.socket_dir, &running.bin_dir] {
        text.extend_from_slice(dir.as_os_str().as_bytes());
        text.push(b'\n');
    }
    fs::OpenOptions::new()
        .write(true)
        .create(true)
        .truncate(true)
        .mode(0o600)
        .open(&fresh)
        .and_then(|mut file| file.write_all(&text))
        .and_then(|()| fs::rename(&fresh, &path))
        .map_err(Error::io("write", &path))
}

/// Taken away when the server is gone. Left over, it does no harm: a reader
/// checks the process.
pub(crate) fn withdraw(root: &Path) {
    let _ = fs::remove_file(state_file(root));
}

fn state_file(root: &Path) -> PathBuf {
    root.join("postgres.state")
}

fn parse(bytes: &[u8]) -> Option<Running> {
    let mut lines = bytes.split(|byte| *byte == b'\n');
    let mut number = || std::str::from_utf8(lines.next()?).ok()?.parse::<u32>().ok();
    let (pid, port) = (number()?, number()?);
    let mut dir = || Some(PathBuf::from(OsString::from_vec(lines.next()?.to_vec())));
    let (socket_dir, bin_dir) = (dir()?, dir()?);
    Some(Running {
        pid,
        port: u16::try_from(port).ok()?,
        socket_dir,
        bin_dir,
    })
}
