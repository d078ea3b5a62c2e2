//! Prospects as values.

use jiff::Timestamp;
use uuid::Uuid;

use super::needs;
use crate::{
    body,
    catalogue::reasons,
    envelope::Resource,
    error::Problem,
    filter,
    input::{
        Amount, Channel, Country, Currency, Distinct, Field, JsonObject, Line, Prose, Rules, Words,
        phone,
    },
    properties::PropertyType,
    record, words,
};

words! {
    /// How far it has come.
    pub enum ProspectStatus {
        /// Nobody has spoken to him.
        New = "new",
        /// Somebody has.
        Contacted = "contacted",
        /// It is known what he wants and can pay.
        Qualified = "qualified",
        /// He will come and see.
        AppointmentSet = "appointment_set",
        /// He bought or rented.
        Closed = "closed",
        /// He will not.
        Lost = "lost",
    }
}

words! {
    /// What he is after.
    pub enum Purpose {
        /// To own a home.
        Buy = "buy",
        /// To live in somebody else's.
        Rent = "rent",
    }
}

words! {
    /// Where a prospect came from.
    pub enum ProspectSource {
        /// A form on a web page.
        WebForm = "web_form",
        /// A property portal.
        Portal = "portal",
        /// Somebody sent him.
        Referral = "referral",
        /// He came in.
        WalkIn = "walk_in",
        /// A campaign of ours.
        Campaign = "campaign",
        /// A file.
        Import = "import",
        /// A program.
        Api = "api",
        /// He called.
        InboundCall = "inbound_call",
        /// None of these.
        Other = "other",
    }
}

words! {
    /// What a home is measured by.
    pub enum Dimension {
        /// Its price against the budget.
        Price = "price",
        /// Where it stands.
        City = "city",
        /// What kind of home it is.
        Type = "type",
        /// How many bedrooms it has.
        Bedrooms = "bedrooms",
        /// What it has.
        Features = "features",
    }
}

record! {
    /// Somebody who wants to buy or rent. Phone, whatsapp and email are masked
    /// for whoever may see no more of him.
    pub struct Prospect {
        /// His key.
        pub id: Uuid,
        /// What he is called.
        pub name: String,
        /// Where mail reaches him.
        pub email: Option<String>,
        /// His telephone, as it was said.
        pub phone: Option<String>,
        /// His WhatsApp, as it was said.
        pub whatsapp: Option<String>,
        /// What he would spend, as he said it.
        pub budget: Option<String>,
        /// Where he wants to live.
        pub city: Option<String>,
        /// When he wants to move, as he said it.
        pub timeline: Option<String>,
        /// How far it has come.
        pub status: ProspectStatus,
        /// Whose he is; nobody's in the pool.
        pub assigned_to: Option<Uuid>,
        /// When somebody last spoke to him.
        pub last_contact: Option<Timestamp>,
        /// How he would be reached.
        pub preferred_channel: Option<Channel>,
        /// What he is after.
        pub purpose: Option<Purpose>,
        /// The least he would spend, in `budget_currency`.
        pub budget_min: Option<Amount>,
        /// The most he would spend, in `budget_currency`.
        pub budget_max: Option<Amount>,
        /// ISO 4217.
        pub budget_currency: Option<String>,
        /// Months until he wants to move: 0 is now, 99 is just looking.
        pub timeline_months_max: Option<i16>,
        /// IANA time zone.
        pub timezone: Option<String>,
        /// ISO 3166-1 alpha-2.
        pub country: Option<String>,
        /// State, emirate or the like.
        pub region: Option<String>,
        /// BCP 47.
        pub language: Option<String>,
        /// Kinds of home he would take.
        pub wanted_types: Vec<PropertyType>,
        /// The fewest bedrooms he would take.
        pub wanted_bedrooms_min: Option<i16>,
        /// The most bedrooms he would take.
        pub wanted_bedrooms_max: Option<i16>,
        /// What the home should have.
        pub wanted_features: Vec<String>,
        /// Which of price, city, type, bedrooms and features must be met
        /// exactly.
        pub must_haves: Vec<Dimension>,
        /// Where he came from; said once.
        pub source: Option<ProspectSource>,
        /// More of where he came from; never shown beside masked contact.
        pub source_detail: Option<JsonObject>,
        /// Why he was lost.
        pub lost_reason: Option<String>,
        /// When he was first answered.
        pub first_response_at: Option<Timestamp>,
        /// When he must be answered.
        pub response_due_at: Option<Timestamp>,
        /// When he last wrote or called.
        pub last_inbound_at: Option<Timestamp>,
        /// The team that he belongs to.
        pub team_id: Uuid,
        /// Who entered him.
        pub created_by: Option<Uuid>,
        /// Since when his data may only be kept.
        pub restricted_at: Option<Timestamp>,
        /// Why.
        pub restriction_reason: Option<String>,
        /// When his data was erased.
        pub erased_at: Option<Timestamp>,
        /// The row that stands for him now.
        pub merged_into_id: Option<Uuid>,
        /// Counts the row's changes.
        pub version: i32,
        /// Homes that he has turned down.
        pub rejected_property_ids: Vec<Uuid>,
        /// When the row changed last.
        pub updated_at: Timestamp,
        /// When he was entered.
        pub created_at: Timestamp,
    }
}

impl Resource for Prospect {
    const PATH: &'static str = "/api/prospects";

    fn id(&self) -> Uuid {
        self.id
    }

