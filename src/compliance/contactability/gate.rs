//! The gate that every contact passes, in its order.
//!
//! Source: the domain's "Campaign execution", Gate, as far as there are tables:
//! what is wrong with the person, then with the channel, then with the hour.
//! The first reason decides; all are told. Pure: the moment is passed in.

use std::collections::{BTreeSet, HashMap};

use jiff::{Timestamp, ToSpan as _, tz::TimeZone};
use serde::Deserialize;
use uuid::Uuid;

use super::{
    place::{Whereabouts, Zones},
    window::{Window, common_opening},
};
use crate::{
    compliance::policies::{ChannelScope, ContactPolicy},
    input::Channel,
    prospects::ProspectStatus,
    words,
};

words! {
    /// Why somebody may not be contacted, in the order of the gate.
    pub enum Reason {
        /// The person was erased.
        Erased = "erased",
        /// The person is another's double.
        Merged = "merged",
        /// Nothing is to be sold any more.
        Closed = "closed",
        /// The person was lost.
        Lost = "lost",
        /// Processing is restricted.
        Restricted = "restricted",
        /// Somebody is talking with the person right now.
        InLiveConversation = "in_live_conversation",
        /// A person of the desk has claimed the handoff.
        HumanClaimed = "human_claimed",
        /// An appointment is to come.
        HasAppointment = "has_appointment",
        /// There is no address for the channel.
        NoAddress = "no_address",
        /// The address cannot be one.
        InvalidAddress = "invalid_address",
        /// The person asked not to be contacted.
        Suppressed = "suppressed",
        /// There is no valid consent.
        NoConsent = "no_consent",
        /// No policy speaks.
        NoPolicy = "no_policy",
        /// Nobody knows what time it is there.
        UnknownTimezone = "unknown_timezone",
        /// It is not the hour.
        OutsideWindow = "outside_window",
        /// The person was contacted often enough.
        FrequencyCap = "frequency_cap",
    }
}

impl Reason {
    /// Whether it passes with time alone.
    pub fn passes(self) -> bool {
        matches!(self, Self::OutsideWindow | Self::FrequencyCap)
    }
}

/// The newest word on a consent.
#[derive(Clone, Debug, Deserialize)]
pub struct Consent {
    /// For which channel.
    pub channel: String,
    /// To what.
    pub purpose: String,
    /// What was said.
    pub status: String,
    /// Until when it holds.
    pub expires_at: Option<Timestamp>,
}

/// What the gate knows of a person.
#[derive(Clone, Debug)]
pub struct Person {
    /// The key.
    pub id: Uuid,
    /// The name.
    pub name: String,
    /// Where the person stands.
    pub status: ProspectStatus,
    /// Whether the person was erased.
    pub erased: bool,
    /// Whether the person is another's double.
    pub merged: bool,
    /// Whether processing is restricted.
    pub restricted: bool,
    /// Whether something stands where the address of a channel belongs.
    pub given: Vec<Channel>,
    /// Channels whose address is valid.
    pub reachable: Vec<Channel>,
    /// The channel that the person likes best.
    pub preferred: Option<Channel>,
    /// Where the person is.
    pub place: Whereabouts,
    /// The newest consents.
    pub consents: Vec<Consent>,
    /// Channels on which the person is suppressed.
    pub suppressed: Vec<Channel>,
    /// Whether somebody is talking with the person right now.
    pub in_live_conversation: bool,
    /// Whether a person of the desk has claimed the handoff.
    pub human_claimed: bool,
    /// Whether an appointment is to come.
    pub has_appointment: bool,
    /// When the person was contacted in the last seven days, newest first.
    pub contacts: Vec<Timestamp>,
}

impl Person {
    /// Whether a consent holds at a moment.
    pub fn consents_to(&self, channel: Channel, purpose: &str, at: Timestamp) -> bool {
        self.consents.iter().any(|consent| {
            consent.channel == channel.word()
                && consent.purpose == purpose
                && consent.status == "granted"
                && consent.expires_at.is_none_or(|end| end > at)
        })
    }
}

