//! The statements that name the tables `imports`, `import_refusals` and
//! `import_mappings`.

use jiff::ToSpan as _;
use serde_json::{Map, Value, json};
use uuid::Uuid;

use super::{
    refused::Refusal,
    types::{Import, ImportFilter, ImportKind, ImportMapping, ImportMappingFilter},
    work::{self, Tally},
};
use crate::{
    db::{Db, Identity, Listing, Order, Query, Rows as _, Run, Source, SystemReason, get_row},
    envelope::Page,
    error::Error,
    input::List,
};

const TABLE: &str = "imports";
const MAPPINGS: &str = "import_mappings";

/// Refused rows read at once.
const PAGE: i64 = 500;

/// One page of the imports that the caller sees.
pub async fn list(on: &impl Run, list: &List<ImportFilter>) -> Result<Page<Import>, Error> {
    let source = Source::all(TABLE);
    Listing::of(list, vec![source], Order::newest_first, |query| {
        query
            .equal("kind", &list.filter.kind)
            .equal("status", &list.filter.status);
    })
    .page(on)
    .await
}

/// One import.
pub async fn get(on: &impl Run, id: Uuid) -> Result<Import, Error> {
    get_row(on, &[TABLE], id).await
}

/// One page of the mappings that were kept.
pub async fn mappings(
    on: &impl Run,
    list: &List<ImportMappingFilter>,
) -> Result<Page<ImportMapping>, Error> {
    let source = Source::all(MAPPINGS);
    Listing::of(list, vec![source], Order::newest_first, |query| {
        query.equal("kind", &list.filter.kind);
    })
    .page(on)
    .await
}

/// A mapping that was kept, by its name.
///
/// # Errors
/// 404 when there is none of that name.
pub async fn mapping(
    on: &impl Run,
    kind: ImportKind,
    name: &str,
) -> Result<Map<String, Value>, Error> {
    let query = Query::new("select mapping from ")
        .push(MAPPINGS)
        .push(" where kind = ")
        .bind(kind)
        .push(" and name = ")
        .bind(name.trim().to_owned());
    match on.run(query).await?.value()? {
        Some(Value::Object(mapping)) => Ok(mapping),
        _ => Err(Error::not_found()),
    }
}

/// Keeps a mapping under a name.
///
/// # Errors
/// 403 for whoever may not import.
pub async fn keep_mapping(
    on: &impl Run,
    kind: ImportKind,
    name: &str,
    mapping: &Map<String, Value>,
) -> Result<(), Error> {
    let query = Query::new("select doorstep.keep_import_mapping(")
        .bind(kind)
        .push(", ")
        .bind(name.trim().to_owned())
        .push(", ")
        .bind(Value::Object(mapping.clone()))
        .push(")");
    on.run(query).await.map(drop)
}

/// Whether the caller may import files of a kind.
///
/// # Errors
/// 403 when he may not.
pub async fn permitted(on: &impl Run, kind: ImportKind) -> Result<(), Error> {
    let query = Query::new("select doorstep.may_import(")
        .bind(kind)
        .push(")");
    match on.run(query).await?.value()? {
        Some(true) => Ok(()),
        _ => Err(Error::forbidden()),
    }
}

/// Writes a new import down.
///
/// # Errors
/// 403 for whoever may not import.
pub async fn start(on: &impl Run, order: &work::Order, bytes: Option<i64>) -> Result<Uuid, Error> {
    let query = Query::new("select doorstep.start_import(")
        .bind(order.kind)
        .push(", ")
        .bind(order.file_name.clone())
        .push(", ")
        .bind(order.dry_run)
        .push(", ")
        .bind(order.options())
        .push(", ")
        .bind(bytes)
        .push(")");
    on.run(query).await?.value()?.ok_or_else(Error::not_found)
}

/// How an import stands, for its row.
pub(super) enum Stand<'a> {
    /// It goes on.
    Running,
    /// It has come to its end.
    Completed,
    /// It ended early; why.
    Failed(&'a str),
}

