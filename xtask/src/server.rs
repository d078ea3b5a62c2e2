//! The real server, started as a new user would start it.

use std::{
    io::{BufRead as _, BufReader, Read as _, Write as _},
    path::{Path, PathBuf},
    process::{Child, Command, Stdio},
};

use anyhow::{Context as _, Result, bail};
use embedded_postgres::{Running, running};
use serde_json::{Value, json};

const PASSWORD: &str = "a password for xtask";

/// The mail address of a person of a role.
pub fn email(role: &str) -> String {
    format!("xtask-{role}@example.com")
}

/// A server with a data directory of its own; both end with the value.
pub struct Server {
    child: Child,
    directory: Option<PathBuf>,
    /// Where it listens, such as `http://127.0.0.1:40123`.
    pub url: String,
}

/// The data directory of a server that was stopped.
pub struct Stopped {
    directory: PathBuf,
}

impl Server {
    /// Starts `program serve` on a free port with an empty data directory.
    pub fn start(program: &Path, arguments: &[&str]) -> Result<Self> {
        let name = format!("doorstep-xtask-{}", std::process::id());
        let directory = std::env::temp_dir().join(name);
        if directory.exists() {
            std::fs::remove_dir_all(&directory)?;
        }
        Self::start_in(directory, program, arguments)
    }

    /// The same with a data directory that does not exist yet.
    pub fn start_in(directory: PathBuf, program: &Path, arguments: &[&str]) -> Result<Self> {
        std::fs::create_dir(&directory)?;
        Self::on(directory, program, arguments)
    }

    fn on(directory: PathBuf, program: &Path, arguments: &[&str]) -> Result<Self> {
        let mut child = Command::new(program)
            .args(["serve", "--listen", "127.0.0.1:0", "--data-dir"])
            .arg(&directory)
            .args(arguments)
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .spawn()
            .with_context(|| format!("cannot start {}", program.display()))?;
        let mut line = String::new();
        if let Some(output) = child.stdout.take() {
            BufReader::new(output.take(10_000)).read_line(&mut line)?;
        }
        let Some(url) = line.trim().strip_prefix("listening on ") else {
            let _ = child.kill();
            bail!("the server did not say where it listens, but {line:?}");
        };
        Ok(Self {
            url: url.to_owned(),
            child,
            directory: Some(directory),
        })
    }

    /// The server's data directory.
    pub fn directory(&self) -> &Path {
        self.directory.as_deref().unwrap_or(Path::new(""))
    }

    /// The server's process.
    pub fn id(&self) -> u32 {
        self.child.id()
    }

    /// Stops the server and keeps its data.
    pub fn stopped(mut self) -> Result<Stopped> {
        let directory = self.directory.take().context("a server has a directory")?;
        Ok(Stopped { directory })
    }

    /// One of the lines of `program keys`.
    pub fn key(&self, program: &Path, name: &str) -> Result<String> {
        let keys = self.keys(program)?;
        keys.into_iter()
            .find_map(|(known, value)| (known == name).then_some(value))
            .with_context(|| format!("no key {name}"))
    }

    /// Makes a person of a role, signs him in and returns what `/auth/v1`
    /// answers.
    pub fn person(&self, program: &Path, role: &str) -> Result<Value> {
        let (email, _) = self.account(program, role)?;
        self.session(program, "token?grant_type=password", &email)
    }

    /// Makes one more rep and returns his access token.
    pub fn colleague(&self, program: &Path, number: usize) -> Result<String> {
        let email = email(&format!("colleague-{number}"));
        self.made(program, &email, "sales_rep")?;
        let session = self.session(program, "token?grant_type=password", &email)?;
        let token = session["access_token"].as_str().map(str::to_owned);
        token.context("an access token")
    }

    /// Makes a person of a role and returns the address and the password that
    /// sign him in.
    pub fn account(&self, program: &Path, role: &str) -> Result<(String, String)> {
        let email = email(role);
        self.made(program, &email, role)?;
        Ok((email, PASSWORD.to_owned()))
    }

