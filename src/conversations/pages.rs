//! `/conversations`.

use askama::Template;
use axum::response::Html;

use super::{
    sql,
    types::{Conversation, ConversationFilter, Outcome, Sentiment},
};
use crate::{
    catalogue::pages::Words,
    console::{Asked, Badge, Cell, Column, Frame, Glyph, ListView, Section, Tone, Visitor, page},
    db::Tally,
    error::Error,
    input::{Channel, Why},
};

#[derive(Template)]
#[template(path = "conversations/list.html")]
struct ConversationsPage {
    frame: Frame,
    list: ListView,
}

/// Shows the conversations that the person may see.
pub async fn list(
    visitor: Visitor,
    asked: Asked<ConversationFilter>,
) -> Result<Html<String>, Error> {
    let rows = sql::list(&visitor, &asked.list, &Why::default()).await?;
    let words = visitor.words();
    let say = &words.conversations;
    let filters = asked
        .filters(words)
        .choice("channel", say.channel, Channel::ALL, Channel::word)
        .choice("outcome", say.outcome, Outcome::ALL, Outcome::word)
        .done();
    let columns = vec![
        Column::sortable(say.person, "prospect_name"),
        Column::sortable(say.time, "timestamp"),
        Column::sortable(say.channel, "channel"),
        Column::sortable(say.outcome, "outcome"),
        Column::sortable(say.length, "duration").number(),
        Column::sortable(say.messages, "message_count").number(),
        Column::plain(say.sentiment),
        Column::plain(say.handoff),
    ];
    let named = (say.caption, say.empty);
    let list = asked.view(filters, &rows, named, columns, |row| cells(&visitor, row));
    page(&ConversationsPage {
        frame: visitor.frame(Section::Conversations),
        list,
    })
}

fn cells(visitor: &Visitor, row: &Conversation) -> Vec<Cell> {
    let words = visitor.words();
    let say = &words.conversations;
    let suggested = Badge::new(Tone::Violet, Glyph::Hand, say.suggested);
    vec![
        Cell::name(&row.prospect_name),
        Cell::time(visitor.clock(), Some(row.timestamp)),
        Cell::text(Some(words.label(row.channel.word()))),
        Cell::Badge(outcome(words, row.outcome)),
        length(row.duration),
        Cell::number(row.message_count),
        row.sentiment
            .map_or(Cell::Nothing, |said| Cell::Badge(sentiment(words, said))),
        match row.handoff_suggested {
            true => Cell::Badge(suggested),
            false => Cell::Nothing,
        },
    ]
}

/// Seconds as minutes and seconds.
fn length(seconds: i32) -> Cell {
    match seconds {
        ..=0 => Cell::Nothing,
        _ => Cell::number(format_args!("{}:{:02}", seconds / 60, seconds % 60)),
    }
}

fn sentiment(words: &Words, sentiment: Sentiment) -> Badge {
    let tone = match sentiment {
        Sentiment::Positive => Tone::Green,
        Sentiment::Neutral => Tone::Neutral,
        Sentiment::Negative => Tone::Red,
        Sentiment::Mixed => Tone::Amber,
    };
    Badge::plain(tone, words.label(sentiment.word()))
}

/// How a conversation ended as a label, in six families.
fn outcome(words: &Words, outcome: Outcome) -> Badge {
    use Outcome::*;
    let (tone, glyph) = match outcome {
        Qualified | AppointmentBooked => (Tone::Green, Glyph::Tick),
        Connected | Responded | Opened | Clicked | CallbackRequested => (Tone::Teal, Glyph::Bubble),
        HandoffRequested | Transferred => (Tone::Violet, Glyph::Hand),
        Voicemail | NoAnswer | Busy | Abandoned | Failed => (Tone::Amber, Glyph::LineBroken),
        OptedOut | NotInterested | WrongNumber | InvalidNumber | LanguageBarrier => {
            (Tone::Red, Glyph::RingBarred)
        }
        InProgress => (Tone::Blue, Glyph::Dot),
        Placeholder => return Badge::plain(Tone::Neutral, words.conversations.placeholder),
    };
    Badge::new(tone, glyph, words.label(outcome.word()))
}

/// Counts the conversations that the person may see by their outcome.
///
/// # Errors
/// 401 when the session has ended, 503 when the database is away.
pub async fn count_by_outcome(visitor: &Visitor) -> Result<Tally, Error> {
    sql::count_by_outcome(visitor).await
}
