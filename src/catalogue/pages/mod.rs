//! What the pages say: a struct of words a page, and one value of it a language.
//!
//! Templates and pages name fields of [`Words`]. A second language is a second
//! `Words`, which does not compile as long as one sentence is missing, and a
//! choice between the two where [`words`] is called.

mod around;
mod nouns;
mod people;
mod terms;

use axum::http::StatusCode;

use crate::{console::Section, users::Role};

pub use around::{Docs, Failures, Frame, List, Sections};
pub use nouns::{
    Analytics, Appointments, Campaigns, Conversations, Handoffs, Properties, Prospects, Tasks,
    Today,
};
pub use people::{Settings, SignIn, SignOut, SignUp, Users};
pub use terms::{Moments, Roles};

/// Everything that the pages say, in one language.
#[derive(Debug)]
pub struct Words {
    /// The language for `lang`, as BCP 47 has it.
    pub language: &'static str,
    /// `ltr` or `rtl`, for `dir`.
    pub direction: &'static str,
    /// A member of a closed list as people write it.
    label: fn(&str) -> String,
    /// What stands around every page of somebody signed in.
    pub frame: Frame,
    /// The names of the console's parts.
    pub sections: Sections,
    /// Filters, rows, and the way to more.
    pub list: List,
    /// What a page is called on which something failed, and the way back.
    pub failures: Failures,
    /// `/docs`.
    pub docs: Docs,
    /// Days and times.
    pub moments: Moments,
    /// What people do here.
    pub roles: Roles,
    /// `/auth/signin`.
    pub sign_in: SignIn,
    /// `/auth/signup`.
    pub sign_up: SignUp,
    /// `/auth/signout`.
    pub sign_out: SignOut,
    /// `/settings`.
    pub settings: Settings,
    /// `/users`, and people where others name them.
    pub users: Users,
    /// `/`.
    pub today: Today,
    /// `/handoffs`.
    pub handoffs: Handoffs,
    /// `/tasks`.
    pub tasks: Tasks,
    /// `/conversations`.
    pub conversations: Conversations,
    /// `/prospects`.
    pub prospects: Prospects,
    /// `/appointments`.
    pub appointments: Appointments,
    /// `/properties`.
    pub properties: Properties,
    /// `/campaigns`.
    pub campaigns: Campaigns,
    /// `/analytics`.
    pub analytics: Analytics,
}

static ENGLISH: Words = Words {
    language: "en",
    direction: "ltr",
    label: terms::english_label,
    frame: Frame::ENGLISH,
    sections: Sections::ENGLISH,
    list: List::ENGLISH,
    failures: Failures::ENGLISH,
    docs: Docs::ENGLISH,
    moments: Moments::ENGLISH,
    roles: Roles::ENGLISH,
    sign_in: SignIn::ENGLISH,
    sign_up: SignUp::ENGLISH,
    sign_out: SignOut::ENGLISH,
    settings: Settings::ENGLISH,
    users: Users::ENGLISH,
    today: Today::ENGLISH,
    handoffs: Handoffs::ENGLISH,
    tasks: Tasks::ENGLISH,
    conversations: Conversations::ENGLISH,
    prospects: Prospects::ENGLISH,
    appointments: Appointments::ENGLISH,
    properties: Properties::ENGLISH,
    campaigns: Campaigns::ENGLISH,
    analytics: Analytics::ENGLISH,
};

/// The words of the pages.
pub fn words() -> &'static Words {
    &ENGLISH
}

impl Words {
    /// A word of the database as people write it: `appointment_set` is
    /// "Appointment set".
    pub fn label(&self, word: &str) -> String {
        (self.label)(word)
    }

    /// A role; who has none was never let in.
    pub const fn role(&self, role: Option<Role>) -> &'static str {
        match role {
            None => self.roles.none,
            Some(Role::SalesRep) => self.roles.sales_rep,
            Some(Role::SalesManager) => self.roles.sales_manager,
            Some(Role::Admin) => self.roles.admin,
            Some(Role::QaSupervisor) => self.roles.qa_supervisor,
            Some(Role::ComplianceOfficer) => self.roles.compliance_officer,
            Some(Role::Operations) => self.roles.operations,
        }
    }

    /// A part of the console.
    pub const fn section(&self, section: Section) -> &'static str {
        match section {
            Section::Today => self.sections.today,
            Section::Handoffs => self.sections.handoffs,
            Section::Tasks => self.sections.tasks,
            Section::Conversations => self.sections.conversations,
            Section::Prospects => self.sections.prospects,
            Section::Calendar => self.sections.calendar,
            Section::Properties => self.sections.properties,
            Section::Campaigns => self.sections.campaigns,
            Section::Analytics => self.sections.analytics,
            Section::Users => self.sections.users,
            Section::Settings => self.sections.settings,
        }
    }

    /// What a page is called on which something failed.
    pub fn heading(&self, status: StatusCode) -> &'static str {
        match status {
            StatusCode::BAD_REQUEST => self.failures.bad_request,
            StatusCode::UNAUTHORIZED => self.failures.unauthorized,
            StatusCode::FORBIDDEN => self.failures.forbidden,
            StatusCode::NOT_FOUND => self.failures.not_found,
            StatusCode::METHOD_NOT_ALLOWED => self.failures.method_not_allowed,
            StatusCode::TOO_MANY_REQUESTS => self.failures.too_many_requests,
            StatusCode::SERVICE_UNAVAILABLE => self.failures.unavailable,
            status if status.is_server_error() => self.failures.internal,
            _ => self.failures.other,
        }
    }
}

impl Frame {
    /// In which zone times are told.
    pub fn times_in(&self, zone: &str) -> String {
        self.times.replace("{}", zone)
    }
}

impl SignUp {
    /// How long a password is at least, in characters.
    pub fn at_least(&self, characters: usize) -> String {
        self.rule.replace("{}", &characters.to_string())
    }
}
