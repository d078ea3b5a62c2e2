//! Folders, clients and bounded waiting for the tests.

use std::env;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::atomic::{AtomicU32, Ordering};
use std::thread;
use std::time::{Duration, Instant};

use embedded_postgres::{Options, Supervisor};

const HELPER_ROOT: &str = "EMBEDDED_POSTGRES_HELPER_ROOT";

/// A folder of one test, removed at its end.
pub struct Folder {
    pub root: PathBuf,
}

impl Folder {
    pub fn new() -> Folder {
        static NEXT: AtomicU32 = AtomicU32::new(0);
        let number = NEXT.fetch_add(1, Ordering::Relaxed);
        let name = format!("epg-test-{}-{number}", std::process::id());
        let root = env::temp_dir().join(name);
        fs::create_dir(&root).unwrap();
        Folder { root }
    }

    pub fn options(&self) -> Options {
        options(&self.root)
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        if thread::panicking() {
            let log = fs::read_to_string(self.root.join("postgres.log")).unwrap_or_default();
            eprintln!("--- postgres.log\n{log}");
        }
        let _ = fs::remove_dir_all(&self.root);
    }
}

fn options(root: &Path) -> Options {
    let mut options = Options::new("epg-test", root);
    options.superuser = "owner".into();
    options.login_roles = vec!["web".into()];
    options
}

/// A client, with our user's rights only.
pub fn psql(socket_dir: &Path, role: &str, text: &str) -> Command {
    let mut command = Command::new("psql");
    command
        .args([
            "-X",
            "-q",
            "-A",
            "-t",
            "-v",
            "ON_ERROR_STOP=1",
            "-d",
            "postgres",
            "-p",
            "5432",
        ])
        .arg("-h")
        .arg(socket_dir)
        .args(["-U", role, "-c", text])
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped());
    command
}

/// The answer to one statement; the role `web` is made when it is missing.
pub fn sql(socket_dir: &Path, role: &str, text: &str) -> String {
    if role == "web" {
        let make = "do $$ begin create role web login; \
                    exception when duplicate_object then null; end $$";
        sql(socket_dir, "owner", make);
    }
    let output = psql(socket_dir, role, text)
        .output()
        .expect("psql is installed");
    let said = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{text}: {said}");
    String::from_utf8(output.stdout).unwrap().trim().to_owned()
}

/// Looks again until there is a value, for at most 30 seconds.
pub fn eventually<T>(what: &str, mut look: impl FnMut() -> Option<T>) -> T {
    let deadline = Instant::now() + Duration::from_secs(30);
    loop {
        if let Some(value) = look() {
            return value;
        }
        assert!(Instant::now() < deadline, "waited in vain for {what}");
        thread::sleep(Duration::from_millis(5));
    }
}

/// The PostgreSQL processes that work in a folder below `root`.
pub fn postgres_under(root: &Path) -> Vec<u32> {
    let root = fs::canonicalize(root).unwrap();
    let pids = fs::read_dir("/proc").unwrap().flatten();
    pids.filter_map(|entry| entry.file_name().to_str()?.parse().ok())
        .filter(|pid: &u32| {
            fs::read_link(format!("/proc/{pid}/cwd")).is_ok_and(|cwd| cwd.starts_with(&root))
        })
        .collect()
}

pub fn alive(pid: u32) -> bool {
    fs::read_to_string(format!("/proc/{pid}/stat")).is_ok_and(|stat| !stat.contains(") Z "))
}

pub fn kill(pid: u32, signal: &str) {
    let status = Command::new("kill")
        .arg(format!("-{signal}"))
        .arg(pid.to_string())
        .status();
    assert!(status.unwrap().success());
}

pub fn is_root() -> bool {
    let output = Command::new("id").arg("-u").output().unwrap();
    output.stdout.starts_with(b"0\n")
}

/// Starts this test program once more, to supervise `root` until it is killed.
pub fn supervise_elsewhere(root: &Path) -> Child {
    Command::new(env::current_exe().unwrap())
        .args(["--exact", "helper_process", "--nocapture"])
        .env(HELPER_ROOT, root)
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()
        .unwrap()
}

/// In that other program: supervises, and never stops in order.
pub fn supervise_if_asked() {
    let Some(root) = env::var_os(HELPER_ROOT) else {
        return;
    };
    let _supervisor = Supervisor::start(options(Path::new(&root))).unwrap();
    loop {
        thread::park();
    }
}
