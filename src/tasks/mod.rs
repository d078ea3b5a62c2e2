//! Tasks: what is to be done for a prospect, by whom, until when.
//!
//! A person writes them down, and the next steps of a package become tasks of
//! whoever claims it. What is open follows the package's holder, or the
//! prospect's owner. What becomes of a task is an [activity](crate::activities).

pub mod api;
pub mod pages;
mod sql;
mod types;

pub use types::{Task, TaskBody, TaskFilter};
