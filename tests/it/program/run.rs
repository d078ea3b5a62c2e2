//! The program as a child process, and the folders it works in.

use std::{
    io::{BufRead as _, BufReader, Read as _},
    path::{Path, PathBuf},
    process::{Child, Command, Output, Stdio},
    sync::atomic::{AtomicU32, Ordering},
    time::{Duration, Instant},
};

use embedded_postgres::{Options, Supervisor};
use serde_json::Value;

/// The longest that anything here may take.
pub const PATIENCE: Duration = Duration::from_secs(60);

/// A folder of a test's own.
pub struct Folder(pub PathBuf);

impl Folder {
    pub fn new() -> Self {
        static NUMBER: AtomicU32 = AtomicU32::new(0);
        let number = NUMBER.fetch_add(1, Ordering::Relaxed);
        let name = format!("doorstep-program-{}-{number}", std::process::id());
        let path = std::env::temp_dir().join(name);
        let _ = std::fs::remove_dir_all(&path);
        std::fs::create_dir(&path).unwrap();
        Self(path)
    }

    /// The program in this folder with nothing set but what is said.
    fn command(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_doorstep"));
        let ours = ["DATABASE_URL", "NEXT_PUBLIC_", "DOORSTEP_", "RUST_LOG"];
        for (name, _) in std::env::vars() {
            if ours.iter().any(|start| name.starts_with(start)) {
                command.env_remove(name);
            }
        }
        command
            .args(arguments)
            .arg("--data-dir")
            .arg(self.0.join("data-dir"))
            .current_dir(&self.0)
            .stdin(Stdio::null());
        command
    }

    pub fn run(&self, arguments: &[&str]) -> Output {
        self.command(arguments).output().unwrap()
    }

    pub fn serve(&self, arguments: &[&str]) -> Server {
        let listen: &[&str] = match arguments.contains(&"--listen") {
            true => &[],
            false => &["--listen", "127.0.0.1:0"],
        };
        Server::start(self.command(&[&["serve"], listen, arguments].concat()))
    }

    /// How many processes the embedded PostgreSQL has.
    pub fn postgres_processes(&self) -> usize {
        self.postgres_ids().len()
    }

    /// Processes of the embedded PostgreSQL.
    pub fn postgres_ids(&self) -> Vec<i32> {
        let data = self.0.join("data-dir/data");
        let of_data = |entry: std::io::Result<std::fs::DirEntry>| {
            let entry = entry.ok()?;
            let place = std::fs::read_link(entry.path().join("cwd")).ok()?;
            let id = entry.file_name().to_str()?.parse().ok()?;
            (place == data).then_some(id)
        };
        std::fs::read_dir("/proc")
            .unwrap()
            .filter_map(of_data)
            .collect()
    }

    /// A connection to the embedded PostgreSQL, past every policy.
    pub async fn sql(&self) -> tokio_postgres::Client {
        let running = embedded_postgres::running(&self.0.join("data-dir")).unwrap();
        let mut config = tokio_postgres::Config::new();
        config
            .host_path(running.socket_dir)
            .port(running.port)
            .user("postgres")
            .dbname("doorstep");
        crate::cluster::connect(&config).await
    }

    /// The way past every policy of the embedded PostgreSQL.
    pub fn superuser(&self) -> tokio_postgres::Config {
        let running = embedded_postgres::running(&self.0.join("data-dir")).unwrap();
        let mut config = tokio_postgres::Config::new();
        config
            .host_path(&running.socket_dir)
            .port(running.port)
            .user("postgres")
            .dbname("doorstep");
        config
    }

    pub fn postmaster(&self) -> Option<i32> {
        let text = std::fs::read_to_string(self.0.join("data-dir/data/postmaster.pid")).ok()?;
        text.lines().next()?.trim().parse().ok()
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.0);
    }
}

/// What `keys` prints, by name.
pub fn keys(folder: &Folder) -> std::collections::HashMap<String, String> {
    let printed = text(&folder.run(&["keys"]).stdout);
    let pairs = printed.lines().filter_map(|line| line.split_once('='));
    pairs
        .map(|(name, value)| (name.to_owned(), value.to_owned()))
        .collect()
}

/// A running `serve`.
pub struct Server {
    child: Child,
    pub url: String,
    output: BufReader<std::process::ChildStdout>,
}

impl Server {
    pub fn start(mut command: Command) -> Self {
        let mut child = command
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        let mut output = BufReader::new(child.stdout.take().unwrap());
        let mut line = String::new();
        output.read_line(&mut line).unwrap();
        let url = line.trim_end().strip_prefix("listening on ").expect(&line);
        Self {
            url: url.to_owned(),
            child,
            output,
        }
    }

    fn signal(&self, signal: &str) {
        signal_to(signal, self.child.id().try_into().unwrap());
    }

    /// Ends the server by a signal; returns its exit code and what else it
    /// wrote to standard output.
    pub fn end(mut self, signal: &str) -> (Option<i32>, String) {
        self.signal(signal);
        let mut rest = String::new();
        self.output.read_to_string(&mut rest).unwrap();
        (self.child.wait().unwrap().code(), rest)
    }

    pub async fn get(&self, path: &str) -> (u16, reqwest::header::HeaderMap, Value) {
        let answer = reqwest::get(format!("{}{path}", self.url)).await.unwrap();
        let (status, headers) = (answer.status().as_u16(), answer.headers().clone());
        (status, headers, answer.json().await.unwrap_or_default())
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

pub fn signal_to(signal: &str, process: i32) {
    let kill = Command::new("kill")
        .args([signal, &process.to_string()])
        .status();
    assert!(kill.unwrap().success());
}

/// Looks again and again until it is so.
pub fn eventually(what: &str, is_so: impl Fn() -> bool) {
    let deadline = Instant::now() + PATIENCE;
    while !is_so() {
        assert!(Instant::now() < deadline, "{what}");
        std::thread::sleep(Duration::from_millis(10));
    }
}

pub fn text(bytes: &[u8]) -> String {
    String::from_utf8(bytes.to_vec()).unwrap()
}

/// A PostgreSQL of somebody else's, with an owner who may create nothing.
pub struct Foreign {
    pub folder: Folder,
    cluster: Supervisor,
}

impl Foreign {
    pub fn start() -> Self {
        let folder = Folder::new();
        let mut options = Options::new("foreign", folder.0.join("cluster"));
        options.login_roles = vec!["desk".to_owned()];
        Self {
            cluster: Supervisor::start(options).unwrap(),
            folder,
        }
    }

    pub fn config(&self, database: &str) -> tokio_postgres::Config {
        let mut config = tokio_postgres::Config::new();
        let socket: &Path = self.cluster.socket_dir();
        config.host_path(socket).user("postgres").dbname(database);
        config
    }

    pub fn url(&self) -> String {
        let socket = self.cluster.socket_dir().to_str().unwrap();
        format!("postgresql://desk@{}/desk", socket.replace('/', "%2F"))
    }
}
