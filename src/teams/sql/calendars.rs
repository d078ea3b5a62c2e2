//! The statement that reads when a team, or a person for it, works.
//!
//! It is the program's own, so that a deadline is the same whoever asks.

use std::collections::BTreeSet;

use jiff::{civil::Date, tz::TimeZone};
use serde_json::Value;
use tokio_postgres::Row;
use uuid::Uuid;

use crate::{
    db::Query,
    error::Error,
    teams::calendar::{Calendar, Hours},
};

/// The team whose calendar is asked for.
#[derive(Clone, Copy, Debug)]
pub enum Whose {
    /// This one.
    Team(Uuid),
    /// The one in which a prospect is.
    Prospect(Uuid),
}

/// Asks for the calendar of a team; of `person`, where he says when he works.
/// The holidays are the team's in either case. [`read_calendar`] reads the
/// answer.
pub fn calendar_query(whose: Whose, person: Option<Uuid>) -> Query {
    let query = Query::new(
        "with recursive above (id, parent, distance, hours, zone, holidays) as (\
         select t.id, t.parent_team_id, 0, t.working_hours, t.timezone, t.holidays from teams t \
         where t.id = ",
    );
    let query = match whose {
        Whose::Team(team) => query.bind(team),
        Whose::Prospect(prospect) => query
            .push("(select p.team_id from prospects p where p.id = ")
            .bind(prospect)
            .push(")"),
    };
    query
        .push(
            " union all select t.id, t.parent_team_id, a.distance + 1, t.working_hours, t.timezone, \
             t.holidays from teams t join above a on a.parent = t.id), \
             pool (hours, zone, holidays) as (select \
             (select hours from above where hours <> '{}' order by distance limit 1), \
             coalesce((select zone from above where zone is not null order by distance limit 1), \
               (select value #>> '{}' from doorstep.settings where name = 'timezone')), \
             array(select distinct day from above, unnest(holidays) as day)) \
             select coalesce(u.working_hours, pool.hours, '{}') as hours, \
             coalesce(u.timezone, pool.zone) as zone, pool.holidays \
             from pool left join users u on u.working_hours <> '{}' and u.id = ",
        )
        .bind(person)
}

/// The calendar that [`calendar_query`] answers.
///
/// # Errors
/// A defect of the statement.
pub fn read_calendar(rows: &[Row]) -> Result<Calendar, Error> {
    let Some(row) = rows.first() else {
        return Ok(Calendar::always());
    };
    let hours: Value = row.try_get("hours").map_err(Error::internal)?;
    let zone: Option<String> = row.try_get("zone").map_err(Error::internal)?;
    let holidays: Vec<Date> = row.try_get("holidays").map_err(Error::internal)?;
    let zone = zone.and_then(|name| TimeZone::get(&name).ok());
    Ok(Calendar {
        zone: zone.unwrap_or(TimeZone::UTC),
        hours: Hours::read(&hours),
        holidays: holidays.into_iter().collect::<BTreeSet<_>>(),
    })
}
