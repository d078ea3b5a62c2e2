//! Settings: flags, then the environment, then `.env.local`, then `.env`.
//!
//! Every value is read and judged before anything starts; all that is wrong is
//! named at once, with what would be right.

mod flags;
mod reader;

use std::{net::SocketAddr, path::PathBuf};

use url::Url;

use crate::{db::PoolSizes, input::Zone};

pub use flags::Flags;
use reader::{Reader, address, between, given, log, number, postgres_url, public_url};

/// How log lines look.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LogFormat {
    /// For people.
    Text,
    /// One JSON object a line.
    Json,
}

/// The settings as they are used.
#[derive(Clone)]
pub struct Config {
    /// Where to listen.
    pub listen: SocketAddr,
    /// Where everything is kept.
    pub data_dir: PathBuf,
    /// The owner's way to somebody else's PostgreSQL.
    pub database: Option<tokio_postgres::Config>,
    /// The serving role's way to it.
    pub login: Option<tokio_postgres::Config>,
    /// Where PostgreSQL's programs are, if it is to be none that is found.
    pub pg_bin: Option<PathBuf>,
    /// Where browsers find this server, if that is not where it listens.
    pub public_url: Option<Url>,
    /// A public key that must be this installation's.
    pub anon_key: Option<String>,
    /// The signing secret, if it is not the data directory's.
    pub jwt_secret: Option<String>,
    /// The organisation's zone, where this start decides it.
    pub timezone: Option<Zone>,
    /// Requests a second for each caller; 0 lifts the limit.
    pub rate_limit: u32,
    /// Requests at once for each caller.
    pub rate_burst: u32,
    /// Threads that serve requests.
    pub threads: usize,
    /// Connections to the database.
    pub pools: PoolSizes,
    /// Whether whoever signs himself up is active at once.
    pub open_signup: bool,
    /// Whether a new embedded database gets the demo.
    pub demo: bool,
    /// How log lines look.
    pub log: LogFormat,
}

/// Reads `.env.local`, then `.env`, of the current directory into the
/// environment; what is there already stays. A variable without a value counts
/// as not set. To be called before any thread starts.
///
/// # Errors
/// A sentence that names the file and what is wrong with it.
pub fn read_env_files() -> Result<(), String> {
    for name in [".env.local", ".env"] {
        let text = match std::fs::read_to_string(name) {
            Ok(text) => text,
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => continue,
            Err(error) => return Err(format!("{name} cannot be read: {error}")),
        };
        let set: Vec<&str> = text
            .lines()
            .filter(|line| !is_empty_setting(line))
            .collect();
        dotenvy::from_read(set.join("\n").as_bytes()).map_err(|error| match error {
            // The error repeats the line, which may hold a password.
            dotenvy::Error::LineParse(line, _) => format!(
                "{name} has a line that cannot be read (it begins with \"{}\"): each line is \
                 NAME=value, with quotes around a value that has spaces or #",
                line.split('=').next().unwrap_or_default()
            ),
            other => format!("{name} cannot be read: {other}"),
        })?;
    }
    Ok(())
}

