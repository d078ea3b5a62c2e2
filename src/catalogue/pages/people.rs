//! What is said to and of those who work here.

/// `/auth/signin`.
#[derive(Debug)]
#[expect(missing_docs, reason = "a field is called as its words are in English")]
pub struct SignIn {
    pub heading: &'static str,
    pub email: &'static str,
    pub password: &'static str,
    pub act: &'static str,
    pub no_account: &'static str,
    pub sign_up: &'static str,
}

impl SignIn {
    pub(super) const ENGLISH: Self = Self {
        heading: "Sign in",
        email: "E-mail",
        password: "Password",
        act: "Sign in",
        no_account: "No account yet?",
        sign_up: "Sign up",
    };
}

/// `/auth/signup`.
#[derive(Debug)]
#[expect(missing_docs, reason = "a field is called as its words are in English")]
pub struct SignUp {
    pub heading: &'static str,
    pub name: &'static str,
    pub email: &'static str,
    pub password: &'static str,
    pub rule: &'static str,
    pub act: &'static str,
    pub signed_up_before: &'static str,
    pub sign_in: &'static str,
}

impl SignUp {
    pub(super) const ENGLISH: Self = Self {
        heading: "Sign up",
        name: "Name",
        email: "E-mail",
        password: "Password",
        rule: "At least {} characters.",
        act: "Sign up",
        signed_up_before: "Signed up before?",
        sign_in: "Sign in",
    };
}

/// `/auth/signout`.
#[derive(Debug)]
#[expect(missing_docs, reason = "a field is called as its words are in English")]
pub struct SignOut {
    pub heading: &'static str,
    pub act: &'static str,
    pub stay: &'static str,
}

impl SignOut {
    pub(super) const ENGLISH: Self = Self {
        heading: "Sign out",
        act: "Sign out",
        stay: "Stay signed in",
    };
}

/// `/settings`.
#[derive(Debug)]
#[expect(missing_docs, reason = "a field is called as its words are in English")]
pub struct Settings {
    pub lead: &'static str,
    pub profile: &'static str,
    pub name: &'static str,
    pub email: &'static str,
    pub email_unknown: &'static str,
    pub role: &'static str,
    pub availability: &'static str,
    pub time_zone: &'static str,
    pub no_time_zone: &'static str,
    pub languages: &'static str,
    pub no_languages: &'static str,
    pub telephone: &'static str,
    pub no_telephone: &'static str,
}

impl Settings {
    pub(super) const ENGLISH: Self = Self {
        lead: "Your profile, as your colleagues and the desk know you.",
        profile: "Profile",
        name: "Name",
        email: "E-mail",
        email_unknown: "Not known",
        role: "Role",
        availability: "Availability",
        time_zone: "Time zone",
        no_time_zone: "Not set; times are told in UTC",
        languages: "Languages",
        no_languages: "None said",
        telephone: "Telephone",
        no_telephone: "None",
    };
}

/// `/users`, and people where others name them.
#[derive(Debug)]
#[expect(missing_docs, reason = "a field is called as its words are in English")]
pub struct Users {
    pub caption: &'static str,
    pub lead: &'static str,
    pub empty: &'static str,
    pub name: &'static str,
    pub role: &'static str,
    pub status: &'static str,
    pub availability: &'static str,
    pub zone: &'static str,
    pub last_active: &'static str,
    pub active: &'static str,
    pub not_let_in: &'static str,
    pub you: &'static str,
    pub somebody_else: &'static str,
}

impl Users {
    pub(super) const ENGLISH: Self = Self {
        caption: "People who work here",
        lead: "Who works here, and who takes work right now.",
        empty: "Nobody here that you can see.",
        name: "Name",
        role: "Role",
        status: "Status",
        availability: "Availability",
        zone: "Zone",
        last_active: "Last active",
        active: "Active",
        not_let_in: "Not let in",
        you: "You",
        somebody_else: "Somebody else",
    };
}
