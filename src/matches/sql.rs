//! The statements of the search: the tables `doorstep.home_…` and
//! `doorstep.…wish…`, and the rows that it found.

use std::sync::Arc;

use serde_json::Value;
use tokio_postgres::Row;
use uuid::Uuid;

use super::{
    narrow,
    scope::Scope,
    seekers,
    words::{Learned, Place, Vocabulary, WishPlace, Words},
};
use crate::{
    db::{Query, Run},
    error::Error,
    properties::matching::{Candidate, Wishes},
};

/// Prospects whose wishes are read at once.
const AT_ONCE: i64 = 500;

fn get<'a, T: tokio_postgres::types::FromSql<'a>>(row: &'a Row, index: usize) -> Result<T, Error> {
    row.try_get(index).map_err(Error::internal)
}

fn keys(rows: &[Row]) -> Result<Vec<Uuid>, Error> {
    rows.iter().map(|row| get(row, 0)).collect()
}

/// The spellings of places and features, all of them. Read as the program
/// itself: they are nobody's secret and nobody's business.
pub async fn learn(on: &impl Run, vocabulary: &Vocabulary) -> Result<Arc<Words>, Error> {
    let seen = vocabulary.words();
    let query =
        Query::new("select 1, id, city, district, region from doorstep.home_places where id > ")
            .bind(seen.places_to)
            .push(
                " union all select 2, id, feature, '', '' from doorstep.home_features where id > ",
            )
            .bind(seen.features_to)
            .push(
                " union all select 3, id, place, region, '' from doorstep.wish_places where id > ",
            )
            .bind(seen.wish_places_to);
    let rows = on.run(query).await?;
    let mut new = Learned::default();
    for row in &rows {
        let id = get(row, 1)?;
        match get::<i32>(row, 0)? {
            1 => new.places.push(Place {
                id,
                city: get(row, 2)?,
                district: get(row, 3)?,
                region: get(row, 4)?,
            }),
            2 => new.features.push((id, get(row, 2)?)),
            _ => new.wish_places.push(WishPlace {
                id,
                place: get(row, 2)?,
                region: get(row, 3)?,
            }),
        }
    }
    Ok(vocabulary.learn(&seen, new))
}

/// The keys of the homes that are worth scoring. Read as the program itself:
/// whether the caller sees them is asked when they are read.
pub async fn worth_scoring(
    on: &impl Run,
    wishes: &Wishes,
    words: &Words,
) -> Result<Vec<Uuid>, Error> {
    let rows = on.run(narrow::homes(wishes, words)).await?;
    keys(&rows)
}

/// The keys of the prospects who are worth scoring, of those in the scope. Read
/// as the program itself, as above.
pub async fn seekers_worth_scoring(
    on: &impl Run,
    home: &Candidate,
    words: &Words,
    scope: Scope<'_>,
) -> Result<Vec<Uuid>, Error> {
    let rows = on.run(seekers::prospects(home, words, scope)).await?;
    keys(&rows)
}

/// Takes some prospects whose wishes are to be read anew; nobody else has them
/// until the transaction ends.
pub async fn take_stale(on: &impl Run) -> Result<Vec<Uuid>, Error> {
    let query =
        Query::new("select prospect_id from doorstep.stale_wishes order by marked_at limit ")
            .bind(AT_ONCE)
            .push(" for update skip locked");
    let rows = on.run(query).await?;
    keys(&rows)
}

/// Enters places and regions that nobody has wanted yet, one transaction after
/// another: whoever knows the highest number knows all below it.
pub async fn add_wish_places(on: &impl Run, rows: &Value) -> Result<(), Error> {
    let query = Query::new("select 1 from jsonb_to_recordset(")
        .bind(rows.clone())
        .push(
            ") as r (place text, region text) where not exists (select from doorstep.wish_places p \
             where p.place = r.place and p.region = r.region) limit 1",
        );
    if on.run(query).await?.is_empty() {
        return Ok(());
    }
    let lock =
        Query::new("select pg_advisory_xact_lock(hashtextextended('doorstep:wish_places', 0))");
    on.run(lock).await?;
    let query = Query::new(
        "insert into doorstep.wish_places (place, region) select distinct r.place, r.region \
         from jsonb_to_recordset(",
    )
    .bind(rows.clone())
    .push(
        ") as r (place text, region text) except select p.place, p.region from doorstep.wish_places p",
    );
    on.run(query).await.map(drop)
}

/// Writes down what some prospects want, in place of what stood there.
pub async fn write_wishes(on: &impl Run, read: Vec<Uuid>, rows: &Value) -> Result<(), Error> {
    let gone = Query::new("delete from doorstep.prospect_wishes where prospect_id = any (")
        .bind(read.clone())
        .push(")");
    on.run(gone).await?;
    let query = Query::new(
        "insert into doorstep.prospect_wishes (prospect_id, spoken, amended, team_id, assigned_to, \
         place_id, offer, types, bedrooms_min, bedrooms_max, features, must_haves, rejected, \
         budget_min, budget_max, budget_currency) select r.prospect_id, r.spoken, r.amended, \
         r.team_id, r.assigned_to, p.id, r.offer, r.types, r.bedrooms_min, r.bedrooms_max, \
         r.features, r.must_haves, r.rejected, r.budget_min, r.budget_max, r.budget_currency \
         from jsonb_to_recordset(",
    )
    .bind(rows.clone())
    .push(
        ") as r (prospect_id uuid, spoken boolean, amended boolean, team_id uuid, assigned_to uuid, \
         place text, region text, offer text, types integer, bedrooms_min integer, \
         bedrooms_max integer, features text[], must_haves integer, rejected uuid[], \
         budget_min numeric, budget_max numeric, budget_currency text) \
         join doorstep.wish_places p on p.place = r.place and p.region = r.region",
    );
    on.run(query).await?;
    let done = Query::new("delete from doorstep.stale_wishes where prospect_id = any (")
        .bind(read)
        .push(")");
    on.run(done).await.map(drop)
}
