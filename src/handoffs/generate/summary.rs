//! `summary`: the package in a few lines, from a fixed template; unknown parts are left out.

use crate::handoffs::generate::Draft;
use crate::handoffs::generate::needs::{Need, Topic};
use crate::handoffs::phrases;

/// The longest summary, in characters.
const MAX_CHARS: usize = 1000;

/// The summary: who and why, appointment, needs, money and time, last contact, open concern.
pub(super) fn summary(draft: &Draft, needs: &[Need], reason: &str) -> String {
    let inputs = draft.inputs;
    let texts = |topic: Topic| -> Vec<String> {
        needs
            .iter()
            .filter(|n| n.topic == topic)
            .map(|n| n.text.clone())
            .collect()
    };
    let mut lines = vec![phrases::summary_head(
        &inputs.prospect.name,
        draft.priority,
        reason,
    )];
    if let (Some(appointment), Some(event), Some(when)) =
        (&inputs.appointment, draft.event(), draft.starts())
    {
        let status = appointment.status.as_str();
        lines.push(phrases::summary_appointment(
            &event,
            status,
            &when,
            &appointment.location,
        ));
    }
    let home = texts(Topic::Home);
    if !home.is_empty() {
        lines.push(phrases::summary_needs(&home));
    }
    let money_and_time = texts(Topic::MoneyAndTime);
    if !money_and_time.is_empty() {
        lines.push(phrases::summary_money_and_time(&money_and_time));
    }
    if let Some(c) = inputs.spoken() {
        lines.push(phrases::summary_contact(c.channel, &c.outcome, c.sentiment));
    }
    if let Some(objection) = draft.facts.objections.first() {
        lines.push(phrases::summary_concern(&objection.value));
    }
    shortened(lines.join("\n"))
}

fn shortened(text: String) -> String {
    if text.chars().count() <= MAX_CHARS {
        return text;
    }
    let mut short: String = text.chars().take(MAX_CHARS - 1).collect();
    short.push('…');
    short
}
