//! Properties: homes for sale or rent.
//!
//! A property is `available`, `reserved` or `sold`. Anyone reads available
//! ones; who reserved or bought a home is nobody's business but the desk's.

pub mod api;
pub mod matching;
pub mod pages;
pub mod private;
mod public;
mod sql;
mod types;

pub use public::{Listed, PUBLIC_LISTS, PublicLists};
pub use sql::load;
pub(crate) use sql::some;
pub use types::{
    Property, PropertyBody, PropertyFilter, PropertyStatus, PropertyType, StandardStatus,
};
