//! Live conversations: the state of one that is going on.
//!
//! `ai_active`, `handoff_suggested` and `handoff_pending` are the agent's,
//! `human_active` a person's; `paused`, `wrap_up` and `ended` have nobody who
//! speaks. Each change of control counts up `control_epoch`.

pub mod api;
mod sql;
mod types;

pub use types::{LiveConversation, LiveConversationFilter};
