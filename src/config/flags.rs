//! The settings as the command line and the environment give them.

use clap::Args;

/// The settings as they were given. None of them is required.
#[derive(Args, Clone, Default)]
pub struct Flags {
    /// Where to listen; port 0 takes a free one [default: 127.0.0.1:8080]
    #[arg(
        long,
        env = "DOORSTEP_LISTEN",
        value_name = "ADDRESS:PORT",
        global = true
    )]
    pub listen: Option<String>,

    /// Where the embedded database, the keys and the demo people's passwords are kept
    /// [default: /var/lib/doorstep for root, else ~/.local/share/doorstep]
    #[arg(long, env = "DOORSTEP_DATA_DIR", value_name = "DIR", global = true)]
    pub data_dir: Option<String>,

    /// A PostgreSQL (15 or newer) to use instead of the embedded one, as the owner of the tables
    #[arg(
        long,
        env = "DATABASE_URL",
        value_name = "URL",
        hide_env_values = true,
        global = true
    )]
    pub database_url: Option<String>,

    /// The same database, as the role that serves requests (it owns nothing)
    #[arg(
        long,
        env = "DOORSTEP_LOGIN_URL",
        value_name = "URL",
        hide_env_values = true,
        global = true
    )]
    pub login_url: Option<String>,

    /// The folder with PostgreSQL's `initdb` and `postgres` [default: looked for]
    #[arg(long, env = "DOORSTEP_PG_BIN", value_name = "DIR", global = true)]
    pub pg_bin: Option<String>,

    /// Where browsers find this server [default: the address it listens on]
    #[arg(
        long,
        env = "NEXT_PUBLIC_SUPABASE_URL",
        value_name = "URL",
        global = true
    )]
    pub public_url: Option<String>,

    /// The public key that clients carry; must be one of this installation's
    /// [default: made from the secret]
    #[arg(
        long,
        env = "NEXT_PUBLIC_SUPABASE_ANON_KEY",
        value_name = "KEY",
        hide_env_values = true,
        global = true
    )]
    pub anon_key: Option<String>,

    /// What tokens are signed with, 32 bytes or more [default: made once, kept in the data directory]
    #[arg(
        long,
        env = "DOORSTEP_JWT_SECRET",
        value_name = "SECRET",
        hide_env_values = true,
        global = true
    )]
    pub jwt_secret: Option<String>,

    /// The organisation's time zone, such as Europe/Madrid; a server that is told none keeps what an earlier one was told [default: UTC]
    #[arg(long, env = "DOORSTEP_TIMEZONE", value_name = "ZONE", global = true)]
    pub timezone: Option<String>,

    /// Requests a second for each caller in the long run; 0 lifts the limit [default: 50]
    #[arg(long, env = "DOORSTEP_RATE_LIMIT", value_name = "N", global = true)]
    pub rate_limit: Option<String>,

    /// Requests that a caller may make at once [default: 200]
    #[arg(long, env = "DOORSTEP_RATE_BURST", value_name = "N", global = true)]
    pub rate_burst: Option<String>,

    /// Threads that serve requests [default: half of the cores]
    #[arg(long, env = "DOORSTEP_THREADS", value_name = "N", global = true)]
    pub threads: Option<String>,

    /// Database connections for reads [default: twice the cores]
    #[arg(
        long,
        env = "DOORSTEP_READ_CONNECTIONS",
        value_name = "N",
        global = true
    )]
    pub read_connections: Option<String>,

    /// Database connections for writes [default: 16]
    #[arg(
        long,
        env = "DOORSTEP_WRITE_CONNECTIONS",
        value_name = "N",
        global = true
    )]
    pub write_connections: Option<String>,

    /// Let people who sign themselves up in at once, without an administrator
    #[arg(long, env = "DOORSTEP_OPEN_SIGNUP", value_name = "true|false", num_args = 0..=1,
          require_equals = true, default_missing_value = "true", global = true)]
    pub open_signup: Option<String>,

    /// Start a new embedded database empty, without the demo
    #[arg(long, env = "DOORSTEP_NO_DEMO", value_name = "true|false", num_args = 0..=1,
          require_equals = true, default_missing_value = "true", global = true)]
    pub no_demo: Option<String>,

    /// How log lines look [default: text]
    #[arg(long, env = "DOORSTEP_LOG", value_name = "text|json", global = true)]
    pub log: Option<String>,
}
