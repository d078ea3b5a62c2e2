//! The statements that name the table `prospects` and its masked views.

use jiff::Timestamp;
use uuid::Uuid;

use super::types::{Prospect, ProspectBody, ProspectFilter};
use crate::{
    auth::Person,
    db::{
        Listing, Order, Query, Record, Rows as _, Run, Source, Tally, delete_seen_row, get_row,
        tally, update_seen_row,
    },
    envelope::Page,
    error::Error,
    input::{Change, List, Writable as _, refuse_masked},
    users::Role,
};

pub mod load;

const TABLE: &str = "prospects";
const MASKED: &str = "prospects_masked";
const POOL: &str = "prospects_pool";

/// Columns that are masked in the views.
const MASKED_COLUMNS: &[&str] = &["phone", "whatsapp", "email"];

/// Where a person finds prospects, the table itself first.
fn relations(who: Option<&Person>) -> &'static [&'static str] {
    match who.and_then(|person| person.role) {
        Some(Role::SalesRep) => &[TABLE, POOL],
        Some(Role::QaSupervisor) => &[TABLE, MASKED],
        _ => &[TABLE],
    }
}

/// The scope that the policies decide, repeated so that the owner's and the
/// team's indexes are used. The parts do not overlap.
fn sources(who: Option<&Person>) -> Vec<Source<'_>> {
    let Some(person) = who else {
        return vec![Source::all(TABLE)];
    };
    match person.role {
        Some(Role::SalesRep) => {
            let me = person.id;
            let own = Source::within(TABLE, move |query| {
                query.text("assigned_to = ").add(me);
            });
            let pool = by_team(POOL, &person.teams).into_iter();
            std::iter::once(own).chain(pool.map(Source::late)).collect()
        }
        Some(Role::SalesManager) => {
            let elsewhere = Source::within(TABLE, |query| {
                query
                    .text("assigned_to = any (")
                    .add(person.led_people.clone())
                    .text(") and team_id <> all (")
                    .add(person.led_teams.clone())
                    .text(")");
            });
            let mut sources = by_team(TABLE, &person.led_teams);
            sources.push(elsewhere);
            sources
        }
        Some(Role::QaSupervisor) => vec![Source::all(MASKED)],
        _ => vec![Source::all(TABLE)],
    }
}

/// A rep's sources for a list in the usual order: his own, and of each team's
/// pool the rows that the database names for the page.
fn paged<'a>(person: &'a Person, filter: &'a ProspectFilter) -> Vec<Source<'a>> {
    let own = sources(Some(person)).into_iter().take(1);
    let pool = by_team(POOL, &person.teams).into_iter().zip(&person.teams);
    let pool = pool.map(|(source, team)| {
        source.picked(move |query| {
            let city = filter.city.as_ref().map(|city| city.as_str().to_owned());
            query.text("doorstep.pooled_prospects(").add(*team);
            query.text(", ").add(filter.status);
            query.text(", ").add(city);
        })
    });
    own.chain(pool).collect()
}

/// More teams than this are read as one part.
const TEAMS_APART: usize = 16;

/// The rows of some teams. One part a team comes out of the team's index in
/// order; many teams at once have to be sorted.
fn by_team<'a>(relation: &'static str, teams: &'a [Uuid]) -> Vec<Source<'a>> {
    if teams.len() > TEAMS_APART {
        return vec![Source::within(relation, move |query| {
            query.text("team_id = any (").add(teams.to_vec()).text(")");
        })];
    }
    let apart = teams.iter().map(|team| {
        Source::within(relation, move |query| {
            query.text("team_id = ").add(*team);
        })
    });
    apart.collect()
}

/// One page of the prospects that the caller sees.
///
/// # Errors
/// 400 when whoever sees a row masked filters or sorts by what is masked.
pub async fn list(
    on: &impl Run,
    who: Option<&Person>,
    list: &List<ProspectFilter>,
) -> Result<Page<Prospect>, Error> {
    let filter = &list.filter;
    if relations(who).len() > 1 {
        let named = [filter.masked(), list.sort_columns()].concat();
        refuse_masked(&named, MASKED_COLUMNS)?;
    }
    let (sources, order): (Vec<_>, fn() -> Order) = match &filter.q {
        Some(words) => {
            let found = sources(who).into_iter();
            let found = found.map(|source| search(source, words.as_str()));
            (found.collect(), Order::best_first)
        }
        None => match who {
            Some(person) if is_paged(person, list) => (paged(person, filter), Order::newest_first),
            _ => (sources(who), Order::newest_first),
        },
    };
    Listing::of(list, sources, order, |query| conditions(query, filter))
        .page(on)
        .await
}

/// Whether the database names the rows of a page: a rep's list in the usual
/// order. What is masked for him he cannot filter by.
fn is_paged(person: &Person, list: &List<ProspectFilter>) -> bool {
    person.role == Some(Role::SalesRep)
        && person.teams.len() <= TEAMS_APART
        && list.sort_columns().is_empty()
}

/// Leaves the rows that hold all the words, with their `rank`.
fn search<'a>(source: Source<'a>, words: &'a str) -> Source<'a> {
    source.joined(|query| {
        query
            .text(" join doorstep.prospects_matching(")
            .add(words.to_owned())
            .text(") found using (id)");
    })
}

