//! Analytics: how many rows of each kind the person may see.

pub mod pages;
