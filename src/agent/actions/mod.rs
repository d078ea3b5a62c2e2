//! Agent actions: every step of the agent, kept for good.
//!
//! `proposed`, `awaiting_approval` → `approved` → `running` → `completed` or
//! `failed`; `rejected` and `skipped` end it. Only forward, and nothing but the
//! status, its approver, the result and the times ever changes.

pub mod api;
mod sql;
mod types;

pub use types::{AgentAction, AgentActionBody, AgentActionFilter};
