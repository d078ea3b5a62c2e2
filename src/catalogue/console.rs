//! What the pages say.

use axum::http::StatusCode;

use crate::users::Role;

/// `/`.
pub const TODAY: &str = "Today";
/// `/handoffs`.
pub const HANDOFFS: &str = "Handoffs";
/// `/conversations`.
pub const CONVERSATIONS: &str = "Conversations";
/// `/prospects`.
pub const PROSPECTS: &str = "Prospects";
/// `/appointments`.
pub const CALENDAR: &str = "Calendar";
/// `/properties`.
pub const PROPERTIES: &str = "Properties";
/// `/campaigns`.
pub const CAMPAIGNS: &str = "Campaigns";
/// `/analytics`.
pub const ANALYTICS: &str = "Analytics";
/// `/users`.
pub const USERS: &str = "Users";
/// `/settings`.
pub const SETTINGS: &str = "Settings";

/// `/docs`.
pub const API: &str = "API";
/// `/docs` in a browser that runs no script.
pub const API_NEEDS_SCRIPT: &str =
    "This page needs JavaScript. The document itself does not: openapi.json.";

/// Filters leave no row.
pub const NOTHING_MATCHES: &str = "Nothing matches these filters.";
/// No home to be seen.
pub const NO_PROPERTIES: &str = "No properties yet.";
/// No person to be seen.
pub const NO_PROSPECTS: &str = "No people yet who look for a home.";
/// No campaign to be seen.
pub const NO_CAMPAIGNS: &str = "No campaigns that you can see.";
/// No conversation to be seen.
pub const NO_CONVERSATIONS: &str = "No conversations yet.";
/// No appointment to be seen.
pub const NO_APPOINTMENTS: &str = "No appointments yet.";
/// No appointment to come.
pub const NO_NEXT_APPOINTMENTS: &str = "No appointment is ahead.";
/// No handoff to be seen.
pub const NO_HANDOFFS: &str = "No handoffs yet.";
/// No handoff waits.
pub const NOBODY_WAITS: &str = "Nobody is waiting.";
/// Nobody else to be seen.
pub const NO_USERS: &str = "Nobody here that you can see.";

/// A role in words; who has none was never let in.
pub const fn role(role: Option<Role>) -> &'static str {
    match role {
        None => "Not activated yet",
        Some(Role::SalesRep) => "Sales rep",
        Some(Role::SalesManager) => "Sales manager",
        Some(Role::Admin) => "Administrator",
        Some(Role::QaSupervisor) => "QA supervisor",
        Some(Role::ComplianceOfficer) => "Compliance officer",
        Some(Role::Operations) => "Operations",
    }
}

/// What a page is called on which something failed.
pub fn heading(status: StatusCode) -> &'static str {
    match status {
        StatusCode::BAD_REQUEST => "That address asks for something unknown",
        StatusCode::UNAUTHORIZED => "Not signed in",
        StatusCode::FORBIDDEN => "Not with your role",
        StatusCode::NOT_FOUND => "Not here, or not yours to see",
        StatusCode::METHOD_NOT_ALLOWED => "Not that way",
        StatusCode::TOO_MANY_REQUESTS => "Too fast",
        StatusCode::SERVICE_UNAVAILABLE => "Not available right now",
        status if status.is_server_error() => "Something went wrong",
        _ => "That did not work",
    }
}

/// A word of the database as people write it: `appointment_set` is
/// "Appointment set".
pub fn label(word: &str) -> String {
    match word {
        "sms" => return "SMS".to_owned(),
        "whatsapp" => return "WhatsApp".to_owned(),
        "email" => return "E-mail".to_owned(),
        "qa_supervisor" => return role(Some(Role::QaSupervisor)).to_owned(),
        // Of a handoff, which is a person who waits.
        "pending" => return "Waiting".to_owned(),
        "admin" => return role(Some(Role::Admin)).to_owned(),
        _ => {}
    }
    let words = word.replace('_', " ");
    let mut letters = words.chars();
    let first = letters.next().into_iter().flat_map(char::to_uppercase);
    first.chain(letters).collect()
}

#[cfg(test)]
mod tests {
    use super::label;

    #[test]
    fn words_of_the_database_become_words_of_people() {
        assert_eq!(label("appointment_set"), "Appointment set");
        assert_eq!(label("whatsapp"), "WhatsApp");
        assert_eq!(label("new"), "New");
        assert_eq!(label(""), "");
    }
}
