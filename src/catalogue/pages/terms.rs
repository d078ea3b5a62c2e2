//! Words for what the database holds: moments, roles, members of closed lists.

/// Days and times, in the conversions of `strftime`. Its names of days and months are
/// English: another language writes them in digits.
#[derive(Debug)]
#[expect(missing_docs, reason = "a field is called as its words are in English")]
pub struct Moments {
    pub today: &'static str,
    pub tomorrow: &'static str,
    pub yesterday: &'static str,
    pub this_year: &'static str,
    pub any_year: &'static str,
    pub full: &'static str,
    pub day: &'static str,
}

impl Moments {
    pub(super) const ENGLISH: Self = Self {
        today: "Today %H:%M",
        tomorrow: "Tomorrow %H:%M",
        yesterday: "Yesterday %H:%M",
        this_year: "%a %-d %b, %H:%M",
        any_year: "%-d %b %Y, %H:%M",
        full: "%A %-d %B %Y, %H:%M %Z",
        day: "%A %-d %B %Y",
    };
}

/// What people do here.
#[derive(Debug)]
#[expect(missing_docs, reason = "a field is called as its words are in English")]
pub struct Roles {
    pub none: &'static str,
    pub sales_rep: &'static str,
    pub sales_manager: &'static str,
    pub admin: &'static str,
    pub qa_supervisor: &'static str,
    pub compliance_officer: &'static str,
    pub operations: &'static str,
}

impl Roles {
    pub(super) const ENGLISH: Self = Self {
        none: "Not activated yet",
        sales_rep: "Sales rep",
        sales_manager: "Sales manager",
        admin: "Administrator",
        qa_supervisor: "QA supervisor",
        compliance_officer: "Compliance officer",
        operations: "Operations",
    };
}

/// A member of a closed list: `appointment_set` is "Appointment set".
pub(super) fn english_label(word: &str) -> String {
    match word {
        "sms" => return "SMS".to_owned(),
        "whatsapp" => return "WhatsApp".to_owned(),
        "email" => return "E-mail".to_owned(),
        "qa_supervisor" => return Roles::ENGLISH.qa_supervisor.to_owned(),
        "admin" => return Roles::ENGLISH.admin.to_owned(),
        // Of a handoff, which is a person who waits.
        "pending" => return "Waiting".to_owned(),
        _ => {}
    }
    let words = word.replace('_', " ");
    let mut letters = words.chars();
    let first = letters.next().into_iter().flat_map(char::to_uppercase);
    first.chain(letters).collect()
}

#[cfg(test)]
mod tests {
    use super::english_label;

    #[test]
    fn words_of_the_database_become_words_of_people() {
        assert_eq!(english_label("appointment_set"), "Appointment set");
        assert_eq!(english_label("whatsapp"), "WhatsApp");
        assert_eq!(english_label("new"), "New");
        assert_eq!(english_label(""), "");
    }
}
