//! What more than one page says.

/// What stands around every page of somebody signed in.
#[derive(Debug)]
#[expect(missing_docs, reason = "a field is called as its words are in English")]
pub struct Frame {
    pub skip: &'static str,
    pub main: &'static str,
    pub at_hand: &'static str,
    pub more: &'static str,
    pub sign_out: &'static str,
    pub times: &'static str,
}

impl Frame {
    pub(super) const ENGLISH: Self = Self {
        skip: "Skip to the page",
        main: "Main",
        at_hand: "Main, at hand",
        more: "More",
        sign_out: "Sign out",
        times: "Times are in {}.",
    };
}

/// The names of the console's parts.
#[derive(Debug)]
#[expect(missing_docs, reason = "a field is called as its words are in English")]
pub struct Sections {
    pub today: &'static str,
    pub handoffs: &'static str,
    pub tasks: &'static str,
    pub conversations: &'static str,
    pub prospects: &'static str,
    pub calendar: &'static str,
    pub properties: &'static str,
    pub campaigns: &'static str,
    pub analytics: &'static str,
    pub users: &'static str,
    pub settings: &'static str,
}

impl Sections {
    pub(super) const ENGLISH: Self = Self {
        today: "Today",
        handoffs: "Handoffs",
        tasks: "Tasks",
        conversations: "Conversations",
        prospects: "Prospects",
        calendar: "Calendar",
        properties: "Properties",
        campaigns: "Campaigns",
        analytics: "Analytics",
        users: "Users",
        settings: "Settings",
    };
}

/// Filters, rows, and the way to more.
#[derive(Debug)]
#[expect(missing_docs, reason = "a field is called as its words are in English")]
pub struct List {
    pub any: &'static str,
    pub show: &'static str,
    pub clear: &'static str,
    pub clear_filters: &'static str,
    pub nothing_matches: &'static str,
    pub nothing: &'static str,
    pub pages: &'static str,
    pub first_page: &'static str,
    pub next_page: &'static str,
}

impl List {
    pub(super) const ENGLISH: Self = Self {
        any: "Any",
        show: "Show",
        clear: "Clear",
        clear_filters: "Clear the filters",
        nothing_matches: "Nothing matches these filters.",
        nothing: "nothing",
        pages: "Pages",
        first_page: "First page",
        next_page: "Next page",
    };
}

/// What a page is called on which something failed, and the way back.
#[derive(Debug)]
#[expect(missing_docs, reason = "a field is called as its words are in English")]
pub struct Failures {
    pub bad_request: &'static str,
    pub unauthorized: &'static str,
    pub forbidden: &'static str,
    pub not_found: &'static str,
    pub method_not_allowed: &'static str,
    pub too_many_requests: &'static str,
    pub unavailable: &'static str,
    pub internal: &'static str,
    pub other: &'static str,
    pub back: &'static str,
}

impl Failures {
    pub(super) const ENGLISH: Self = Self {
        bad_request: "That address asks for something unknown",
        unauthorized: "Not signed in",
        forbidden: "Not with your role",
        not_found: "Not here, or not yours to see",
        method_not_allowed: "Not that way",
        too_many_requests: "Too fast",
        unavailable: "Not available right now",
        internal: "Something went wrong",
        other: "That did not work",
        back: "Back to Today",
    };
}

/// `/docs`.
#[derive(Debug)]
#[expect(missing_docs, reason = "a field is called as its words are in English")]
pub struct Docs {
    pub heading: &'static str,
    pub document: &'static str,
    pub without_script: &'static str,
}

impl Docs {
    pub(super) const ENGLISH: Self = Self {
        heading: "API",
        document: "openapi.json",
        without_script: "This page needs JavaScript. The document itself does not: openapi.json.",
    };
}