impl Config {
    /// Judges the settings.
    ///
    /// # Errors
    /// One sentence for each value that is wrong.
    pub fn from_flags(flags: &Flags) -> Result<Self, Vec<String>> {
        let mut reader = Reader::default();
        let sizes = PoolSizes::default();
        let cores = std::thread::available_parallelism().map_or(2, usize::from);
        let count = "a whole number from 1 up to 10000";
        let config = Self {
            listen: reader.listen(
                "--listen (DOORSTEP_LISTEN)",
                &flags.listen,
                "an address and a port such as 127.0.0.1:8080",
                address,
            ),
            data_dir: reader.data_dir(&flags.data_dir),
            database: reader.secret(
                "--database-url (DATABASE_URL)",
                &flags.database_url,
                "a URL such as postgresql://owner:password@host:5432/database",
                postgres_url,
            ),
            login: reader.secret(
                "--login-url (DOORSTEP_LOGIN_URL)",
                &flags.login_url,
                "a URL such as postgresql://login:password@host:5432/database",
                postgres_url,
            ),
            pg_bin: given(&flags.pg_bin).map(PathBuf::from),
            public_url: reader.optional(
                "--public-url (NEXT_PUBLIC_SUPABASE_URL)",
                &flags.public_url,
                "an address such as https://desk.example.com, without a path",
                public_url,
            ),
            anon_key: given(&flags.anon_key).map(str::to_owned),
            jwt_secret: reader.secret(
                "--jwt-secret (DOORSTEP_JWT_SECRET)",
                &flags.jwt_secret,
                "32 bytes or more",
                |secret| (secret.len() >= 32).then(|| secret.to_owned()),
            ),
            timezone: reader.optional(
                "--timezone (DOORSTEP_TIMEZONE)",
                &flags.timezone,
                "an IANA time zone such as Europe/Madrid",
                number,
            ),
            rate_limit: reader
                .optional(
                    "--rate-limit (DOORSTEP_RATE_LIMIT)",
                    &flags.rate_limit,
                    "a whole number of requests a second, 0 to lift the limit",
                    number,
                )
                .unwrap_or(50),
            rate_burst: reader
                .optional(
                    "--rate-burst (DOORSTEP_RATE_BURST)",
                    &flags.rate_burst,
                    count,
                    |text| between(text, 1, 10_000),
                )
                .unwrap_or(200),
            threads: reader
                .optional(
                    "--threads (DOORSTEP_THREADS)",
                    &flags.threads,
                    "a whole number from 1 up to 1024",
                    |text| between(text, 1, 1024),
                )
                .unwrap_or((cores / 2).max(1)),
            pools: PoolSizes {
                reads: reader
                    .optional(
                        "--read-connections (DOORSTEP_READ_CONNECTIONS)",
                        &flags.read_connections,
                        count,
                        |text| between(text, 1, 10_000),
                    )
                    .unwrap_or(sizes.reads),
                writes: reader
                    .optional(
                        "--write-connections (DOORSTEP_WRITE_CONNECTIONS)",
                        &flags.write_connections,
                        count,
                        |text| between(text, 1, 10_000),
                    )
                    .unwrap_or(sizes.writes),
            },
            open_signup: reader.switch("--open-signup (DOORSTEP_OPEN_SIGNUP)", &flags.open_signup),
            demo: !reader.switch("--no-demo (DOORSTEP_NO_DEMO)", &flags.no_demo),
            log: reader
                .optional("--log (DOORSTEP_LOG)", &flags.log, "text or json", log)
                .unwrap_or(LogFormat::Text),
        };
        if config.login.is_some() && config.database.is_none() {
            reader.problems.push(
                "--login-url (DOORSTEP_LOGIN_URL) stands without --database-url (DATABASE_URL): \
                 set both, or neither for the embedded database"
                    .to_owned(),
            );
        }
        match reader.problems.is_empty() {
            true => Ok(config),
            false => Err(reader.problems),
        }
    }

    /// Where clients find a server that is not running yet, without a trailing
    /// slash.
    pub fn address(&self) -> String {
        match &self.public_url {
            Some(url) => url.as_str().trim_end_matches('/').to_owned(),
            None => format!("http://{}", self.listen),
        }
    }
}

/// `NAME=` and nothing behind it.
fn is_empty_setting(line: &str) -> bool {
    let is_name = |name: &str| name.bytes().all(|it| it.is_ascii_uppercase() || it == b'_');
    let line = line.trim();
    let line = line.strip_prefix("export ").unwrap_or(line);
    line.split_once('=')
        .is_some_and(|(name, value)| value.is_empty() && is_name(name))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_is_required() {
        let Ok(config) = Config::from_flags(&Flags::default()) else {
            panic!("the defaults are right");
        };
        assert_eq!(config.listen.to_string(), "127.0.0.1:8080");
        assert_eq!((config.rate_limit, config.rate_burst), (50, 200));
        assert!(config.demo && !config.open_signup && config.database.is_none());
    }

    #[test]
    fn all_that_is_wrong_is_named_with_what_is_right_and_no_secret() {
        let some = |text: &str| Some(text.to_owned());
        let flags = Flags {
            listen: some("8080"),
            database_url: some("mysql://me:hunter2@host/db"),
            login_url: some("also wrong"),
            jwt_secret: some("short"),
            timezone: some("Mars/Olympus"),
            rate_limit: some("-1"),
            threads: some("0"),
            no_demo: some("perhaps"),
            public_url: some("https://example.com/path"),
            log: some("xml"),
            ..Flags::default()
        };
        let problems = Config::from_flags(&flags).err().unwrap_or_default();
        assert_eq!(problems.len(), 10, "{problems:#?}");
        assert!(problems[0].contains("127.0.0.1:8080"), "{problems:#?}");
        let all = problems.join("\n");
        assert!(!all.contains("hunter2") && !all.contains("short"), "{all}");
    }

    #[test]
    fn an_empty_value_is_none() {
        let flags = Flags {
            database_url: Some(String::new()),
            threads: Some(" ".to_owned()),
            ..Flags::default()
        };
        assert!(Config::from_flags(&flags).is_ok());
    }

    #[test]
    fn only_a_name_without_a_value_is_an_empty_setting() {
        assert!(is_empty_setting("DATABASE_URL=") && is_empty_setting(" export DOORSTEP_LOG= "));
        for line in ["DOORSTEP_JWT_SECRET=c2VjcmV0cw==", "# A=b", "c2VjcmV0=", ""] {
            assert!(!is_empty_setting(line), "{line}");
        }
    }

    #[test]
    fn the_example_lists_every_variable() {
        use clap::CommandFactory as _;
        let example = include_str!("../../.env.example");
        let command = crate::cli::Cli::command();
        for argument in command.get_arguments() {
            if let Some(name) = argument.get_env().and_then(|name| name.to_str()) {
                assert!(example.contains(&format!("\n# {name}=")), "{name}");
            }
        }
    }
}
