//! Prospects: the people who want to buy or rent.
//!
//! `new` → `contacted` → `qualified` → `appointment_set` → `closed`, one step at
//! a time by anybody and backwards by a person only; any open one may become
//! `lost`, and a manager takes a lost one up again as `contacted`. A prospect
//! without an owner lies in the pool of its team, where reps see it masked
//! until it is assigned.

mod acts;
pub mod api;
pub mod history;
mod needs;
pub mod pages;
mod sql;
mod types;

pub use acts::{AssignBody, MergeBody, ReleaseBody};
pub use sql::load;
pub(crate) use sql::{get as seen, searching};
pub use types::{Prospect, ProspectBody, ProspectFilter, ProspectSource, ProspectStatus, Purpose};
