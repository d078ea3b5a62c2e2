//! Reads what a package is made from, of every table that has a say in it.
//!
//! Done as the program itself, so that a package has one content, whoever asks.
//! It names tables of other nouns, as `compliance/contactability/facts.rs` does,
//! and it only reads.

mod rows;
pub mod wanted;

use jiff::{Timestamp, tz::TimeZone};
use tokio_postgres::Row;
use uuid::Uuid;

use super::{
    facts::{Channel, Inputs, Suppression},
    generate::ReasonCode,
    types::HandoffBody,
};
use crate::{
    appointments,
    auth::Caller,
    db::{Identity, Query, Run as _, SystemReason, Tx},
    error::Error,
    teams::{self, Whose, calendar::Calendar},
};
use rows::{
    candidate, get, maybe, read_appointment, read_consent, read_conversation, read_entity,
    read_message, read_prospect, word,
};

/// Properties that are looked at for suggestions: those in a place that was
/// named, newest first, then the newest of all.
const CANDIDATES: [i64; 2] = [300, 100];

/// What the inputs are gathered for.
pub struct About {
    /// The person.
    pub prospect_id: Uuid,
    /// The conversation whose words count.
    pub conversation_id: Uuid,
    /// The appointment, if it is about one.
    pub appointment: Option<appointments::Appointment>,
    /// To whom the package is offered before others.
    pub offered_to: Option<Uuid>,
    /// The reason that whoever asks gave.
    pub requested_reason: Option<ReasonCode>,
    /// The moment of the request.
    pub now: Timestamp,
}

/// Gathers the inputs of a package.
///
/// # Errors
/// 404 when the prospect is gone; whatever the database says.
pub async fn gather(tx: &Tx, about: About) -> Result<Inputs, Error> {
    let zone = organisation_zone(tx).await?;
    let prospect = about.prospect_id;
    let property = about.appointment.as_ref().and_then(|a| a.property_id);
    let rows = tx
        .run_all(vec![
            prospect_query(prospect),
            property_query(property),
            conversation_query(about.conversation_id),
            messages_query(about.conversation_id),
            entities_query(prospect),
            candidates_query(prospect, property),
            suppressions_query(prospect, about.now),
            consents_query(prospect),
            closed_query(prospect, about.now, zone.iana_name().unwrap_or("UTC")),
            teams::calendar_query(Whose::Prospect(prospect), about.offered_to),
        ])
        .await?;
    let [
        people,
        homes,
        talks,
        messages,
        entities,
        candidates,
        stops,
        consents,
        closed,
        hours,
    ] = rows.as_slice()
    else {
        return Err(Error::internal("ten statements have ten answers"));
    };
    let person = people.first().ok_or_else(Error::not_found)?;
    let each = |rows: &[Row]| rows.iter().map(candidate).collect::<Result<Vec<_>, _>>();
    Ok(Inputs {
        prospect: read_prospect(person)?,
        property: each(homes)?.pop(),
        appointment: about.appointment.map(read_appointment).transpose()?,
        conversation: talks.first().map(read_conversation).transpose()?,
        messages: messages
            .iter()
            .map(read_message)
            .collect::<Result<_, _>>()?,
        entities: entities.iter().map(read_entity).collect::<Result<_, _>>()?,
        candidates: each(candidates)?,
        suppressions: stops
            .iter()
            .map(|row| {
                let channel = maybe(row, "channel", Channel::from_word)?;
                Ok(Suppression { channel })
            })
            .collect::<Result<_, Error>>()?,
        consents: consents
            .iter()
            .map(read_consent)
            .collect::<Result<_, _>>()?,
        closed_today: closed
            .iter()
            .map(|row| word(row, "channel", Channel::from_word))
            .collect::<Result<_, _>>()?,
        requested_reason: about.requested_reason,
        rates: None,
        calendar: teams::read_calendar(hours)?,
        now: about.now,
        zone,
    })
}

/// When the pool of a package works that a person writes, or to whom he offers
/// it; asked as the program itself, so that it is the same whoever writes.
///
/// # Errors
/// Whatever the database says.
pub async fn calendar(caller: &Caller, body: &HandoffBody) -> Result<Calendar, Error> {
    let whose = match (body.team_id.value(), body.prospect_id.value()) {
        (Some(team), _) => Whose::Team(*team),
        (None, Some(prospect)) => Whose::Prospect(*prospect),
        (None, None) => return Ok(Calendar::always()),
    };
    let query = teams::calendar_query(whose, body.offered_to.value().copied());
    let system = Identity::system(SystemReason::Work);
    let rows = caller.app().db().read(&system).run(query).await?;
    teams::read_calendar(&rows)
}

