//! What the agent does, plans, hears and how it judges: what only makes sense
//! together.

pub mod actions;
pub mod entities;
pub mod plan_steps;
pub mod scores;