/// Writes down how far an import has come.
pub(super) async fn note(
    db: &Db,
    import: Uuid,
    tally: &Tally,
    stand: Stand<'_>,
) -> Result<(), Error> {
    let (status, error) = match stand {
        Stand::Running => ("running", None),
        Stand::Completed => ("completed", None),
        Stand::Failed(error) => ("failed", Some(error.to_owned())),
    };
    let now = db.clock().now();
    let finished = (status != "running").then_some(now);
    let count = |number: u64| i64::try_from(number).unwrap_or(i64::MAX);
    let mut query = Query::new("update imports set status = ");
    query.add(status).text(", error = ").add(error);
    for (column, number) in [
        (", bytes_done = ", tally.bytes),
        (", rows_read = ", tally.rows_read),
        (", inserted = ", tally.inserted),
        (", updated = ", tally.updated),
        (", unchanged = ", tally.unchanged),
        (", superseded = ", tally.superseded),
        (", duplicates = ", tally.duplicates),
        (", refused = ", tally.refused),
    ] {
        query.text(column).add(count(number));
    }
    query
        .text(", notes = ")
        .add(tally.notes.clone())
        .text(", options = options || ")
        .add(json!({ "headings": tally.headings }))
        .text(", started_at = coalesce(started_at, ")
        .add(now)
        .text("), finished_at = ")
        .add(finished)
        .text(" where id = ")
        .add(import);
    let worker = Identity::system(SystemReason::Work);
    db.write(&worker).run(query).await.map(drop)
}

/// Keeps rows that were refused; `from` is how many there were before.
pub(super) async fn refuse(
    db: &Db,
    import: Uuid,
    from: u64,
    refusals: &[Refusal],
) -> Result<(), Error> {
    let rows: Vec<Value> = refusals
        .iter()
        .zip(from..)
        .map(|(refusal, number)| {
            json!({
                "number": number, "line": refusal.line, "field": refusal.column,
                "reason": refusal.reason, "content": refusal.content,
                "kind": if refusal.duplicate { "duplicate" } else { "refused" },
            })
        })
        .collect();
    let text = Value::Array(rows).to_string();
    // PostgreSQL cannot store it in jsonb, and a row that is refused for it is
    // still to be shown.
    let text = text.replace("\\u0000", "\\ufffd");
    let query = Query::new(
        "insert into import_refusals (import_id, number, line, field, reason, kind, content) \
         select ",
    )
    .bind(import)
    .push(
        "::uuid, r.number, r.line, r.field, r.reason, r.kind, nullif(r.content, 'null') \
         from jsonb_to_recordset(",
    )
    .bind(text)
    .push(
        "::text::jsonb) as r (number int8, line int8, field text, reason text, kind text, \
         content jsonb)",
    );
    let worker = Identity::system(SystemReason::Work);
    db.write(&worker).run(query).await.map(drop)
}

/// The refused rows of an import after `number`, at most a page of them, and
/// the number of the last.
pub async fn refusals(
    on: &impl Run,
    import: Uuid,
    after: i64,
) -> Result<(Vec<Refusal>, Option<i64>), Error> {
    let query = Query::new(
        "select number, line, field, reason, content from import_refusals \
         where kind = 'refused' and import_id = ",
    )
    .bind(import)
    .push(" and number > ")
    .bind(after)
    .push(" order by number limit ")
    .bind(PAGE);
    let rows = on.run(query).await?;
    let mut last = None;
    let mut refusals = Vec::with_capacity(rows.len());
    for row in &rows {
        last = Some(row.try_get(0).map_err(Error::internal)?);
        let content: Option<Value> = row.try_get(4).map_err(Error::internal)?;
        refusals.push(Refusal {
            line: row.try_get(1).map_err(Error::internal)?,
            column: row.try_get(2).map_err(Error::internal)?,
            reason: row.try_get(3).map_err(Error::internal)?,
            content: content.and_then(|it| it.as_object().cloned()),
            duplicate: false,
        });
    }
    Ok((refusals, last))
}

/// Ends imports whose server went away, and forgets refused rows after thirty
/// days.
///
/// # Errors
/// 503 when the database is away.
pub async fn tidy(db: &Db) -> Result<(), Error> {
    let now = db.clock().now();
    let ago = |span: jiff::Span| now.checked_sub(span).map_err(Error::internal);
    let worker = Identity::system(SystemReason::Work);
    let lost = Query::new("update imports set status = 'failed', finished_at = ")
        .bind(now)
        .push(", error = ")
        .bind(crate::catalogue::sentence("import_interrupted"))
        .push(" where status in ('queued', 'running') and updated_at < ")
        .bind(ago(15.minutes())?);
    db.write(&worker).run(lost).await?;
    let old = Query::new(
        "delete from import_refusals r using imports i where i.id = r.import_id \
         and i.created_at < ",
    )
    .bind(ago(720.hours())?);
    db.write(&worker).run(old).await.map(drop)
}
