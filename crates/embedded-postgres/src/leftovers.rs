//! Server processes that outlived their supervisor.
//!
//! They are known by their working folder, which PostgreSQL makes the data
//! folder in all its processes: a process id from a file may be anybody's by now.

use std::fs;
use std::path::Path;
use std::thread;
use std::time::{Duration, Instant};

use rustix::process::{Pid, Signal, kill_process};

use crate::Error;

/// Ends what is left, then removes the files that name it, in this order only.
pub(crate) fn clear(data: &Path, workshop: &Path) -> Result<(), Error> {
    for dir in [data, &workshop.join("data")] {
        end_all(dir)?;
    }
    remove(&data.join("postmaster.pid"))
}

/// Removes a socket and its lock; only for a folder without a living server.
pub(crate) fn remove_socket(socket_dir: &Path) -> Result<(), Error> {
    let name = format!(".s.PGSQL.{}", crate::PORT);
    remove(&socket_dir.join(&name))?;
    remove(&socket_dir.join(format!("{name}.lock")))
}

fn remove(path: &Path) -> Result<(), Error> {
    match fs::remove_file(path) {
        Err(source) if source.kind() != std::io::ErrorKind::NotFound => {
            Err(Error::io("remove", path)(source))
        }
        _ => Ok(()),
    }
}

fn end_all(data: &Path) -> Result<(), Error> {
    let steps = [(Signal::INT, 10), (Signal::QUIT, 5), (Signal::KILL, 5)];
    for (signal, seconds) in steps {
        let left = processes_in(data);
        if left.is_empty() {
            return Ok(());
        }
        // Without a postmaster SIGINT would only cancel queries.
        if signal == Signal::INT && !has_postmaster(data, &left) {
            continue;
        }
        for pid in left {
            // It may have ended meanwhile; the loop below looks again.
            let _ = kill_process(pid, signal);
        }
        let deadline = Instant::now() + Duration::from_secs(seconds);
        while Instant::now() < deadline {
            if processes_in(data).is_empty() {
                return Ok(());
            }
            thread::sleep(Duration::from_millis(5));
        }
    }
    let number = |pid: &Pid| pid.as_raw_nonzero().get().unsigned_abs();
    let pids = processes_in(data).iter().map(number).collect();
    Err(Error::Leftovers {
        data: data.to_path_buf(),
        pids,
    })
}

fn has_postmaster(data: &Path, left: &[Pid]) -> bool {
    pid_in_file(data).is_some_and(|pid| left.contains(&pid))
}

/// The process id in the first line of `postmaster.pid`.
pub(crate) fn pid_in_file(data: &Path) -> Option<Pid> {
    let text = fs::read_to_string(data.join("postmaster.pid")).ok()?;
    // A server without a postmaster, as initdb runs one, writes its id negated.
    let id: i32 = text.lines().next()?.trim().parse().ok()?;
    Pid::from_raw(id.checked_abs()?)
}

/// PostgreSQL processes whose working folder is `data`, compared by device and
/// inode: the same path in another container is another folder.
#[cfg(target_os = "linux")]
fn processes_in(data: &Path) -> Vec<Pid> {
    use std::os::unix::fs::MetadataExt;
    let Ok(wanted) = fs::metadata(data) else {
        return Vec::new();
    };
    let here = |pid: &Pid| {
        let proc = format!("/proc/{}", pid.as_raw_nonzero());
        // An administrator's shell may stand in the folder, too.
        is_postgres(*pid)
            && fs::metadata(format!("{proc}/cwd"))
                .is_ok_and(|cwd| cwd.dev() == wanted.dev() && cwd.ino() == wanted.ino())
    };
    fs::read_dir("/proc")
        .into_iter()
        .flatten()
        .flatten()
        .filter_map(|entry| {
            entry
                .file_name()
                .to_str()?
                .parse()
                .ok()
                .and_then(Pid::from_raw)
        })
        .filter(here)
        .collect()
}

/// Elsewhere only the postmaster is known, and its children follow it.
#[cfg(not(target_os = "linux"))]
fn processes_in(data: &Path) -> Vec<Pid> {
    pid_in_file(data)
        .into_iter()
        .filter(|pid| is_postgres(*pid))
        .collect()
}

/// Is this process, which may have ended, one of PostgreSQL's?
#[cfg(target_os = "linux")]
pub(crate) fn is_postgres(pid: Pid) -> bool {
    fs::read_to_string(format!("/proc/{}/comm", pid.as_raw_nonzero()))
        .is_ok_and(|name| name.trim() == "postgres")
}

/// Is this process, which may have ended, one of PostgreSQL's?
#[cfg(not(target_os = "linux"))]
pub(crate) fn is_postgres(pid: Pid) -> bool {
    let pid = pid.as_raw_nonzero().to_string();
    crate::command::first_line(std::process::Command::new("ps").args(["-o", "comm=", "-p", &pid]))
        .is_some_and(|name| name.ends_with("postgres"))
}
