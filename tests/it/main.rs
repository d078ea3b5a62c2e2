//! Tests through the front door: as anon or a person of each role, over HTTP,
//! on a real PostgreSQL.

#![expect(
    clippy::unwrap_used,
    clippy::expect_used,
    reason = "a test may fail by panicking"
)]

mod access;
mod app;
mod cluster;
mod contrast;
mod pages;

mod auth;
mod campaigns;
mod compliance;
mod integrations;
mod openapi;
mod program;
mod properties;
mod prospects;
mod statements;
mod users;

mod appointments;
mod conversations;
mod desk;
mod handoffs;
mod routing;
