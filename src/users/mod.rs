//! People: who they are and what they may do.
//!
//! A person is made by signing up, `inactive` until an administrator lets him
//! in, and deactivated rather than deleted. Everybody reads and edits his own
//! row; a rep or a QA supervisor knows of others what stands in the directory.

pub mod api;
mod sql;
mod types;

pub use types::{Availability, Role, User, UserBody, UserFilter, UserStatus};
