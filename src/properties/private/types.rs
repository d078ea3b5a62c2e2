//! The desk's side of a home as values.

use jiff::Timestamp;
use uuid::Uuid;

use crate::{body, envelope::Resource, input::Rules, record};

record! {
    /// What the desk alone knows of a home.
    pub struct PropertyPrivate {
        /// The home.
        pub property_id: Uuid,
        /// For whom it is reserved.
        pub reserved_for_prospect_id: Option<Uuid>,
        /// Until when.
        pub reserved_until: Option<Timestamp>,
        /// Whose listing it is.
        pub list_agent_id: Option<Uuid>,
        /// Who entered it.
        pub created_by: Option<Uuid>,
        /// When it changed last.
        pub updated_at: Timestamp,
        /// When it was entered.
        pub created_at: Timestamp,
    }
}

impl Resource for PropertyPrivate {
    const PATH: &'static str = "/api/properties";

    fn id(&self) -> Uuid {
        self.property_id
    }

    fn changed_at(&self) -> Timestamp {
        self.updated_at
    }
}

body! {
    /// What a client may write of the desk's side of a home.
    pub struct PropertyPrivateBody {
        required {}
        defaulted {}
        nullable {
            /// For whom it is reserved.
            reserved_for_prospect_id: Uuid,
            /// Until when; seven days after the reservation, where nothing is
            /// said.
            reserved_until: Timestamp,
            /// Whose listing it is.
            list_agent_id: Uuid,
        }
        read_only { property_id, created_by, created_at, updated_at }
    }
}

impl Rules for PropertyPrivateBody {}
