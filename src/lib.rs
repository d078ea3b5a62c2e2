//! Doorstep: the backend of an AI-driven real-estate sales desk.
//!
//! The table of contents; ARCHITECTURE.md is the map. A request goes
//! [`router`] → a noun's `api` → its `sql` → PostgreSQL.

pub mod app;
pub mod assets;
pub mod auth;
pub mod catalogue;
pub mod clock;
pub mod db;
pub mod envelope;
pub mod error;
pub mod idempotency;
pub mod input;
pub mod limits;
pub mod live;
pub mod openapi;
pub mod router;

pub mod handoffs;
pub mod properties;
pub mod users;
