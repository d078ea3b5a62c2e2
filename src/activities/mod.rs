//! Activities: what happened with a prospect. Nothing of it changes afterwards.
//!
//! People note whom they called, wrote to or met; what becomes of a
//! [task](crate::tasks) is noted by itself. A claim of which nobody notes a
//! contact lies idle and goes back (`handoffs`).

pub mod api;
mod sql;
mod types;

pub use types::{Activity, ActivityBody, ActivityFilter};
