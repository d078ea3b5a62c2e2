//! Rows as the pure rules take them.

use jiff::tz::TimeZone;
use tokio_postgres::{Row, types::FromSql};

use crate::{
    appointments,
    error::Error,
    handoffs::facts::{
        AiConfidence, Appointment, AppointmentKind, AppointmentStatus, Channel, Consent,
        ConsentStatus, Conversation, Entity, EntityStatus, Message, Prospect, ProspectStatus,
        Sentiment,
    },
    properties::matching::{Candidate, Offer, PropertyStatus, PropertyType},
};

/// A column's value.
pub(super) fn get<'a, T: FromSql<'a>>(row: &'a Row, column: &str) -> Result<T, Error> {
    row.try_get(column).map_err(Error::internal)
}

pub(super) fn word<T>(row: &Row, column: &str, read: fn(&str) -> Option<T>) -> Result<T, Error> {
    maybe(row, column, read)?.ok_or_else(|| Error::internal(format!("{column} is null")))
}

pub(super) fn maybe<T>(
    row: &Row,
    column: &str,
    read: fn(&str) -> Option<T>,
) -> Result<Option<T>, Error> {
    match get::<Option<&str>>(row, column)? {
        None => Ok(None),
        Some(text) => match read(text) {
            Some(value) => Ok(Some(value)),
            None => Err(Error::internal(format!("{column} holds {text:?}"))),
        },
    }
}

pub(super) fn read_prospect(row: &Row) -> Result<Prospect, Error> {
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
        rejected_property_ids: get(row, "rejected_property_ids")?,
        no_shows: get(row, "no_shows")?,
        erased: get(row, "erased")?,
        duplicate_suspected: get(row, "duplicate")?,
    })
}

pub(super) fn read_appointment(row: appointments::Appointment) -> Result<Appointment, Error> {
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

pub(super) fn read_conversation(row: &Row) -> Result<Conversation, Error> {
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

pub(super) fn read_message(row: &Row) -> Result<Message, Error> {
    Ok(Message {
        id: get(row, "id")?,
        seq: get(row, "seq")?,
        speaker: get(row, "speaker")?,
        message: get(row, "message")?,
        public: get(row, "public")?,
    })
}

pub(super) fn read_entity(row: &Row) -> Result<Entity, Error> {
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

pub(super) fn read_consent(row: &Row) -> Result<Consent, Error> {
    Ok(Consent {
        channel: maybe(row, "channel", Channel::from_word)?,
        purpose: get(row, "purpose")?,
        status: word(row, "status", ConsentStatus::from_word)?,
        captured_at: get(row, "captured_at")?,
        expires_at: get(row, "expires_at")?,
    })
}

pub(super) fn candidate(row: &Row) -> Result<Candidate, Error> {
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
