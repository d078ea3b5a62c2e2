//! Conversations: what was said with a prospect, by which channel, and how it
//! ended.
//!
//! A conversation is `open` while it is `in_progress`, else `closed`. A
//! `placeholder` stands where a handoff needs a conversation and there was
//! none; it counts nowhere.

pub mod api;
pub mod pages;
mod sql;
mod types;

pub use sql::load;
pub use sql::seen;
pub use types::{
    AiConfidence, Conversation, ConversationBody, ConversationFilter, Direction, Outcome, Sentiment,
};
