//! Tests through the front door: as anon or a person of each role, over HTTP,
//! on a real PostgreSQL.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::disallowed_methods,
    reason = "a test may fail by panicking, and its clock is the machine's"
)]

mod access;
mod app;
mod cluster;
mod contrast;
mod demo;
mod pages;

mod architecture;
mod audit;
mod auth;
mod campaign_verbs;
mod campaigns;
mod compliance;
mod integrations;
mod leads;
mod live_conversations;
mod migrate;
mod openapi;
mod outage;
mod plans;
mod pool;
mod program;
mod properties;
mod prospects;
mod replica;
mod statements;
mod users;

mod appointments;
mod conversations;
mod deadlock;
mod desk;
mod handoffs;
mod hands;
mod matches;
mod routing;
mod tasks;

mod backup;
mod exports;
mod idempotency;
mod imports;