/// The organisation's zone: the setting `timezone`, else UTC.
async fn organisation_zone(tx: &Tx) -> Result<TimeZone, Error> {
    let query =
        Query::new("select value #>> '{}' as zone from doorstep.settings where name = 'timezone'");
    let rows = tx.run(query).await?;
    let name: Option<String> = rows.first().map(|row| get(row, "zone")).transpose()?;
    let zone = name.and_then(|name| TimeZone::get(&name).ok());
    Ok(zone.unwrap_or(TimeZone::UTC))
}

/// The conversation that a package of this prospect goes on from: that of the
/// appointment, else one of its campaign, else the newest; a placeholder never.
///
/// # Errors
/// Whatever the database says.
pub async fn newest_conversation(
    tx: &Tx,
    appointment: &appointments::Appointment,
) -> Result<Option<Uuid>, Error> {
    let query = Query::new("select id from conversations where prospect_id = ")
        .bind(appointment.prospect_id)
        .push(" and outcome <> 'placeholder' order by (id is not distinct from ")
        .bind(appointment.conversation_id)
        .push(") desc, (campaign_id is not null and campaign_id is not distinct from ")
        .bind(appointment.campaign_id)
        .push(") desc, \"timestamp\" desc, id desc limit 1");
    let rows = tx.run(query).await?;
    rows.first().map(|row| get(row, "id")).transpose()
}

/// The prospect's placeholder, made now if there is none. Whoever comes second
/// waits for the first and finds his.
///
/// # Errors
/// Whatever the database says.
pub async fn placeholder(
    tx: &Tx,
    appointment: &appointments::Appointment,
    now: Timestamp,
) -> Result<Uuid, Error> {
    let channel = appointment.source_channel;
    let make = Query::new(
        "insert into conversations (prospect_id, channel, outcome, \"timestamp\") \
         select p.id, coalesce(",
    )
    .bind(channel)
    .push(
        "::text, p.preferred_channel, \
         case when p.whatsapp is not null then 'whatsapp' when p.phone is not null then 'phone' \
              when p.email is not null then 'email' else 'phone' end), 'placeholder', ",
    )
    .bind(now)
    .push(" from prospects p where p.id = ")
    .bind(appointment.prospect_id)
    .push(" on conflict (prospect_id) where outcome = 'placeholder' do nothing");
    tx.run(make).await?;
    let find =
        Query::new("select id from conversations where outcome = 'placeholder' and prospect_id = ")
            .bind(appointment.prospect_id);
    let rows = tx.run(find).await?;
    get(rows.first().ok_or_else(Error::not_found)?, "id")
}

fn prospect_query(prospect: Uuid) -> Query {
    Query::new(
        "select p.id, p.name, p.email, p.phone, p.whatsapp, p.status, p.preferred_channel, \
         p.budget, p.budget_min, p.budget_max, p.budget_currency, p.timeline, \
         p.timeline_months_max, p.city, p.region, p.purpose, p.wanted_types, \
         p.wanted_bedrooms_min::int4, p.wanted_bedrooms_max::int4, p.wanted_features, \
         p.must_haves, p.rejected_property_ids, p.erased_at is not null as erased, \
         (select count(*) from appointments a where a.prospect_id = p.id \
          and a.status = 'no_show' and a.no_show_party is distinct from 'rep') as no_shows, \
         exists (select from prospects o where o.id <> p.id and o.merged_into_id is null \
          and o.erased_at is null and (o.whatsapp_e164 in (p.whatsapp_e164, p.phone_e164) \
          or o.phone_e164 = p.whatsapp_e164)) as duplicate \
         from prospects p where p.id = ",
    )
    .bind(prospect)
}

const CANDIDATE: &str = "select h.id, h.name, h.status, h.offer, h.type, h.city, h.region, \
    h.district, h.bedrooms, h.features, h.price_range, h.list_price_low, h.list_price_high, \
    h.currency, h.on_market_date, v.reserved_for_prospect_id \
    from properties h left join property_private v on v.property_id = h.id where ";

fn property_query(property: Option<Uuid>) -> Query {
    Query::new(CANDIDATE).push("h.id = ").bind(property)
}

