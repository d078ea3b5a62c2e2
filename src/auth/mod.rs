//! Who is calling: tokens, sessions, passwords, and `/auth/v1`.

mod caller;
mod identify;
pub mod keys;
pub mod password;
mod person;
mod scope;
mod token;

pub use caller::{Caller, SignedIn};
pub use identify::{Carrier, Identified, identify};
pub use keys::Keys;
pub use person::{People, Person};
pub use scope::Scope;
pub use token::{Bearer, SessionClaims, Tokens};
