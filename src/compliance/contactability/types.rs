//! The answer of `/api/prospects/{id}/contactability`.

use jiff::{Timestamp, civil::Time};
use schemars::JsonSchema;
use serde::Serialize;
use uuid::Uuid;

use super::{
    gate::{Judge, Person, Reason, Verdict},
    place::ZoneSource,
};
use crate::{compliance::policies::ChannelScope, input::Channel};

/// Whether a person may be contacted now, channel by channel.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct Contactability {
    /// The person.
    pub prospect_id: Uuid,
    /// The moment that it is about.
    pub at: Timestamp,
    /// Whether some channel is open.
    pub contactable: bool,
    /// Every channel.
    pub channels: Vec<ChannelContact>,
}

/// Whether a person may be contacted on a channel, to sell something.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct ChannelContact {
    /// The channel.
    pub channel: Channel,
    /// Whether it is open now.
    pub allowed: bool,
    /// Why not: the first reason in the order of the gate.
    pub reason: Option<Reason>,
    /// Every reason, in that order.
    pub reasons: Vec<Reason>,
    /// The first moment that hours and caps allow, now where that is now; null
    /// where it is not known.
    pub next_opening: Option<Timestamp>,
    /// Whether the person agreed to be called by the agent's voice.
    pub ai_voice_consent: bool,
    /// The zones that count; with several, all of them must be open.
    pub zones: Vec<String>,
    /// How they are known.
    pub zone_source: Option<ZoneSource>,
    /// The policies that count; with several, the strictest.
    pub policies: Vec<AppliedPolicy>,
}

/// A policy that counts.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct AppliedPolicy {
    /// Its key.
    pub id: Uuid,
    /// Where it holds.
    pub jurisdiction: String,
    /// The channels that it holds for.
    pub channel: ChannelScope,
    /// From when, on the person's clock.
    pub window_start: Time,
    /// Until when, exclusively.
    pub window_end: Time,
    /// On which ISO weekdays; 1 is Monday.
    pub window_days: Vec<i16>,
}

impl Contactability {
    /// Judges every channel of a person at a moment.
    pub fn of(person: &Person, judge: &mut Judge, at: Timestamp) -> Self {
        let channels: Vec<ChannelContact> = Channel::ALL
            .iter()
            .map(|channel| {
                let verdict = judge.judge(person, *channel);
                ChannelContact::of(verdict, person, judge, at)
            })
            .collect();
        Self {
            prospect_id: person.id,
            at,
            contactable: channels.iter().any(|channel| channel.allowed),
            channels,
        }
    }
}

impl ChannelContact {
    fn of(verdict: Verdict, person: &Person, judge: &Judge, at: Timestamp) -> Self {
        let policies = verdict.policies.iter();
        let policies = policies.filter_map(|index| judge.policy(*index));
        Self {
            channel: verdict.channel,
            allowed: verdict.reasons.is_empty(),
            reason: verdict.reasons.first().copied(),
            next_opening: verdict.next_opening,
            ai_voice_consent: person.consents_to(verdict.channel, "ai_voice", at),
            zone_source: verdict.zones.as_ref().map(|zones| zones.source),
            zones: verdict.zones.map_or_else(Vec::new, |zones| zones.names),
            reasons: verdict.reasons,
            policies: policies
                .map(|policy| AppliedPolicy {
                    id: policy.id,
                    jurisdiction: policy.jurisdiction.clone(),
                    channel: policy.channel,
                    window_start: policy.window_start,
                    window_end: policy.window_end,
                    window_days: policy.window_days.clone(),
                })
                .collect(),
        }
    }
}
