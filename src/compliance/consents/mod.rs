//! Consents: what people agreed to, refused or withdrew. Append-only; the newest
//! row of a person, channel and purpose holds.

pub mod api;
mod sql;
mod types;

pub use types::{Consent, ConsentBody, ConsentFilter};
