//! Every sentence for people that the generation of handoffs and the match write.
//!
//! One function or table per sentence, with typed arguments and no rule in it, so that a catalogue
//! of another language is a second file of the same shape. English only for now; dates are
//! written without regard to the machine's locale.

mod matches;

use jiff::{Timestamp, tz::TimeZone};
use rust_decimal::Decimal;

use crate::handoffs::facts::{AppointmentKind, Channel, Financing, Purpose, Sentiment};
use crate::handoffs::generate::{ReasonCode, Refusal};
use crate::handoffs::money::{Amount, Money};
use crate::handoffs::priority::Priority;
use crate::handoffs::timeline::BROWSING;
use crate::properties::matching::{Bedrooms, PropertyType};

pub use matches::match_reason;

/// "Mon 3 Aug 2026, 15:00 (Asia/Dubai)".
pub fn local_time(at: Timestamp, zone: &TimeZone) -> String {
    at.to_zoned(zone.clone())
        .strftime("%a %-d %b %Y, %H:%M (%Q)")
        .to_string()
}

/// "1,500,000" or "1,500,000.5".
fn number(amount: Decimal) -> String {
    let text = amount.normalize().to_string();
    let (whole, fraction) = text.split_once('.').unwrap_or((&text, ""));
    let mut grouped = String::with_capacity(text.len() + text.len() / 3);
    for (at, digit) in whole.chars().enumerate() {
        if at > 0 && (whole.len() - at).is_multiple_of(3) {
            grouped.push(',');
        }
        grouped.push(digit);
    }
    if !fraction.is_empty() {
        grouped.push('.');
        grouped.push_str(fraction);
    }
    grouped
}

/// "AED 1,500,000-2,000,000", "AED up to 2,000,000".
pub fn money(money: &Money) -> String {
    let range = match (money.min, money.max) {
        (Some(min), Some(max)) if min == max => number(max),
        (Some(min), Some(max)) => format!("{}-{}", number(min), number(max)),
        (None, Some(max)) => format!("up to {}", number(max)),
        (Some(min), None) => format!("from {}", number(min)),
        (None, None) => String::new(),
    };
    match &money.currency {
        Some(currency) => format!("{currency} {range}"),
        None => range,
    }
}

/// An amount, or the words that could not be read.
pub fn amount(amount: &Amount) -> String {
    match amount {
        Amount::Numeric(numbers) => money(numbers),
        Amount::Text(text) => text.clone(),
    }
}

/// "4", "3-4", "4+", "up to 3".
pub fn bedroom_range(bedrooms: Bedrooms) -> String {
    match (bedrooms.min, bedrooms.max) {
        (Some(min), Some(max)) if min == max => min.to_string(),
        (Some(min), Some(max)) => format!("{min}-{max}"),
        (Some(min), None) => format!("{min}+"),
        (None, Some(max)) => format!("up to {max}"),
        (None, None) => String::new(),
    }
}

/// "villa or townhouse".
pub fn types(types: &[PropertyType]) -> String {
    let names: Vec<&str> = types.iter().map(|t| t.as_str()).collect();
    names.join(" or ")
}

/// "4-bedroom villa", or the part of it that is known; `None` where neither is.
pub fn home(bedrooms: Option<Bedrooms>, home_types: Option<&[PropertyType]>) -> Option<String> {
    let noun = home_types.map(types);
    let rooms = bedrooms.map(|b| match (b.min, b.max) {
        (Some(0), Some(0)) => "studio".to_owned(),
        _ => format!("{}-bedroom", bedroom_range(b)),
    });
    match (rooms, noun) {
        (Some(rooms), Some(noun)) => Some(format!("{rooms} {noun}")),
        (Some(rooms), None) if rooms == "studio" => Some(rooms),
        (Some(rooms), None) => Some(format!("{rooms} home")),
        (None, noun) => noun,
    }
}

/// "within 3 months".
pub fn months(months: u16) -> String {
    match months {
        0 => "now".to_owned(),
        1 => "within 1 month".to_owned(),
        BROWSING.. => "no fixed date".to_owned(),
        n => format!("within {n} months"),
    }
}

/// "Location: Dubai Marina".
pub fn need_location(place: &str) -> String {
    format!("Location: {place}")
}

