//! Whose prospects a list of matches is made of.

use uuid::Uuid;

use crate::{auth::Person, db::Query, users::Role};

/// Whose prospects are looked at, and with what was understood of them or not:
/// what the policies of `prospects` and `detected_entities` give.
#[derive(Clone, Copy, Debug)]
pub enum Scope<'a> {
    /// All, with what was understood.
    All,
    /// All, by their rows alone.
    Rows,
    /// Of some teams or people, with what was understood.
    Led(&'a [Uuid], &'a [Uuid]),
    /// One's own with what was understood, and the pools of some teams by the
    /// rows alone.
    Own(Uuid, &'a [Uuid]),
}

impl<'a> Scope<'a> {
    /// What a person sees; the service key sees all.
    pub fn of(who: Option<&'a Person>) -> Self {
        match who.map(|person| (person.role, person)) {
            Some((Some(Role::SalesRep), me)) => Self::Own(me.id, &me.teams),
            Some((Some(Role::SalesManager), me)) => Self::Led(&me.led_teams, &me.led_people),
            Some((Some(Role::Operations), _)) => Self::Rows,
            _ => Self::All,
        }
    }

    /// Appends the condition that a row `k` with owner and team is in the scope.
    pub fn whose(self, query: &mut Query) {
        match self {
            Self::All | Self::Rows => {
                query.text("true");
            }
            Self::Led(teams, people) => {
                query
                    .text("(k.team_id = any (")
                    .add(teams.to_vec())
                    .text(") or k.assigned_to = any (")
                    .add(people.to_vec())
                    .text("))");
            }
            Self::Own(me, teams) => {
                query
                    .text("(k.assigned_to = ")
                    .add(me)
                    .text(" or (k.assigned_to is null and k.team_id = any (")
                    .add(teams.to_vec())
                    .text(")))");
            }
        }
    }

    /// Which of the two rows of wishes of a prospect counts.
    pub fn face(self) -> &'static str {
        match self {
            Self::All | Self::Led(..) => " and (k.spoken or not k.amended)",
            Self::Rows => " and not k.spoken",
            Self::Own(..) => {
                " and case when k.assigned_to is null then not k.spoken \
                 else k.spoken or not k.amended end"
            }
        }
    }
}