    fn changed_at(&self) -> Timestamp {
        self.updated_at
    }
}

body! {
    /// What a client may write of a prospect.
    pub struct ProspectBody {
        required {
            /// What he is called.
            name: Line,
        }
        defaulted {
            /// How far it has come.
            status: ProspectStatus,
            /// Kinds of home he would take.
            wanted_types: Distinct<PropertyType>,
            /// What the home should have.
            wanted_features: Words,
            /// Which of price, city, type, bedrooms and features must be met
            /// exactly.
            must_haves: Distinct<Dimension>,
            /// Homes that he has turned down: never suggested again.
            rejected_property_ids: Vec<Uuid>,
            /// The team that he belongs to; the creator's where nothing is said.
            team_id: Uuid,
        }
        nullable {
            /// Where mail reaches him.
            email: Line,
            /// His telephone.
            phone: Line,
            /// His WhatsApp.
            whatsapp: Line,
            /// What he would spend, as he said it.
            budget: Line,
            /// Where he wants to live.
            city: Line,
            /// When he wants to move, as he said it.
            timeline: Line,
            /// Whose he is; a rep's new one is his own.
            assigned_to: Uuid,
            /// When somebody last spoke to him.
            last_contact: Timestamp,
            /// How he would be reached.
            preferred_channel: Channel,
            /// What he is after.
            purpose: Purpose,
            /// The least he would spend, in `budget_currency`.
            budget_min: Amount,
            /// The most he would spend, in `budget_currency`.
            budget_max: Amount,
            /// ISO 4217.
            budget_currency: Currency,
            /// Months until he wants to move: 0 is now, 99 is just looking.
            timeline_months_max: i16,
            /// IANA time zone.
            timezone: Line,
            /// ISO 3166-1 alpha-2.
            country: Country,
            /// State, emirate or the like.
            region: Line,
            /// BCP 47.
            language: Line,
            /// The fewest bedrooms he would take.
            wanted_bedrooms_min: i16,
            /// The most bedrooms he would take.
            wanted_bedrooms_max: i16,
            /// Where he came from; said once.
            source: ProspectSource,
            /// More of where he came from.
            source_detail: JsonObject,
            /// Why he was lost.
            lost_reason: Prose,
            /// Since when his data may only be kept.
            restricted_at: Timestamp,
            /// Why.
            restriction_reason: Prose,
        }
        read_only {
            id, created_by, first_response_at, response_due_at, last_inbound_at, erased_at,
            merged_into_id, version, created_at, updated_at, phone_e164, whatsapp_e164,
            email_normalized,
        }
    }
}

impl Rules for ProspectBody {
    fn problems(&self) -> Vec<Problem> {
        let mut problems = Vec::new();
        let mut below = |field: &str, low: &str, wrong: bool| {
            if wrong {
                problems.push(Problem::worded(field, reasons::below(low)));
            }
        };
        let (min, max) = (self.budget_min.value(), self.budget_max.value());
        below(
            "budget_max",
            "budget_min",
            min.zip(max).is_some_and(|(min, max)| min > max),
        );
        let (min, max) = (
            self.wanted_bedrooms_min.value(),
            self.wanted_bedrooms_max.value(),
        );
        below(
            "wanted_bedrooms_max",
            "wanted_bedrooms_min",
            min.zip(max).is_some_and(|(min, max)| min > max),
        );
        problems.extend(needs::about_people(self));
        for (field, value) in [("phone", &self.phone), ("whatsapp", &self.whatsapp)] {
            let wrong = value.value().and_then(|line| phone::problem(line.as_str()));
            problems.extend(wrong.map(|reason| Problem::worded(field, reason)));
        }
        problems
    }

    fn create_problems(&self) -> Vec<Problem> {
        let contacts = [&self.email, &self.phone, &self.whatsapp];
        match contacts
            .iter()
            .any(|contact| matches!(contact, Field::Set(_)))
        {
            true => Vec::new(),
            false => vec![Problem::new("phone", "contact_required")],
        }
    }
}

filter! {
    /// Which prospects a list holds.
    pub struct ProspectFilter {
        /// How far it has come.
        status: ProspectStatus,
        /// The city, whatever its accents and case.
        city: Line,
        /// Whose they are.
        assigned_to: Uuid,
        /// The team that they belong to.
        team_id: Uuid,
        /// The telephone, in any spelling; not for who sees it masked.
        phone: Line,
        /// The WhatsApp, in any spelling; not for who sees it masked.
        whatsapp: Line,
        /// The e-mail, in any case; not for who sees it masked.
        email: Line,
        /// Words to look for; the best match comes first.
        q: Line,
    }
    sort {
        created_at: "timestamptz",
        updated_at: "timestamptz",
        name: "text",
        city: "text" nullable,
        status: "text",
        last_contact: "timestamptz" nullable,
        budget_min: "numeric" nullable,
        budget_max: "numeric" nullable,
        email: "text" nullable,
        phone: "text" nullable,
        whatsapp: "text" nullable,
        id: "uuid",
    }
}

impl ProspectFilter {
    /// The filters that are set on columns which are masked for some.
    pub(super) fn masked(&self) -> Vec<&'static str> {
        let set = [
            ("phone", self.phone.is_some()),
            ("whatsapp", self.whatsapp.is_some()),
            ("email", self.email.is_some()),
        ];
        let names = set.iter().filter(|(_, set)| *set);
        names.map(|(name, _)| *name).collect()
    }
}
