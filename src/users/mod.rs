//! People: who they are and what they may do.

mod types;

pub use types::Role;
