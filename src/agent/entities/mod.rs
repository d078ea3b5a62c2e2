//! Detected entities: what the agent understood, with the words that support it.
//!
//! `detected` → `confirmed` or `rejected` by a person, whose word wins;
//! `superseded` once a newer one is confirmed.

pub mod api;
mod sql;
mod types;

pub use types::{DetectedEntity, DetectedEntityBody, DetectedEntityFilter};
