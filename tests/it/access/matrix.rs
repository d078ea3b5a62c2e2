//! Reads the tables of `docs/access.md`.
//!
//! Nothing here is lenient: a cell that cannot be read, a row kind that is named twice or not at all,
//! a line with a column too few is an error, so that a typo cannot silently skip a trial.

use std::collections::BTreeMap;
use std::path::Path;

/// The principals, in the order of the matrix's columns.
pub const PRINCIPALS: [&str; 8] = [
    "anon",
    "inactive",
    "sales_rep",
    "sales_manager",
    "admin",
    "qa_supervisor",
    "compliance_officer",
    "operations",
];

/// What the database is expected to answer. The words are explained in `docs/access.md`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Answer {
    /// Done: one row seen, written or removed.
    Yes,
    /// One row seen, and in it none of the masked columns is true.
    Mask,
    /// No row, no error.
    Absent,
    /// SQLSTATE 42501.
    Refused,
    /// A function refused the state.
    Conflict,
    /// A business rule refused.
    Rule,
    /// An unseen reference.
    Reference,
    /// What was written does not stay.
    Keep,
    /// Permitted, but such a row is there.
    Exists,
    /// Not tried.
    Skip,
}

impl Answer {
    fn parse(word: &str) -> Option<Self> {
        Some(match word {
            "yes" => Self::Yes,
            "mask" => Self::Mask,
            "404" => Self::Absent,
            "403" => Self::Refused,
            "409" => Self::Conflict,
            "422" => Self::Rule,
            "ref" => Self::Reference,
            "keep" => Self::Keep,
            "exists" => Self::Exists,
            "-" => Self::Skip,
            _ => return None,
        })
    }

    /// The word of the document.
    pub fn word(self) -> &'static str {
        match self {
            Self::Yes => "yes",
            Self::Mask => "mask",
            Self::Absent => "404",
            Self::Refused => "403",
            Self::Conflict => "409",
            Self::Rule => "422",
            Self::Reference => "ref",
            Self::Keep => "keep",
            Self::Exists => "exists",
            Self::Skip => "-",
        }
    }
}

/// What is done to the table.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Verb {
    /// Read one row by its key.
    Select,
    /// Write a new row.
    Insert,
    /// Write one column of one row.
    Update,
    /// Remove one row.
    Delete,
    /// Call a function.
    Execute,
}

impl Verb {
    fn parse(word: &str) -> Option<Self> {
        Some(match word {
            "select" => Self::Select,
            "insert" => Self::Insert,
            "update" => Self::Update,
            "delete" => Self::Delete,
            "execute" => Self::Execute,
            _ => return None,
        })
    }

    /// The word of the document.
    pub fn word(self) -> &'static str {
        match self {
            Self::Select => "select",
            Self::Insert => "insert",
            Self::Update => "update",
            Self::Delete => "delete",
            Self::Execute => "execute",
        }
    }
}

/// A column of a line, with the value to write where the line gives one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Column {
    /// The column's name; `*` for all that no other line names.
    pub name: String,
    /// The value to write.
    pub value: Option<String>,
    /// Marked `?`: a value that a constraint refuses will do.
    pub lax: bool,
}

/// One line of the matrix.
#[derive(Clone, Debug)]
pub struct Line {
    /// Where it stands in the document.
    pub number: usize,
    /// Table, view or function.
    pub table: String,
    /// The verbs it is about.
    pub verbs: Vec<Verb>,
    /// The columns it is about.
    pub columns: Vec<Column>,
    /// The kinds of rows it is about.
    pub rows: Vec<String>,
    /// Per principal, per row kind.
    pub cells: Vec<BTreeMap<String, Answer>>,
}

/// One line of the second table: what a system role may do.
#[derive(Clone, Debug)]
pub struct SystemLine {
    /// Where it stands in the document.
    pub number: usize,
    /// The table.
    pub table: String,
    /// Per system role the letters of `rcud` that it has.
    pub rights: BTreeMap<String, String>,
}

/// Both tables of the document.
pub struct Document {
    /// People.
    pub lines: Vec<Line>,
    /// Roles of the system itself.
    pub system: Vec<SystemLine>,
}

/// Reads the document; every unreadable place is in the error.
pub fn read(path: &Path) -> Result<Document, String> {
    let text = std::fs::read_to_string(path).map_err(|e| format!("{}: {e}", path.display()))?;
    parse(&text)
}

fn split(line: &str) -> Option<Vec<String>> {
    let inner = line.trim().strip_prefix('|')?.strip_suffix('|')?;
    Some(
        inner
            .split('|')
            .map(|cell| cell.trim().to_owned())
            .collect(),
    )
}