fn conditions(query: &mut Query, filter: &ProspectFilter) {
    // Whoever was merged is found as the row that stands for him.
    query
        .text(" and merged_into_id is null")
        .equal("status", &filter.status)
        .equal("assigned_to", &filter.assigned_to)
        .equal("team_id", &filter.team_id);
    for (condition, value) in [
        (" and city_key = doorstep.fold(", &filter.city),
        (" and phone_e164 = doorstep.e164(", &filter.phone),
        (" and whatsapp_e164 = doorstep.e164(", &filter.whatsapp),
        (
            " and email_normalized = doorstep.email_normalized(",
            &filter.email,
        ),
    ] {
        if let Some(value) = value {
            query
                .text(condition)
                .add(value.as_str().to_owned())
                .text(")");
        }
    }
}

/// How many people there are of each status, as far as the caller sees them.
pub async fn count_by_status(on: &impl Run, who: Option<&Person>) -> Result<Tally, Error> {
    tally(on, &sources(who), "status").await
}

/// Those of the prospects with these keys whom the caller sees and who look for
/// a home, in any order.
pub async fn searching(
    on: &impl Run,
    who: Option<&Person>,
    ids: Vec<Uuid>,
) -> Result<Vec<Prospect>, Error> {
    let mut query = Query::default();
    for (index, source) in sources(who).iter().enumerate() {
        query
            .text(if index == 0 {
                "select "
            } else {
                " union all select "
            })
            .text(Prospect::COLUMNS);
        source.append(&mut query);
        query.text(" and id = any (").add(ids.clone()).text(
            ") and status not in ('closed', 'lost') and merged_into_id is null \
             and erased_at is null and restricted_at is null",
        );
    }
    on.run(query).await?.all()
}

/// One prospect, masked where the caller may see no more.
pub async fn get(on: &impl Run, who: Option<&Person>, id: Uuid) -> Result<Prospect, Error> {
    get_row(on, relations(who), id).await
}

/// Enters a prospect.
pub async fn insert(on: &impl Run, body: ProspectBody) -> Result<Prospect, Error> {
    let query = Query::insert(TABLE, body.columns())
        .push(" returning ")
        .push(Prospect::COLUMNS);
    on.run(query).await?.one()?.ok_or_else(Error::not_found)
}

/// Who has one of these addresses already, if the caller sees him unmasked.
pub async fn holder(on: &impl Run, phone: &str, email: &str) -> Result<Option<Uuid>, Error> {
    let query = Query::new(
        "select coalesce(merged_into_id, id) from prospects where erased_at is null \
         and (phone_e164 = doorstep.e164(",
    )
    .bind(phone.to_owned())
    .push(") or email_normalized = doorstep.email_normalized(")
    .bind(email.to_owned())
    .push(")) order by merged_into_id is not null, created_at, id limit 1");
    on.run(query).await?.value()
}

/// Makes one of two rows and returns the one that stays; for a rep, who may
/// only say that they are one, as it was.
pub async fn merge(
    on: &impl Run,
    who: Option<&Person>,
    (kept, other): (Uuid, Uuid),
    now: Timestamp,
) -> Result<Prospect, Error> {
    let query = Query::new("select doorstep.merge_prospects(")
        .bind(kept)
        .push(", ")
        .bind(other)
        .push(", ")
        .bind(now)
        .push(")");
    on.run(query).await?;
    get(on, who, kept).await
}

/// Changes a prospect.
pub async fn update(
    on: &impl Run,
    who: Option<&Person>,
    id: Uuid,
    change: Change<ProspectBody>,
) -> Result<Prospect, Error> {
    update_seen_row(on, relations(who), id, change).await
}

/// Deletes a prospect that nothing points to.
pub async fn delete(on: &impl Run, who: Option<&Person>, id: Uuid) -> Result<(), Error> {
    delete_seen_row(on, relations(who), id).await
}

/// Gives a prospect back to the pool of its team and returns it as far as the
/// caller still sees it, else as he last saw it.
pub async fn release(on: &impl Run, who: Option<&Person>, id: Uuid) -> Result<Prospect, Error> {
    let before = get(on, who, id).await?;
    let query = Query::new("select doorstep.release_prospect(")
        .bind(id)
        .push(")");
    on.run(query).await?;
    seen_or(on, who, before, None).await
}

/// Gives a prospect to a person and returns it as [`release`] does.
pub async fn assign(
    on: &impl Run,
    who: Option<&Person>,
    id: Uuid,
    to: Uuid,
) -> Result<Prospect, Error> {
    let before = get(on, who, id).await?;
    let query = Query::new("select doorstep.assign_prospect(")
        .bind(id)
        .push(", ")
        .bind(to)
        .push(")");
    on.run(query).await?;
    seen_or(on, who, before, Some(to)).await
}

async fn seen_or(
    on: &impl Run,
    who: Option<&Person>,
    before: Prospect,
    assigned_to: Option<Uuid>,
) -> Result<Prospect, Error> {
    match get(on, who, before.id).await {
        Err(error) if error.is_not_found() => Ok(Prospect {
            assigned_to,
            ..before
        }),
        other => other,
    }
}
