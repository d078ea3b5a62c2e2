//! What commands say when they refuse.

/// `demo`, and letting a demo person in again, beside a server that others
/// reach.
pub const DEMO_BESIDE_OTHERS: &str = "a server of this database is open to other machines \
    (--listen), and while demo people can sign in only this machine may be served: stop it, or \
    start it on 127.0.0.1, then try again";
