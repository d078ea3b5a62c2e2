//! Which rule holds and who gets it: pure, so that a dry run says what would
//! happen and the same inputs always say the same.
//!
//! Source: the routing rules of the domain, "Evaluation". Rules are asked by
//! priority, then id. Of the first whose conditions hold an owner keeps what is
//! his where the rule says so; else its strategy chooses among its targets. A
//! rule that finds nobody eligible passes to its fallback, and where that finds
//! nobody either the next rule is asked. Where none chooses, it waits.

use std::collections::{BTreeSet, HashMap};

use jiff::{SignedDuration, Timestamp};
use schemars::JsonSchema;
use serde::Serialize;
use serde_json::Value;
use uuid::Uuid;

use super::{
    conditions::holds::{Subject, holds},
    eligible::{Demands, Person, WhyNot, why_not},
    strategies::{Contender, least_loaded, round_robin, weighted},
    types::Strategy,
};
use crate::words;

/// A rule as it is asked.
#[derive(Clone, Debug)]
pub struct Rule {
    /// Its key.
    pub id: Uuid,
    /// What it is called.
    pub name: String,
    /// When it applies.
    pub conditions: Value,
    /// How it chooses.
    pub strategy: Strategy,
    /// Whether an owner keeps what is his.
    pub sticky_owner: bool,
    /// What it asks of people.
    pub demands: Demands,
    /// The rule that is asked when this one finds nobody.
    pub fallback: Option<Uuid>,
    /// How long an offer is open, where the rule says so.
    pub claim_timeout: Option<SignedDuration>,
    /// Whom it chooses among, in the order of their turns, with their shares.
    pub ring: Vec<(Uuid, u32)>,
    /// Who got the last by it.
    pub last: Option<Uuid>,
}

/// What somebody got by a rule so far.
#[derive(Clone, Copy, Debug, Default)]
pub struct Record {
    /// Since the month began.
    pub month: u64,
    /// In the rule's window, by any rule.
    pub window: u64,
    /// The last, if ever.
    pub last: Option<Timestamp>,
}

/// Everything that a decision is made from.
#[derive(Clone, Debug, Default)]
pub struct Situation {
    /// The enabled rules of the entity, in the order in which they are asked,
    /// and whatever they fall back to.
    pub rules: Vec<Rule>,
    /// What is known of what is routed.
    pub subject: Subject,
    /// The language it needs.
    pub language: Option<String>,
    /// Whose it is.
    pub owner: Option<Uuid>,
    /// The people of all rules, and the owner.
    pub people: HashMap<Uuid, Person>,
    /// What people got, by rule and person.
    pub records: HashMap<(Uuid, Uuid), Record>,
}

words! {
    /// What comes of it.
    pub enum Outcome {
        /// It stays with its owner.
        Kept = "kept",
        /// Somebody gets it.
        Assigned = "assigned",
        /// All who are eligible may claim it.
        Offered = "offered",
        /// It waits until somebody may get it.
        Queued = "queued",
    }
}

/// One who might have got it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Judged {
    /// Who.
    pub user_id: Uuid,
    /// What he is called.
    pub name: String,
    /// Whether he may get it.
    pub eligible: bool,
    /// Why not.
    pub reasons: Vec<WhyNot>,
}

/// Who gets it, by which rule, and why not the others.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Decision {
    /// The rule that decided.
    pub rule: Option<Uuid>,
    /// What comes of it.
    pub outcome: Outcome,
    /// Who gets it.
    pub user_id: Option<Uuid>,
    /// Whom the rule chose among.
    pub candidates: Vec<Judged>,
}

/// Decides, at the moment `now`.
pub fn decide(situation: &Situation, now: Timestamp) -> Decision {
    let mut passed = None;
    for rule in &situation.rules {
        if !holds(&rule.conditions, &situation.subject) {
            continue;
        }
        if let Some(kept) = situation.kept(rule, now) {
            return kept;
        }
        let mut asked = BTreeSet::new();
        let mut next = Some(rule);
        while let Some(rule) = next.filter(|rule| asked.insert(rule.id)) {
            let decision = situation.by(rule, now);
            if decision.outcome != Outcome::Queued || rule.strategy == Strategy::Queue {
                return decision;
            }
            passed.get_or_insert(decision);
            next = rule.fallback.and_then(|id| situation.rule(id));
        }
    }
    passed.unwrap_or(Decision {
        rule: None,
        outcome: Outcome::Queued,
        user_id: None,
        candidates: Vec::new(),
    })
}

