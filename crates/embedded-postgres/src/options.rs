//! What a supervisor is told.

use std::env;
use std::fmt;
use std::path::PathBuf;
use std::sync::Arc;

use crate::Error;

/// Called with one line for a person before each step that takes long.
pub type Progress = Arc<dyn Fn(&str) + Send + Sync>;

/// What a [`Supervisor`](crate::Supervisor) is told.
#[derive(Clone)]
pub struct Options {
    /// The program's name: names the folders and the map in `pg_ident.conf`.
    pub app: String,
    /// The folder that holds everything, see [`default_root`].
    pub root: PathBuf,
    /// A folder with `initdb` and `postgres` that is used instead of looking for one.
    pub pg_bin: Option<PathBuf>,
    /// The name of the database superuser.
    pub superuser: String,
    /// Other roles that our own operating system user may connect as.
    pub login_roles: Vec<String>,
    /// Server settings, such as `("shared_buffers", "256MB")`.
    pub settings: Vec<(String, String)>,
    /// Told about long steps and about restarts.
    pub progress: Progress,
}

impl Options {
    /// Options with the superuser `postgres` and nothing else set.
    pub fn new(app: impl Into<String>, root: impl Into<PathBuf>) -> Options {
        Options {
            app: app.into(),
            root: root.into(),
            pg_bin: None,
            superuser: "postgres".into(),
            login_roles: Vec::new(),
            settings: Vec::new(),
            progress: Arc::new(|_| {}),
        }
    }

    /// Refuses names that would need quoting in PostgreSQL's files, and paths
    /// that PostgreSQL's line-based files cannot hold.
    pub(crate) fn check(&self) -> Result<(), Error> {
        check_app(&self.app)?;
        for role in std::iter::once(&self.superuser).chain(&self.login_roles) {
            if !is_plain(role, '_') {
                return Err(Error::Option(format!(
                    "the role name {role:?} cannot be used: take lower-case letters, digits and _, \
                     a letter first"
                )));
            }
        }
        if self.root.as_os_str().as_encoded_bytes().contains(&b'\n') {
            return Err(Error::Option(
                "the data folder's path has a line break in it".into(),
            ));
        }
        Ok(())
    }
}

impl fmt::Debug for Options {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Options")
            .field("app", &self.app)
            .field("root", &self.root)
            .field("pg_bin", &self.pg_bin)
            .field("superuser", &self.superuser)
            .field("login_roles", &self.login_roles)
            .field("settings", &self.settings)
            .finish_non_exhaustive()
    }
}

/// Where the data goes unless told otherwise: `/var/lib/<app>` for root,
/// because a home that only root may enter cannot be reached by the user that
/// the server runs as; `$XDG_DATA_HOME/<app>` or `~/.local/share/<app>` for
/// everybody else.
pub fn default_root(app: &str) -> Result<PathBuf, Error> {
    check_app(app)?;
    if rustix::process::geteuid().is_root() {
        return Ok(PathBuf::from("/var/lib").join(app));
    }
    let absolute = |name: &str| {
        env::var_os(name)
            .map(PathBuf::from)
            .filter(|p| p.is_absolute())
    };
    absolute("XDG_DATA_HOME")
        .or_else(|| absolute("HOME").map(|home| home.join(".local/share")))
        .map(|base| base.join(app))
        .ok_or_else(|| {
            Error::Option("neither XDG_DATA_HOME nor HOME is set: name a data folder".into())
        })
}

fn check_app(app: &str) -> Result<(), Error> {
    if is_plain(app, '-') {
        return Ok(());
    }
    Err(Error::Option(format!(
        "the app name {app:?} cannot be used: take lower-case letters, digits and -, a letter first"
    )))
}

fn is_plain(name: &str, also: char) -> bool {
    name.len() <= 63
        && name.starts_with(|c: char| c.is_ascii_lowercase() || (also == '_' && c == '_'))
        && name
            .chars()
            .all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == also)
}
