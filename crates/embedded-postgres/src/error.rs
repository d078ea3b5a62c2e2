//! What can go wrong, each with what would be right.

use std::io;
use std::path::{Path, PathBuf};

/// Why there is no running PostgreSQL. Each message says what to do.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// An option has a value that cannot be used.
    #[error("{0}")]
    Option(String),

    /// The operating system refused something.
    #[error("cannot {action} {}: {source}", path.display())]
    Io {
        /// What was tried, such as "create".
        action: &'static str,
        /// The file or folder it was tried on.
        path: PathBuf,
        /// The system's answer.
        source: io::Error,
    },

    /// The configured folder has no usable PostgreSQL.
    #[error(
        "the configured PostgreSQL folder {} cannot be used: {reason}. \
         Name a folder with initdb and postgres of version 15 or later, or configure none.",
        dir.display()
    )]
    PgBin {
        /// The configured folder.
        dir: PathBuf,
        /// What is wrong with it.
        reason: String,
    },

    /// No PostgreSQL was found and none could be fetched.
    #[error(
        "no PostgreSQL of version 15 or later was found and none could be fetched.\n\
         Install one (Debian and Ubuntu: apt install postgresql; Fedora: dnf install \
         postgresql-server; macOS: brew install postgresql@17), or set PG_BIN to the folder \
         with initdb and postgres, or set DATABASE_URL to a server.\nTried:\n{}",
        list(tried)
    )]
    NotFound {
        /// Every place that was looked at, with the reason it was not taken.
        tried: Vec<String>,
    },

    /// The data needs another major version than the ones there are.
    #[error(
        "the data in {} was made by PostgreSQL {needed}, and no PostgreSQL {needed} was found; \
         another major version must not be started on it.\n\
         Install PostgreSQL {needed}. To move to another version afterwards: with {needed} \
         running, `pg_dumpall -h <socket folder> > all.sql`; stop; move {} away; start with the \
         new version; `psql -h <socket folder> -f all.sql postgres`.\nTried:\n{}",
        data.display(), data.display(), list(tried)
    )]
    WrongMajor {
        /// The data folder.
        data: PathBuf,
        /// The major version in its PG_VERSION file.
        needed: u32,
        /// Every place that was looked at.
        tried: Vec<String>,
    },

    /// Another supervisor holds the root.
    #[error(
        "{} is in use by another instance{holder}. Stop that one first, or choose another folder.",
        root.display()
    )]
    InUse {
        /// The root in question.
        root: PathBuf,
        /// " (process N)" when known, otherwise empty.
        holder: String,
    },

    /// As root: the unprivileged user that runs the server cannot get there.
    #[error(
        "PostgreSQL does not run as root, and the user it runs as ({uid}) cannot enter {}. \
         Choose a data folder outside of it, such as one under /var/lib, or allow entering it \
         with `chmod o+x {}`.",
        dir.display(), dir.display()
    )]
    Unreachable {
        /// The first folder on the way that is closed.
        dir: PathBuf,
        /// The unprivileged user id.
        uid: u32,
    },

    /// As root: the root folder belongs to somebody else.
    #[error(
        "{} belongs to user {uid}, and this program runs as root. Run it as that user, or choose \
         another data folder.",
        root.display()
    )]
    Foreign {
        /// The root in question.
        root: PathBuf,
        /// Its owner.
        uid: u32,
    },

    /// Our user id has no name.
    #[error(
        "user id {uid} has no name on this system, and PostgreSQL needs one to know who connects. \
         Add the user to /etc/passwd, run as another user, or set DATABASE_URL to a server."
    )]
    Nameless {
        /// The user id.
        uid: u32,
    },

    /// The data folder holds something, but not a cluster.
    #[error(
        "{} has files in it but no PG_VERSION, so it is not a PostgreSQL data folder. Move it \
         away, or choose another data folder.",
        .0.display()
    )]
    NotACluster(PathBuf),

    /// `initdb` failed.
    #[error("initdb could not create the database: {0}")]
    Initdb(String),

    /// Server processes of an earlier run do not go away.
    #[error(
        "processes of an earlier PostgreSQL still use {} and cannot be ended: {pids:?}. End them, \
         then start again.",
        data.display()
    )]
    Leftovers {
        /// The data folder.
        data: PathBuf,
        /// Their process ids.
        pids: Vec<u32>,
    },

    /// The server did not get ready.
    #[error("PostgreSQL {reason}. The last lines of {}:\n{tail}", log.display())]
    Start {
        /// What happened.
        reason: String,
        /// The log file.
        log: PathBuf,
        /// Its last lines.
        tail: String,
    },
}

impl Error {
    /// For `map_err`: what was being done to which path.
    pub(crate) fn io(action: &'static str, path: &Path) -> impl FnOnce(io::Error) -> Error {
        let path = path.to_path_buf();
        move |source| Error::Io {
            action,
            path,
            source,
        }
    }
}

fn list(tried: &[String]) -> String {
    let lines: Vec<String> = tried.iter().map(|line| format!("  {line}")).collect();
    lines.join("\n")
}
