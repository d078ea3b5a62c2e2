//! Reads what the gate is given, of every table that has a say in it.
//!
//! Done as the program itself, after the caller was seen to see the person. It
//! only reads.

use jiff::{Timestamp, ToSpan as _};
use tokio_postgres::{
    Row,
    types::{FromSql, Json},
};
use uuid::Uuid;

use super::{
    gate::{Consent, Person},
    place::Whereabouts,
};
use crate::{
    compliance::policies::ContactPolicy,
    db::{Query, Record, Rows as _, Run},
    error::Error,
    input::Channel,
};

/// Every contact policy.
///
/// # Errors
/// What the database says.
pub async fn policies(on: &impl Run) -> Result<Vec<ContactPolicy>, Error> {
    let query = Query::new("select ")
        .push(ContactPolicy::COLUMNS)
        .push(" from contact_policies order by jurisdiction, channel");
    on.run(query).await?.all()
}

/// What is read of each person asked for: himself, his newest consents, what
/// suppresses him and his addresses, what is going on with him, and when he was
/// contacted.
const OF_ASKED: &str = "::timestamptz as week) \
    select p.id, p.name, p.status, p.erased_at is not null, p.merged_into_id is not null, \
    p.restricted_at is not null, p.phone, p.whatsapp, p.email, p.phone_e164, p.whatsapp_e164, \
    p.email_normalized, p.preferred_channel, p.timezone, p.city, p.country, p.region, \
    (select coalesce(jsonb_agg(c), '[]') from (select distinct on (c.channel, c.purpose) \
    c.channel, c.purpose, c.status, c.expires_at from consents c \
    where c.prospect_id = p.id and c.captured_at <= asked.now \
    order by c.channel, c.purpose, c.captured_at desc, c.id desc) c), \
    array(select s.channel from suppressions s where s.prospect_id = p.id and s.lifted_at is null \
    and s.effective_at <= asked.now and (s.scope <> 'campaign' or s.campaign_id = asked.campaign)), \
    array(select a.channel from (values ('phone', p.phone), ('sms', p.phone), \
    ('whatsapp', p.whatsapp), ('email', p.email)) as a (channel, address) \
    join suppressions s on s.address_hash = doorstep.address_hash(a.address) \
    and s.channel in ('all', a.channel) where s.lifted_at is null \
    and s.effective_at <= asked.now and (s.scope <> 'campaign' or s.campaign_id = asked.campaign)), \
    exists (select from live_conversations l where l.prospect_id = p.id and l.state <> 'ended' \
    and l.status <> 'ended'), \
    exists (select from handoff_packages h where h.prospect_id = p.id and h.status = 'claimed'), \
    exists (select from appointments a where a.prospect_id = p.id and a.status = 'scheduled' \
    and a.scheduled_date > asked.now), \
    array(select c.timestamp from conversations c where c.prospect_id = p.id \
    and c.direction = 'outbound' and not c.is_placeholder and c.timestamp > asked.week \
    and c.timestamp <= asked.now order by c.timestamp desc) \
    from asked join prospects p on p.id = any (asked.ids) order by p.id";

/// What is known of these people at a moment, by key. `campaign` is the one
/// whose own suppressions count as well.
///
/// # Errors
/// What the database says.
pub async fn people(
    on: &impl Run,
    ids: Vec<Uuid>,
    campaign: Option<Uuid>,
    now: Timestamp,
) -> Result<Vec<Person>, Error> {
    let week = now.checked_sub((7 * 24).hours()).map_err(Error::internal)?;
    let query = Query::new("with asked as (select ")
        .bind(ids)
        .push("::uuid[] as ids, ")
        .bind(campaign)
        .push("::uuid as campaign, ")
        .bind(now)
        .push("::timestamptz as now, ")
        .bind(week)
        .push(OF_ASKED);
    on.run(query).await?.iter().map(read).collect()
}

fn read(row: &Row) -> Result<Person, Error> {
    let given: [Option<String>; 3] = [get(row, 6)?, get(row, 7)?, get(row, 8)?];
    let valid: [Option<String>; 3] = [get(row, 9)?, get(row, 10)?, get(row, 11)?];
    let Json(consents): Json<Vec<Consent>> = get(row, 17)?;
    let stops: Vec<String> = get(row, 18)?;
    let address_stops: Vec<String> = get(row, 19)?;
    let stopped = |channel: Channel| {
        let word = channel.word();
        let named = stops.iter().any(|stop| stop == "all" || stop == word);
        named || address_stops.iter().any(|stop| stop == word)
    };
    Ok(Person {
        id: get(row, 0)?,
        name: get(row, 1)?,
        status: get(row, 2)?,
        erased: get(row, 3)?,
        merged: get(row, 4)?,
        restricted: get(row, 5)?,
        given: channels(&given),
        reachable: channels(&valid),
        preferred: get(row, 12)?,
        place: Whereabouts {
            timezone: get(row, 13)?,
            city: get(row, 14)?,
            country: get(row, 15)?,
            region: get(row, 16)?,
            number: valid[0].clone().or_else(|| valid[1].clone()),
        },
        consents,
        suppressed: Channel::ALL
            .iter()
            .copied()
            .filter(|channel| stopped(*channel))
            .collect(),
        in_live_conversation: get(row, 20)?,
        human_claimed: get(row, 21)?,
        has_appointment: get(row, 22)?,
        contacts: get(row, 23)?,
    })
}

/// The channels that a phone, a WhatsApp number and an e-mail address open.
fn channels([phone, whatsapp, email]: &[Option<String>; 3]) -> Vec<Channel> {
    let open = |address: &Option<String>| {
        let address = address.as_deref().unwrap_or_default();
        !address.trim().is_empty()
    };
    let all = [
        (Channel::Phone, phone),
        (Channel::Whatsapp, whatsapp),
        (Channel::Sms, phone),
        (Channel::Email, email),
    ];
    let all = all.into_iter().filter(|(_, address)| open(address));
    all.map(|(channel, _)| channel).collect()
}

fn get<'a, T: FromSql<'a>>(row: &'a Row, index: usize) -> Result<T, Error> {
    row.try_get(index).map_err(Error::internal)
}
