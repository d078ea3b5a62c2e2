//! Imports: homes, people and conversations out of files.
//!
//! A file is read once, from its beginning to its end, by a thread of its own:
//! `open` unpacks and decodes it, `read` finds the rows,
//! [`headings`] sorts their cells by columns and `shape` judges them as
//! the API judges a body. The rows go on in batches: COPY into a temporary
//! table, then one statement under the rights of whoever imports
//! (`load`), committed batch by batch, so that no transaction holds the
//! event stream up. Rows that are refused are kept as they were, with the
//! reason, in a form that can be mended and imported again ([`refused`]).
//!
//! States: queued → running → completed or failed. What was loaded before a
//! failure stays; the same file again changes nothing of it.

pub mod api;
mod ask;
pub mod headings;
mod load;
mod open;
mod read;
mod reader;
pub mod refused;
mod shape;
mod sql;
mod types;
mod value;
mod work;

pub use ask::{constant, mapping as read_mapping, separator};
pub use sql::{keep_mapping, mapping, start, tidy};
pub use types::{
    Import, ImportFilter, ImportKind, ImportMapping, ImportMappingFilter, ImportStatus,
};
pub use work::{Order, Outcome, Start, Tally, Watch, run};
