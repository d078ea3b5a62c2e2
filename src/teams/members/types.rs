//! Memberships as values.

use jiff::Timestamp;
use uuid::Uuid;

use crate::{body, envelope::Resource, filter, input::Rules, record};

record! {
    /// A person's place in a team.
    pub struct TeamMember {
        /// Its key.
        pub id: Uuid,
        /// The team.
        pub team_id: Uuid,
        /// The person.
        pub user_id: Uuid,
        /// Whether he leads the team and all below it.
        pub is_lead: bool,
        /// When it changed last.
        pub updated_at: Timestamp,
        /// When he joined.
        pub created_at: Timestamp,
    }
}

impl Resource for TeamMember {
    const PATH: &'static str = "/api/team-members";

    fn id(&self) -> Uuid {
        self.id
    }

    fn changed_at(&self) -> Timestamp {
        self.updated_at
    }
}

body! {
    /// What may be written of a membership; another person or team is another
    /// membership.
    pub struct TeamMemberBody {
        required {
            /// The team.
            team_id: Uuid,
            /// The person.
            user_id: Uuid,
        }
        defaulted {
            /// Whether he leads the team and all below it.
            is_lead: bool,
        }
        nullable {}
        read_only { id, created_at, updated_at }
    }
}

impl Rules for TeamMemberBody {}

filter! {
    /// Which memberships a list holds.
    pub struct TeamMemberFilter {
        /// The team.
        team_id: Uuid,
        /// The person.
        user_id: Uuid,
        /// Whether he leads the team.
        is_lead: bool,
    }
    sort {
        created_at: "timestamptz",
        updated_at: "timestamptz",
        id: "uuid",
    }
}
