//! `conversation_context`: the end of what was said, for the representative to read.
//!
//! The scoring model, "Text fields": the last 20 public messages, of these the last 4,000
//! characters, without card and identity numbers, with the conversation's id and the entities.
//! Empty where nothing was said.

use std::cmp::Reverse;

use crate::handoffs::facts::{
    Entity, EntityStatus, Inputs, Message,
    protected::{allows, allows_place, is_about_the_person},
    redact::redact,
};
use crate::handoffs::phrases;

const MAX_MESSAGES: usize = 20;
const MAX_CHARS: usize = 4000;
const MAX_ENTITIES: usize = 40;

/// The context, or an empty text.
pub(super) fn context(inputs: &Inputs) -> String {
    let Some(conversation) = inputs.spoken() else {
        return String::new();
    };
    let said = match last_messages(&inputs.messages) {
        said if !said.is_empty() => said,
        _ => last_chars(&redact(
            conversation.transcript.as_deref().unwrap_or("").trim(),
        )),
    };
    if said.is_empty() {
        return said;
    }
    let mut lines = vec![phrases::context_head(&conversation.id.to_string())];
    let entities = entities(&inputs.entities);
    if !entities.is_empty() {
        lines.push(phrases::context_entities(&entities));
    }
    lines.push(said);
    lines.join("\n")
}

fn last_chars(text: &str) -> String {
    let surplus = text.chars().count().saturating_sub(MAX_CHARS);
    text.chars().skip(surplus).collect()
}

/// The last messages, oldest first, whole ones as far as they fit; of a single message that is
/// too long, its end.
fn last_messages(messages: &[Message]) -> String {
    let mut public: Vec<&Message> = messages.iter().filter(|m| m.public).collect();
    public.sort_by_key(|m| (Reverse(m.seq), m.id));
    let mut lines: Vec<String> = Vec::new();
    let mut left = MAX_CHARS;
    for message in public.into_iter().take(MAX_MESSAGES) {
        let words = redact(message.message.trim());
        let line = format!("{}: {words}", phrases::speaker(&message.speaker));
        let length = line.chars().count() + 1;
        if length > left {
            if lines.is_empty() {
                lines.push(last_chars(&line));
            }
            break;
        }
        left -= length;
        lines.push(line);
    }
    lines.reverse();
    lines.join("\n")
}

/// "type: value" of what was detected, without what is about the person.
fn entities(entities: &[Entity]) -> Vec<String> {
    let valid = |e: &&Entity| matches!(e.status, EntityStatus::Detected | EntityStatus::Confirmed);
    let mut shown: Vec<&Entity> = entities
        .iter()
        .filter(valid)
        .filter(|e| !is_about_the_person(&e.entity_type))
        .filter(|e| match e.entity_type.as_str() {
            "area" | "location" | "property" => allows_place(&e.value),
            _ => allows(&e.value),
        })
        .collect();
    shown.sort_by_key(|e| {
        (
            e.entity_type.as_str(),
            Reverse(e.at),
            e.id,
            e.value.as_str(),
        )
    });
    shown
        .into_iter()
        .take(MAX_ENTITIES)
        .map(|e| format!("{}: {}", e.entity_type, redact(e.value.trim())))
        .collect()
}
