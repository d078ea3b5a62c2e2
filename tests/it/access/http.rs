//! The same cells through the front door: each role, signed in, asks for every row, column and verb.

use std::collections::{BTreeMap, BTreeSet};

use futures_util::{StreamExt as _, stream};
use reqwest::Method;
use serde_json::{Value, json};

use super::asks::{Ask, ask, shows};
use super::desk::Desk;
use super::ledger::{base, locate};
use super::matrix::{Answer, Document, PRINCIPALS, Verb};
use super::routes::{NOUNS, OTHERS, UNCALLED, UNSHOWN, address, one, verbs};
use super::world::Principal;
use super::{document, drop, trial};
use crate::app;

/// Fewer cells than this were not the whole API.
const CELLS_AT_LEAST: usize = 8_000;
/// Requests at a time where nothing is changed.
const AT_A_TIME: usize = 8;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn every_cell_answers_so_through_the_api() {
    if drop::asked_for() {
        return;
    }
    let document = document();
    let mut desk = Desk::open().await;
    let mut wrong = Vec::new();
    let mut tried = read_all(&mut desk, &document, &mut wrong).await;
    let (mut looks, mut writes) = (Vec::new(), Vec::new());
    for case in trial::cases(&document, &desk.schema) {
        match ask(&mut desk, &case).await {
            Ok(None) => {}
            Ok(Some(ask)) if ask.writes() => writes.push(ask),
            Ok(Some(ask)) => looks.push(ask),
            Err(why) => wrong.push(format!("line {}: {why}", case.line)),
        }
    }
    tried += looks.len() + writes.len();
    let shared = &desk;
    let answers = stream::iter(&looks).map(|ask| async move { attempt(shared, ask).await });
    let found: Vec<_> = answers.buffer_unordered(AT_A_TIME).collect().await;
    wrong.extend(found.into_iter().flatten());
    desk.put_back().await;
    for ask in &writes {
        wrong.extend(attempt(&desk, ask).await);
        desk.put_back().await;
    }
    tried += unserved(&desk, &mut wrong).await;
    eprintln!(
        "{tried} cells through the API, {} of them written and put back",
        writes.len()
    );
    assert!(
        wrong.is_empty(),
        "{} of {tried} cells differ:\n{}",
        wrong.len(),
        wrong.join("\n")
    );
    assert!(tried >= CELLS_AT_LEAST, "only {tried} cells were tried");
}

/// Sends a request; says how its answer differs.
async fn attempt(desk: &Desk, ask: &Ask) -> Option<String> {
    let client = &desk.clients[ask.case.principal.name.as_str()];
    let answer = client
        .send(ask.method.clone(), &ask.path, ask.body.clone(), &[])
        .await;
    let status = answer.status.as_u16();
    let report = |what: String| {
        let case = &ask.case;
        Some(format!(
            "line {:>3} {} {} {} {} said {}: {what}   {} {} {}",
            case.line,
            case.table,
            case.verb.word(),
            case.principal.name,
            case.kind,
            case.expected.word(),
            ask.method,
            ask.path,
            ask.body.clone().unwrap_or_default()
        ))
    };
    if !ask.statuses.contains(&status) {
        let said: String = answer.text.chars().take(160).collect();
        return report(format!("{status}, not one of {:?}: {said}", ask.statuses));
    }
    let (query, must) = ask.check.as_ref().filter(|_| status < 300)?;
    let key = answer.json["id"]
        .as_str()
        .or(answer.json["property_id"].as_str());
    let key = key.or_else(|| ask.path.split('/').find(|part| part.len() == 36));
    let is = desk
        .value(&query.replace("{id}", key.unwrap_or_default()))
        .await;
    let is = is.as_deref() == Some("t") || is.as_deref() == Some("true");
    (is != *must).then(|| report(format!("{status}, but the row is not so")))?
}

