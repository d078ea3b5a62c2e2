//! Leads: people whom web forms and portals report with a key of their own.
//!
//! A key reports and does nothing else. Whoever is known already is not entered
//! again: what he wrote is noted on the prospect that he is, and the reporter
//! does not learn which that is.

pub mod api;
pub mod keys;
mod sql;
mod types;

pub use types::{LeadBody, Received};
