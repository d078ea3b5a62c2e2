//! Runs: the times that a campaign was or is carried out. Read only; a run is
//! driven by the campaign's verbs.

pub mod api;
mod sql;
mod types;

pub use types::{CampaignRun, CampaignRunFilter, CampaignRunStatus};
