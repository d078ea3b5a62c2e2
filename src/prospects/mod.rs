//! Prospects: the people who want to buy or rent.
//!
//! `new` → `contacted` → `qualified` → `appointment_set` → `closed`, one step at
//! a time by anybody and backwards by a person only; any open one may become
//! `lost`, and a manager takes a lost one up again as `contacted`. A prospect
//! without an owner lies in the pool of its team, where reps see it masked
//! until it is assigned.

pub mod api;
mod needs;
pub mod pages;
mod sql;
mod types;

pub(crate) use sql::{get as seen, searching};
pub use types::{AssignBody, Prospect, ProspectBody, ProspectFilter, ProspectStatus, ReleaseBody};