/// Only keys are put together; rows are read of those that were chosen.
fn candidates_query(prospect: Uuid, property: Option<Uuid>) -> Query {
    let on_offer = "h.standard_status = 'Active' and h.status = 'available'";
    Query::new(
        "with named as (select array(select doorstep.fold(place) from (\
         select p.city from prospects p where p.id = ",
    )
    .bind(prospect)
    .push(" union all select h.city from properties h where h.id = ")
    .bind(property)
    .push(
        " union all select e.value from detected_entities e where e.type = 'area' \
             and e.status in ('detected', 'confirmed') and e.prospect_id = ",
    )
    .bind(prospect)
    .push(
        ") as said (place) where place is not null) as places), \
         chosen (id) as ((select h.id from properties h where ",
    )
    .push(on_offer)
    .push(" and h.city_key = any ((select places from named)::text[]) ")
    .push("order by h.created_at desc, h.id limit ")
    .bind(CANDIDATES[0])
    .push(") union (select h.id from properties h where ")
    .push(on_offer)
    .push(" order by h.created_at desc, h.id limit ")
    .bind(CANDIDATES[1])
    .push(
        ") union (select v.property_id from property_private v \
         join properties h on h.id = v.property_id and h.status = 'reserved' \
         where v.reserved_for_prospect_id = ",
    )
    .bind(prospect)
    .push(" limit 20)) ")
    .push(CANDIDATE)
    .push("h.id in (select id from chosen)")
}

fn conversation_query(conversation: Uuid) -> Query {
    Query::new(
        "select id, channel, outcome, sentiment, ai_confidence, handoff_suggested, \
         message_count, duration, transcript, is_placeholder, \"timestamp\" \
         from conversations where id = ",
    )
    .bind(conversation)
}

fn messages_query(conversation: Uuid) -> Query {
    Query::new(
        "select id, seq, speaker, message, visibility = 'public' as public \
         from transcript_messages where redacted_at is null and visibility = 'public' \
         and conversation_id = ",
    )
    .bind(conversation)
    .push(" order by seq desc limit 40")
}

fn entities_query(prospect: Uuid) -> Query {
    Query::new(
        "select e.id, e.type, e.value, e.normalized, floor(e.confidence)::int4 as confidence, \
         e.status, e.message_id, e.span_start, e.span_end, \
         coalesce(m.\"timestamp\", e.created_at) as at \
         from detected_entities e left join transcript_messages m on m.id = e.message_id \
         where e.status in ('detected', 'confirmed') and e.prospect_id = ",
    )
    .bind(prospect)
    .push(" order by e.created_at desc, e.id limit 500")
}

/// Of the person on the channels said; of an address on the channels that use it.
fn suppressions_query(prospect: Uuid, now: Timestamp) -> Query {
    let in_force = " and s.lifted_at is null and s.scope <> 'campaign' and s.effective_at <= ";
    Query::new(
        "select nullif(s.channel, 'all') as channel from suppressions s where s.prospect_id = ",
    )
    .bind(prospect)
    .push(in_force)
    .bind(now)
    .push(
        " union select a.channel from prospects p cross join lateral (values \
         ('phone', p.phone), ('sms', p.phone), ('whatsapp', p.whatsapp), ('email', p.email)) \
         as a (channel, address) join suppressions s \
         on s.address_hash = doorstep.address_hash(a.address) and s.channel in ('all', a.channel) \
         where p.id = ",
    )
    .bind(prospect)
    .push(in_force)
    .bind(now)
}

fn consents_query(prospect: Uuid) -> Query {
    Query::new(
        "select channel, purpose, status, captured_at, expires_at from consents \
         where prospect_id = ",
    )
    .bind(prospect)
}

/// Channels whose window does not open any more today, where the person is.
fn closed_query(prospect: Uuid, now: Timestamp, zone: &str) -> Query {
    Query::new(
        "select c.channel from prospects p \
         cross join unnest(array['phone', 'whatsapp', 'sms', 'email']) as c (channel) \
         cross join lateral (select w.* from contact_policies w \
           where w.channel in ('all', c.channel) \
           and (w.jurisdiction in ('*', p.country) or w.jurisdiction = p.country || '-' || p.region) \
           order by length(w.jurisdiction) desc, w.channel = 'all' limit 1) as w \
         cross join lateral (select ",
    )
    .bind(now)
    .push("::timestamptz at time zone coalesce(p.timezone, ")
    .bind(zone.to_owned())
    .push(
        ") as local) as l where not (extract(isodow from l.local)::int2 = any (w.window_days) \
         and l.local::date <> all (w.holidays) \
         and (w.window_start > w.window_end or l.local::time < w.window_end)) and p.id = ",
    )
    .bind(prospect)
}

/// The appointment's rep, if the prospect is somebody else's: the package is
/// offered to him, or he would not see what he asked for.
///
/// # Errors
/// Whatever the database says.
pub async fn rep_beside_owner(
    tx: &Tx,
    appointment: &appointments::Appointment,
) -> Result<Option<Uuid>, Error> {
    let query = Query::new(
        "select u.id from prospects p join users u on u.id is distinct from p.assigned_to \
         where u.status = 'active' and u.deactivated_at is null and u.role = 'sales_rep' \
         and p.id = ",
    )
    .bind(appointment.prospect_id)
    .push(" and u.id = ")
    .bind(appointment.assigned_rep_id);
    let rows = tx.run(query).await?;
    rows.first().map(|row| get(row, "id")).transpose()
}