/// "Budget: AED 1,500,000-2,000,000".
pub fn need_budget(budget: &Amount) -> String {
    format!("Budget: {}", amount(budget))
}

/// "Timeline: within 3 months".
pub fn need_timeline(n: u16) -> String {
    format!("Timeline: {}", months(n))
}

/// "Feature: pool".
pub fn need_feature(feature: &str) -> String {
    format!("Feature: {feature}")
}

/// "Financing: pre-approved".
pub fn need_financing(financing: Financing) -> String {
    let words = match financing {
        Financing::Cash => "cash",
        Financing::PreApproved => "pre-approved",
        Financing::InProcess => "in process",
        Financing::NotStarted => "not started",
    };
    format!("Financing: {words}")
}

/// "Purpose: buy".
pub fn need_purpose(purpose: Purpose) -> String {
    let words = match purpose {
        Purpose::Buy => "buy",
        Purpose::Rent => "rent",
        Purpose::Invest => "investment",
        Purpose::Holiday => "holiday home",
    };
    format!("Purpose: {words}")
}

/// "Concern: service charges".
pub fn need_concern(objection: &str) -> String {
    format!("Concern: {objection}")
}

/// A channel in a sentence.
pub const fn channel(channel: Channel) -> &'static str {
    match channel {
        Channel::Phone => "phone",
        Channel::Whatsapp => "WhatsApp",
        Channel::Sms => "text message",
        Channel::Email => "e-mail",
    }
}

/// A kind of appointment in a sentence.
pub const fn kind(kind: AppointmentKind) -> &'static str {
    match kind {
        AppointmentKind::Viewing => "viewing",
        AppointmentKind::Call => "call",
        AppointmentKind::Meeting => "meeting",
        AppointmentKind::VirtualTour => "virtual tour",
    }
}

/// "viewing of Palm Villa".
pub fn event(of: AppointmentKind, property: Option<&str>) -> String {
    match property {
        Some(property) => format!("{} of {property}", kind(of)),
        None => kind(of).to_owned(),
    }
}

/// The sentence of a reason. `event` is "viewing of Palm Villa", `when` its local time; both are
/// missing where there is no appointment. `upcoming` is whether it is still to come.
pub fn reason(code: ReasonCode, event: Option<&str>, when: Option<&str>, upcoming: bool) -> String {
    let event = event.unwrap_or("appointment");
    let on = when.map(|w| format!(" on {w}")).unwrap_or_default();
    match code {
        ReasonCode::ViewingScheduled if upcoming => format!("The {event} is scheduled{on}."),
        ReasonCode::ViewingScheduled => {
            format!("The {event} was scheduled{on}; its outcome is not recorded yet.")
        }
        ReasonCode::ViewingCompletedFollowUp => {
            format!("The {event}{on} took place and needs a follow-up.")
        }
        ReasonCode::ViewingNoShowRecovery => {
            format!("The {event}{on} was missed; win the prospect back.")
        }
        ReasonCode::ViewingRescheduled => {
            format!("The {event} was moved and needs a confirmed time.")
        }
        ReasonCode::HumanRequested => "The prospect asked to speak with a person.".to_owned(),
        ReasonCode::AiLowConfidence => "The agent was not sure enough to go on alone.".to_owned(),
        ReasonCode::HighIntent => "The prospect shows high intent.".to_owned(),
        ReasonCode::Complaint => "The prospect complained.".to_owned(),
        ReasonCode::FollowUp => "The prospect needs a follow-up by a person.".to_owned(),
    }
}

/// A priority in a sentence.
pub const fn priority(priority: Priority) -> &'static str {
    match priority {
        Priority::High => "high priority",
        Priority::Medium => "medium priority",
        Priority::Low => "low priority",
    }
}

/// Summary, first line.
pub fn summary_head(name: &str, how_soon: Priority, reason: &str) -> String {
    format!("{name}, {}. {reason}", priority(how_soon))
}

/// Summary, the appointment's line.
pub fn summary_appointment(event: &str, status: &str, when: &str, location: &str) -> String {
    let status = status.replace('_', "-");
    let location = match location.trim() {
        "" => String::new(),
        place => format!(", {place}"),
    };
    format!("Appointment: {event}, {status}, {when}{location}.")
}

