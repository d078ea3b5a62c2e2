//! `/api/prospects/{id}/matches` and `/api/properties/{id}/matches`.

use std::collections::HashMap;

use uuid::Uuid;

use super::{
    LONGEST,
    scope::Scope,
    sql,
    types::{HomeMatch, ProspectMatch, parts},
};
use crate::{
    auth::SignedIn,
    db::{Identity, SystemReason},
    envelope::Page,
    error::Error,
    handoffs::wanted,
    input::{Id, Unasked},
    properties::{
        self,
        matching::{self, Candidate, PropertyStatus},
    },
    prospects,
};

/// The homes that suit a prospect, best first.
pub async fn of_person(caller: SignedIn, id: Id, _: Unasked) -> Result<Page<HomeMatch>, Error> {
    let prospect = prospects::seen(&caller.read(), caller.person(), id.0).await?;
    let mut said = wanted::entities(&caller.read(), vec![id.0]).await?;
    let said = said.remove(&id.0).unwrap_or_default();
    let wishes = wanted::wishes(&prospect, said, caller.now())?;
    let system = Identity::system(SystemReason::Work);
    let on = caller.app().db().read(&system);
    let words = sql::learn(&on, caller.app().vocabulary()).await?;
    let ids = sql::worth_scoring(&on, &wishes, &words).await?;
    let homes = wanted::candidates(&caller.read(), ids, id.0).await?;
    let mut ranked = matching::rank(&wishes, &homes, None);
    ranked.truncate(LONGEST);
    let ids = ranked.iter().map(|found| found.property_id).collect();
    let mut rows: HashMap<Uuid, _> = properties::some(&caller.read(), ids)
        .await?
        .into_iter()
        .map(|row| (row.id, row))
        .collect();
    let found = ranked.iter().filter_map(|found| {
        Some(HomeMatch {
            score: found.score,
            components: parts(found),
            property: rows.remove(&found.property_id)?,
        })
    });
    Ok(page(found.collect()))
}

/// The prospects whom a home suits, best first.
pub async fn of_home(caller: SignedIn, id: Id, _: Unasked) -> Result<Page<ProspectMatch>, Error> {
    let home = wanted::home(&caller.read(), id.0).await?;
    let ids = worth_scoring(&caller, &home).await?;
    let rows = prospects::searching(&caller.read(), caller.person(), ids).await?;
    let ids = rows.iter().map(|row| row.id).collect();
    let mut said = wanted::entities(&caller.read(), ids).await?;
    let mut wishes = Vec::with_capacity(rows.len());
    for row in &rows {
        let said = said.remove(&row.id).unwrap_or_default();
        wishes.push((row.id, wanted::wishes(row, said, caller.now())?));
    }
    let mut ranked = matching::rank_prospects(&home, &wishes);
    ranked.truncate(LONGEST);
    let mut rows: HashMap<Uuid, _> = rows.into_iter().map(|row| (row.id, row)).collect();
    let found = ranked.iter().filter_map(|(prospect, found)| {
        Some(ProspectMatch {
            score: found.score,
            components: parts(found),
            prospect: rows.remove(prospect)?,
        })
    });
    Ok(page(found.collect()))
}

async fn worth_scoring(caller: &SignedIn, home: &Candidate) -> Result<Vec<Uuid>, Error> {
    if home.status != PropertyStatus::Available {
        // At most for whom it is held.
        return Ok(home.reserved_for_prospect_id.into_iter().collect());
    }
    let system = Identity::system(SystemReason::Work);
    let on = caller.app().db().read(&system);
    let words = sql::learn(&on, caller.app().vocabulary()).await?;
    let scope = Scope::of(caller.person());
    sql::seekers_worth_scoring(&on, home, &words, scope).await
}

fn page<T>(data: Vec<T>) -> Page<T> {
    Page {
        data,
        total: None,
        next_cursor: None,
    }
}
