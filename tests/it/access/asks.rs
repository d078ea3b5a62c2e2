//! A cell of `docs/access.md` as a request, and the answers that agree with it.

use reqwest::Method;
use serde_json::{Map, Value, json};

use super::desk::{Desk, key_column};
use super::ledger::text;
use super::matrix::{Answer, Verb};
use super::routes::{UNASKED, address, one, verbs};
use super::rows::{id, values};
use super::schema::literal;
use super::trial::Case;

/// One cell as a request.
pub struct Ask {
    pub case: Case,
    pub method: Method,
    pub path: String,
    pub body: Option<Value>,
    /// The statuses that agree with the document.
    pub statuses: Vec<u16>,
    /// A query, with `{id}` for the answer's key, and what it must say after a 2xx.
    pub check: Option<(String, bool)>,
}

impl Ask {
    /// Whether the row may be another afterwards.
    pub fn writes(&self) -> bool {
        let done = self.statuses.iter().any(|status| *status < 300);
        done && self.check.as_ref().is_some_and(|(_, must)| *must)
    }
}

/// The request of a case; `None` where no address takes it.
pub async fn ask(desk: &mut Desk, case: &Case) -> Result<Option<Ask>, String> {
    let unasked = UNASKED.iter().any(|(table, verb, what, _)| {
        *table == case.table
            && *verb == case.verb.word()
            && (*what == "*"
                || *what == case.kind
                || case.columns.iter().any(|c| {
                    format!("{}={}", c.name, c.value.as_deref().unwrap_or_default()) == *what
                }))
    });
    if unasked {
        return Ok(None);
    }
    match case.verb {
        Verb::Select => Ok(None),
        Verb::Insert => insertion(desk, case).await,
        Verb::Update => change(desk, case).await,
        Verb::Delete => removal(desk, case).await,
        Verb::Execute => call(desk, case).await,
    }
}

fn expected(case: &Case, seen: bool) -> Vec<u16> {
    if case.principal.name == "anon" {
        return vec![401];
    }
    let absent = if seen { 403 } else { 404 };
    let mut statuses = match case.expected {
        Answer::Yes | Answer::Mask => vec![200, 201],
        Answer::Absent => vec![absent],
        Answer::Refused if seen => vec![403],
        Answer::Refused => vec![403, 404],
        Answer::Conflict | Answer::Exists => vec![409],
        Answer::Rule => vec![422],
        Answer::Reference => vec![400],
        Answer::Keep => vec![200, 400, 403],
        Answer::Skip => Vec::new(),
    };
    if case.lax {
        statuses.push(400);
        if case.expected == Answer::Yes {
            statuses.extend([409, 422]);
        }
    }
    statuses
}

async fn insertion(desk: &mut Desk, case: &Case) -> Result<Option<Ask>, String> {
    let Some(path) = address(&case.table) else {
        return Ok(None);
    };
    let Some(keys) = desk.body("post", path) else {
        return Ok(None);
    };
    let key = case.principal.key(&case.kind);
    let mut row = values(&case.table, &key, true);
    for column in &case.columns {
        if let Some(value) = &column.value {
            row.push((column.name.clone(), text(value)));
        }
    }
    let mut list = Vec::new();
    for (column, value) in row.iter().filter(|(name, _)| keys.contains(name)) {
        let kind = desk.schema.kind(&case.table, column)?;
        list.push(format!("({value})::{kind} as \"{column}\""));
    }
    let query = format!(
        "select to_jsonb(x)::text from (select {}) x",
        list.join(", ")
    );
    let mut body = desk.json(&query).await;
    let object = body.as_object_mut().ok_or("no object")?;
    object.retain(|_, value| !value.is_null());
    let mut statuses = expected(case, true);
    statuses.retain(|status| *status != 200);
    let check = format!(
        "select true from {} where {} = '{{id}}'",
        case.table,
        key_column(&case.table)
    );
    Ok(Some(Ask {
        case: case.clone(),
        method: Method::POST,
        path: path.to_owned(),
        body: Some(body),
        statuses,
        check: Some((check, true)),
    }))
}

