//! Handoffs: what a person needs to go on where the agent stopped.

pub mod facts;
pub mod generate;
pub mod money;
mod phrases;
pub mod priority;
pub mod score;
pub mod timeline;
