//! Doorstep: the backend of an AI-driven real-estate sales desk.
//!
//! The table of contents; ARCHITECTURE.md is the map. A request goes
//! [`router`] → a noun's `api` → its `sql` → PostgreSQL.

pub mod accounts;
pub mod acts;
pub mod app;
pub mod auth;
pub mod backup;
pub mod catalogue;
pub mod cli;
pub mod clock;
pub mod config;
pub mod console;
pub mod data_dir;
pub mod db;
pub mod demo;
pub mod envelope;
pub mod error;
pub mod exports;
pub mod front;
pub mod health;
pub mod idempotency;
pub mod imports;
pub mod input;
pub mod jobs;
pub mod leads;
pub mod limits;
pub mod live;
pub mod observe;
pub mod openapi;
pub mod postgres;
pub mod router;
pub mod serve;
pub mod verbs;

pub mod activities;
pub mod agent;
pub mod analytics;
pub mod appointments;
pub mod campaigns;
pub mod compliance;
pub mod conversations;
pub mod handoffs;
pub mod integrations;
pub mod live_conversations;
pub mod matches;
pub mod properties;
pub mod prospects;
pub mod routing;
pub mod tasks;
pub mod teams;
pub mod today;
pub mod transcript_messages;
pub mod users;
