//! Tries one cell of the matrix: becomes the principal, does the verb, reads what came of it.

use std::collections::{BTreeMap, BTreeSet};

use tokio_postgres::{Client, SimpleQueryMessage, SimpleQueryRow};

use super::calls::call;
use super::ledger::{base, locate};
use super::matrix::{Answer, Column, Document, Line, PRINCIPALS, Verb};
use super::rows::{id, insert, values};
use super::schema::{Schema, literal};
use super::world::Principal;

/// One cell, spelled out: one principal, one row, one column where the verb is update.
#[derive(Clone, Debug)]
pub struct Case {
    /// The document's line.
    pub line: usize,
    /// Table, view or function.
    pub table: String,
    /// What is tried.
    pub verb: Verb,
    /// The columns: one of them for an update.
    pub columns: Vec<Column>,
    /// Whether the column comes from a `*`: then a value that a constraint refuses will do.
    pub lax: bool,
    /// Who tries it.
    pub principal: Principal,
    /// The kind of row.
    pub kind: String,
    /// What the document says.
    pub expected: Answer,
}

/// What the database answered.
#[derive(Clone, Debug, PartialEq)]
pub enum Actual {
    /// In the words of the document.
    Answer(Answer),
    /// Something that the document has no word for.
    Error(String),
}

/// A cell whose answer is not the document's.
#[derive(Clone, Debug)]
pub struct Difference {
    /// The cell.
    pub case: Case,
    /// What the database answered.
    pub actual: Actual,
    /// The error's words, if any.
    pub detail: String,
}

/// Spells out every cell of the document.
pub fn cases(document: &Document, schema: &Schema) -> Vec<Case> {
    let mut out = Vec::new();
    for line in &document.lines {
        for verb in &line.verbs {
            for (columns, lax) in column_groups(document, schema, line, *verb) {
                for (cells, name) in line.cells.iter().zip(PRINCIPALS) {
                    for kind in line.rows.iter().filter(|k| cells[*k] != Answer::Skip) {
                        out.push(Case {
                            line: line.number,
                            table: line.table.clone(),
                            verb: *verb,
                            columns: columns.clone(),
                            lax,
                            principal: Principal::named(name),
                            kind: kind.clone(),
                            expected: cells[kind],
                        });
                    }
                }
            }
        }
    }
    out
}

fn column_groups(
    document: &Document,
    schema: &Schema,
    line: &Line,
    verb: Verb,
) -> Vec<(Vec<Column>, bool)> {
    if verb != Verb::Update {
        return vec![(line.columns.clone(), false)];
    }
    let named: BTreeSet<&str> = document
        .lines
        .iter()
        .filter(|l| l.table == line.table && l.verbs.contains(&Verb::Update))
        .flat_map(|l| l.columns.iter().map(|c| c.name.as_str()))
        .collect();
    let mut groups = Vec::new();
    for column in &line.columns {
        if column.name != "*" {
            groups.push((vec![column.clone()], column.lax));
            continue;
        }
        for name in schema.writable(&line.table).filter(|n| !named.contains(n)) {
            groups.push((
                vec![Column {
                    name: name.to_owned(),
                    value: None,
                    lax: true,
                }],
                true,
            ));
        }
    }
    groups
}

/// The rows and counts of each statement of a batch.
type Answers = Vec<(Vec<SimpleQueryRow>, u64)>;

/// Rolls back to savepoint `c` and runs the batch; the caller has set the savepoint.
pub async fn batch(client: &Client, statements: &str) -> Result<Answers, (String, String)> {
    let text = format!("rollback to savepoint c; {statements}");
    let messages = client.simple_query(&text).await.map_err(|error| {
        let db = error
            .as_db_error()
            .unwrap_or_else(|| panic!("{error}: {text}"));
        (db.code().code().to_owned(), db.message().to_owned())
    })?;
    let mut out = Vec::new();
    let mut rows = Vec::new();
    for message in messages {
        match message {
            SimpleQueryMessage::Row(row) => rows.push(row),
            SimpleQueryMessage::CommandComplete(count) => {
                out.push((std::mem::take(&mut rows), count))
            }
            _ => {}
        }
    }
    Ok(out)
}

