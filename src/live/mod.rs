//! What just happened, told within the program.
//!
//! The truth is the table `events`; a [`Stream`] reads it by a cursor and tells
//! whoever listens. A change says what kind of row it was and its key, never
//! what is in it: the row is read again as whoever wants to know.

mod stream;

pub use stream::{Change, Stream};
