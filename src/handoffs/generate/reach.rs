//! By which channel the prospect may be reached, and when there is none at all.
//!
//! The scoring model, "Score" (who is disqualified) and "Text fields" (the channels).

use crate::handoffs::facts::{Channel, ConsentStatus, Facts, Inputs, ProspectStatus};
use crate::handoffs::generate::Refusal;

/// The order in which channels are tried where nothing is preferred.
const FALLBACK: [Channel; 4] = [
    Channel::Whatsapp,
    Channel::Phone,
    Channel::Sms,
    Channel::Email,
];

/// What the consents say about a channel.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Serialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum Allowed {
    /// Given for marketing or information, and not expired.
    Granted,
    /// Denied or withdrawn, and nothing else given.
    Refused,
    /// Nothing on record.
    Missing,
}

/// The prospect's channels.
pub(super) struct Reach<'a> {
    inputs: &'a Inputs,
}

impl<'a> Reach<'a> {
    pub(super) fn new(inputs: &'a Inputs) -> Reach<'a> {
        Reach { inputs }
    }

    /// The address that a channel uses; text messages go to the telephone number.
    fn address(&self, channel: Channel) -> Option<&'a str> {
        let prospect = &self.inputs.prospect;
        let address = match channel {
            Channel::Phone | Channel::Sms => &prospect.phone,
            Channel::Whatsapp => &prospect.whatsapp,
            Channel::Email => &prospect.email,
        };
        address.as_deref().map(str::trim).filter(|a| !a.is_empty())
    }

    /// The address that the conversation found to be wrong.
    pub(super) fn wrong_address(&self) -> Option<&'a str> {
        let conversation = self.inputs.spoken()?;
        let wrong = matches!(
            conversation.outcome.as_str(),
            "wrong_number" | "invalid_number"
        );
        self.address(conversation.channel).filter(|_| wrong)
    }

    /// Whether the address of a channel is there and not known to be wrong. The same number
    /// written in another way is the same number.
    fn has_address(&self, channel: Channel) -> bool {
        let plain = |a: &str| -> String {
            a.chars()
                .filter(|c| c.is_alphanumeric() || *c == '@')
                .collect()
        };
        self.address(channel).is_some_and(|a| {
            self.wrong_address()
                .is_none_or(|wrong| plain(wrong) != plain(a))
        })
    }

    fn suppressed(&self, channel: Channel) -> bool {
        let hits = |s: &crate::handoffs::facts::Suppression| s.channel.is_none_or(|c| c == channel);
        self.inputs.suppressions.iter().any(hits)
    }

    /// What the newest consents for contacting by a channel say. Of two rows of one instant the
    /// stricter counts.
    pub(super) fn consent(&self, channel: Channel) -> Allowed {
        let state = |purpose: &str| {
            let rows = self.inputs.consents.iter();
            let newest = rows
                .filter(|c| c.purpose == purpose && c.channel.is_none_or(|x| x == channel))
                .max_by_key(|c| (c.captured_at, c.status))?;
            let expired = newest.expires_at.is_some_and(|at| at <= self.inputs.now);
            Some(match newest.status {
                ConsentStatus::Granted if expired => Allowed::Missing,
                ConsentStatus::Granted => Allowed::Granted,
                ConsentStatus::Denied | ConsentStatus::Withdrawn => Allowed::Refused,
            })
        };
        let states = [state("informational"), state("marketing")];
        let any = |wanted| states.contains(&Some(wanted));
        match () {
            () if any(Allowed::Granted) => Allowed::Granted,
            () if any(Allowed::Refused) => Allowed::Refused,
            () => Allowed::Missing,
        }
    }

    /// Whether a channel may be used now or later today.
    fn usable(&self, channel: Channel) -> bool {
        self.has_address(channel)
            && !self.suppressed(channel)
            && self.consent(channel) != Allowed::Refused
            && !self.inputs.closed_today.contains(&channel)
    }

    /// `source_channel`: the appointment's, else the conversation's, else the preferred one. As
    /// the column must be set: else the first with an address, else the telephone.
    pub(super) fn source_channel(&self) -> Channel {
        let appointment = self
            .inputs
            .appointment
            .as_ref()
            .and_then(|a| a.source_channel);
        let conversation = self.inputs.conversation.as_ref().map(|c| c.channel);
        appointment
            .or(conversation)
            .or(self.inputs.prospect.preferred_channel)
            .or_else(|| FALLBACK.into_iter().find(|c| self.address(*c).is_some()))
            .unwrap_or(Channel::Phone)
    }

    /// `suggested_follow_up_channel`: the preferred, the source, then the first usable one.
    pub(super) fn follow_up(&self, source: Channel) -> Option<Channel> {
        self.inputs
            .prospect
            .preferred_channel
            .into_iter()
            .chain([source])
            .chain(FALLBACK)
            .find(|channel| self.usable(*channel))
    }

    /// The channel whose consent matters, if that consent is not on record: the preferred one,
    /// else the suggested one.
    pub(super) fn lacks_consent(&self, follow_up: Option<Channel>) -> Option<Channel> {
        let channel = self.inputs.prospect.preferred_channel.or(follow_up)?;
        (self.consent(channel) != Allowed::Granted).then_some(channel)
    }
}

/// Whether a package may be made at all.
pub(super) fn refuse(inputs: &Inputs, facts: &Facts, reach: &Reach) -> Result<(), Refusal> {
    if inputs.prospect.erased {
        return Err(Refusal::Erased);
    }
    if inputs.prospect.status == ProspectStatus::Closed {
        return Err(Refusal::Closed);
    }
    let addressed: Vec<Channel> = FALLBACK
        .into_iter()
        .filter(|c| reach.address(*c).is_some())
        .collect();
    let everywhere = inputs.suppressions.iter().any(|s| s.channel.is_none());
    let each = !addressed.is_empty() && addressed.iter().all(|c| reach.suppressed(*c));
    if everywhere || each || facts.opt_out.is_some() {
        return Err(Refusal::Suppressed);
    }
    if !addressed.is_empty() && !addressed.iter().any(|c| reach.has_address(*c)) {
        return Err(Refusal::ContactInvalid);
    }
    Ok(())
}