/// Summary, the line of needs.
pub fn summary_needs(needs: &[String]) -> String {
    format!("Looking for: {}.", needs.join("; "))
}

/// Summary, the line of budget and timeline.
pub fn summary_money_and_time(parts: &[String]) -> String {
    format!("{}.", parts.join("; "))
}

/// Summary, the line of the last contact.
pub fn summary_contact(by: Channel, outcome: &str, sentiment: Option<Sentiment>) -> String {
    let outcome = outcome.replace('_', " ");
    match sentiment {
        Some(s) => format!(
            "Last contact: {}, {outcome}, sentiment {}.",
            channel(by),
            s.as_str()
        ),
        None => format!("Last contact: {}, {outcome}.", channel(by)),
    }
}

/// Summary, the line of the open concern.
pub fn summary_concern(objection: &str) -> String {
    format!("Open concern: {objection}.")
}

/// Context, first line.
pub fn context_head(conversation: &str) -> String {
    format!("Conversation {conversation}")
}

/// Context, the list of entities.
pub fn context_entities(entities: &[String]) -> String {
    format!("Detected: {}", entities.join("; "))
}

/// Who speaks a message.
pub fn speaker(word: &str) -> &'static str {
    match word {
        "prospect" => "Prospect",
        "agent" => "Agent",
        "rep" => "Representative",
        _ => "System",
    }
}

/// What stands where a card or identity number was.
pub const REDACTED: &str = "[redacted]";

/// Step: contact at once.
pub fn step_contact(name: &str, by: Option<Channel>, due: &str) -> String {
    match by {
        Some(by) => format!("Contact {name} by {} before {due}", channel(by)),
        None => format!("Contact {name} before {due}"),
    }
}

/// Step: confirm the appointment.
pub fn step_confirm(event: &str, when: &str) -> String {
    format!("Confirm the {event} on {when}")
}

/// Step: location and access.
pub fn step_access() -> String {
    "Send location and access details".to_owned()
}

/// Step: feedback, and an offer where everything fits.
pub fn step_feedback(event: &str, offer: bool) -> String {
    match offer {
        true => format!(
            "Ask for feedback on the {event} within 24 hours and discuss an offer or a reservation"
        ),
        false => format!("Ask for feedback on the {event} within 24 hours"),
    }
}

/// Step: after a no-show.
pub fn step_no_show(name: &str) -> String {
    format!("Contact {name} the same day and offer two new slots")
}

/// Step: after a rescheduling.
pub fn step_rescheduled(event: &str) -> String {
    format!("Confirm the new time of the {event}")
}

/// Step: financing.
pub fn step_financing() -> String {
    "Ask about financing and mortgage pre-approval".to_owned()
}

/// Step: budget.
pub fn step_budget(alternative: Option<&str>) -> String {
    match alternative {
        Some(name) => format!("Confirm the budget range and show {name}"),
        None => "Confirm the budget range".to_owned(),
    }
}

/// Step: timeline.
pub fn step_timeline() -> String {
    "Ask for the move date".to_owned()
}

/// Step: suggestions.
pub fn step_shortlist(count: usize) -> String {
    format!("Send the shortlist of {count} properties")
}

/// Step: objection.
pub fn step_objection(objection: &str) -> String {
    format!("Address \"{objection}\"")
}

/// Step: consent.
pub fn step_consent(by: Option<Channel>) -> String {
    match by {
        Some(by) => format!(
            "Obtain consent to contact by {} before contacting",
            channel(by)
        ),
        None => "Obtain consent and a usable channel before contacting".to_owned(),
    }
}

/// Step: nothing else to do.
pub fn step_follow_up() -> String {
    "Log the next follow-up in 7 days".to_owned()
}

/// Task of a manager: an offer passed unclaimed for the second time.
pub fn nobody_claimed(name: &str) -> String {
    let name: String = name.chars().take(200).collect();
    format!("Nobody claimed the handoff of {name} in time: find somebody")
}

/// Why no package is made.
pub const fn refusal(refusal: Refusal) -> &'static str {
    match refusal {
        Refusal::Erased => "This prospect's data has been erased.",
        Refusal::Closed => "This prospect is closed; there is nothing to hand over.",
        Refusal::Suppressed => "This prospect has opted out of all channels.",
        Refusal::ContactInvalid => "The only contact address of this prospect is wrong.",
    }
}