/// Parses the text of the document.
pub fn parse(text: &str) -> Result<Document, String> {
    let mut document = Document {
        lines: Vec::new(),
        system: Vec::new(),
    };
    let mut errors = Vec::new();
    let mut header: Option<Vec<String>> = None;
    for (index, raw) in text.lines().enumerate() {
        let number = index + 1;
        let Some(cells) = split(raw) else {
            header = None;
            continue;
        };
        let Some(names) = &header else {
            header = Some(cells);
            continue;
        };
        if cells
            .iter()
            .all(|c| !c.is_empty() && c.chars().all(|x| x == '-' || x == ':'))
            && cells[0].len() > 1
        {
            continue;
        }
        let result = match names.get(1).map(String::as_str) {
            Some("verb") => line(number, names, &cells).map(|l| document.lines.push(l)),
            Some("owner") => system(number, names, &cells).map(|l| document.system.push(l)),
            _ => Ok(()),
        };
        if let Err(error) = result {
            errors.push(format!("line {number}: {error}"));
        }
    }
    if document.lines.is_empty() || document.system.is_empty() {
        errors.push("a table is missing".to_owned());
    }
    if errors.is_empty() {
        Ok(document)
    } else {
        Err(errors.join("\n"))
    }
}

fn line(number: usize, names: &[String], cells: &[String]) -> Result<Line, String> {
    if names.len() != 4 + PRINCIPALS.len() || names[4..] != PRINCIPALS {
        return Err("the header names other principals".to_owned());
    }
    if cells.len() != names.len() {
        return Err(format!("{} cells, {} expected", cells.len(), names.len()));
    }
    let verbs = cells[1]
        .split_whitespace()
        .map(|w| Verb::parse(w).ok_or_else(|| format!("unknown verb {w}")))
        .collect::<Result<Vec<_>, _>>()?;
    let rows: Vec<String> = cells[3].split_whitespace().map(str::to_owned).collect();
    if cells[0].is_empty() || verbs.is_empty() || rows.is_empty() || cells[2].is_empty() {
        return Err("table, verb, columns and rows must not be empty".to_owned());
    }
    Ok(Line {
        number,
        table: cells[0].clone(),
        verbs,
        columns: columns(&cells[2]),
        cells: cells[4..]
            .iter()
            .zip(PRINCIPALS)
            .map(|(c, p)| cell(c, &rows).map_err(|e| format!("{p}: {e}")))
            .collect::<Result<_, _>>()?,
        rows,
    })
}

fn columns(text: &str) -> Vec<Column> {
    text.split_whitespace()
        .filter(|word| *word != "-")
        .map(|word| {
            let (word, lax) = word.strip_suffix('?').map_or((word, false), |w| (w, true));
            let (name, value) = word
                .split_once('=')
                .map_or((word, None), |(n, v)| (n, Some(v.to_owned())));
            Column {
                name: name.to_owned(),
                value,
                lax,
            }
        })
        .collect()
}

fn cell(text: &str, rows: &[String]) -> Result<BTreeMap<String, Answer>, String> {
    let mut found = BTreeMap::new();
    let mut rest = None;
    for word in text.split_whitespace() {
        let (kinds, answer) = word.rsplit_once(':').unwrap_or(("else", word));
        let answer = Answer::parse(answer).ok_or_else(|| format!("unreadable answer {word:?}"))?;
        for kind in kinds.split('+') {
            if kind == "else" {
                if rest.replace(answer).is_some() {
                    return Err(format!("two answers for the rest in {text:?}"));
                }
            } else if !rows.iter().any(|r| r == kind) {
                return Err(format!("{kind:?} is no row kind of this line"));
            } else if found.insert(kind.to_owned(), answer).is_some() {
                return Err(format!("{kind:?} is named twice"));
            }
        }
    }
    for kind in rows {
        if !found.contains_key(kind) {
            let answer = rest.ok_or_else(|| format!("{kind:?} has no answer in {text:?}"))?;
            found.insert(kind.clone(), answer);
        }
    }
    Ok(found)
}

fn system(number: usize, names: &[String], cells: &[String]) -> Result<SystemLine, String> {
    if cells.len() != names.len() {
        return Err(format!("{} cells, {} expected", cells.len(), names.len()));
    }
    let mut rights = BTreeMap::new();
    for (name, cell) in names[1..].iter().zip(&cells[1..]) {
        let letters = if cell == "-" { "" } else { cell.as_str() };
        if cell.is_empty() || !letters.chars().all(|c| "rcud".contains(c)) {
            return Err(format!("unreadable rights {cell:?}"));
        }
        rights.insert(name.clone(), letters.to_owned());
    }
    Ok(SystemLine {
        number,
        table: cells[0].clone(),
        rights,
    })
}
