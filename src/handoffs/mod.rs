//! Handoffs: what a person needs to go on where the agent stopped.
//!
//! `pending` → `claimed` → `completed`; `pending` and `claimed` → `expired`;
//! `claimed` → `pending` by a release, or when it lies idle; `expired` →
//! `pending` by a manager. What time does to a package is in `clock`. An
//! appointment has one active (pending or claimed) package, and so has a
//! conversation without one. Its content is a pure function of the rows it is
//! made from: [`generate`].

pub mod api;
mod clock;
pub mod deadlines;
mod earlier;
pub mod facts;
mod from_appointment;
mod from_conversation;
pub mod generate;
pub mod history;
mod inputs;
pub mod money;
pub mod pages;
pub mod phrases;
pub mod priority;
pub mod score;
mod sql;
pub mod timeline;
mod types;

pub(crate) use clock::{offered_until, work};
pub use earlier::{Earlier, make as make_earlier};
pub(crate) use inputs::wanted;
pub(crate) use sql::get as seen;
pub use types::{Handoff, HandoffBody, HandoffFilter, HandoffStatus};
