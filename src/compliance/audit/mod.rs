//! The audit log: who did what; written by the database alone.

pub mod api;
mod reading;
mod sql;
mod types;

pub use reading::{Reading, Sensitive};
pub use types::{AuditEntry, AuditFilter};