    fn made(&self, program: &Path, email: &str, role: &str) -> Result<()> {
        let made = Command::new(program)
            .args(["user", "create", "--email", email, "--password", PASSWORD])
            .args(["--name", role, "--role", role, "--data-dir"])
            .arg(self.directory())
            .stdout(Stdio::null())
            .status()?;
        if !made.success() {
            bail!("the {role} could not be made");
        }
        Ok(())
    }

    /// What `/auth/v1` answers to somebody's mail address and password.
    fn session(&self, program: &Path, path: &str, email: &str) -> Result<Value> {
        let anon = self.key(program, "NEXT_PUBLIC_SUPABASE_ANON_KEY")?;
        Ok(ureq::post(format!("{}/auth/v1/{path}", self.url))
            .header("apikey", &anon)
            .send_json(json!({ "email": email, "password": PASSWORD }))?
            .body_mut()
            .read_json()?)
    }

    /// The access token of somebody who signed himself up and was not let in.
    pub fn sign_up(&self, program: &Path, name: &str) -> Result<String> {
        let session = self.session(program, "signup", &email(name))?;
        let token = session["access_token"].as_str().map(str::to_owned);
        token.context("an access token")
    }

    /// The access token of a new person of a role.
    pub fn sign_in(&self, program: &Path, role: &str) -> Result<String> {
        let session = self.person(program, role)?;
        let token = session["access_token"].as_str().map(str::to_owned);
        token.context("an access token")
    }

    /// Sends requests and takes every status as an answer.
    pub fn agent(&self) -> ureq::Agent {
        ureq::Agent::config_builder()
            .http_status_as_error(false)
            .timeout_global(Some(std::time::Duration::from_secs(30)))
            .build()
            .into()
    }

    /// Whether a token still opens an address.
    pub fn answers(&self, path: &str, token: &str) -> bool {
        let request = self.agent().get(format!("{}{path}", self.url));
        let answer = request
            .header("authorization", format!("Bearer {token}"))
            .call();
        answer.is_ok_and(|answer| answer.status() == 200)
    }

    /// Runs SQL past every policy.
    pub fn superuser(&self, sql: &str) -> Result<String> {
        let postgres = running(self.directory()).context("the server's PostgreSQL")?;
        superuser(&postgres, sql)
    }

    /// The lines of `program keys` as pairs.
    pub fn keys(&self, program: &Path) -> Result<Vec<(String, String)>> {
        let output = Command::new(program)
            .args(["keys", "--data-dir"])
            .arg(self.directory())
            .output()?;
        let text = String::from_utf8(output.stdout)?;
        Ok(text
            .lines()
            .filter_map(|line| line.split_once('='))
            .map(|(name, value)| (name.to_owned(), value.to_owned()))
            .collect())
    }
}

/// What [`Server::person`] signs a person of a role in with.
pub fn credentials(role: &str) -> (String, &'static str) {
    (email(role), PASSWORD)
}

/// Runs SQL past every policy of an embedded PostgreSQL.
pub fn superuser(postgres: &Running, sql: &str) -> Result<String> {
    let mut psql = Command::new("psql")
        .arg("-h")
        .arg(&postgres.socket_dir)
        .args(["-p", &postgres.port.to_string(), "-U", "postgres"])
        .args(["-d", "doorstep", "-XqAt", "-v", "ON_ERROR_STOP=1"])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .context("psql")?;
    if let Some(mut input) = psql.stdin.take() {
        input.write_all(sql.as_bytes())?;
    }
    let output = psql.wait_with_output()?;
    if !output.status.success() {
        bail!("psql refused the SQL");
    }
    Ok(String::from_utf8(output.stdout)?)
}

impl Drop for Server {
    fn drop(&mut self) {
        // SIGTERM lets it stop its PostgreSQL; the child is waited for.
        let _ = Command::new("kill")
            .arg(self.child.id().to_string())
            .status();
        let _ = self.child.wait();
        if let Some(directory) = &self.directory {
            let _ = std::fs::remove_dir_all(directory);
        }
    }
}

impl Stopped {
    /// Starts the server on its data again.
    pub fn again(self, program: &Path, arguments: &[&str]) -> Result<Server> {
        Server::on(self.directory, program, arguments)
    }
}
