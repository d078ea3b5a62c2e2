//! Appointments as values.

use jiff::Timestamp;
use uuid::Uuid;

use crate::{
    body,
    catalogue::reasons,
    envelope::Resource,
    error::Problem,
    filter,
    input::{Channel, Line, Prose, Rules, Zone},
    record, words,
};

words! {
    /// What became of an appointment.
    pub enum AppointmentStatus {
        /// It is to come, or nobody said yet how it went.
        Scheduled = "scheduled",
        /// It took place.
        Completed = "completed",
        /// Somebody did not come.
        NoShow = "no_show",
        /// It was moved; another one has its place.
        Rescheduled = "rescheduled",
        /// It was called off.
        Cancelled = "cancelled",
    }
}

words! {
    /// What people meet for.
    pub enum AppointmentKind {
        /// To see a home.
        Viewing = "viewing",
        /// To talk on the telephone.
        Call = "call",
        /// To talk.
        Meeting = "meeting",
        /// To see a home by video.
        VirtualTour = "virtual_tour",
    }
}

words! {
    /// Whether people meet in one place.
    pub enum Method {
        /// In one place.
        InPerson = "in_person",
        /// By video.
        Virtual = "virtual",
    }
}

words! {
    /// Who did not come.
    pub enum NoShowParty {
        /// The prospect.
        Prospect = "prospect",
        /// The rep.
        Rep = "rep",
    }
}

record! {
    /// A meeting of a prospect and a rep.
    pub struct Appointment {
        /// Its key.
        pub id: Uuid,
        /// With whom.
        pub prospect_id: Uuid,
        /// The prospect's name when it was made.
        pub prospect_name: String,
        /// The home that is seen.
        pub property_id: Option<Uuid>,
        /// The home's name when it was made.
        pub property_name: Option<String>,
        /// Who goes there.
        pub assigned_rep_id: Uuid,
        /// The rep's name when it was made.
        pub assigned_rep_name: String,
        /// When it begins.
        pub scheduled_date: Timestamp,
        /// Where people meet.
        pub location: String,
        /// What became of it.
        pub status: AppointmentStatus,
        /// A person's notes; hidden from quality assurance.
        pub notes: Option<String>,
        /// By which way it was made.
        pub source_channel: Option<Channel>,
        /// When it ends.
        pub ends_at: Timestamp,
        /// What people meet for.
        pub kind: AppointmentKind,
        /// Whether other parties may see the home at the same time.
        pub shared: bool,
        /// The IANA zone of the place.
        pub timezone: Option<String>,
        /// The conversation that led to it.
        pub conversation_id: Option<Uuid>,
        /// The campaign that led to it.
        pub campaign_id: Option<Uuid>,
        /// The appointment whose place it takes.
        pub rescheduled_from_id: Option<Uuid>,
        /// Its key in calendars, the same however often it is moved.
        pub ical_uid: String,
        /// How often it was moved.
        pub ical_sequence: i32,
        /// Minutes kept free behind it.
        pub buffer_minutes: i16,
        /// Whether people meet in one place.
        pub method: Option<Method>,
        /// Why it was called off.
        pub cancel_reason: Option<String>,
        /// Who did not come.
        pub no_show_party: Option<NoShowParty>,
        /// Who made it.
        pub created_by: Option<Uuid>,
        /// When it changed last.
        pub updated_at: Timestamp,
        /// When it was entered.
        pub created_at: Timestamp,
    }
}

impl Resource for Appointment {
    const PATH: &'static str = "/api/appointments";

    fn id(&self) -> Uuid {
        self.id
    }

    fn changed_at(&self) -> Timestamp {
        self.updated_at
    }
}

body! {
    /// What a client may write of an appointment.
    pub struct AppointmentBody {
        required {
            /// With whom.
            prospect_id: Uuid,
            /// When it begins; another moment moves the appointment.
            scheduled_date: Timestamp,
            /// Where people meet.
            location: Line,
        }
        defaulted {
            /// Who goes there; a rep's own are his.
            assigned_rep_id: Uuid,
            /// What became of it.
            status: AppointmentStatus,
            /// When it ends; an hour after it begins unless told otherwise.
            ends_at: Timestamp,
            /// What people meet for.
            kind: AppointmentKind,
            /// Whether other parties may see the home at the same time.
            shared: bool,
            /// Minutes kept free behind it.
            buffer_minutes: i16,
        }
        nullable {
            /// The home that is seen; only calls and meetings have none.
            property_id: Uuid,
            /// A person's notes.
            notes: Prose,
            /// By which way it was made.
            source_channel: Channel,
            /// The IANA zone of the place.
            timezone: Zone,
            /// The conversation that led to it.
            conversation_id: Uuid,
            /// The campaign that led to it.
            campaign_id: Uuid,
            /// Whether people meet in one place.
            method: Method,
            /// Why it was called off.
            cancel_reason: Prose,
            /// Who did not come.
            no_show_party: NoShowParty,
        }
        read_only {
            id, prospect_name, property_name, assigned_rep_name, rescheduled_from_id, ical_uid,
            ical_sequence, blocked, slot_key, created_by, created_at, updated_at
        }
    }
}

impl Rules for AppointmentBody {
    fn problems(&self) -> Vec<Problem> {
        let mut problems = Vec::new();
        if let (Some(start), Some(end)) = (self.scheduled_date.value(), self.ends_at.value())
            && end <= start
        {
            let reason = reasons::not_after("scheduled_date");
            problems.push(Problem::worded("ends_at", reason));
        }
        problems
    }
}

filter! {
    /// Which appointments a list holds.
    pub struct AppointmentFilter {
        /// With whom.
        prospect_id: Uuid,
        /// Who goes there.
        assigned_rep_id: Uuid,
        /// What became of it.
        status: AppointmentStatus,
        /// The home that is seen.
        property_id: Uuid,
        /// Beginning not before this moment.
        from: Timestamp,
        /// Beginning not after this moment.
        to: Timestamp,
    }
    sort {
        scheduled_date: "timestamptz",
        ends_at: "timestamptz",
        created_at: "timestamptz",
        updated_at: "timestamptz",
        status: "text",
        prospect_name: "text",
        assigned_rep_name: "text",
        id: "uuid",
    }
}