/// Tries a case; `None` where the database answers as the document says.
pub async fn attempt(client: &Client, schema: &mut Schema, case: &Case) -> Option<Difference> {
    let (statement, check) = match statement(client, schema, case).await {
        Ok(found) => found,
        Err(detail) => return Some(difference(case, Actual::Error("untried".into()), detail)),
    };
    let text = format!(
        "{}; {statement}; set local role none; {check}",
        actor(case).become_him()
    );
    let (actual, detail) = match batch(client, &text).await {
        Ok(answers) => (judge(case, &answers), String::new()),
        Err((code, message)) => (refusal(case, &code), format!("{code} {message}")),
    };
    (!agrees(case, &actual)).then(|| difference(case, actual, format!("{detail}    {statement}")))
}

fn difference(case: &Case, actual: Actual, detail: String) -> Difference {
    Difference {
        case: case.clone(),
        actual,
        detail,
    }
}

/// Who acts: a person without a row of his own where the case is about signing up.
fn actor(case: &Case) -> Principal {
    let mut principal = case.principal.clone();
    if case.table == "users"
        && case.verb == Verb::Insert
        && case.kind == "own"
        && principal.name == "inactive"
    {
        principal.person = Some("newcomer".into());
    }
    principal
}

fn row_key(case: &Case) -> String {
    case.principal.key(&case.kind)
}

/// The statement of a case and the query that shows afterwards, as superuser, what came of it.
async fn statement(
    client: &Client,
    schema: &mut Schema,
    case: &Case,
) -> Result<(String, String), String> {
    let key = row_key(case);
    let place = locate(&case.table, &key);
    let table = &case.table;
    let nothing = "select 1".to_owned();
    Ok(match case.verb {
        Verb::Update => return change(client, schema, case, &key, &place).await,
        Verb::Select if base(table) != table => {
            let list: Vec<String> = case
                .columns
                .iter()
                .map(|c| {
                    if c.name == "*" {
                        "*".into()
                    } else {
                        format!("{}::text", c.name)
                    }
                })
                .collect();
            let list = list.join(", ");
            (
                format!("select {list} from {table} where {place}"),
                format!("select {list} from {} where {place}", base(table)),
            )
        }
        Verb::Select => {
            let list: Vec<&str> = case.columns.iter().map(|c| c.name.as_str()).collect();
            (
                format!("select {} from {table} where {place}", list.join(", ")),
                nothing,
            )
        }
        Verb::Insert => (insertion(case, &key), nothing),
        Verb::Delete => (format!("delete from {table} where {place}"), nothing),
        Verb::Execute => (call(table, &key), nothing),
    })
}

/// The UPDATE of a case and the query that shows whether the value stayed.
async fn change(
    client: &Client,
    schema: &mut Schema,
    case: &Case,
    key: &str,
    place: &str,
) -> Result<(String, String), String> {
    let table = &case.table;
    let column = &case.columns[0];
    let value = match &column.value {
        Some(word) => literal(schema, table, &column.name, word)?,
        None => {
            schema
                .another_value(client, table, &column.name, key)
                .await?
        }
    };
    Ok((
        format!("update {table} set {} = {value} where {place}", column.name),
        format!(
            "select count(*) from {table} where {} is not distinct from {value} and {}",
            column.name,
            if column.name == "id" { "true" } else { place }
        ),
    ))
}

fn insertion(case: &Case, key: &str) -> String {
    if case.table == "users" {
        let whose = match (case.kind.as_str(), case.principal.name.as_str()) {
            ("own", "inactive") => "newcomer",
            ("own", _) => key,
            _ => "newcomer",
        };
        return format!(
            "insert into users (id, name, email) values ({}, 'New', '{whose}@desk.test')",
            id("users", whose)
        );
    }
    let mut row = values(&case.table, key, true);
    for column in &case.columns {
        if let Some(value) = &column.value {
            row.push((column.name.clone(), format!("'{value}'")));
        }
    }
    insert(&case.table, &row)
}

