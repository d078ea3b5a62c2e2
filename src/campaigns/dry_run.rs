//! Whom a campaign would contact, when and how, and why others not.
//!
//! The same gate judges that every contact passes. Nothing is written.

use std::collections::BTreeMap;

use jiff::{Timestamp, civil::Time};
use schemars::JsonSchema;
use serde::Serialize;
use uuid::Uuid;

use super::types::{Campaign, CampaignStatus, ObjectiveType};
use crate::{
    compliance::contactability::{CampaignRules, Judge, Person, Reason, Verdict, Window},
    envelope::Resource,
    input::Channel,
    words,
};

words! {
    /// What becomes of a person.
    pub enum Decision {
        /// Would be contacted at once.
        Now = "now",
        /// Would be contacted when the hours allow it.
        Later = "later",
        /// Would not be contacted.
        Skipped = "skipped",
    }
}

/// What a campaign would do.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct DryRun {
    /// The campaign.
    pub campaign_id: Uuid,
    /// The moment that it is about.
    pub at: Timestamp,
    /// Why it could not be started as it stands, as a code; null if it could.
    pub obstacle: Option<&'static str>,
    /// People in the segment.
    pub total: usize,
    /// Of those, how many would be contacted at once.
    pub now: usize,
    /// How many when the hours allow it.
    pub later: usize,
    /// How many not.
    pub skipped: usize,
    /// The skipped, by the reason that decides.
    pub by_reason: BTreeMap<&'static str, usize>,
    /// The others, by channel.
    pub by_channel: BTreeMap<&'static str, usize>,
    /// A page of the people, by key.
    pub data: Vec<PlannedContact>,
    /// Where the next page starts, when more follow.
    pub next_cursor: Option<Uuid>,
}

/// What would become of a person.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct PlannedContact {
    /// The person.
    pub prospect_id: Uuid,
    /// The name.
    pub prospect_name: String,
    /// What becomes of him.
    pub decision: Decision,
    /// On which channel.
    pub channel: Option<Channel>,
    /// When.
    pub contact_at: Option<Timestamp>,
    /// Why not, or why not at once.
    pub reason: Option<Reason>,
    /// Every channel that the campaign would try, in its order.
    pub channels: Vec<ChannelReasons>,
}

/// What stands in the way on a channel.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct ChannelReasons {
    /// The channel.
    pub channel: Channel,
    /// Every reason, in the order of the gate; empty where none.
    pub reasons: Vec<Reason>,
}

impl Resource for DryRun {
    const PATH: &'static str = "/api/campaigns";

    fn id(&self) -> Uuid {
        self.campaign_id
    }

    fn changed_at(&self) -> Timestamp {
        self.at
    }
}

/// What a campaign adds to the gate.
pub fn rules(campaign: &Campaign) -> CampaignRules {
    let own = [
        campaign.window_start.is_some(),
        campaign.window_end.is_some(),
        campaign.window_days.is_some(),
    ];
    let window = own.contains(&true).then(|| Window {
        start: campaign.window_start.unwrap_or(Time::midnight()),
        end: campaign.window_end.unwrap_or(Time::midnight()),
        days: match &campaign.window_days {
            Some(days) => days.clone(),
            None => (1..=7).collect(),
        },
        holidays: Vec::new(),
    });
    CampaignRules {
        informs: campaign.objective_type == Some(ObjectiveType::Informational),
        window,
        fallback_timezone: campaign.fallback_timezone.clone(),
    }
}

/// Why a campaign could not be started at a moment.
fn obstacle(campaign: &Campaign, at: Timestamp) -> Option<&'static str> {
    if campaign.blocked_at.is_some() {
        return Some("campaign_blocked");
    }
    if campaign.channels.is_empty() {
        return Some("channels_required");
    }
    if campaign.ends_at.is_some_and(|end| end <= at) {
        return Some("campaign_over");
    }
    let over = campaign.status == CampaignStatus::Completed;
    over.then_some("illegal_status_change")
}

