//! The scopes of the policies, repeated in statements.
//!
//! Policies that are OR-ed over roles do not use the owner's index; a statement
//! that says the caller's own scope again does. The policies decide all the
//! same: a stale scope shows less, never more.

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
    /// A manager's people's and teams'.
    Team(&'a Person),
}

impl Caller {
    /// The scope that goes with the caller's role.
    pub fn scope(&self) -> Scope<'_> {
        match (self.person(), self.role()) {
            (Some(person), Some(Role::SalesRep)) => Scope::Own(person),
            (Some(person), Some(Role::SalesManager)) => Scope::Team(person),
            _ => Scope::All,
        }
    }
}

impl Scope<'_> {
    /// Appends the condition that the row hangs off a prospect of the scope.
    pub fn prospect(self, query: &mut Query) {
        match self {
            Self::All => query.text("true"),
            Self::Own(_) | Self::Team(_) => {
                query.text("prospect_id in (select p.id from prospects p where ");
                self.owner(query, "p.assigned_to", "p.team_id");
                query.text(")")
            }
        };
    }

    /// Appends the condition that the person in column `owner` or the team in
    /// column `team` is of the scope.
    pub fn owner(self, query: &mut Query, owner: &'static str, team: &'static str) {
        match self {
            Self::All => query.text("true"),
            Self::Own(person) => query.text(owner).text(" = ").add(person.id),
            Self::Team(person) => query
                .text("(")
                .text(team)
                .text(" = any (")
                .add(person.led_teams.clone())
                .text(") or ")
                .text(owner)
                .text(" = any (")
                .add(person.led_people.clone())
                .text("))"),
        };
    }

    /// The people of the scope, unless it is everybody.
    pub fn people(self) -> Option<Vec<Uuid>> {
        match self {
            Self::All => None,
            Self::Own(person) => Some(vec![person.id]),
            Self::Team(person) => Some(person.led_people.clone()),
        }
    }
}
