//! The edges of the texts of a package: context, summary, needs.

use super::*;
use crate::handoffs::facts::Message;
use crate::handoffs::facts::cases::*;

fn package(inputs: &Inputs) -> Package {
    generate(inputs).unwrap()
}

fn message(n: i64, text: &str, public: bool) -> Message {
    Message {
        id: id(9000 + n as u128),
        seq: n,
        speaker: "prospect".into(),
        message: text.into(),
        public,
    }
}

#[test]
fn context_is_the_last_public_words() {
    let mut inputs = case_c();
    inputs.conversation.as_mut().unwrap().transcript = Some("old words".into());
    inputs.entities = vec![
        detected(1, "area", "Dubai"),
        detected(2, "household", "two kids"),
    ];
    assert_eq!(
        package(&inputs).conversation_context,
        format!("Conversation {}\nDetected: area: Dubai\nold words", id(40))
    );
    inputs.messages = (0..30)
        .rev()
        .map(|n| message(n, &format!("words {n}"), n != 29))
        .collect();
    let context = package(&inputs).conversation_context;
    assert!(context.ends_with("Prospect: words 28") && !context.contains("words 29"));
    assert!(context.contains("words 9\n") && !context.contains("words 8\n"));
    inputs.messages = vec![message(1, "my card is 4111 1111 1111 1111", true)];
    assert!(
        package(&inputs)
            .conversation_context
            .ends_with("my card is [redacted]")
    );
    inputs.messages = vec![message(1, &"x ".repeat(9000), true)];
    assert!(package(&inputs).conversation_context.chars().count() < 4200);
    inputs.messages = (0..9)
        .map(|n| message(n, &"ä".repeat(1000), true))
        .collect();
    let context = package(&inputs).conversation_context;
    assert_eq!(context.matches("Prospect: ").count(), 3);
}

#[test]
fn the_summary_has_a_limit_and_no_holes() {
    let mut inputs = case_a();
    inputs.prospect.name = "N".repeat(3000);
    assert_eq!(package(&inputs).summary.chars().count(), 1000);
    let plain = package(&nobody()).summary;
    assert_eq!(
        plain,
        "Sara Haddad, low priority. The prospect needs a follow-up by a person."
    );
}

#[test]
fn needs_are_ten_at_most_and_in_order() {
    let mut inputs = case_a();
    inputs.prospect.wanted_features = ["z", "y", "x", "w", "v", "u"].map(str::to_owned).to_vec();
    let needs = package(&inputs).detected_needs;
    assert_eq!(needs.len(), 10);
    assert_eq!(&needs[4..6], ["Feature: pool", "Feature: u"]);
    let mut inputs = nobody();
    inputs.entities = vec![
        detected(1, "bedrooms", "3+"),
        detected(2, "purpose", "rent"),
        detected(3, "objection", "too dear"),
    ];
    assert_eq!(
        package(&inputs).detected_needs,
        ["3+-bedroom home", "Purpose: rent", "Concern: too dear"]
    );
}
