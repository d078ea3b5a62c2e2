//! Who is calling: tokens, sessions, passwords, and `/auth/v1`.

pub mod accounts;
mod attempts;
mod caller;
pub mod cookies;
pub mod csrf;
mod guard;
mod identify;
pub mod keys;
pub mod pages;
pub mod password;
mod person;
pub mod redirect;
mod refresh;
mod resume;
mod scope;
pub mod session;
pub mod signout;
mod sql;
mod token;
pub mod v1;

pub use attempts::{Attempt, Attempts};
pub use caller::{Caller, SignedIn};
pub use guard::{guard, see_other};
pub use identify::{Carrier, Identified, identify, limit_auth, public_bearer};
pub use keys::Keys;
pub use person::{People, Person};
pub use scope::Scope;
pub use token::{Bearer, SessionClaims, Tokens};
