//! Queued leads as values.

use jiff::Timestamp;
use uuid::Uuid;

use crate::{
    envelope::Resource,
    filter,
    input::{Channel, JsonObject, Line},
    record, words,
};

words! {
    /// Where a lead stands. `dialing` and `sending` are leased for the effect,
    /// `connected`, `delivered` and `responded` are in progress.
    pub enum QueuedLeadStatus {
        /// Waits for its first attempt.
        Queued = "queued",
        /// Is being called.
        Dialing = "dialing",
        /// Is speaking.
        Connected = "connected",
        /// Done.
        Completed = "completed",
        /// Broken off by an error.
        Failed = "failed",
        /// Is being written to.
        Sending = "sending",
        /// Has got the message.
        Delivered = "delivered",
        /// Has answered.
        Responded = "responded",
        /// Has a time for its next attempt.
        Scheduled = "scheduled",
        /// Waits for something to end.
        Waiting = "waiting",
        /// No attempt is left.
        Exhausted = "exhausted",
        /// Must not or cannot be contacted; see `skip_reason`.
        Skipped = "skipped",
        /// Does not want to be contacted.
        OptedOut = "opted_out",
        /// Taken out.
        Cancelled = "cancelled",
    }
}

record! {
    /// A prospect in a run's queue. Phone, whatsapp and email are masked for
    /// whoever may see no more.
    pub struct QueuedLead {
        /// Its key.
        pub id: Uuid,
        /// The run.
        pub campaign_run_id: Uuid,
        /// The campaign.
        pub campaign_id: Uuid,
        /// The prospect.
        pub prospect_id: Uuid,
        /// His name when he was queued.
        pub prospect_name: String,
        /// His telephone then.
        pub phone: Option<String>,
        /// The way of the next attempt.
        pub channel: Option<Channel>,
        /// His WhatsApp then.
        pub whatsapp: Option<String>,
        /// His mail then.
        pub email: Option<String>,
        /// Where it stands.
        pub status: QueuedLeadStatus,
        /// Attempts so far.
        pub attempts: i32,
        /// Higher goes first.
        pub priority: i16,
        /// When the next attempt is due.
        pub next_attempt_at: Option<Timestamp>,
        /// Failures that do not count as attempts.
        pub technical_failures: i32,
        /// Attempts by channel.
        pub channels_tried: JsonObject,
        /// How the last attempt ended.
        pub last_outcome: Option<String>,
        /// Why it was passed over.
        pub skip_reason: Option<String>,
        /// Counts its changes.
        pub version: i32,
        /// When it changed last.
        pub updated_at: Timestamp,
        /// When it was queued.
        pub created_at: Timestamp,
    }
}

impl Resource for QueuedLead {
    const PATH: &'static str = "/api/queued-leads";

    fn id(&self) -> Uuid {
        self.id
    }

    fn changed_at(&self) -> Timestamp {
        self.updated_at
    }
}

filter! {
    /// Which leads a list holds.
    pub struct QueuedLeadFilter {
        /// The run.
        campaign_run_id: Uuid,
        /// The campaign.
        campaign_id: Uuid,
        /// The prospect.
        prospect_id: Uuid,
        /// Where they stand.
        status: QueuedLeadStatus,
        /// The way of the next attempt.
        channel: Channel,
        /// The telephone as it was said; not for who sees it masked.
        phone: Line,
    }
    sort {
        created_at: "timestamptz",
        updated_at: "timestamptz",
        next_attempt_at: "timestamptz" nullable,
        priority: "int2",
        attempts: "int4",
        status: "text",
        phone: "text" nullable,
        email: "text" nullable,
        id: "uuid",
    }
}
