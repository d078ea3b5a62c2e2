//! Finds or gets a real PostgreSQL and supervises it as a child process.
//!
//! The cluster lives in one folder, the *root*, which a lock keeps to one
//! supervisor at a time:
//!
//! ```text
//! <root>/lock            held while a supervisor lives
//! <root>/data            the cluster
//! <root>/run             the Unix socket (a private temporary folder if the path is too long)
//! <root>/pg_hba.conf     who may connect, written at every start, and pg_ident.conf beside it
//! <root>/postgres.log    what the server says
//! <root>/postgres.state  where the running server is, for programs that join it
//! <root>/binaries        PostgreSQL, if none is installed
//! ```
//!
//! There is no TCP port and no password: the server listens on a Unix socket
//! only and asks the kernel who is calling.

mod access;
mod cluster;
mod command;
mod error;
mod fetch;
mod find;
mod identity;
mod initdb;
mod leftovers;
mod lock;
mod options;
mod postmaster;
mod redact;
mod running;
mod spawn;
mod supervisor;
mod unpack;

pub use cluster::Cluster;
pub use error::Error;
pub use options::{Options, Progress, default_root};
pub use running::{Running, running};
pub use supervisor::Supervisor;

/// The oldest major version of PostgreSQL that is used.
pub const OLDEST_MAJOR: u32 = 15;

/// The port in the socket's file name; nothing listens on TCP.
pub const PORT: u16 = 5432;
