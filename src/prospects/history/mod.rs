//! How a prospect came to where he is: one entry a step, written by the
//! database with each change of status.

pub mod api;
mod sql;
mod types;

pub use types::StatusChange;
