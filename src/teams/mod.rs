//! Teams: who leads whom.
//!
//! A team may hang below another; who leads one leads all below it. Everybody
//! who is let in and in no team joins the default one, which stays.

pub mod api;
pub mod calendar;
pub mod members;
mod sql;
mod types;

pub use sql::calendars::{Whose, calendar_query, read_calendar};

pub use types::{Team, TeamBody, TeamFilter};
