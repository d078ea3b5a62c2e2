//! What prospects want, and homes as candidates, for the matches: read with the
//! caller's own rights, so that what he does not see has no say in his list.

use std::collections::HashMap;

use jiff::{Timestamp, tz::TimeZone};
use uuid::Uuid;

use super::{
    CANDIDATE,
    rows::{candidate, get, read_entity},
};
use crate::{
    db::{Query, Run},
    error::Error,
    handoffs::facts::{self, Entity, Inputs, Prospect, ProspectStatus},
    properties::matching::{Candidate, Wishes},
    prospects,
    teams::calendar::Calendar,
};

/// The homes with these keys, and those held for the prospect.
///
/// # Errors
/// Whatever the database says.
pub async fn candidates(
    on: &impl Run,
    ids: Vec<Uuid>,
    prospect: Uuid,
) -> Result<Vec<Candidate>, Error> {
    let query = Query::new(CANDIDATE)
        .push("h.id = any (")
        .bind(ids)
        .push(") union all ")
        .push(CANDIDATE)
        .push("h.status = 'reserved' and v.reserved_for_prospect_id = ")
        .bind(prospect);
    on.run(query).await?.iter().map(candidate).collect()
}

/// One home.
///
/// # Errors
/// 404 when the caller does not see it.
pub async fn home(on: &impl Run, id: Uuid) -> Result<Candidate, Error> {
    let query = Query::new(CANDIDATE).push("h.id = ").bind(id);
    let rows = on.run(query).await?;
    candidate(rows.first().ok_or_else(Error::not_found)?)
}

/// What was understood of these prospects.
///
/// # Errors
/// Whatever the database says.
pub async fn entities(
    on: &impl Run,
    prospects: Vec<Uuid>,
) -> Result<HashMap<Uuid, Vec<Entity>>, Error> {
    let query = Query::new(
        "select e.prospect_id, e.id, e.type, e.value, e.normalized, \
         floor(e.confidence)::int4 as confidence, e.status, e.message_id, e.span_start, \
         e.span_end, coalesce(m.\"timestamp\", e.created_at) as at \
         from detected_entities e left join transcript_messages m on m.id = e.message_id \
         where e.status in ('detected', 'confirmed') and e.prospect_id = any (",
    )
    .bind(prospects)
    .push(")");
    let mut said: HashMap<Uuid, Vec<Entity>> = HashMap::new();
    for row in &on.run(query).await? {
        let prospect = get(row, "prospect_id")?;
        said.entry(prospect).or_default().push(read_entity(row)?);
    }
    Ok(said)
}

/// What a prospect wants of a home, of his row and of what was understood. Facts
/// about the person have no part in it.
///
/// # Errors
/// When the row holds a word that the rules do not know.
pub fn wishes(
    of: &prospects::Prospect,
    entities: Vec<Entity>,
    now: Timestamp,
) -> Result<Wishes, Error> {
    let inputs = Inputs {
        prospect: facts_of(of)?,
        property: None,
        appointment: None,
        conversation: None,
        messages: Vec::new(),
        entities,
        candidates: Vec::new(),
        suppressions: Vec::new(),
        consents: Vec::new(),
        closed_today: Vec::new(),
        requested_reason: None,
        rates: None,
        calendar: Calendar::always(),
        now,
        zone: TimeZone::UTC,
    };
    Ok(facts::resolve(&inputs).wishes(&inputs, false))
}

fn facts_of(of: &prospects::Prospect) -> Result<Prospect, Error> {
    let words = |list: &[crate::properties::PropertyType]| {
        let words = list.iter().map(|word| word.word().to_owned());
        words.collect()
    };
    Ok(Prospect {
        id: of.id,
        name: of.name.clone(),
        email: None,
        phone: None,
        whatsapp: None,
        status: ProspectStatus::from_word(of.status.word()).ok_or_else(|| {
            Error::internal("a prospect holds a status that the rules do not know")
        })?,
        preferred_channel: None,
        budget: of.budget.clone(),
        budget_min: of.budget_min.map(|amount| amount.0),
        budget_max: of.budget_max.map(|amount| amount.0),
        budget_currency: of.budget_currency.clone(),
        timeline: None,
        timeline_months_max: None,
        city: of.city.clone(),
        region: of.region.clone(),
        purpose: of.purpose.map(|purpose| purpose.word().to_owned()),
        wanted_types: words(&of.wanted_types),
        wanted_bedrooms_min: of.wanted_bedrooms_min.map(i32::from),
        wanted_bedrooms_max: of.wanted_bedrooms_max.map(i32::from),
        wanted_features: of.wanted_features.clone(),
        must_haves: of.must_haves.iter().map(|d| d.word().to_owned()).collect(),
        rejected_property_ids: of.rejected_property_ids.clone(),
        no_shows: 0,
        erased: of.erased_at.is_some(),
        duplicate_suspected: false,
    })
}
