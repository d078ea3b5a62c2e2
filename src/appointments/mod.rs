//! Appointments: who meets whom, where and when.
//!
//! `scheduled` → `completed` or `no_show` once it has begun, `cancelled`, or
//! `rescheduled`: a moved appointment stays and a new one takes its place.
//! While one is scheduled, neither rep nor prospect nor home is booked twice,
//! except the parties of one shared viewing.

pub mod api;
mod sql;
mod types;

pub use sql::lock;
pub use types::{
    Appointment, AppointmentBody, AppointmentFilter, AppointmentKind, AppointmentStatus,
    NoShowParty,
};
