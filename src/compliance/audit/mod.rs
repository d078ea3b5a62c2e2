//! The audit log: who did what; written by the database alone.

pub mod api;
mod sql;
mod types;

pub use types::{AuditEntry, AuditFilter};