fn refusal(case: &Case, code: &str) -> Actual {
    let answer = match code {
        "42501" => Answer::Refused,
        "23503" if case.verb == Verb::Delete => Answer::Yes,
        "23503" => Answer::Reference,
        "23505" if case.verb == Verb::Insert => Answer::Exists,
        "P0002" => Answer::Absent,
        "DS409" => Answer::Conflict,
        "DS422" => Answer::Rule,
        "428C9" => Answer::Keep,
        _ => return Actual::Error(code.to_owned()),
    };
    Actual::Answer(answer)
}

fn judge(case: &Case, answers: &Answers) -> Actual {
    let (rows, count) = &answers[3];
    if *count == 0 {
        return Actual::Answer(Answer::Absent);
    }
    let (check, _) = &answers[5];
    let answer = match case.verb {
        Verb::Update if check.first().and_then(|r| r.get(0)) == Some("0") => Answer::Keep,
        Verb::Select if case.expected == Answer::Mask || base(&case.table) != case.table => {
            let (Some(shown), Some(truth)) = (rows.first(), check.first()) else {
                return Actual::Error("no row behind the view".into());
            };
            let width = case.columns.len();
            let plain: Vec<usize> = (0..width)
                .filter(|i| truth.get(*i).is_some() && shown.get(*i) == truth.get(*i))
                .collect();
            match (plain.is_empty(), case.columns[0].name.as_str()) {
                (true, _) => Answer::Mask,
                (false, "*") => Answer::Yes,
                (false, _) if plain.len() == width => Answer::Yes,
                _ => return Actual::Error(format!("half masked: {}", case.columns[plain[0]].name)),
            }
        }
        _ => Answer::Yes,
    };
    Actual::Answer(answer)
}

fn agrees(case: &Case, actual: &Actual) -> bool {
    match (case.expected, actual) {
        (expected, Actual::Answer(answer)) if expected == *answer => true,
        (Answer::Keep, Actual::Answer(Answer::Refused | Answer::Reference)) => true,
        (Answer::Keep, Actual::Error(code)) if case.lax => code.starts_with("DS"),
        (Answer::Yes, Actual::Answer(answer)) if case.lax => {
            !matches!(answer, Answer::Absent | Answer::Refused)
        }
        (Answer::Yes, Actual::Error(code)) if case.lax => ["23", "22", "DS"]
            .iter()
            .any(|class| code.starts_with(class)),
        _ => false,
    }
}

/// Line, what was tried, who, what the document says, what the database answered.
type Group = (usize, String, String, String, String);

/// The differences as a table for people, one line per document line, principal and answer.
pub fn table(differences: &[Difference]) -> String {
    let mut groups: BTreeMap<Group, (Vec<String>, String)> = BTreeMap::new();
    for d in differences {
        let actual = match &d.actual {
            Actual::Answer(answer) => answer.word().to_owned(),
            Actual::Error(code) => code.clone(),
        };
        let column = if d.case.verb == Verb::Update {
            format!(".{}", d.case.columns[0].name)
        } else {
            String::new()
        };
        let key = (
            d.case.line,
            format!("{} {}{column}", d.case.table, d.case.verb.word()),
            d.case.principal.name.clone(),
            d.case.expected.word().to_owned(),
            actual,
        );
        let entry = groups
            .entry(key)
            .or_insert_with(|| (Vec::new(), d.detail.clone()));
        entry.0.push(d.case.kind.clone());
    }
    let mut out = String::new();
    for ((line, what, who, expected, actual), (kinds, detail)) in groups {
        let detail: String = detail.chars().take(230).collect();
        out += &format!(
            "{line:>4} {what:<44} {who:<18} {:<28} said {expected:<6} was {actual:<8} {detail}\n",
            kinds.join("+")
        );
    }
    out
}