impl Situation {
    fn rule(&self, id: Uuid) -> Option<&Rule> {
        self.rules.iter().find(|rule| rule.id == id)
    }

    /// The owner keeps it: he is let in, and his absence today changes nothing.
    fn kept(&self, rule: &Rule, now: Timestamp) -> Option<Decision> {
        let owner = self.people.get(&self.owner?)?;
        if !rule.sticky_owner || !owner.active || owner.declined {
            return None;
        }
        Some(Decision {
            rule: Some(rule.id),
            outcome: Outcome::Kept,
            user_id: Some(owner.user_id),
            candidates: vec![self.judge(rule, owner, now, true)],
        })
    }

    fn judge(&self, rule: &Rule, person: &Person, now: Timestamp, kept: bool) -> Judged {
        let record = self.record(rule.id, person.user_id);
        let language = self.language.as_deref();
        let reasons = why_not(person, rule.demands, record.window, language, now);
        Judged {
            user_id: person.user_id,
            name: person.name.clone(),
            eligible: kept || reasons.is_empty(),
            reasons: if kept { Vec::new() } else { reasons },
        }
    }

    fn record(&self, rule: Uuid, person: Uuid) -> Record {
        let record = self.records.get(&(rule, person));
        record.copied().unwrap_or_default()
    }

    /// Whom a rule chooses among: its targets, the owner alone, or one person.
    fn asked(&self, rule: &Rule) -> Vec<(Uuid, u32)> {
        match rule.strategy {
            Strategy::Owner => self.owner.map(|owner| (owner, 1)).into_iter().collect(),
            Strategy::FixedUser => rule.ring.iter().take(1).copied().collect(),
            Strategy::Queue => Vec::new(),
            _ => rule.ring.clone(),
        }
    }

    fn by(&self, rule: &Rule, now: Timestamp) -> Decision {
        let asked = self.asked(rule);
        let people: Vec<(&Person, u32)> = asked
            .iter()
            .filter_map(|(id, weight)| Some((self.people.get(id)?, *weight)))
            .collect();
        let candidates: Vec<Judged> = people
            .iter()
            .map(|(person, _)| self.judge(rule, person, now, false))
            .collect();
        let contenders = self.contenders(rule, &people, &candidates);
        let chosen = match rule.strategy {
            Strategy::RoundRobin => round_robin::choose(&contenders, rule.last),
            Strategy::Weighted => weighted::choose(&contenders),
            Strategy::LeastLoaded => least_loaded::choose(&contenders),
            Strategy::FixedUser | Strategy::Owner => {
                let first = contenders.iter().find(|one| one.eligible);
                first.map(|one| one.user_id)
            }
            Strategy::FirstToClaim | Strategy::Queue => None,
        };
        let anybody = candidates.iter().any(|judged| judged.eligible);
        let outcome = match (chosen, rule.strategy) {
            (Some(_), _) => Outcome::Assigned,
            (None, Strategy::FirstToClaim) if anybody => Outcome::Offered,
            (None, _) => Outcome::Queued,
        };
        Decision {
            rule: Some(rule.id),
            outcome,
            user_id: chosen,
            candidates,
        }
    }

    /// Newcomers, who got nothing this month and never before, are credited with
    /// what the others got on average.
    fn contenders(
        &self,
        rule: &Rule,
        people: &[(&Person, u32)],
        judged: &[Judged],
    ) -> Vec<Contender> {
        let record = |person: &Person| self.record(rule.id, person.user_id);
        let got: Vec<u64> = people
            .iter()
            .map(|(person, _)| record(person).month)
            .filter(|month| *month > 0)
            .collect();
        people
            .iter()
            .zip(judged)
            .map(|((person, weight), judged)| {
                let record = record(person);
                let new = record.last.is_none();
                Contender {
                    user_id: person.user_id,
                    eligible: judged.eligible,
                    weight: *weight,
                    got: if new {
                        weighted::credit(&got)
                    } else {
                        record.month
                    },
                    open: person.open,
                    room: person.room,
                    last: record.last,
                }
            })
            .collect()
    }
}

#[cfg(test)]
mod tests;
