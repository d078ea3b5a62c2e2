//! Whether a person may be contacted now, on which channel, and if not why and
//! when.
//!
//! `gate` is the rule, `window` its hours, `place` its zones: pure, with the
//! moment passed in. `facts` reads what the rule is given, as the program
//! itself: whoever may ask about a person is told that he opted out, though not
//! everybody reads the suppressions.

pub mod api;
mod dialing;
mod facts;
mod gate;
mod place;
mod types;
mod window;

pub use facts::{people, policies};
pub use gate::{CampaignRules, Judge, Person, Reason, Verdict};
pub use types::Contactability;
pub use window::Window;
