//! Exports: what a caller may see of a table, as a file.
//!
//! Policies choose the rows, page by page, each page a transaction of its own
//! under the caller's rights: an export holds no connection while its reader is
//! slow, takes no more memory for more rows, and ends when the session does. A
//! row that is there from the first page to the last is in the file once.
//! Whoever exports is written down before the first row is read
//! (`doorstep.start_export`); operations and QA supervisors get personal data
//! masked, a manager's file ends at the row cap.

pub mod api;
mod guard;
mod pages;
mod tables;

pub use guard::{guarded, unguarded};
pub use pages::{Export, ExportFormat};
pub use tables::names;

/// The description of a 200 whose body is a file.
pub(crate) fn described(
    kinds: &[&str],
    description: &str,
) -> Vec<(Option<u16>, aide::openapi::Response)> {
    let content = kinds
        .iter()
        .map(|kind| ((*kind).to_owned(), aide::openapi::MediaType::default()));
    let response = aide::openapi::Response {
        description: description.to_owned(),
        content: content.collect(),
        ..aide::openapi::Response::default()
    };
    vec![(Some(200), response)]
}
