//! Compliance: consents, suppressions, contact policies and the audit log.
//!
//! Evidence is only ever added; nobody changes a consent, and a suppression is
//! lifted by two compliance officers.

pub mod audit;
pub mod consents;
pub mod contactability;
pub mod policies;
pub mod suppressions;
