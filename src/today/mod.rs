//! Today: what waits for the person who opens the console.

pub mod pages;
