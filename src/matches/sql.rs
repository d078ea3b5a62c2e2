//! The statements of the search: the tables `doorstep.home_…`, and the homes
//! that it found.

use std::sync::Arc;

use tokio_postgres::Row;
use uuid::Uuid;

use super::{
    narrow,
    words::{Place, Vocabulary, Words},
};
use crate::{
    db::{Query, Run},
    error::Error,
    properties::matching::Wishes,
};

fn get<'a, T: tokio_postgres::types::FromSql<'a>>(row: &'a Row, index: usize) -> Result<T, Error> {
    row.try_get(index).map_err(Error::internal)
}

/// The spellings of places and features, all of them. Read as the program
/// itself: they are nobody's secret and nobody's business.
pub async fn learn(on: &impl Run, vocabulary: &Vocabulary) -> Result<Arc<Words>, Error> {
    let seen = vocabulary.words();
    let query = Query::new(
        "select id, city, district, region, null::text as feature from doorstep.home_places \
         where id > ",
    )
    .bind(seen.places_to)
    .push(" union all select id, null, null, null, feature from doorstep.home_features where id > ")
    .bind(seen.features_to);
    let rows = on.run(query).await?;
    let (mut places, mut features) = (Vec::new(), Vec::new());
    for row in &rows {
        match get::<Option<String>>(row, 4)? {
            Some(feature) => features.push((get(row, 0)?, feature)),
            None => places.push(Place {
                id: get(row, 0)?,
                city: get(row, 1)?,
                district: get(row, 2)?,
                region: get(row, 3)?,
            }),
        }
    }
    Ok(vocabulary.learn(&seen, places, features))
}

/// The keys of the homes that are worth scoring. Read as the program itself:
/// whether the caller sees them is asked when they are read.
pub async fn worth_scoring(
    on: &impl Run,
    wishes: &Wishes,
    words: &Words,
) -> Result<Vec<Uuid>, Error> {
    let rows = on.run(narrow::homes(wishes, words)).await?;
    rows.iter().map(|row| get(row, 0)).collect()
}
