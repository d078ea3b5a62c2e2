//! Routing rules as values.

use jiff::Timestamp;
use serde_json::Value;
use uuid::Uuid;

use super::{conditions, targets};
use crate::{
    body,
    envelope::Resource,
    error::Problem,
    filter,
    input::{Field, Line, Rules},
    record, words,
};

words! {
    /// What a rule routes.
    pub enum Entity {
        /// A prospect.
        Prospect = "prospect",
        /// A handoff.
        Handoff = "handoff",
        /// An appointment.
        Appointment = "appointment",
        /// A live conversation.
        LiveConversation = "live_conversation",
    }
}

words! {
    /// How a rule chooses among its targets.
    pub enum Strategy {
        /// One person.
        FixedUser = "fixed_user",
        /// Whoever owns the prospect.
        Owner = "owner",
        /// In turn.
        RoundRobin = "round_robin",
        /// By shares.
        Weighted = "weighted",
        /// Whoever has least to do.
        LeastLoaded = "least_loaded",
        /// Whoever claims first.
        FirstToClaim = "first_to_claim",
        /// Nobody yet.
        Queue = "queue",
    }
}

record! {
    /// Who gets what comes in. A rep sees the name alone.
    pub struct RoutingRule {
        /// Its key.
        pub id: Uuid,
        /// What it is called.
        pub name: String,
        /// When it applies: a list or a tree of conditions.
        pub conditions: Option<Value>,
        /// A person's key, or `auto`.
        pub assign_to: Option<String>,
        /// The smallest is asked first.
        pub priority: Option<i32>,
        /// Whether it is asked at all.
        pub enabled: bool,
        /// What it routes.
        pub entity: Option<Entity>,
        /// How it chooses.
        pub strategy: Option<Strategy>,
        /// Among whom it chooses.
        pub targets: Option<Value>,
        /// Whether working hours count.
        pub respect_hours: Option<bool>,
        /// Whether capacity counts.
        pub respect_capacity: Option<bool>,
        /// Whether an owner keeps what is his.
        pub sticky_owner: Option<bool>,
        /// The rule that is asked when nobody can be chosen.
        pub fallback_rule_id: Option<Uuid>,
        /// Seconds until it must be claimed.
        pub claim_timeout_s: Option<i32>,
        /// New ones a person gets in a window.
        pub max_new_per_window: Option<i32>,
        /// The window in seconds.
        pub window_s: Option<i32>,
        /// From when it holds.
        pub valid_from: Option<Timestamp>,
        /// Until when it holds.
        pub valid_to: Option<Timestamp>,
        /// How often it won.
        pub hit_count: Option<i64>,
        /// Whose rule it is.
        pub team_id: Option<Uuid>,
        /// Who made it.
        pub created_by: Option<Uuid>,
        /// When it changed last.
        pub updated_at: Option<Timestamp>,
        /// When it was entered.
        pub created_at: Option<Timestamp>,
    }
}

impl Resource for RoutingRule {
    const PATH: &'static str = "/api/routing-rules";

    fn id(&self) -> Uuid {
        self.id
    }

    /// Hidden from a rep, to whom a name is always new.
    fn changed_at(&self) -> Timestamp {
        self.updated_at.unwrap_or_default()
    }
}

body! {
    /// What a client may write of a rule.
    pub struct RoutingRuleBody {
        required {
            /// What it is called.
            name: Line,
        }
        defaulted {
            /// When it applies: a list or a tree of conditions.
            conditions: Value,
            /// A person's key, or `auto`.
            assign_to: Line,
            /// The smallest is asked first.
            priority: i32,
            /// Whether it is asked at all.
            enabled: bool,
            /// What it routes.
            entity: Entity,
            /// How it chooses.
            strategy: Strategy,
            /// Whether working hours count.
            respect_hours: bool,
            /// Whether capacity counts.
            respect_capacity: bool,
            /// Whether an owner keeps what is his.
            sticky_owner: bool,
            /// Whose rule it is.
            team_id: Uuid,
        }
        nullable {
            /// Among whom it chooses.
            targets: Value,
            /// The rule that is asked when nobody can be chosen.
            fallback_rule_id: Uuid,
            /// Seconds until it must be claimed.
            claim_timeout_s: i32,
            /// New ones a person gets in a window.
            max_new_per_window: i32,
            /// The window in seconds.
            window_s: i32,
            /// From when it holds.
            valid_from: Timestamp,
            /// Until when it holds.
            valid_to: Timestamp,
        }
        read_only { id, hit_count, version, created_by, created_at, updated_at }
    }
}

impl Rules for RoutingRuleBody {
    fn problems(&self) -> Vec<Problem> {
        let mut problems = Vec::new();
        if let Field::Set(conditions) = &self.conditions {
            problems.extend(conditions::problems(conditions));
        }
        if let Field::Set(targets) = &self.targets {
            problems.extend(targets::problems(targets));
        }
        problems
    }
}

filter! {
    /// Which rules a list holds.
    pub struct RoutingRuleFilter {
        /// Whether they are asked at all.
        enabled: bool,
        /// What they route.
        entity: Entity,
        /// Whose rules they are.
        team_id: Uuid,
    }
    sort {
        priority: "int4",
        name: "text",
        enabled: "bool",
        created_at: "timestamptz",
        updated_at: "timestamptz",
        id: "uuid",
    }
}

impl RoutingRuleFilter {
    /// The filters that are set on columns which are hidden from reps.
    pub(super) fn hidden(&self) -> Vec<&'static str> {
        let set = [
            ("entity", self.entity.is_some()),
            ("team_id", self.team_id.is_some()),
        ];
        let names = set.iter().filter(|(_, set)| *set);
        names.map(|(name, _)| *name).collect()
    }
}
