//! Memberships: who is in which team, and who leads it.

pub mod api;
mod sql;
mod types;

pub use types::{TeamMember, TeamMemberBody, TeamMemberFilter};
