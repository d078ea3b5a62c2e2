//! The command line.

use std::{path::PathBuf, process::ExitCode};

use clap::{Args, Parser, Subcommand};

use crate::{
    config::{Config, Flags, read_env_files},
    exports::ExportFormat,
    imports::{ImportKind, constant, separator},
    leads::keys::LeadSource,
    observe,
    users::Role,
    verbs,
};

/// The backend of an AI-driven real-estate sales desk.
///
/// Without anything else said it serves: it looks for an installed PostgreSQL
/// (or fetches one), keeps a database of its own in the data directory, loads a
/// demo the first time, and says where to open it and how to sign in.
#[derive(Parser)]
#[command(name = "doorstep", version, max_term_width = 110, after_help = EXAMPLES)]
pub struct Cli {
    #[command(flatten)]
    flags: Flags,

    #[command(subcommand)]
    verb: Option<Verb>,
}

const EXAMPLES: &str = "\
Examples:
  doorstep                                       serve on http://127.0.0.1:8080
  doorstep --listen 127.0.0.1:0 --data-dir ./d   serve on a free port, everything kept in ./d
  doorstep keys >> .env.local                    what @supabase/supabase-js needs to know
  doorstep user create --email ada@example.com --name Ada --role admin --password '…'
  DATABASE_URL=postgresql://… doorstep migrate   prepare a database of your own
  doorstep import properties homes.csv.gz --set city=Valencia
  doorstep export prospects --as ada@example.com > prospects.csv
  doorstep backup doorstep.tar.gz                everything in one file; `restore` brings it back

Each setting can also stand in the environment, in .env.local or in .env; .env.example lists them.
Commands work beside a running server on the same data directory, and without one.";

/// What is to be done.
#[derive(Subcommand)]
pub enum Verb {
    /// Serve until told to stop (the default)
    Serve,
    /// Bring the database's schema up to date
    Migrate,
    /// Load the demo: a person of each role, homes and prospects
    Demo {
        /// Do not ask before loading it into a database that DATABASE_URL names
        #[arg(long)]
        yes: bool,
    },
    /// Test the connection to the database and its public tables
    TestDb,
    /// Print the OpenAPI document of the HTTP API
    Openapi,
    /// Print the address and the keys that clients need
    Keys {
        /// Which keys, where others are meant
        #[command(subcommand)]
        keys: Option<KeysVerb>,
    },
    /// Make people and let them in
    #[command(subcommand)]
    User(User),
    /// Bring homes, people or conversations in from a file
    Import(Import),
    /// Write a table to standard output as CSV or JSON lines
    Export(Export),
    /// Write the database, the keys and the settings into one file, beside a running server
    Backup {
        /// The file to make, such as doorstep.tar.gz
        file: PathBuf,
    },
    /// Make an empty installation what a backup holds
    Restore {
        /// What `backup` made
        file: PathBuf,
    },
}

/// What is to be imported.
#[derive(Args)]
pub struct Import {
    /// properties, prospects, users or conversations
    #[arg(value_parser = kind)]
    pub kind: ImportKind,
    /// CSV, JSON lines, or RESO Web API JSON; packed with gzip or not
    pub file: PathBuf,
    /// A column that every row gets, such as city=Valencia; may be given several times
    #[arg(long = "set", value_name = "COLUMN=VALUE", value_parser = constant)]
    pub constants: Vec<(String, String)>,
    /// Which heading is which column: a JSON file such as {"Ref": "listing_key"}, or the name of a
    /// mapping that was kept
    #[arg(long, value_name = "FILE|NAME")]
    pub map: Option<String>,
    /// Keep the mapping under a name
    #[arg(long, value_name = "NAME", requires = "map")]
    pub save_map: Option<String>,
    /// Only try it: nothing is kept
    #[arg(long)]
    pub dry_run: bool,
    /// Where rows go that are refused, to be mended and imported again (default: beside the file)
    #[arg(long, value_name = "FILE")]
    pub refused: Option<PathBuf>,
    /// Import under the rights of a person, not of the installation's owner
    #[arg(long = "as", value_name = "EMAIL")]
    pub who: Option<String>,
    /// The file's encoding, such as windows-1252; guessed where it is left out
    #[arg(long)]
    pub encoding: Option<String>,
    /// What stands between the cells of a CSV file: one character, or tab; guessed where it is left
    /// out
    #[arg(long, value_parser = separator)]
    pub separator: Option<u8>,
}

/// What is to be exported.
#[derive(Args)]
pub struct Export {
    /// A table, such as prospects
    pub table: String,
    /// csv or jsonl
    #[arg(long, default_value = "csv", value_parser = format)]
    pub format: ExportFormat,
    /// Whose rights hold: he finds in the file what he may see and export
    #[arg(long = "as", value_name = "EMAIL")]
    pub who: String,
}

fn kind(word: &str) -> Result<ImportKind, String> {
    word.parse()
}

fn format(word: &str) -> Result<ExportFormat, String> {
    word.parse()
}

/// Keys of machines.
#[derive(Subcommand)]
pub enum KeysVerb {
    /// Make and revoke the keys by which web forms and portals report leads
    #[command(subcommand)]
    Leads(LeadKeys),
}

