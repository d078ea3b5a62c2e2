//! The data folder: what made it, and how it is made.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::time::Duration;

use rustix::process::Signal;

use crate::command::{postgres_command, run_limited};
use crate::find::Binaries;
use crate::identity::{Identity, create_dir, give, initdb_owner};
use crate::{Error, Options, spawn};

const LIMIT: Duration = Duration::from_secs(120);

/// The major version that made `data`; none if there is no data yet.
pub(crate) fn major_of(data: &Path) -> Result<Option<u32>, Error> {
    let version = data.join("PG_VERSION");
    match fs::read_to_string(&version) {
        Ok(text) => text
            .trim()
            .parse()
            .map(Some)
            .map_err(|_| Error::NotACluster(data.to_path_buf())),
        Err(error) if error.kind() == io::ErrorKind::NotFound => match fs::remove_dir(data) {
            // An empty folder, such as a fresh volume, is as good as none.
            Ok(()) => Ok(None),
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
            Err(_) => Err(Error::NotACluster(data.to_path_buf())),
        },
        Err(source) => Err(Error::io("read", &version)(source)),
    }
}

/// Where the cluster is while it is made.
pub(crate) fn workshop(root: &Path) -> PathBuf {
    root.join("data.init")
}

/// Makes a cluster beside its place and moves it there when it is complete and
/// on disk, so that an interrupted run leaves nothing that looks like data.
pub(crate) fn create(
    options: &Options,
    root: &Path,
    data: &Path,
    binaries: &Binaries,
    identity: &Identity,
) -> Result<(), Error> {
    (options.progress)(&format!(
        "Creating the database (PostgreSQL {}) …",
        binaries.major
    ));
    let workshop = workshop(root);
    discard(&workshop)?;
    create_dir(&workshop, 0o700)?;
    let fresh = workshop.join("data");
    create_dir(&fresh, 0o700)?;
    let owner = identity.server.map(initdb_owner).transpose()?;
    if let (Some(owner), Some(server)) = (owner, identity.server) {
        crate::identity::open_root_for(&workshop, server)?;
        give(&fresh, owner)?;
    }
    let mut command = postgres_command(binaries.dir.join("initdb"), owner);
    command
        .args(["--encoding=UTF8", "--locale=C.UTF-8", "--data-checksums"])
        .args([
            "--auth-local=peer",
            "--auth-host=reject",
            "--username",
            &options.superuser,
        ])
        .arg("--pgdata")
        .arg(&fresh);
    if cfg!(target_os = "linux") {
        // One syncfs below does the same in less time.
        command.arg("--no-sync");
    }
    // At once: on SIGINT it would tidy up while the next start is at work here.
    spawn::tie_to_us(&mut command, Signal::KILL);
    let log = workshop.join("output");
    let status =
        run_limited(&mut command, &log, LIMIT).map_err(|e| Error::Initdb(e.to_string()))?;
    if !status.success() {
        return Err(Error::Initdb(
            fs::read_to_string(&log)
                .unwrap_or_default()
                .trim()
                .to_owned(),
        ));
    }
    if let Some(server) = identity.server {
        give(&fresh, server)?;
    }
    sync(&fresh)?;
    fs::rename(&fresh, data).map_err(Error::io("create", data))?;
    sync(root)?;
    discard(&workshop)
}

fn discard(dir: &Path) -> Result<(), Error> {
    match fs::remove_dir_all(dir) {
        Err(source) if source.kind() != io::ErrorKind::NotFound => {
            Err(Error::io("remove", dir)(source))
        }
        _ => Ok(()),
    }
}

/// Everything on the folder's file system reaches the disk.
fn sync(dir: &Path) -> Result<(), Error> {
    let folder = fs::File::open(dir).map_err(Error::io("open", dir))?;
    #[cfg(target_os = "linux")]
    let outcome = rustix::fs::syncfs(&folder).map_err(io::Error::from);
    #[cfg(not(target_os = "linux"))]
    let outcome = folder.sync_all();
    outcome.map_err(Error::io("sync", dir))
}
