//! Many homes at once, by their listing key.

use super::TABLE;
use crate::{
    db::{Loaded, Query, Rows as _, Run},
    error::Error,
    input::Writable as _,
    properties::PropertyBody,
};

/// Makes the table that [`load`] takes its rows from: the columns of a body
/// and the line.
pub fn temporary() -> Query {
    let mut query = Query::new(
        "create temporary table import_properties on commit drop as select 0::int8 as line, ",
    );
    query
        .columns("", PropertyBody::KEYS)
        .text(" from properties with no data");
    query
}

/// Makes the homes whose key is new, and changes those that the caller may
/// change. Of several rows with one key the newest counts, the first of those
/// that are as new as another; what is no newer than the home is left out, so
/// that a file brought in again changes nothing.
///
/// # Errors
/// What the first bad row breaks; nothing is loaded then.
pub async fn load(on: &impl Run) -> Result<Vec<Loaded>, Error> {
    let all = PropertyBody::KEYS;
    let mut query = Query::new(
        "with given as materialized (select distinct on (listing_key) * from import_properties \
         order by listing_key, modification_timestamp desc nulls last, line), \
         held as materialized (select g.line, p.id, \
         coalesce(g.modification_timestamp <= p.modification_timestamp, false) as older, (",
    );
    query
        .filled("g.", "p.", all, false)
        .text(") is not distinct from (")
        .columns("p.", all)
        .text(") as same from given g join ")
        .text(TABLE)
        .text(" p on p.listing_key = g.listing_key), changed as (update ")
        .text(TABLE)
        .text(" p set ")
        .filled("g.", "p.", all, true)
        .text(
            " from given g join held h using (line) where p.id = h.id and not h.older \
             and not h.same returning g.line), made as (insert into ",
        )
        .text(TABLE)
        .text(" (")
        .columns("", all)
        .text(") select ")
        .defaulted(
            "g.",
            all,
            &[
                ("status", "'available'"),
                ("features", "'{}'"),
                ("offer", "'sale'"),
                ("standard_status", "'Active'"),
            ],
        )
        .text(
            " from given g where not exists (select from held h where h.line = g.line)) \
             select r.line, case when g.line is null then 'superseded' \
             when h.line is null then 'inserted' when h.same then 'unchanged' \
             when h.older then 'superseded' when c.line is not null then 'updated' \
             else 'forbidden' end, null::int8 from import_properties r \
             left join given g using (line) left join held h using (line) \
             left join changed c using (line)",
        );
    on.run(query).await?.all()
}
