//! Teams as values.

use jiff::Timestamp;
use uuid::Uuid;

use crate::{
    body,
    envelope::Resource,
    filter,
    input::{Line, Rules},
    record,
};

record! {
    /// A team.
    pub struct Team {
        /// Its key.
        pub id: Uuid,
        /// What it is called.
        pub name: String,
        /// The team above it.
        pub parent_team_id: Option<Uuid>,
        /// Whether everybody joins it who is in no other.
        pub is_default: bool,
        /// When it changed last.
        pub updated_at: Timestamp,
        /// When it was made.
        pub created_at: Timestamp,
    }
}

impl Resource for Team {
    const PATH: &'static str = "/api/teams";

    fn id(&self) -> Uuid {
        self.id
    }

    fn changed_at(&self) -> Timestamp {
        self.updated_at
    }
}

body! {
    /// What may be written of a team.
    pub struct TeamBody {
        required {
            /// What it is called.
            name: Line,
        }
        defaulted {}
        nullable {
            /// The team above it.
            parent_team_id: Uuid,
        }
        read_only { id, is_default, created_at, updated_at }
    }
}

impl Rules for TeamBody {}

filter! {
    /// Which teams a list holds.
    pub struct TeamFilter {
        /// The team right above them.
        parent_team_id: Uuid,
    }
    sort {
        name: "text",
        created_at: "timestamptz",
        updated_at: "timestamptz",
        id: "uuid",
    }
}