/// What the document says of reading: table, principal, row kind → the answer and the masked columns.
type Readings = BTreeMap<(String, &'static str, String), (Answer, Vec<String>)>;

fn readings(document: &Document) -> Readings {
    let mut out = Readings::new();
    let lines = document.lines.iter();
    for line in lines.filter(|l| l.verbs.contains(&Verb::Select)) {
        let table = base(&line.table);
        if address(table).is_none() {
            continue;
        }
        for (cells, name) in line.cells.iter().zip(PRINCIPALS) {
            for (kind, answer) in cells {
                let at = (table.to_owned(), name, kind.clone());
                let entry = out.entry(at).or_insert((Answer::Absent, Vec::new()));
                let better = match (entry.0, answer) {
                    (Answer::Yes, _) => false,
                    (Answer::Mask, other) => *other == Answer::Yes,
                    _ => matches!(answer, Answer::Yes | Answer::Mask),
                };
                if better {
                    let masked = line.columns.iter().map(|c| c.name.clone());
                    *entry = (*answer, masked.collect());
                }
            }
        }
    }
    out
}

/// Reads each row alone and in its list; counts what was tried.
async fn read_all(desk: &mut Desk, document: &Document, wrong: &mut Vec<String>) -> usize {
    let mut tried = 0;
    let mut lists: BTreeMap<(String, &str), Vec<Value>> = BTreeMap::new();
    for ((table, name, kind), (answer, masked)) in readings(document) {
        let path = address(&table).unwrap_or_default();
        let key = Principal::named(name).key(&kind);
        let row = desk.key(&table, &key).await;
        let place = locate(&table, &key);
        let truth = format!("select to_jsonb(t)::text from {table} t where {place} limit 1");
        let truth = desk.json(&truth).await;
        let visible = matches!(answer, Answer::Yes | Answer::Mask);
        let mut report = |what: String| {
            wrong.push(format!(
                "{table} {name} {kind} said {}: {what}",
                answer.word()
            ));
        };
        if desk.body("get", &one(path)).is_some() {
            let answered = desk.clients[name]
                .get(&one(path).replace("{id}", &row))
                .await;
            let status = answered.status.as_u16();
            let public = ["properties", "integrations"].contains(&table.as_str());
            let right = match (visible, name) {
                (true, _) => status == 200,
                (false, "anon") if !public => status == 401,
                (false, _) => status == 404,
            };
            if !right {
                report(format!("GET answers {status} {}", answered.text));
            } else if let (true, Some(shown)) = (visible, answered.json.as_object())
                && let Err(what) = shows(shown, &truth, &masked, answer)
            {
                report(what);
            }
            tried += 1;
        }
        if desk.body("get", path).is_none() || path.contains("{id}") {
            continue;
        }
        let at = (table.clone(), name);
        if !lists.contains_key(&at) {
            lists.insert(at.clone(), list(&desk.clients[name], path).await);
        }
        let listed = lists[&at].iter().find(|it| plain(&it["id"]) == row);
        match listed {
            Some(_) if !visible => report("it is in the list".into()),
            None if visible => report("it is not in the list".into()),
            Some(shown) => {
                let shown = shown.as_object().expect("a row");
                if let Err(what) = shows(shown, &truth, &masked, answer) {
                    report(format!("in the list {what}"));
                }
            }
            None => {}
        }
        tried += 1;
    }
    tried
}

fn plain(value: &Value) -> String {
    value
        .as_str()
        .map_or_else(|| value.to_string(), str::to_owned)
}

/// Every page of a list.
async fn list(client: &app::Client, path: &str) -> Vec<Value> {
    let mut rows = Vec::new();
    let mut next = format!("{path}?limit=500");
    for _ in 0..20 {
        let page = client.get(&next).await;
        rows.extend(page.json["data"].as_array().cloned().unwrap_or_default());
        let Some(cursor) = page.json["next_cursor"].as_str() else {
            return rows;
        };
        next = format!("{path}?limit=500&cursor={cursor}");
    }
    panic!("{path} does not end");
}

/// Verbs that no address offers are 405 for whoever may do most; counts them.
async fn unserved(desk: &Desk, wrong: &mut Vec<String>) -> usize {
    let mut tried = 0;
    for (table, path) in NOUNS {
        let row = one(path).replace("{id}", "00000000-0000-4000-8000-000000000000");
        for (method, template, at) in [
            (Method::POST, path.to_owned(), path),
            (Method::PUT, one(path), row.as_str()),
            (Method::DELETE, one(path), row.as_str()),
        ] {
            let word = method.as_str().to_lowercase();
            if desk.body(&word, &template).is_some() {
                continue;
            }
            let answer = desk.clients["admin"].send(method, at, Some(json!({})), &[]);
            let status = answer.await.status.as_u16();
            if !matches!(status, 404 | 405) {
                wrong.push(format!("{table}: {word} {at} answers {status}"));
            }
            tried += 1;
        }
    }
    tried
}

#[tokio::test]
async fn every_address_stands_for_a_line_of_the_document() {
    let api = serde_json::to_value(doorstep::router::document()).expect("document");
    let mut known: BTreeSet<String> = OTHERS.iter().map(|(it, _)| (*it).to_owned()).collect();
    for (_, path) in NOUNS {
        known.extend(["get", "post"].map(|method| format!("{method} {path}")));
        for method in ["get", "put", "patch", "delete"] {
            known.insert(format!("{method} {}", one(path)));
        }
    }
    known.extend(verbs("").iter().map(|verb| format!("post {}", verb.path)));
    let mut strangers = Vec::new();
    // `/auth/v1` has answers of its own shape: tests/it/auth.
    let paths = api["paths"].as_object().expect("paths");
    for (path, methods) in paths
        .iter()
        .filter(|(path, _)| !path.starts_with("/auth/v1/"))
    {
        for method in methods.as_object().expect("methods").keys() {
            let it = format!("{method} {path}");
            if !known.contains(&it) {
                strangers.push(it);
            }
        }
    }
    assert!(
        strangers.is_empty(),
        "tests/it/access/routes.rs does not say what {strangers:?} stand for"
    );
}

#[test]
fn every_line_of_the_document_has_an_address_or_a_reason() {
    let functions: Vec<_> = verbs("").iter().map(|verb| verb.function).collect();
    let missing: BTreeSet<String> = document()
        .lines
        .into_iter()
        .map(|line| line.table)
        .filter(|table| address(base(table)).is_none())
        .filter(|table| !functions.contains(&table.as_str()))
        .filter(|table| !UNCALLED.iter().any(|(name, _)| name == table))
        .filter(|table| {
            !UNSHOWN
                .iter()
                .any(|(name, _)| table == name || (name.ends_with('.') && table.starts_with(name)))
        })
        .collect();
    assert!(
        missing.is_empty(),
        "tests/it/access/routes.rs does not say where {missing:?} are shown"
    );
}
