//! Agent plan steps: what the agent means to do in a live conversation, one at a
//! time. That an AI is speaking is never skipped.

pub mod api;
mod sql;
mod types;

pub use types::{AgentPlanStep, AgentPlanStepFilter};
