//! Runs as values.

use jiff::Timestamp;
use uuid::Uuid;

use crate::{envelope::Resource, filter, input::JsonObject, record, words};

words! {
    /// Where a run stands.
    pub enum CampaignRunStatus {
        /// Contacting people.
        Running = "running",
        /// Held.
        Paused = "paused",
        /// Done.
        Completed = "completed",
        /// Starts nothing new and lets what runs end.
        Draining = "draining",
        /// Stopped.
        Cancelled = "cancelled",
        /// Broken off by an error.
        Failed = "failed",
    }
}

record! {
    /// One run of a campaign.
    pub struct CampaignRun {
        /// Its key.
        pub id: Uuid,
        /// The campaign.
        pub campaign_id: Uuid,
        /// The campaign's name when it began.
        pub campaign_name: String,
        /// Where it stands.
        pub status: CampaignRunStatus,
        /// The conversation that goes on right now.
        pub current_conversation_id: Option<Uuid>,
        /// What came of it so far; equal to a recount.
        pub metrics: JsonObject,
        /// Counts the runs of the campaign from 1.
        pub run_no: i32,
        /// Who started it.
        pub started_by: Option<Uuid>,
        /// Which script it follows.
        pub script_version: Option<String>,
        /// When it began.
        pub started_at: Timestamp,
        /// When it was held.
        pub paused_at: Option<Timestamp>,
        /// When it ended.
        pub completed_at: Option<Timestamp>,
        /// What broke it off.
        pub error: Option<String>,
        /// When it changed last.
        pub updated_at: Timestamp,
        /// When it was entered.
        pub created_at: Timestamp,
    }
}

impl Resource for CampaignRun {
    const PATH: &'static str = "/api/campaign-runs";

    fn id(&self) -> Uuid {
        self.id
    }

    fn changed_at(&self) -> Timestamp {
        self.updated_at
    }
}

filter! {
    /// Which runs a list holds.
    pub struct CampaignRunFilter {
        /// The campaign.
        campaign_id: Uuid,
        /// Where they stand.
        status: CampaignRunStatus,
    }
    sort {
        created_at: "timestamptz",
        updated_at: "timestamptz",
        started_at: "timestamptz",
        completed_at: "timestamptz" nullable,
        run_no: "int4",
        id: "uuid",
    }
}
