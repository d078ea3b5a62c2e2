//! Contact policies: when and how often people may be contacted, by
//! jurisdiction. Data that a compliance officer edits, not legal advice.

pub mod api;
mod sql;
mod types;

pub use types::{
    ChannelScope, ContactPolicy, ContactPolicyBody, ContactPolicyFilter, RecordingMode,
};
