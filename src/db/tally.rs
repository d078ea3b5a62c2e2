//! How many rows there are of each kind.

use super::{listing::Source, query::Query, run::Run};
use crate::error::Error;

/// Words of a column and how many rows hold them, the most frequent first.
pub type Tally = Vec<(String, i64)>;

/// Counts the rows of `sources` by the words of `column`.
///
/// # Errors
/// 401 when the session has ended, 503 when the database is away.
pub async fn tally(
    on: &impl Run,
    sources: &[Source<'_>],
    column: &'static str,
) -> Result<Tally, Error> {
    let mut query = Query::new("select word, sum(many)::int8 from (");
    for (index, source) in sources.iter().enumerate() {
        query
            .text(if index == 0 {
                "select "
            } else {
                " union all select "
            })
            .text(column)
            .text(" as word, count(*) as many");
        source.append(&mut query);
        query.text(" group by 1");
    }
    query.text(") as parts group by word order by 2 desc, 1");
    let rows = on.run(query).await?;
    rows.iter()
        .map(|row| {
            let word = row.try_get(0).map_err(Error::internal)?;
            let many = row.try_get(1).map_err(Error::internal)?;
            Ok((word, many))
        })
        .collect()
}
