//! What every page shares: the frame around it, navigation, tables, filters,
//! times, assets, and the layer that words failures and sets the headers.
//!
//! A page is a struct of its noun's `pages.rs`, checked against its template
//! when this program is built. All that it says comes from the
//! catalogue.

pub mod answer;
pub mod assets;
mod badge;
pub mod docs;
mod filters;
mod frame;
mod moment;
mod navigation;
mod table;
mod visitor;

use askama::Template;
use axum::response::Html;

use crate::error::Error;

pub use badge::{Badge, Glyph, Tone};
pub use filters::{Asked, Field, Filters};
pub use frame::Frame;
pub use moment::{Clock, Moment};
pub use navigation::Section;
pub use table::{Cell, Column, ListView, Table};
pub use visitor::Visitor;

/// A rendered page.
///
/// # Errors
/// 500 when the template fails.
pub fn page(page: &impl Template) -> Result<Html<String>, Error> {
    page.render().map(Html).map_err(Error::internal)
}
