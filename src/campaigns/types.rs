//! Campaigns as values.

use jiff::{Timestamp, civil::Time};
use uuid::Uuid;

use super::segment::SegmentFilter;
use crate::{
    body,
    catalogue::reasons,
    envelope::Resource,
    error::Problem,
    filter,
    input::{Amount, Channel, Distinct, JsonObject, Line, Note, Rules},
    record, words,
};

words! {
    /// Where a campaign stands.
    pub enum CampaignStatus {
        /// Being planned.
        Draft = "draft",
        /// Contacting people.
        Active = "active",
        /// Held.
        Paused = "paused",
        /// Done.
        Completed = "completed",
    }
}

words! {
    /// What a campaign says, which decides what consent it needs.
    pub enum ObjectiveType {
        /// It sells.
        Marketing = "marketing",
        /// It informs.
        Informational = "informational",
    }
}

words! {
    /// What becomes of waiting times while a campaign is paused.
    pub enum PauseWaitMode {
        /// They go on.
        CountAllTime = "count_all_time",
        /// They start anew.
        Restart = "restart",
        /// They stand still.
        CountWhileActive = "count_while_active",
    }
}

record! {
    /// A campaign.
    pub struct Campaign {
        /// Its key.
        pub id: Uuid,
        /// What it is called.
        pub name: String,
        /// Whom it is for, in words.
        pub segment: String,
        /// Where it stands.
        pub status: CampaignStatus,
        /// The ways it may use.
        pub channels: Vec<Channel>,
        /// Conversations it made; derived.
        pub attempts: i32,
        /// Of those that could connect, how many did, in percent with two
        /// decimals; derived.
        pub connect_rate: Amount,
        /// Appointments that came of it; derived.
        pub booked_appointments: i32,
        /// Who made it.
        pub created_by: Uuid,
        /// What it is to reach.
        pub goal: Option<String>,
        /// What it says.
        pub objective_type: Option<ObjectiveType>,
        /// In which order channels are tried.
        pub channel_order: Vec<Channel>,
        /// Whom it is for, for programs.
        pub segment_filter: Option<JsonObject>,
        /// Attempts on one person at most.
        pub max_attempts_total: i16,
        /// Attempts on one person and channel at most.
        pub max_attempts_per_channel: i16,
        /// What follows on which outcome; the default where null.
        pub retry_policy: Option<JsonObject>,
        /// From when people may be contacted, in their own time.
        pub window_start: Option<Time>,
        /// Until when, exclusively.
        pub window_end: Option<Time>,
        /// On which ISO weekdays; 1 is Monday.
        pub window_days: Option<Vec<i16>>,
        /// The zone of whoever has none, IANA.
        pub fallback_timezone: Option<String>,
        /// Attempts at the same time at most.
        pub max_concurrency: i16,
        /// Attempts a minute at most.
        pub attempts_per_minute: i16,
        /// What becomes of waiting times while it is paused.
        pub pause_wait_mode: PauseWaitMode,
        /// Whether it calls only while a person could take over.
        pub requires_live_agent: bool,
        /// Which script it follows.
        pub script_version: Option<String>,
        /// Not before.
        pub starts_at: Option<Timestamp>,
        /// Not after.
        pub ends_at: Option<Timestamp>,
        /// The text by which the agent says what it is.
        pub disclosure_text_id: Option<String>,
        /// The team that it belongs to.
        pub team_id: Uuid,
        /// Since when compliance blocks it.
        pub blocked_at: Option<Timestamp>,
        /// Who blocked it.
        pub blocked_by: Option<Uuid>,
        /// Why.
        pub block_reason: Option<String>,
        /// Counts its changes.
        pub version: i32,
        /// When it changed last.
        pub updated_at: Timestamp,
        /// When it was made.
        pub created_at: Timestamp,
    }
}

impl Resource for Campaign {
    const PATH: &'static str = "/api/campaigns";

    fn id(&self) -> Uuid {
        self.id
    }

    fn changed_at(&self) -> Timestamp {
        self.updated_at
    }
}