/// What is to be done with the keys of web forms and portals.
#[derive(Subcommand)]
pub enum LeadKeys {
    /// Make a key and print it, this once
    Create {
        /// What the key is called, such as the web page that carries it
        #[arg(long)]
        name: String,
        /// web_form, portal, referral, api or other
        #[arg(long, default_value = "web_form", value_parser = lead_source)]
        source: LeadSource,
        /// The name of the team that its leads go to; the default one where it is left out
        #[arg(long)]
        team: Option<String>,
    },
    /// List the keys, without their text, which is kept nowhere
    List,
    /// Revoke a key; it opens nothing from now on
    Revoke {
        /// What the key is called
        #[arg(long)]
        name: String,
    },
}

fn lead_source(word: &str) -> Result<LeadSource, String> {
    let known: Vec<&str> = LeadSource::ALL.iter().map(|it| it.word()).collect();
    word.parse()
        .map_err(|_| format!("the sources are {}", known.join(", ")))
}

/// What is to be done with people.
#[derive(Subcommand)]
pub enum User {
    /// Make a confirmed, active person in the default team
    Create {
        /// What the person signs in with
        #[arg(long)]
        email: String,
        /// Six characters or more; asked for on standard input where it is left out
        #[arg(long)]
        password: Option<String>,
        /// What people call the person
        #[arg(long)]
        name: String,
        /// sales_rep, sales_manager, admin, qa_supervisor, compliance_officer or operations
        #[arg(long, value_parser = role)]
        role: Role,
    },
    /// Give a person another role
    SetRole {
        /// What the person signs in with
        #[arg(long)]
        email: String,
        /// sales_rep, sales_manager, admin, qa_supervisor, compliance_officer or operations
        #[arg(long, value_parser = role)]
        role: Role,
    },
    /// Let a person in who signed up or was deactivated
    Activate {
        /// What the person signs in with
        #[arg(long)]
        email: String,
    },
    /// Sign a person out everywhere and let him in no more
    Deactivate {
        /// What the person signs in with
        #[arg(long)]
        email: String,
    },
    /// List everybody
    List,
}

fn role(word: &str) -> Result<Role, String> {
    let known: Vec<&str> = Role::ALL.iter().map(|role| role.word()).collect();
    word.parse()
        .map_err(|_| format!("the roles are {}", known.join(", ")))
}

/// Reads the command line, does what it says, and tells how that ended:
/// 0 done, 1 failed, 2 a setting is wrong, 3 an administrator must prepare the
/// database first.
pub fn main() -> ExitCode {
    let wrong = |problems: Vec<String>| {
        for problem in problems {
            eprintln!("doorstep: {problem}");
        }
        ExitCode::from(2)
    };
    if let Err(problem) = read_env_files() {
        return wrong(vec![problem]);
    }
    let cli = Cli::parse();
    let config = match Config::from_flags(&cli.flags) {
        Ok(config) => config,
        Err(problems) => return wrong(problems),
    };
    observe::log_to_stderr(config.log);
    let runtime = match runtime(config.threads) {
        Ok(runtime) => runtime,
        Err(error) => return wrong(vec![format!("cannot start a thread: {error}")]),
    };
    let done = runtime.block_on(verbs::run(config, cli.verb.unwrap_or(Verb::Serve)));
    // What still waits for a thread (a lookup, a hash) is of no use any more.
    runtime.shutdown_background();
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(failure) => {
            eprintln!("doorstep: {failure}");
            ExitCode::from(failure.code())
        }
    }
}

/// With one thread, that is this one: a request then never changes threads.
fn runtime(threads: usize) -> std::io::Result<tokio::runtime::Runtime> {
    let mut builder = match threads {
        1 => tokio::runtime::Builder::new_current_thread(),
        _ => tokio::runtime::Builder::new_multi_thread(),
    };
    builder.worker_threads(threads).enable_all().build()
}

#[cfg(test)]
mod tests {
    use clap::CommandFactory as _;

    use super::*;

    #[test]
    fn the_command_line_is_valid() {
        Cli::command().debug_assert();
    }

    #[test]
    fn settings_stand_before_and_after_the_verb() {
        for line in [
            "doorstep --open-signup serve --listen 127.0.0.1:0",
            "doorstep serve --open-signup --listen 127.0.0.1:0",
            "doorstep --open-signup --listen 127.0.0.1:0",
            "doorstep --open-signup=true keys --listen 127.0.0.1:0",
        ] {
            let cli = Cli::try_parse_from(line.split(' ')).expect(line);
            assert_eq!(cli.flags.open_signup.as_deref(), Some("true"), "{line}");
            assert_eq!(cli.flags.listen.as_deref(), Some("127.0.0.1:0"), "{line}");
        }
    }

    #[test]
    fn an_unknown_role_is_answered_with_the_known_ones() {
        let line = "doorstep user create --email a@b.c --name A --role boss";
        let error = Cli::try_parse_from(line.split(' '))
            .err()
            .expect("no such role");
        assert!(error.to_string().contains("compliance_officer"), "{error}");
    }
}
