//! What the desk alone knows of a home: for whom it is reserved and until when,
//! and whose listing it is.

pub mod api;
mod sql;
mod types;

pub use types::{PropertyPrivate, PropertyPrivateBody};
