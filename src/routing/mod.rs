//! Routing rules: who gets what comes in.
//!
//! The enabled rules are asked by priority, then by id; the first whose
//! conditions hold wins. Conditions are checked when a rule is saved.

pub mod api;
pub mod conditions;
mod sql;
mod types;

pub use types::{RoutingRule, RoutingRuleBody, RoutingRuleFilter};
