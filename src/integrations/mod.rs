//! Integrations: what the installation is connected to.
//!
//! Anyone reads name, type, status and icon. The configuration is write-only:
//! it is encrypted before it is stored, and answers carry at most the names
//! that are set. A POST of a type and name that is there already changes that
//! one.

pub mod api;
pub mod seal;
mod sql;
mod types;

pub use types::{
    Integration, IntegrationBody, IntegrationFilter, IntegrationStatus, IntegrationType,
};
