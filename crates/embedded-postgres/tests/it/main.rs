//! The supervisor against a real PostgreSQL, as root and as an ordinary user.
#![expect(
    clippy::unwrap_used,
    clippy::expect_used,
    reason = "a test may fail by panicking"
)]

mod life;
mod refusals;
mod settings;
mod support;

/// Not a test of its own: the process that `supervise_elsewhere` starts.
#[test]
fn helper_process() {
    support::supervise_if_asked();
}