body! {
    /// What a client may write of a campaign.
    pub struct CampaignBody {
        required {
            /// What it is called.
            name: Line,
            /// Whom it is for, in words.
            segment: Line,
            /// The ways it may use.
            channels: Distinct<Channel>,
        }
        defaulted {
            /// Where it stands.
            status: CampaignStatus,
            /// In which order channels are tried.
            channel_order: Distinct<Channel>,
            /// Attempts on one person at most.
            max_attempts_total: i16,
            /// Attempts on one person and channel at most.
            max_attempts_per_channel: i16,
            /// Attempts at the same time at most.
            max_concurrency: i16,
            /// Attempts a minute at most.
            attempts_per_minute: i16,
            /// What becomes of waiting times while it is paused.
            pause_wait_mode: PauseWaitMode,
            /// Whether it calls only while a person could take over.
            requires_live_agent: bool,
            /// The team that it belongs to; the creator's where nothing is said.
            team_id: Uuid,
        }
        nullable {
            /// What it is to reach.
            goal: Note,
            /// What it says.
            objective_type: ObjectiveType,
            /// Whom it is for, for programs.
            segment_filter: SegmentFilter,
            /// What follows on which outcome.
            retry_policy: JsonObject,
            /// From when people may be contacted, in their own time.
            window_start: Time,
            /// Until when, exclusively.
            window_end: Time,
            /// On which ISO weekdays; 1 is Monday.
            window_days: Distinct<i16>,
            /// The zone of whoever has none, IANA.
            fallback_timezone: Line,
            /// Which script it follows.
            script_version: Line,
            /// Not before.
            starts_at: Timestamp,
            /// Not after.
            ends_at: Timestamp,
            /// The text by which the agent says what it is.
            disclosure_text_id: Line,
            /// Since when compliance blocks it.
            blocked_at: Timestamp,
            /// Why.
            block_reason: Note,
        }
        read_only {
            id, attempts, connect_rate, booked_appointments, created_by, blocked_by, version,
            created_at, updated_at,
        }
    }
}

impl Rules for CampaignBody {
    fn problems(&self) -> Vec<Problem> {
        let dates = self.starts_at.value().zip(self.ends_at.value());
        let segment = self.segment_filter.value();
        let mut problems = segment.map_or_else(Vec::new, SegmentFilter::problems);
        if dates.is_some_and(|(start, end)| end <= start) {
            problems.push(Problem::worded("ends_at", reasons::not_after("starts_at")));
        }
        problems
    }
}

body! {
    /// Why a campaign is started, paused, resumed or stopped.
    pub struct ReasonBody {
        required {}
        defaulted {}
        nullable {
            /// Why; the audit log keeps it.
            reason: Note,
        }
        read_only {}
    }
}

impl Rules for ReasonBody {}

body! {
    /// Which moment a dry run is about, and which page of it is wanted.
    pub struct DryRunBody {
        required {}
        defaulted {}
        nullable {
            /// The moment; now where nothing is said.
            at: Timestamp,
            /// People a page, 100 where nothing is said; more than 500 is
            /// served as 500.
            limit: i32,
            /// `next_cursor` of the page before.
            cursor: Uuid,
        }
        read_only {}
    }
}

impl Rules for DryRunBody {
    fn problems(&self) -> Vec<Problem> {
        match self.limit.value() {
            Some(limit) if *limit < 1 => vec![Problem::new("limit", "limit_not_positive")],
            _ => Vec::new(),
        }
    }
}

filter! {
    /// Which campaigns a list holds.
    pub struct CampaignFilter {
        /// Where they stand.
        status: CampaignStatus,
        /// The team that they belong to.
        team_id: Uuid,
        /// Who made them.
        created_by: Uuid,
    }
    sort {
        created_at: "timestamptz",
        updated_at: "timestamptz",
        name: "text",
        status: "text",
        attempts: "int4",
        connect_rate: "numeric",
        booked_appointments: "int4",
        id: "uuid",
    }
}
