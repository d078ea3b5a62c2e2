//! Conversations that are over, with what was said.

use crate::catalogue::imports as words;
use jiff::{SignedDuration, Timestamp};
use serde_json::{Value, json};
use uuid::Uuid;

use super::{Shaped, judged, phone};
use crate::{
    conversations::Outcome,
    db::Parameter,
    imports::{headings::Facts, value},
    input::Channel,
};

/// The columns that an import fills.
pub(super) const COLUMNS: &[&str] = &[
    "id",
    "external_id",
    "prospect_id",
    "name",
    "email",
    "phone",
    "channel",
    "outcome",
    "direction",
    "timestamp",
    "ended_at",
    "duration",
    "sentiment",
    "language",
    "transcript",
];

/// The columns of a message.
pub const MESSAGE_COLUMNS: &[&str] =
    &["conversation_id", "number", "speaker", "message", "said_at"];

/// Ids of other systems become ours by this name space (a version 5 UUID).
const SPACE: Uuid = Uuid::from_u128(0x3f6c_1f0e_8f0b_4d43_9d0c_5a1b_7f8e_2d64);

/// A turn may last so long at most, in characters.
const LONGEST: usize = 20_000;

struct Said {
    speaker: &'static str,
    text: String,
    at: Option<Timestamp>,
}

/// Makes a conversation ready.
pub(super) fn shape(facts: &mut Facts) -> Result<Shaped, Vec<(String, String)>> {
    let Some(theirs) = facts.text("id") else {
        facts.refuse("id", words::IS_REQUIRED_TELLS_CONVERSATION_FROM_NEW);
        judged(facts)?;
        return Err(Vec::new());
    };
    let own = theirs.parse::<Uuid>().ok();
    let id = own.unwrap_or_else(|| Uuid::new_v5(&SPACE, theirs.as_bytes()));
    let external = own.is_none().then_some(theirs.clone());
    let turns = turns(facts);
    let (prospect, email, number) = who(facts, &theirs);
    let channel = worded::<Channel>(facts, "channel").map_or("phone", Channel::word);
    let outcome = worded::<Outcome>(facts, "outcome").map(Outcome::word);
    let booked = facts.values.get("booked").and_then(Value::as_bool);
    let outcome = outcome.unwrap_or(match booked {
        Some(true) => "appointment_booked",
        _ => "connected",
    });
    if matches!(outcome, "placeholder" | "in_progress") {
        facts.refuse("outcome", words::MUST_BE_ONE_CONVERSATION_IS_OVER);
    }
    let direction = facts
        .text("direction")
        .unwrap_or_else(|| "inbound".to_owned());
    let begun = facts.values.get("timestamp").and_then(value::moment);
    let seconds = facts.values.get("duration").and_then(value::whole);
    let last = turns.iter().filter_map(|said| said.at).max();
    let begun = begun.or_else(|| turns.iter().find_map(|said| said.at));
    let ended = match (begun, seconds) {
        (Some(begun), Some(seconds)) => begun.checked_add(SignedDuration::from_secs(seconds)).ok(),
        _ => last.or(begun),
    };
    let lasted = match (begun, ended) {
        (Some(begun), Some(ended)) => ended.duration_since(begun).as_secs().max(0),
        _ => seconds.unwrap_or(0),
    };
    let Ok(duration) = i32::try_from(seconds.unwrap_or(lasted)) else {
        facts.refuse("duration", words::MUST_BE_NUMBER_SECONDS);
        return judged(facts).and(Err(Vec::new()));
    };
    judged(facts)?;
    let name = facts
        .text("prospect_name")
        .unwrap_or_else(|| format!("Caller {theirs}"));
    let columns: Vec<(&'static str, Parameter)> = vec![
        ("id", Box::new(id)),
        ("external_id", Box::new(external)),
        ("prospect_id", Box::new(prospect)),
        ("name", Box::new(name.chars().take(200).collect::<String>())),
        ("email", Box::new(email)),
        ("phone", Box::new(number)),
        ("channel", Box::new(channel)),
        ("outcome", Box::new(outcome)),
        ("direction", Box::new(direction)),
        ("timestamp", Box::new(begun)),
        ("ended_at", Box::new(ended)),
        ("duration", Box::new(duration)),
        ("sentiment", Box::new(facts.text("sentiment"))),
        ("language", Box::new(facts.text("language"))),
        ("transcript", Box::new(facts.text("transcript"))),
    ];
    let messages = turns
        .into_iter()
        .zip(1_i32..)
        .map(|(said, number)| -> Vec<Parameter> {
            vec![
                Box::new(id),
                Box::new(number),
                Box::new(said.speaker),
                Box::new(said.text),
                Box::new(said.at),
            ]
        });
    Ok(Shaped {
        columns,
        keys: vec![id.to_string()],
        messages: messages.collect(),
    })
}

