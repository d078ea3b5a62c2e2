//! What the pages of the nouns say.

/// `/`.
#[derive(Debug)]
#[expect(missing_docs, reason = "a field is called as its words are in English")]
pub struct Today {
    pub hello: &'static str,
    pub not_let_in: &'static str,
    pub profile: &'static str,
    pub waiting: &'static str,
    pub all_handoffs: &'static str,
    pub tasks: &'static str,
    pub all_tasks: &'static str,
    pub next: &'static str,
    pub calendar: &'static str,
}

impl Today {
    pub(super) const ENGLISH: Self = Self {
        hello: "Hello,",
        not_let_in: "Your account waits for an administrator to let you in. Until then you see your own profile and what anybody may see.",
        profile: "Your profile",
        waiting: "Waiting handoffs",
        all_handoffs: "All handoffs",
        tasks: "Your next tasks",
        all_tasks: "All tasks",
        next: "Next appointments",
        calendar: "Calendar",
    };
}

/// `/handoffs`.
#[derive(Debug)]
#[expect(missing_docs, reason = "a field is called as its words are in English")]
pub struct Handoffs {
    pub caption: &'static str,
    pub lead: &'static str,
    pub urgent: &'static str,
    pub empty: &'static str,
    pub waiting: &'static str,
    pub nobody_waits: &'static str,
    pub person: &'static str,
    pub priority: &'static str,
    pub status: &'static str,
    pub claim_by: &'static str,
    pub channel: &'static str,
    pub holder: &'static str,
    pub made: &'static str,
    pub late: &'static str,
}

impl Handoffs {
    pub(super) const ENGLISH: Self = Self {
        caption: "Handoffs",
        lead: "People whom the agent hands to a person.",
        urgent: "Waiting, most urgent first",
        empty: "No handoffs yet.",
        waiting: "Waiting handoffs",
        nobody_waits: "Nobody is waiting.",
        person: "Person",
        priority: "Priority",
        status: "Status",
        claim_by: "Claim by",
        channel: "Channel",
        holder: "Holder",
        made: "Made",
        late: "Late",
    };
}

/// `/tasks`.
#[derive(Debug)]
#[expect(missing_docs, reason = "a field is called as its words are in English")]
pub struct Tasks {
    pub caption: &'static str,
    pub lead: &'static str,
    pub only_open: &'static str,
    pub empty: &'static str,
    pub next: &'static str,
    pub nothing_to_do: &'static str,
    pub title: &'static str,
    pub person: &'static str,
    pub due: &'static str,
    pub assignee: &'static str,
    pub state: &'static str,
    pub source: &'static str,
    pub done: &'static str,
    pub open: &'static str,
    pub late: &'static str,
}

impl Tasks {
    pub(super) const ENGLISH: Self = Self {
        caption: "Tasks",
        lead: "What is to be done for whom, until when.",
        only_open: "Only what is open",
        empty: "No tasks yet.",
        next: "Your next tasks",
        nothing_to_do: "Nothing is left to do.",
        title: "Task",
        person: "Person",
        due: "Due",
        assignee: "Who",
        state: "State",
        source: "From",
        done: "Done",
        open: "Open",
        late: "Late",
    };
}

/// `/conversations`.
#[derive(Debug)]
#[expect(missing_docs, reason = "a field is called as its words are in English")]
pub struct Conversations {
    pub caption: &'static str,
    pub lead: &'static str,
    pub empty: &'static str,
    pub person: &'static str,
    pub time: &'static str,
    pub channel: &'static str,
    pub outcome: &'static str,
    pub length: &'static str,
    pub messages: &'static str,
    pub sentiment: &'static str,
    pub handoff: &'static str,
    pub suggested: &'static str,
    pub placeholder: &'static str,
}

impl Conversations {
    pub(super) const ENGLISH: Self = Self {
        caption: "Conversations",
        lead: "What was said, by people and by the agent.",
        empty: "No conversations yet.",
        person: "Person",
        time: "Time",
        channel: "Channel",
        outcome: "Outcome",
        length: "Length",
        messages: "Messages",
        sentiment: "Sentiment",
        handoff: "Handoff",
        suggested: "Suggested",
        placeholder: "No conversation",
    };
}

