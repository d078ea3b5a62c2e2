//! Transcript messages: what was said, numbered without gaps.
//!
//! A message is final once it is sent; speech may be replaced until then. A
//! person writes only where he controls the live conversation.

pub mod api;
mod sql;
mod types;

pub use types::{TranscriptMessage, TranscriptMessageBody, TranscriptMessageFilter, Visibility};
