//! Matches: which homes suit a prospect, and whom a home suits, each with the
//! reasons.
//!
//! The score is pure (`properties::matching`) and judges candidates alone. Which
//! rows are candidates is decided by one statement. For a prospect it is `narrow`,
//! which knows of each home on offer the least and the most it can score: a home
//! is left out only when twenty others are certain to come before it, so the
//! list is the one that scoring every row would give. For a home it is `seekers`,
//! over what each prospect wants (`wishes`).

pub mod api;
mod narrow;
mod scope;
mod seekers;
mod sql;
mod types;
mod wishes;
mod words;

pub use types::{HomeMatch, MatchPart, ProspectMatch};
pub use wishes::read_anew;
pub use words::Vocabulary;

/// How many matches a list holds.
pub const LONGEST: usize = 20;