/// Whom it was with: a prospect of ours, else somebody known by address or
/// number. Who left neither gets an address that reaches nobody (`.invalid` is
/// reserved for that), so that the next import finds him again.
fn who(facts: &mut Facts, theirs: &str) -> (Option<Uuid>, Option<String>, Option<String>) {
    let prospect = match facts.text("prospect_id").map(|id| id.parse::<Uuid>()) {
        None => None,
        Some(Ok(id)) => return (Some(id), None, None),
        Some(Err(_)) => {
            facts.refuse("prospect_id", words::MUST_BE_UUID);
            None
        }
    };
    let country = facts.text("country");
    let number = facts.text("prospect_phone").and_then(|written| {
        phone::e164(&written, country.as_deref())
            .map_err(|reason| facts.refuse("prospect_phone", reason))
            .ok()
    });
    let email = facts.text("prospect_email").and_then(|written| {
        crate::auth::accounts::address(&written.to_lowercase())
            .map_err(|_| facts.refuse("prospect_email", words::MUST_BE_ADDRESS_SUCH_AS_ADA))
            .ok()
    });
    if email.is_none() && number.is_none() {
        let plain: String = theirs
            .to_lowercase()
            .chars()
            .map(|letter| {
                if letter.is_ascii_alphanumeric() {
                    letter
                } else {
                    '-'
                }
            })
            .take(60)
            .collect();
        let unknown = format!("{plain}@conversation.invalid");
        return (prospect, Some(unknown), None);
    }
    (prospect, email, number)
}

fn worded<T: std::str::FromStr<Err = String>>(facts: &mut Facts, column: &str) -> Option<T> {
    match facts.text(column)?.parse() {
        Ok(word) => Some(word),
        Err(reason) => {
            facts.refuse(column, reason);
            None
        }
    }
}

/// What was said, in order: a list of objects, or text with `Speaker: words` on
/// each line.
fn turns(facts: &mut Facts) -> Vec<Said> {
    let cell = match facts.values.remove("turns") {
        Some(Value::String(text)) => serde_json::from_str(&text).unwrap_or(Value::String(text)),
        Some(cell) => cell,
        None => facts.values.get("transcript").cloned().unwrap_or_default(),
    };
    let mut turns = Vec::new();
    match &cell {
        Value::Array(items) => {
            let dialogue = items
                .iter()
                .any(|item| item.get("speaker") == Some(&json!("user")));
            for (index, item) in items.iter().enumerate() {
                match turn(item, dialogue) {
                    Ok(said) => turns.push(said),
                    Err(reason) => facts.refuse("turns", format!("turn {}: {reason}", index + 1)),
                }
            }
        }
        Value::String(text) => {
            for line in text.lines().map(str::trim).filter(|line| !line.is_empty()) {
                match line
                    .split_once(':')
                    .and_then(|(who, said)| Some((speaker(who)?, said)))
                {
                    Some((speaker, said)) => turns.push(Said {
                        speaker,
                        text: said.trim().to_owned(),
                        at: None,
                    }),
                    // Words of whoever spoke last, or nobody's: the transcript has them.
                    None => {
                        if let Some(last) = turns.last_mut() {
                            last.text.push('\n');
                            last.text.push_str(line);
                        }
                    }
                }
            }
        }
        Value::Null => {}
        _ => facts.refuse("turns", words::MUST_BE_LIST_TURNS),
    }
    turns
}