/// The order in which channels are tried: what the person likes, then the
/// campaign's own order, then the rest of its channels.
fn order(campaign: &Campaign, person: &Person) -> Vec<Channel> {
    let wished = person.preferred.into_iter();
    let all = wished
        .chain(campaign.channel_order.iter().copied())
        .chain(campaign.channels.iter().copied());
    let mut order = Vec::new();
    for channel in all {
        if campaign.channels.contains(&channel) && !order.contains(&channel) {
            order.push(channel);
        }
    }
    order
}

/// Adds up people, and keeps a page of them.
pub struct Plan {
    campaign: Campaign,
    judge: Judge,
    after: Option<Uuid>,
    limit: usize,
    run: DryRun,
}

impl Plan {
    /// An empty plan; the page begins after the person `after`.
    pub fn new(
        campaign: Campaign,
        judge: Judge,
        at: Timestamp,
        after: Option<Uuid>,
        limit: usize,
    ) -> Self {
        let run = DryRun {
            campaign_id: campaign.id,
            at,
            obstacle: obstacle(&campaign, at),
            total: 0,
            now: 0,
            later: 0,
            skipped: 0,
            by_reason: BTreeMap::new(),
            by_channel: BTreeMap::new(),
            data: Vec::new(),
            next_cursor: None,
        };
        Self {
            campaign,
            judge,
            after,
            limit,
            run,
        }
    }

    /// Judges one more person; people come by key.
    pub fn add(&mut self, person: &Person) {
        let planned = self.judge(person);
        self.run.total += 1;
        match planned.decision {
            Decision::Now => self.run.now += 1,
            Decision::Later => self.run.later += 1,
            Decision::Skipped => self.run.skipped += 1,
        }
        match (planned.channel, planned.reason) {
            (Some(channel), _) => *self.run.by_channel.entry(channel.word()).or_default() += 1,
            (None, Some(reason)) => *self.run.by_reason.entry(reason.word()).or_default() += 1,
            (None, None) => {}
        }
        if self.after.is_some_and(|after| person.id <= after) {
            return;
        }
        if self.run.data.len() < self.limit {
            self.run.data.push(planned);
        } else if let Some(last) = self.run.data.last() {
            self.run.next_cursor = Some(last.prospect_id);
        }
    }

    /// The sum.
    pub fn finish(self) -> DryRun {
        self.run
    }

    fn judge(&mut self, person: &Person) -> PlannedContact {
        let order = order(&self.campaign, person);
        let verdicts: Vec<Verdict> = order
            .into_iter()
            .map(|channel| self.judge.judge(person, channel))
            .collect();
        let last = self.campaign.ends_at;
        // The first channel on which nothing but time stands in the way.
        let chosen = verdicts.iter().find_map(|verdict| {
            let at = verdict.possible_at()?;
            let in_time = last.is_none_or(|end| at < end);
            in_time.then_some((verdict, at))
        });
        let (decision, reason) = match chosen {
            Some((_, at)) if at <= self.run.at => (Decision::Now, None),
            Some((verdict, _)) => (Decision::Later, verdict.reasons.first().copied()),
            // What came furthest through the gate says most.
            None => {
                let firsts = verdicts.iter().filter_map(|it| it.reasons.first().copied());
                let reason = firsts.max().unwrap_or(Reason::NoAddress);
                (Decision::Skipped, Some(reason))
            }
        };
        PlannedContact {
            prospect_id: person.id,
            prospect_name: person.name.clone(),
            decision,
            channel: chosen.map(|(verdict, _)| verdict.channel),
            contact_at: chosen.map(|(_, at)| at),
            reason,
            channels: verdicts
                .into_iter()
                .map(|verdict| ChannelReasons {
                    channel: verdict.channel,
                    reasons: verdict.reasons,
                })
                .collect(),
        }
    }
}
