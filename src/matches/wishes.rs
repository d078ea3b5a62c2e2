//! What prospects want, in the terms of the score, written down for `seekers`.
//!
//! It follows from a prospect's row and from what was understood of him, by the
//! rules of `handoffs::facts`; the database only remembers who is to be read
//! anew. Not everybody reads what was understood, so it is written once without
//! and, where that makes a difference, once with it.

use serde_json::{Value, json};

use super::{
    seekers::{PARTS, TYPES},
    sql,
};
use crate::{
    app::App,
    db::{Identity, SystemReason},
    error::Error,
    handoffs::wanted,
    properties::matching::{Wishes, names},
    prospects::{self, Prospect},
};

/// Reads anew what some of those prospects want who have changed; how many there
/// were.
///
/// # Errors
/// Whatever the database says; they are read at the next attempt.
pub async fn read_anew(app: &App) -> Result<usize, Error> {
    let tx = app
        .db()
        .begin(&Identity::system(SystemReason::Work))
        .await?;
    let ids = sql::take_stale(&tx).await?;
    if ids.is_empty() {
        tx.rollback().await?;
        return Ok(0);
    }
    let rows = prospects::searching(&tx, None, ids.clone()).await?;
    let mut said = wanted::entities(&tx, ids.clone()).await?;
    let now = app.clock().now();
    let mut wishes = Vec::with_capacity(rows.len());
    for row in &rows {
        let alone = wanted::wishes(row, Vec::new(), now)?;
        let spoken = match said.remove(&row.id) {
            Some(said) => Some(wanted::wishes(row, said, now)?),
            None => None,
        };
        let spoken = spoken.filter(|spoken| *spoken != alone);
        wishes.push(written(row, &alone, false, spoken.is_some()));
        wishes.extend(spoken.map(|spoken| written(row, &spoken, true, false)));
    }
    let wishes = Value::Array(wishes);
    sql::add_wish_places(&tx, &wishes).await?;
    let count = ids.len();
    sql::write_wishes(&tx, ids, &wishes).await?;
    tx.commit().await?;
    Ok(count)
}

/// A row of `doorstep.prospect_wishes`, its place in words.
fn written(of: &Prospect, wishes: &Wishes, spoken: bool, amended: bool) -> Value {
    let place = wishes.place.as_deref().map(names::places);
    let region = wishes.region.as_deref().map(names::place);
    let budget = wishes.budget.as_ref();
    let bits = |at: usize, set: bool| if set { 1 << at } else { 0 };
    let types = TYPES.iter().enumerate();
    let types = types.map(|(at, kind)| bits(at, wishes.types.contains(kind)));
    let musts = PARTS.iter().enumerate();
    let musts = musts.map(|(at, (part, ..))| bits(at, wishes.must_haves.contains(part)));
    json!({
        "prospect_id": of.id,
        "spoken": spoken,
        "amended": amended,
        "team_id": of.team_id,
        "assigned_to": of.assigned_to,
        "place": place.unwrap_or_default().join(","),
        "region": region.unwrap_or_default(),
        "offer": wishes.offer.map(|offer| offer.as_str()),
        "types": types.sum::<i32>(),
        "bedrooms_min": wishes.bedrooms.and_then(|wanted| wanted.min),
        "bedrooms_max": wishes.bedrooms.and_then(|wanted| wanted.max),
        "features": names::features(&wishes.features),
        "must_haves": musts.sum::<i32>(),
        "rejected": wishes.rejected,
        "budget_min": budget.and_then(|budget| budget.min).map(|end| end.to_string()),
        "budget_max": budget.and_then(|budget| budget.max).map(|end| end.to_string()),
        "budget_currency": budget.and_then(|budget| budget.currency.clone()),
    })
}
