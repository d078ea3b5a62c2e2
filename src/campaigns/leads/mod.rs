//! Queued leads: the prospects that wait in a run. Read only here; the run's
//! work moves them. A QA supervisor sees them masked.

pub mod api;
mod sql;
mod types;

pub use types::{QueuedLead, QueuedLeadFilter, QueuedLeadStatus};