async fn change(desk: &mut Desk, case: &Case) -> Result<Option<Ask>, String> {
    let Some(path) = address(&case.table) else {
        return Ok(None);
    };
    let template = one(path);
    let Some(keys) = desk.body("put", &template) else {
        return Ok(None);
    };
    let (table, column) = (&case.table, &case.columns[0]);
    let key = case.principal.key(&case.kind);
    let row = desk.key(table, &key).await;
    let path = template.replace("{id}", &row);
    let value = match &column.value {
        Some(word) => literal(&desk.schema, table, &column.name, word)?,
        None => {
            let schema = &mut desk.schema;
            schema
                .another_value(&desk.stage, table, &column.name, &key)
                .await?
        }
    };
    let kind = desk.schema.kind(table, &column.name)?;
    let value = format!("({value})::{kind}");
    let sent = desk.json(&format!("select to_jsonb({value})::text")).await;
    let seen = desk.sees(&case.principal.name, &path).await;
    let writable = keys.contains(&column.name);
    let statuses = match (writable, case.principal.name == "anon") {
        (true, _) | (_, true) => expected(case, seen),
        // Nothing that a client may write is left: the answer is the row, if he sees it.
        (false, _) if seen => vec![200, 400],
        (false, _) => vec![404, 400],
    };
    let must = writable && case.expected == Answer::Yes;
    let check = format!(
        "select {} is not distinct from {value} from {table} where {} = '{{id}}'",
        column.name,
        key_column(table)
    );
    Ok(Some(Ask {
        case: case.clone(),
        method: Method::PUT,
        path,
        body: Some(json!({ column.name.clone(): sent })),
        statuses,
        check: Some((check, must)),
    }))
}

async fn removal(desk: &mut Desk, case: &Case) -> Result<Option<Ask>, String> {
    let Some(path) = address(&case.table).map(one) else {
        return Ok(None);
    };
    if desk.body("delete", &path).is_none() {
        return Ok(None);
    }
    let key = case.principal.key(&case.kind);
    let row = desk.key(&case.table, &key).await;
    let path = path.replace("{id}", &row);
    let seen = desk.sees(&case.principal.name, &path).await;
    let mut statuses = expected(case, seen);
    if case.expected == Answer::Yes {
        // Others may point to it, which the database half counts as permitted too.
        statuses = vec![204, 409];
    }
    let check = format!(
        "select not exists (select from {} where {} = '{row}')",
        case.table,
        key_column(&case.table)
    );
    Ok(Some(Ask {
        case: case.clone(),
        method: Method::DELETE,
        path,
        body: None,
        statuses,
        check: Some((check, true)),
    }))
}

async fn call(desk: &mut Desk, case: &Case) -> Result<Option<Ask>, String> {
    let helper = desk
        .value(&format!("select {}", id("users", "helper")))
        .await
        .unwrap_or_default();
    let Some(verb) = verbs(&helper)
        .into_iter()
        .find(|verb| verb.function == case.table)
    else {
        return Ok(None);
    };
    let key = match case.kind.as_str() {
        "any" => "asked".to_owned(),
        kind => case.principal.key(kind),
    };
    let row = desk.key(verb.table, &key).await;
    let shown = one(address(verb.table).ok_or("no address")?).replace("{id}", &row);
    let seen = desk.sees(&case.principal.name, &shown).await;
    let statuses = expected(case, seen);
    let check = format!(
        "select xmin::text::int8 > 0 from {} where id = '{row}'",
        verb.table
    );
    let body = verb.body.to_string().replace("{id}", &row);
    Ok(Some(Ask {
        case: case.clone(),
        method: Method::POST,
        path: verb.path.replace("{id}", &row),
        body: serde_json::from_str(&body).ok(),
        statuses,
        check: Some((check, true)),
    }))
}

/// Whether a masked row shows nothing of the truth, and a plain one hides nothing that it has.
pub fn shows(
    row: &Map<String, Value>,
    truth: &Value,
    masked: &[String],
    answer: Answer,
) -> Result<(), String> {
    for (name, value) in row {
        let hidden = masked.contains(name) && answer == Answer::Mask;
        let real = &truth[name];
        if real.is_null() {
            continue;
        }
        if hidden && value == real {
            return Err(format!("{name} shows its true value"));
        }
        if answer == Answer::Yes && value.is_null() {
            return Err(format!("{name} is hidden"));
        }
    }
    Ok(())
}
