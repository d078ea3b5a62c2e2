//! Teams: who leads whom.
//!
//! A team may hang below another; who leads one leads all below it. Everybody
//! who is let in and in no team joins the default one, which stays.

pub mod api;
pub mod members;
mod sql;
mod types;

pub use types::{Team, TeamBody, TeamFilter};
