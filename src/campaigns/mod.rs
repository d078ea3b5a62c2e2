//! Campaigns: whom to contact, on which channels, how often.
//!
//! `draft` → `active` ⇄ `paused`, `active` → `completed`. Attempts, connect rate
//! and booked appointments are derived by the database: always equal to a
//! recount. A compliance officer may block a campaign, which pauses it.

pub mod api;
pub mod dry_run;
pub mod leads;
pub mod pages;
mod rehearse;
pub mod runs;
pub mod segment;
mod sql;
mod types;

pub use types::{Campaign, CampaignBody, CampaignFilter, CampaignStatus};
