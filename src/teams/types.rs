//! Teams as values.

use jiff::{Timestamp, civil::Date};
use uuid::Uuid;

use super::calendar;
use crate::{
    body,
    envelope::Resource,
    error::Problem,
    filter,
    input::{Distinct, JsonObject, Line, Rules, Zone},
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
        /// By ISO weekday (`"1"` is Monday) a list of `[start, end]` in its
        /// zone; without any those of the team above it hold, at the top any
        /// hour is one.
        pub working_hours: JsonObject,
        /// The IANA zone of its hours; without one that of the team above it
        /// holds, at the top the organisation's.
        pub timezone: Option<String>,
        /// Days on which it does not work, beside those of the teams above it.
        pub holidays: Vec<Date>,
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
        defaulted {
            /// By ISO weekday (`"1"` is Monday) a list of `[start, end]` in its
            /// zone.
            working_hours: JsonObject,
            /// Days on which it does not work.
            holidays: Distinct<Date>,
        }
        nullable {
            /// The team above it.
            parent_team_id: Uuid,
            /// The IANA zone of its hours.
            timezone: Zone,
        }
        read_only { id, is_default, created_at, updated_at }
    }
}

impl Rules for TeamBody {
    fn problems(&self) -> Vec<Problem> {
        let hours = self.working_hours.value();
        hours.map_or_else(Vec::new, |hours| {
            calendar::problems("working_hours", &hours.0)
        })
    }
}

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
