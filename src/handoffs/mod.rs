//! Handoffs: the package with which a person takes over from the machine.
//!
//! A package is `pending` until somebody claims it, `claimed` until it is
//! completed, and `expired` when nobody came. Its content is a pure function of
//! the rows it is made from: [`generate`].

pub mod facts;
pub mod generate;
pub mod money;
pub mod phrases;
pub mod priority;
pub mod score;
pub mod timeline;