fn turn(item: &Value, dialogue: bool) -> Result<Said, String> {
    let of = |names: &[&str]| {
        let found = names.iter().find_map(|name| item.get(*name));
        found.filter(|cell| !value::is_empty(cell)).map(value::text)
    };
    let who = of(&["speaker", "role", "sender", "sender_type", "from", "author"])
        .ok_or("says not who speaks (speaker)")?;
    let speaker = match who.as_str() {
        // The one who answers the user.
        "system" if dialogue => Some("agent"),
        who => speaker(who),
    };
    let speaker = speaker
        .ok_or_else(|| format!("{who:?} is nobody who speaks: agent, prospect, rep or system"))?;
    let text =
        of(&["text", "message", "utterance", "content", "body"]).ok_or(words::HAS_NO_WORDS_TEXT)?;
    if text.chars().count() > LONGEST {
        return Err(words::has_more_characters(LONGEST));
    }
    let at = item
        .get("timestamp")
        .or_else(|| item.get("at"))
        .or_else(|| item.get("created_at"))
        .filter(|cell| !value::is_empty(cell))
        .map(|cell| value::moment(cell).ok_or("its timestamp is no moment"))
        .transpose()?;
    Ok(Said { speaker, text, at })
}

fn speaker(who: &str) -> Option<&'static str> {
    Some(match value::word(who).as_str() {
        "user" | "prospect" | "customer" | "caller" | "client" | "lead" | "cliente" | "visitor" => {
            "prospect"
        }
        "agent" | "assistant" | "bot" | "ai" => "agent",
        "rep" | "human_agent" | "salesperson" | "seller" | "operator" => "rep",
        "system" | "note" | "event" => "system",
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use serde_json::Map;

    use super::*;
    use crate::imports::{headings::Mapping, types::ImportKind};

    fn shaped(cells: Value) -> Result<Shaped, Vec<(String, String)>> {
        let mapping = Mapping::new(ImportKind::Conversations, &Map::new(), &[]).expect("columns");
        let mut facts = mapping.sort(cells.as_object().expect("an object"));
        shape(&mut facts)
    }

    #[test]
    fn a_dialogue_of_the_data_set() {
        let cells = json!({"id": "3_00111", "booked": true, "turns": [
            {"speaker": "user", "text": "A flat in Fremont."},
            {"speaker": "system", "text": "I have ten."},
        ]});
        let one = shaped(cells.clone()).expect("it is whole");
        let again = shaped(cells).expect("it is whole");
        assert_eq!(one.keys, again.keys);
        assert_eq!(one.messages.len(), 2);
        assert_eq!(format!("{:?}", one.messages[1][2]), "\"agent\"");
        assert!(
            one.columns
                .iter()
                .any(|(_, value)| format!("{value:?}").contains("appointment_booked"))
        );
    }

    #[test]
    fn a_transcript_of_lines() {
        let cells = json!({"call_id": "7", "email": "a@example.com",
                           "transcript": "Agent: Hello.\nCustomer: Hi,\nI am late.\n"});
        let one = shaped(cells).expect("it is whole");
        assert_eq!(one.messages.len(), 2);
        assert_eq!(format!("{:?}", one.messages[1][3]), "\"Hi,\\nI am late.\"");
    }

    #[test]
    fn what_is_missing_is_named() {
        let missing = shaped(json!({"turns": []})).err().expect("no id");
        assert_eq!(missing[0].0, "id");
        let who = shaped(json!({"id": "1", "turns": [{"text": "Hi"}]}))
            .err()
            .expect("nobody");
        assert!(who[0].1.contains("turn 1"), "{who:?}");
    }
}
