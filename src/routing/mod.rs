//! Routing rules: who gets what comes in.
//!
//! The enabled rules are asked by priority, then by id; the first whose
//! conditions hold wins. Conditions are checked when a rule is saved.
//!
//! What comes in is routed by a job after its commit: `gather` reads the
//! situation, [`decide`] is pure, `assign` writes who got it and why not the
//! others, all under the lock of the rules' cursors.

pub mod api;
mod assign;
pub mod conditions;
pub mod decide;
pub mod dry_run;
pub mod eligible;
mod gather;
mod sql;
pub mod strategies;
mod targets;
mod types;
mod work;

pub use types::{Entity, RoutingRule, RoutingRuleBody, RoutingRuleFilter, Strategy};
pub(crate) use work::work;
