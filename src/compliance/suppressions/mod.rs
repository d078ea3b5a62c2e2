//! Suppressions: whom not to contact. They outlive the person; an address is kept
//! as a salted hash alone.

pub mod api;
mod sql;
mod types;

pub use types::{Suppression, SuppressionBody, SuppressionFilter};
