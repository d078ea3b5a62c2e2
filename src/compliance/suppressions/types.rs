//! Suppressions as values.

use jiff::Timestamp;
use uuid::Uuid;

use crate::{
    body,
    catalogue::reasons,
    compliance::policies::ChannelScope,
    envelope::Resource,
    error::Problem,
    filter,
    input::{Line, Rules},
    record, words,
};

words! {
    /// How far a suppression reaches.
    pub enum SuppressionScope {
        /// Everything.
        Global = "global",
        /// All of one brand.
        Brand = "brand",
        /// One campaign.
        Campaign = "campaign",
    }
}

words! {
    /// Why somebody is not to be contacted.
    pub enum SuppressionReason {
        /// He wrote STOP.
        StopKeyword = "stop_keyword",
        /// He said so.
        Verbal = "verbal",
        /// He complained.
        Complaint = "complaint",
        /// His address does not work.
        Bounce = "bounce",
        /// Somebody entered it.
        Manual = "manual",
        /// He is on a do-not-call list.
        DncList = "dnc_list",
        /// His data was erased.
        Erasure = "erasure",
        /// There is a lawsuit.
        Litigation = "litigation",
    }
}

record! {
    /// Somebody who is not to be contacted.
    pub struct Suppression {
        /// Its key.
        pub id: Uuid,
        /// Whom it protects, where he is known.
        pub prospect_id: Option<Uuid>,
        /// On which channels.
        pub channel: ChannelScope,
        /// How far it reaches.
        pub scope: SuppressionScope,
        /// The campaign, where it reaches no further.
        pub campaign_id: Option<Uuid>,
        /// Why.
        pub reason: SuppressionReason,
        /// The message that asked for it.
        pub source_message_id: Option<Uuid>,
        /// Since when.
        pub effective_at: Timestamp,
        /// Who recorded it.
        pub recorded_by: Option<Uuid>,
        /// Why it is to be lifted.
        pub lift_reason: Option<String>,
        /// Who asked for that.
        pub lift_requested_by: Option<Uuid>,
        /// When.
        pub lift_requested_at: Option<Timestamp>,
        /// Who lifted it.
        pub lifted_by: Option<Uuid>,
        /// When.
        pub lifted_at: Option<Timestamp>,
        /// When it changed last.
        pub updated_at: Timestamp,
        /// When it was entered.
        pub created_at: Timestamp,
    }
}

impl Resource for Suppression {
    const PATH: &'static str = "/api/suppressions";

    fn id(&self) -> Uuid {
        self.id
    }

    fn changed_at(&self) -> Timestamp {
        self.updated_at
    }
}

body! {
    /// Whom not to contact: a prospect, an address, or both.
    pub struct SuppressionBody {
        required {
            /// Why.
            reason: SuppressionReason,
        }
        defaulted {
            /// On which channels; on all, where nothing is said.
            channel: ChannelScope,
            /// How far it reaches; everywhere, where nothing is said.
            scope: SuppressionScope,
            /// Since when; now, where nothing is said.
            effective_at: Timestamp,
        }
        nullable {
            /// Whom it protects.
            prospect_id: Uuid,
            /// A telephone or an e-mail address; kept as a salted hash alone.
            address: Line,
            /// The campaign, where it reaches no further.
            campaign_id: Uuid,
            /// The message that asked for it.
            source_message_id: Uuid,
        }
        read_only {
            id, recorded_by, lift_reason, lift_requested_by, lift_requested_at, lifted_by,
            lifted_at, created_at, updated_at,
        }
    }
}

impl Rules for SuppressionBody {
    fn create_problems(&self) -> Vec<Problem> {
        let mut problems = Vec::new();
        if self.prospect_id.value().is_none() && self.address.value().is_none() {
            problems.push(Problem::new("prospect_id", "somebody_required"));
        }
        let campaign = self.scope.value() == Some(&SuppressionScope::Campaign);
        if campaign != self.campaign_id.value().is_some() {
            let reason = reasons::CAMPAIGN_GOES_WITH_ITS_SCOPE;
            problems.push(Problem::worded("campaign_id", reason));
        }
        problems
    }
}

body! {
    /// Why a suppression is to be lifted.
    pub struct LiftBody {
        required {
            /// Why.
            reason: Line,
        }
        defaulted {}
        nullable {}
        read_only {}
    }
}

impl Rules for LiftBody {}

filter! {
    /// Which suppressions a list holds.
    pub struct SuppressionFilter {
        /// Whom they protect.
        prospect_id: Uuid,
        /// On which channels.
        channel: ChannelScope,
        /// How far they reach.
        scope: SuppressionScope,
        /// Why.
        reason: SuppressionReason,
        /// The campaign.
        campaign_id: Uuid,
    }
    sort {
        effective_at: "timestamptz",
        created_at: "timestamptz",
        updated_at: "timestamptz",
        lifted_at: "timestamptz" nullable,
        id: "uuid",
    }
}
