//! Reads what a package is made from, of every table that has a say in it.
//!
//! Done as the program itself, so that a package has one content, whoever asks.
//! The only file beside the nouns' own that names their tables, and it only
//! reads.

use jiff::{Timestamp, tz::TimeZone};
use tokio_postgres::{Row, types::FromSql};
use uuid::Uuid;

use super::{
    facts::{
        AiConfidence, Appointment, AppointmentKind, AppointmentStatus, Channel, Consent,
        ConsentStatus, Conversation, Entity, EntityStatus, Inputs, Message, Prospect,
        ProspectStatus, Sentiment, Suppression,
    },
    generate::ReasonCode,
    priority::Calendar,
};
use crate::{
    appointments,
    db::{Query, Run as _, Tx},
    error::Error,
    properties::matching::{Candidate, Offer, PropertyStatus, PropertyType},
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
    ] = rows.as_slice()
    else {
        return Err(Error::internal("nine statements have nine answers"));
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
        calendar: Calendar {
            zone: zone.clone(),
            shifts: Vec::new(),
            holidays: Vec::new(),
        },
        now: about.now,
        zone,
    })
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
         p.must_haves, p.erased_at is not null as erased, \
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
    .push(") as said (place) where place is not null) as places) (")
    .push(CANDIDATE)
    .push(on_offer)
    .push(" and h.city_key = any ((select places from named)::text[]) ")
    .push("order by h.created_at desc, h.id limit ")
    .bind(CANDIDATES[0])
    .push(") union (")
    .push(CANDIDATE)
    .push(on_offer)
    .push(" order by h.created_at desc, h.id limit ")
    .bind(CANDIDATES[1])
    .push(") union (")
    .push(CANDIDATE)
    .push("h.status = 'reserved' and v.reserved_for_prospect_id = ")
    .bind(prospect)
    .push(" limit 20)")
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

fn get<'a, T: FromSql<'a>>(row: &'a Row, column: &str) -> Result<T, Error> {
    row.try_get(column).map_err(Error::internal)
}

fn word<T>(row: &Row, column: &str, read: fn(&str) -> Option<T>) -> Result<T, Error> {
    maybe(row, column, read)?.ok_or_else(|| Error::internal(format!("{column} is null")))
}

fn maybe<T>(row: &Row, column: &str, read: fn(&str) -> Option<T>) -> Result<Option<T>, Error> {
    match get::<Option<&str>>(row, column)? {
        None => Ok(None),
        Some(text) => match read(text) {
            Some(value) => Ok(Some(value)),
            None => Err(Error::internal(format!("{column} holds {text:?}"))),
        },
    }
}

fn read_prospect(row: &Row) -> Result<Prospect, Error> {
    Ok(Prospect {
        id: get(row, "id")?,
        name: get(row, "name")?,
        email: get(row, "email")?,
        phone: get(row, "phone")?,
        whatsapp: get(row, "whatsapp")?,
        status: word(row, "status", ProspectStatus::from_word)?,
        preferred_channel: maybe(row, "preferred_channel", Channel::from_word)?,
        budget: get(row, "budget")?,
        budget_min: get(row, "budget_min")?,
        budget_max: get(row, "budget_max")?,
        budget_currency: get(row, "budget_currency")?,
        timeline: get(row, "timeline")?,
        timeline_months_max: get(row, "timeline_months_max")?,
        city: get(row, "city")?,
        region: get(row, "region")?,
        purpose: get(row, "purpose")?,
        wanted_types: get(row, "wanted_types")?,
        wanted_bedrooms_min: get(row, "wanted_bedrooms_min")?,
        wanted_bedrooms_max: get(row, "wanted_bedrooms_max")?,
        wanted_features: get(row, "wanted_features")?,
        must_haves: get(row, "must_haves")?,
        rejected_property_ids: Vec::new(),
        no_shows: get(row, "no_shows")?,
        erased: get(row, "erased")?,
        duplicate_suspected: get(row, "duplicate")?,
    })
}

fn read_appointment(row: appointments::Appointment) -> Result<Appointment, Error> {
    let unknown = || Error::internal("an appointment holds a word that the rules do not know");
    let channel = row.source_channel.map(|channel| channel.word());
    Ok(Appointment {
        id: row.id,
        status: AppointmentStatus::from_word(row.status.word()).ok_or_else(unknown)?,
        kind: AppointmentKind::from_word(row.kind.word()).ok_or_else(unknown)?,
        starts_at: row.scheduled_date,
        timezone: row.timezone.and_then(|name| TimeZone::get(&name).ok()),
        location: row.location,
        property_name: row.property_name,
        source_channel: channel.and_then(Channel::from_word),
        no_show_by_rep: row.no_show_party == Some(appointments::NoShowParty::Rep),
    })
}

fn read_conversation(row: &Row) -> Result<Conversation, Error> {
    Ok(Conversation {
        id: get(row, "id")?,
        channel: word(row, "channel", Channel::from_word)?,
        outcome: get(row, "outcome")?,
        sentiment: maybe(row, "sentiment", Sentiment::from_word)?,
        ai_confidence: maybe(row, "ai_confidence", AiConfidence::from_word)?,
        handoff_suggested: get(row, "handoff_suggested")?,
        message_count: get(row, "message_count")?,
        duration: get(row, "duration")?,
        transcript: get(row, "transcript")?,
        is_placeholder: get(row, "is_placeholder")?,
        at: get(row, "timestamp")?,
    })
}

fn read_message(row: &Row) -> Result<Message, Error> {
    Ok(Message {
        id: get(row, "id")?,
        seq: get(row, "seq")?,
        speaker: get(row, "speaker")?,
        message: get(row, "message")?,
        public: get(row, "public")?,
    })
}

fn read_entity(row: &Row) -> Result<Entity, Error> {
    Ok(Entity {
        id: get(row, "id")?,
        entity_type: get(row, "type")?,
        value: get(row, "value")?,
        normalized: get(row, "normalized")?,
        confidence: get(row, "confidence")?,
        status: word(row, "status", EntityStatus::from_word)?,
        message_id: get(row, "message_id")?,
        span_start: get(row, "span_start")?,
        span_end: get(row, "span_end")?,
        at: get(row, "at")?,
    })
}

fn read_consent(row: &Row) -> Result<Consent, Error> {
    Ok(Consent {
        channel: maybe(row, "channel", Channel::from_word)?,
        purpose: get(row, "purpose")?,
        status: word(row, "status", ConsentStatus::from_word)?,
        captured_at: get(row, "captured_at")?,
        expires_at: get(row, "expires_at")?,
    })
}

fn candidate(row: &Row) -> Result<Candidate, Error> {
    Ok(Candidate {
        id: get(row, "id")?,
        name: get(row, "name")?,
        status: word(row, "status", PropertyStatus::from_word)?,
        offer: word(row, "offer", Offer::from_word)?,
        home_type: word(row, "type", PropertyType::from_word)?,
        city: get(row, "city")?,
        region: get(row, "region")?,
        district: get(row, "district")?,
        bedrooms: get(row, "bedrooms")?,
        features: get(row, "features")?,
        price_range: get(row, "price_range")?,
        list_price_low: get(row, "list_price_low")?,
        list_price_high: get(row, "list_price_high")?,
        currency: get(row, "currency")?,
        on_market_date: get(row, "on_market_date")?,
        reserved_for_prospect_id: get(row, "reserved_for_prospect_id")?,
    })
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
