//! A server to talk to, ours or somebody else's.

use std::path::Path;
use std::thread;
use std::time::{Duration, Instant};

use crate::{Error, Options, Running, Supervisor, running};

/// How long another instance may take to get its server ready.
const PATIENCE: Duration = Duration::from_secs(60);

/// A server to talk to: for programs that work beside a running instance and
/// without one.
#[derive(Debug)]
pub enum Cluster {
    /// Nobody else was running one; it stops when this value is dropped.
    Own(Supervisor),
    /// Another instance keeps this one running.
    Joined(Running),
}

impl Cluster {
    /// The server that is running on `root`, if there is one that is ready.
    pub fn running(root: &Path) -> Option<Running> {
        running(root)
    }

    /// Joins the server that is running on the root, or starts one.
    pub fn join_or_start(options: Options) -> Result<Cluster, Error> {
        let root = options.root.clone();
        if let Some(found) = running(&root) {
            return Ok(Cluster::Joined(found));
        }
        let deadline = Instant::now() + PATIENCE;
        match Supervisor::start(options) {
            Ok(supervisor) => Ok(Cluster::Own(supervisor)),
            // The other one may be starting, or bringing its server back.
            Err(error @ Error::InUse { .. }) => loop {
                if let Some(found) = running(&root) {
                    return Ok(Cluster::Joined(found));
                }
                if Instant::now() >= deadline {
                    return Err(error);
                }
                thread::sleep(Duration::from_millis(20));
            },
            Err(error) => Err(error),
        }
    }

    /// The folder with the Unix socket: the `host` of a connection.
    pub fn socket_dir(&self) -> &Path {
        match self {
            Cluster::Own(supervisor) => supervisor.socket_dir(),
            Cluster::Joined(found) => &found.socket_dir,
        }
    }

    /// The port in the socket's file name.
    pub fn port(&self) -> u16 {
        match self {
            Cluster::Own(supervisor) => supervisor.port(),
            Cluster::Joined(found) => found.port,
        }
    }
}
