//! Qualification scores: how a prospect was judged, kept for good.
//!
//! The rule computes them; a person overrides one with a new row and a reason.

pub mod api;
mod sql;
mod types;

pub use types::{QualificationScore, QualificationScoreBody, QualificationScoreFilter};