/// `/prospects`.
#[derive(Debug)]
#[expect(missing_docs, reason = "a field is called as its words are in English")]
pub struct Prospects {
    pub caption: &'static str,
    pub lead: &'static str,
    pub empty: &'static str,
    pub search: &'static str,
    pub name: &'static str,
    pub status: &'static str,
    pub budget: &'static str,
    pub city: &'static str,
    pub timeline: &'static str,
    pub owner: &'static str,
    pub last_contact: &'static str,
    pub source: &'static str,
    pub entered: &'static str,
    pub in_the_pool: &'static str,
}

impl Prospects {
    pub(super) const ENGLISH: Self = Self {
        caption: "Prospects",
        lead: "People who look for a home, and how far each has come.",
        empty: "No people yet who look for a home.",
        search: "Search",
        name: "Name",
        status: "Status",
        budget: "Budget",
        city: "City",
        timeline: "Timeline",
        owner: "Owner",
        last_contact: "Last contact",
        source: "Source",
        entered: "Entered",
        in_the_pool: "In the pool",
    };
}

/// `/appointments`.
#[derive(Debug)]
#[expect(missing_docs, reason = "a field is called as its words are in English")]
pub struct Appointments {
    pub caption: &'static str,
    pub upcoming: &'static str,
    pub all: &'static str,
    pub back_to_upcoming: &'static str,
    pub empty: &'static str,
    pub next: &'static str,
    pub nothing_ahead: &'static str,
    pub person: &'static str,
    pub begins: &'static str,
    pub kind: &'static str,
    pub home: &'static str,
    pub place: &'static str,
    pub rep: &'static str,
    pub status: &'static str,
}

impl Appointments {
    pub(super) const ENGLISH: Self = Self {
        caption: "Appointments",
        upcoming: "From today on.",
        all: "All, latest first",
        back_to_upcoming: "From today on",
        empty: "No appointments yet.",
        next: "Next appointments",
        nothing_ahead: "No appointment is ahead.",
        person: "Person",
        begins: "Begins",
        kind: "Kind",
        home: "Home",
        place: "Where",
        rep: "Rep",
        status: "Status",
    };
}

/// `/properties`.
#[derive(Debug)]
#[expect(missing_docs, reason = "a field is called as its words are in English")]
pub struct Properties {
    pub caption: &'static str,
    pub lead: &'static str,
    pub empty: &'static str,
    pub search: &'static str,
    pub name: &'static str,
    pub city: &'static str,
    pub kind: &'static str,
    pub status: &'static str,
    pub beds: &'static str,
    pub price: &'static str,
    pub offer: &'static str,
    pub for_sale: &'static str,
    pub to_rent: &'static str,
    pub changed: &'static str,
}

impl Properties {
    pub(super) const ENGLISH: Self = Self {
        caption: "Properties",
        lead: "Homes that can be offered, and what became of the others.",
        empty: "No properties yet.",
        search: "Search",
        name: "Name",
        city: "City",
        kind: "Type",
        status: "Status",
        beds: "Beds",
        price: "Price",
        offer: "Offer",
        for_sale: "For sale",
        to_rent: "To rent",
        changed: "Changed",
    };
}

/// `/campaigns`.
#[derive(Debug)]
#[expect(missing_docs, reason = "a field is called as its words are in English")]
pub struct Campaigns {
    pub caption: &'static str,
    pub lead: &'static str,
    pub empty: &'static str,
    pub name: &'static str,
    pub status: &'static str,
    pub blocked: &'static str,
    pub channels: &'static str,
    pub attempts: &'static str,
    pub connected: &'static str,
    pub booked: &'static str,
    pub changed: &'static str,
}

impl Campaigns {
    pub(super) const ENGLISH: Self = Self {
        caption: "Campaigns",
        lead: "Whom we contact, by which ways, and what came of it.",
        empty: "No campaigns that you can see.",
        name: "Name",
        status: "Status",
        blocked: "Blocked",
        channels: "Channels",
        attempts: "Attempts",
        connected: "Connected",
        booked: "Booked",
        changed: "Changed",
    };
}

/// `/analytics`.
#[derive(Debug)]
#[expect(missing_docs, reason = "a field is called as its words are in English")]
pub struct Analytics {
    pub lead: &'static str,
}

impl Analytics {
    pub(super) const ENGLISH: Self = Self {
        lead: "How many of each you can see now.",
    };
}