/// What a campaign adds to the gate.
#[derive(Clone, Debug, Default)]
pub struct CampaignRules {
    /// Whether it only informs, for which a consent to be informed is enough.
    pub informs: bool,
    /// Its own hours.
    pub window: Option<Window>,
    /// The zone of whoever has none.
    pub fallback_timezone: Option<String>,
}

/// Whether a person may be contacted on a channel.
#[derive(Clone, Debug)]
pub struct Verdict {
    /// The channel.
    pub channel: Channel,
    /// Why not, in the order of the gate; empty if he may.
    pub reasons: Vec<Reason>,
    /// The first moment at which time stands in nobody's way, if one is known.
    pub next_opening: Option<Timestamp>,
    /// The zones that count.
    pub zones: Option<Zones>,
    /// The policies that count, as places in the judge's list.
    pub policies: Vec<usize>,
}

impl Verdict {
    /// Whether nothing but time stands in the way.
    pub fn possible_at(&self) -> Option<Timestamp> {
        let passes = self.reasons.iter().all(|reason| reason.passes());
        self.next_opening.filter(|_| passes)
    }
}

/// Zones, policies and moment → the next opening.
type Openings = HashMap<(Vec<String>, Vec<usize>, Timestamp), Option<Timestamp>>;

/// Judges people at one moment. It remembers openings, since many people are in
/// the same places.
pub struct Judge {
    policies: Vec<ContactPolicy>,
    campaign: Option<CampaignRules>,
    now: Timestamp,
    openings: Openings,
}

impl Judge {
    /// A judge for a moment, with all policies, and what a campaign adds.
    pub fn new(
        policies: Vec<ContactPolicy>,
        campaign: Option<CampaignRules>,
        now: Timestamp,
    ) -> Self {
        Self {
            policies,
            campaign,
            now,
            openings: Openings::new(),
        }
    }

    /// A policy by its place.
    pub fn policy(&self, index: usize) -> Option<&ContactPolicy> {
        self.policies.get(index)
    }

    /// Judges a channel.
    pub fn judge(&mut self, person: &Person, channel: Channel) -> Verdict {
        let mut reasons = self.of_person(person);
        reasons.extend(self.of_channel(person, channel));
        let policies = self.applied(person, channel);
        let fallback = self.fallback(&policies);
        let zones = person.place.zones(fallback.as_deref());
        let mut next_opening = None;
        match (&zones, policies.is_empty()) {
            (_, true) => reasons.push(Reason::NoPolicy),
            (None, _) => reasons.push(Reason::UnknownTimezone),
            (Some(zones), false) => {
                if self.opening(zones, &policies, self.now) != Some(self.now) {
                    reasons.push(Reason::OutsideWindow);
                }
                let free = self.free_from(person, &policies);
                if free != Some(self.now) {
                    reasons.push(Reason::FrequencyCap);
                }
                next_opening = free.and_then(|from| self.opening(zones, &policies, from));
            }
        }
        Verdict {
            channel,
            reasons,
            next_opening,
            zones,
            policies,
        }
    }

    fn of_person(&self, person: &Person) -> Vec<Reason> {
        let in_campaign = self.campaign.is_some();
        let held = [
            (person.erased, Reason::Erased),
            (person.merged, Reason::Merged),
            (person.status == ProspectStatus::Closed, Reason::Closed),
            (person.status == ProspectStatus::Lost, Reason::Lost),
            (person.restricted, Reason::Restricted),
            (person.in_live_conversation, Reason::InLiveConversation),
            (in_campaign && person.human_claimed, Reason::HumanClaimed),
            (
                in_campaign && person.has_appointment,
                Reason::HasAppointment,
            ),
        ];
        let held = held.into_iter().filter(|(holds, _)| *holds);
        held.map(|(_, reason)| reason).collect()
    }

