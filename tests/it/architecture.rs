//! The rules of the code's shape that no other tool holds.

mod words;

use std::{
    fs,
    path::{Path, PathBuf},
};

/// Lines of a file at the most.
const LONGEST: usize = 400;

struct File {
    path: String,
    text: String,
}

impl File {
    fn name(&self) -> &str {
        self.path.rsplit('/').next().unwrap_or_default()
    }

    /// Lines that are code, with their numbers.
    fn code(&self) -> impl Iterator<Item = (usize, &str)> {
        let lines = self.text.lines().enumerate();
        lines
            .map(|(index, line)| (index + 1, line.trim()))
            .filter(|(_, line)| !line.starts_with("//"))
    }

    /// Where one of the words stands.
    fn naming(&self, words: &[&str]) -> Vec<String> {
        self.code()
            .filter(|(_, line)| words.iter().any(|word| line.contains(word)))
            .map(|(number, line)| format!("{}:{number}: {line}", self.path))
            .collect()
    }
}

fn files(folder: &str) -> Vec<File> {
    files_of(folder, "rs")
}

/// The files below a folder whose names end in `.<kind>`.
fn files_of(folder: &str, kind: &str) -> Vec<File> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut found = Vec::new();
    let mut folders: Vec<PathBuf> = vec![root.join(folder)];
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
            } else if path.extension().is_some_and(|end| end == kind) {
                found.push(File {
                    text: fs::read_to_string(&path).unwrap(),
                    path: path.strip_prefix(root).unwrap().display().to_string(),
                });
            }
        }
    }
    assert!(!found.is_empty());
    found
}

#[track_caller]
fn none(offences: Vec<String>, rule: &str) {
    assert!(offences.is_empty(), "{rule}:\n{}", offences.join("\n"));
}

/// Statements that stand outside of a `sql` file: they read, or write, rows of
/// many nouns at once, and their file is named after what they are for.
const OF_MANY_NOUNS: &[&str] = &[
    "src/compliance/contactability/facts.rs",
    "src/exports/pages.rs",
    "src/handoffs/inputs.rs",
    "src/handoffs/inputs/wanted.rs",
    "src/imports/load.rs",
    "src/matches/narrow.rs",
    "src/matches/seekers.rs",
    "src/routing/gather.rs",
    // Of no noun: keys, sessions and the stream of changes.
    "src/auth/person.rs",
    "src/idempotency.rs",
    "src/live/stream.rs",
];

#[test]
fn statements_stand_in_sql_files() {
    let files = files("src");
    let is_theirs = |file: &&File| {
        let path = file.path.as_str();
        !path.starts_with("src/db/") && !path.ends_with("/sql.rs") && !path.contains("/sql/")
    };
    let others = files.iter().filter(is_theirs);
    let strangers = others.filter(|file| !OF_MANY_NOUNS.contains(&file.path.as_str()));
    let offences = strangers
        .flat_map(|file| file.naming(&["Query::new("]))
        .collect();
    none(offences, "a statement stands outside of a sql file");
    for known in OF_MANY_NOUNS {
        let file = files.iter().find(|file| file.path == *known);
        let still = file.is_some_and(|file| !file.naming(&["Query::new("]).is_empty());
        assert!(still, "{known} holds no statement any more");
    }
}

#[test]
fn a_noun_s_sql_knows_no_other_noun_s() {
    let offences = files("src")
        .iter()
        .filter(|file| file.name() == "sql.rs")
        .flat_map(|file| file.naming(&["::sql::", "::sql;", "{sql", " sql::", "(sql::"]))
        .collect();
    none(offences, "sql.rs names another sql.rs");
}

#[test]
fn api_and_pages_do_not_know_each_other() {
    let of = |own: &str, other: [&str; 3]| -> Vec<String> {
        let files = files("src").into_iter();
        files
            .filter(|file| file.name() == own)
            .flat_map(|file| file.naming(&other))
            .collect()
    };
    none(
        of("api.rs", ["::pages::", "::pages;", " pages::"]),
        "api.rs names pages.rs",
    );
    none(
        of("pages.rs", ["super::api", "::api::", " api::"]),
        "pages.rs names api.rs",
    );
}

#[test]
fn only_the_database_layer_names_the_pool() {
    let offences = files("src")
        .iter()
        .filter(|file| !file.path.starts_with("src/db/"))
        .flat_map(|file| file.naming(&["deadpool", "Pool<", "Pool::"]))
        .collect();
    none(offences, "the pool is named outside of src/db");
}

#[test]
fn sql_speaks_no_http() {
    let offences = files("src")
        .iter()
        .filter(|file| file.name() == "sql.rs")
        .flat_map(|file| file.naming(&["axum", "StatusCode", "HeaderMap"]))
        .collect();
    none(offences, "below a handler nothing is HTTP");
}

#[test]
fn no_file_is_longer_than_a_person_reads() {
    let offences = ["src", "tests", "xtask", "crates"]
        .iter()
        .flat_map(|folder| files(folder))
        .filter(|file| !file.path.contains("/target/"))
        .map(|file| (file.text.lines().count(), file.path))
        .filter(|(lines, _)| *lines > LONGEST)
        .map(|(lines, path)| format!("{path}: {lines} lines"))
        .collect();
    none(offences, "longer than 400 lines");
}
