//! The scope of the policies, repeated in statements.
//!
//! Policies that are OR-ed over roles do not use the owner's index; a statement
//! that says a rep's scope again does. The policies decide all the same: a
//! stale scope shows less, never more. A manager's scope is not repeated: it is
//! a good part of all rows, so his page is cut from the index of its order, and
//! each row of it is judged by its own prospect.

use uuid::Uuid;

use super::{Caller, person::Person};
use crate::{db::Query, users::Role};

/// Whose rows a caller works with.
#[derive(Clone, Copy, Debug)]
pub enum Scope<'a> {
    /// What the policies show, without a hint.
    All,
    /// A rep's own.
    Own(&'a Person),
}

impl Caller {
    /// The scope that goes with the caller's role.
    pub fn scope(&self) -> Scope<'_> {
        match (self.person(), self.role()) {
            (Some(person), Some(Role::SalesRep)) => Scope::Own(person),
            _ => Scope::All,
        }
    }
}

impl Scope<'_> {
    /// Appends the condition that the row hangs off a prospect of the scope.
    pub fn prospect(self, query: &mut Query) {
        match self {
            Self::All => query.text("true"),
            Self::Own(person) => query
                .text("prospect_id in (select p.id from prospects p where p.assigned_to = ")
                .add(person.id)
                .text(")"),
        };
    }

    /// The people of the scope, unless it is everybody.
    pub fn people(self) -> Option<Vec<Uuid>> {
        match self {
            Self::All => None,
            Self::Own(person) => Some(vec![person.id]),
        }
    }
}
