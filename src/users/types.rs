//! People as values.

use jiff::Timestamp;
use sha2::{Digest as _, Sha256};
use uuid::Uuid;

use crate::{
    body,
    envelope::{Resource, entity_tag},
    error::Problem,
    filter,
    input::{JsonObject, Line, Picture, Rules, Words},
    record,
    teams::calendar,
    words,
};

words! {
    /// What a person does here.
    pub enum Role {
        /// Sells: owns prospects, appointments and handoffs.
        SalesRep = "sales_rep",
        /// Leads teams of reps.
        SalesManager = "sales_manager",
        /// Runs the installation.
        Admin = "admin",
        /// Reviews conversations.
        QaSupervisor = "qa_supervisor",
        /// Guards consent and the law.
        ComplianceOfficer = "compliance_officer",
        /// Runs campaigns and data.
        Operations = "operations",
    }
}

words! {
    /// Whether a person is let in.
    pub enum UserStatus {
        /// He is.
        Active = "active",
        /// Not yet, or no longer.
        Inactive = "inactive",
    }
}

words! {
    /// Whether a person takes work right now.
    pub enum Availability {
        /// He does.
        Online = "online",
        /// He is away for a while.
        Away = "away",
        /// He does not.
        Offline = "offline",
    }
}

record! {
    /// A person who may sign in. Of somebody whom the caller knows from the
    /// directory alone, only id, name, avatar, role and availability are told;
    /// the rest is null.
    pub struct User {
        /// His key, the same as in the sign-in.
        pub id: Uuid,
        /// What people call him.
        pub name: String,
        /// His address; follows the sign-in.
        pub email: Option<String>,
        /// What he does here.
        pub role: Role,
        /// A picture.
        pub avatar: Option<String>,
        /// When he was last seen.
        pub last_active: Option<Timestamp>,
        /// Whether he is let in.
        pub status: Option<UserStatus>,
        /// To whom he reports.
        pub reports_to: Option<Uuid>,
        /// IANA time zone.
        pub timezone: Option<String>,
        /// Languages he speaks, BCP 47.
        pub languages: Option<Vec<String>>,
        /// By ISO weekday (`"1"` is Monday) a list of `[start, end]` in his
        /// local time.
        pub working_hours: Option<JsonObject>,
        /// Whether he takes work right now.
        pub availability: Availability,
        /// Until when he is out of office.
        pub out_of_office_until: Option<Timestamp>,
        /// Open leads that he takes at most.
        pub max_open_leads: Option<i32>,
        /// Live conversations that he takes at once.
        pub max_concurrent_live: Option<i32>,
        /// His telephone, E.164.
        pub phone_e164: Option<String>,
        /// Since when he is no longer let in.
        pub deactivated_at: Option<Timestamp>,
        /// When he changed last.
        pub updated_at: Option<Timestamp>,
        /// When he signed up.
        pub created_at: Option<Timestamp>,
    }
}

impl Resource for User {
    const PATH: &'static str = "/api/users";

    fn id(&self) -> Uuid {
        self.id
    }

    fn changed_at(&self) -> Timestamp {
        self.updated_at.unwrap_or(Timestamp::UNIX_EPOCH)
    }

    /// The directory does not say when a person changed, so the tag is made of
    /// what it says.
    fn tag(&self) -> String {
        if let Some(updated_at) = self.updated_at {
            return entity_tag(updated_at);
        }
        let said = format!(
            "{} {} {} {:?}",
            self.name, self.role, self.availability, self.avatar
        );
        let hash = Sha256::digest(said.as_bytes());
        let hex: String = hash[..8].iter().map(|byte| format!("{byte:02x}")).collect();
        format!("\"d{hex}\"")
    }
}

body! {
    /// What may be written of a person: his profile by himself, role and status
    /// by an administrator, capacity by his managers.
    pub struct UserBody {
        required {}
        defaulted {
            /// What people call him.
            name: Line,
            /// What he does here.
            role: Role,
            /// Whether he is let in; who was and no longer is, is deactivated.
            status: UserStatus,
            /// Whether he takes work right now.
            availability: Availability,
            /// Languages he speaks, BCP 47.
            languages: Words,
            /// By ISO weekday (`"1"` is Monday) a list of `[start, end]` in his
            /// local time.
            working_hours: JsonObject,
            /// Open leads that he takes at most.
            max_open_leads: i32,
            /// Live conversations that he takes at once.
            max_concurrent_live: i32,
        }
        nullable {
            /// A picture: a web address, or a path on this server.
            avatar: Picture,
            /// IANA time zone.
            timezone: Line,
            /// Until when he is out of office.
            out_of_office_until: Timestamp,
            /// His telephone, E.164.
            phone_e164: Line,
            /// To whom he reports.
            reports_to: Uuid,
        }
        read_only { id, email, last_active, deactivated_at, created_at, updated_at }
    }
}

impl Rules for UserBody {
    fn problems(&self) -> Vec<Problem> {
        let hours = self.working_hours.value();
        hours.map_or_else(Vec::new, |hours| {
            calendar::problems("working_hours", &hours.0)
        })
    }
}

filter! {
    /// Which people a list holds.
    pub struct UserFilter {
        /// What they do here.
        role: Role,
        /// Whether they are let in; not for who knows only the directory.
        status: UserStatus,
        /// Whether they take work right now.
        availability: Availability,
        /// To whom they report; not for who knows only the directory.
        reports_to: Uuid,
    }
    sort {
        name: "text",
        role: "text",
        availability: "text",
        created_at: "timestamptz",
        updated_at: "timestamptz",
        last_active: "timestamptz" nullable,
        id: "uuid",
    }
}

impl UserFilter {
    /// The filters that are set on columns which the directory does not tell.
    pub(super) fn hidden(&self) -> Vec<&'static str> {
        let set = [
            ("status", self.status.is_some()),
            ("reports_to", self.reports_to.is_some()),
        ];
        let names = set.iter().filter(|(_, set)| *set);
        names.map(|(name, _)| *name).collect()
    }
}