    fn of_channel(&self, person: &Person, channel: Channel) -> Vec<Reason> {
        let mut reasons = Vec::new();
        if !person.reachable.contains(&channel) {
            reasons.push(match person.given.contains(&channel) {
                true => Reason::InvalidAddress,
                false => Reason::NoAddress,
            });
        }
        if person.suppressed.contains(&channel) {
            reasons.push(Reason::Suppressed);
        }
        let consents = |purpose| person.consents_to(channel, purpose, self.now);
        let informs = self.campaign.as_ref().is_some_and(|rules| rules.informs);
        let agreed = consents("marketing") || informs && consents("informational");
        // A campaign calls with the agent's voice.
        let by_agent = self.campaign.is_some() && channel == Channel::Phone;
        if !agreed || by_agent && !consents("ai_voice") {
            reasons.push(Reason::NoConsent);
        }
        reasons
    }

    /// The narrowest policy of each jurisdiction, that of the channel before
    /// that of all.
    fn applied(&self, person: &Person, channel: Channel) -> Vec<usize> {
        let find = |jurisdiction: &String, scope: &str| {
            self.policies.iter().position(|policy| {
                policy.jurisdiction == *jurisdiction && policy.channel.word() == scope
            })
        };
        let all: BTreeSet<usize> = person
            .place
            .jurisdictions()
            .iter()
            .filter_map(|narrowest_first| {
                narrowest_first.iter().find_map(|jurisdiction| {
                    find(jurisdiction, channel.word())
                        .or_else(|| find(jurisdiction, ChannelScope::All.word()))
                })
            })
            .collect();
        all.into_iter().collect()
    }

    fn fallback(&self, policies: &[usize]) -> Option<String> {
        let allowed = |index: &usize| self.policies[*index].fallback_timezone_allowed;
        let zone = self.campaign.as_ref()?.fallback_timezone.clone();
        zone.filter(|_| !policies.is_empty() && policies.iter().all(allowed))
    }

    /// From when on no cap stands in the way; `None` if one always does.
    fn free_from(&self, person: &Person, policies: &[usize]) -> Option<Timestamp> {
        let mut free = self.now;
        for policy in policies.iter().map(|index| &self.policies[*index]) {
            let gap = (policy.min_gap_minutes > 0).then_some((1, policy.min_gap_minutes));
            let day = Some((policy.max_per_24h, 24 * 60));
            let week = policy.max_per_7d.map(|most| (most, 7 * 24 * 60));
            for (most, minutes) in [gap, day, week].into_iter().flatten() {
                let index = usize::try_from(most).ok()?.checked_sub(1)?;
                if let Some(contact) = person.contacts.get(index) {
                    let span = i64::from(minutes).minutes();
                    free = free.max(contact.checked_add(span).ok()?);
                }
            }
        }
        Some(free)
    }

    /// The first moment from `from` on that every window allows in every zone.
    fn opening(&mut self, zones: &Zones, policies: &[usize], from: Timestamp) -> Option<Timestamp> {
        let key = (zones.names.clone(), policies.to_vec(), from);
        if let Some(known) = self.openings.get(&key) {
            return *known;
        }
        let mut windows: Vec<Window> = policies
            .iter()
            .map(|index| hours(&self.policies[*index]))
            .collect();
        let own = self
            .campaign
            .as_ref()
            .and_then(|rules| rules.window.clone());
        windows.extend(own);
        let places: Vec<TimeZone> = zones.all();
        let opening = match places.is_empty() {
            true => None,
            false => common_opening(&windows, &places, from),
        };
        self.openings.insert(key, opening);
        opening
    }
}

fn hours(policy: &ContactPolicy) -> Window {
    Window {
        start: policy.window_start,
        end: policy.window_end,
        days: policy.window_days.clone(),
        holidays: policy.holidays.clone(),
    }
}

#[cfg(test)]
mod tests;
