//! `/campaigns`.

use askama::Template;
use axum::response::Html;

use super::{
    sql,
    types::{Campaign, CampaignFilter, CampaignStatus},
};
use crate::{
    catalogue::pages::Words,
    console::{Asked, Badge, Cell, Column, Frame, Glyph, ListView, Section, Tone, Visitor, page},
    db::Tally,
    error::Error,
};

#[derive(Template)]
#[template(path = "campaigns/list.html")]
struct CampaignsPage {
    frame: Frame,
    list: ListView,
}

/// Shows the campaigns that the person may see.
pub async fn list(visitor: Visitor, asked: Asked<CampaignFilter>) -> Result<Html<String>, Error> {
    let rows = sql::list(&visitor.read(), &asked.list).await?;
    let words = visitor.words();
    let say = &words.campaigns;
    let filters = asked
        .filters(words)
        .choice(
            "status",
            say.status,
            CampaignStatus::ALL,
            CampaignStatus::word,
        )
        .done();
    let columns = vec![
        Column::sortable(say.name, "name"),
        Column::sortable(say.status, "status"),
        Column::plain(say.channels),
        Column::sortable(say.attempts, "attempts").number(),
        Column::sortable(say.connected, "connect_rate").number(),
        Column::sortable(say.booked, "booked_appointments").number(),
        Column::sortable(say.changed, "updated_at"),
    ];
    let named = (say.caption, say.empty);
    let list = asked.view(filters, &rows, named, columns, |row| cells(&visitor, row));
    page(&CampaignsPage {
        frame: visitor.frame(Section::Campaigns),
        list,
    })
}

fn cells(visitor: &Visitor, row: &Campaign) -> Vec<Cell> {
    let words = visitor.words();
    let channels: Vec<String> = row
        .channels
        .iter()
        .map(|channel| words.label(channel.word()))
        .collect();
    vec![
        Cell::noted(&row.name, Some(row.segment.clone())),
        Cell::Badge(status(words, row)),
        Cell::text(Some(channels.join(", "))),
        Cell::number(row.attempts),
        Cell::number(format_args!("{} %", row.connect_rate.0)),
        Cell::number(row.booked_appointments),
        Cell::time(visitor.clock(), Some(row.updated_at)),
    ]
}

/// Where a campaign stands as a label.
fn status(words: &Words, row: &Campaign) -> Badge {
    if row.blocked_at.is_some() {
        return Badge::new(Tone::Red, Glyph::RingBarred, words.campaigns.blocked);
    }
    let (tone, glyph) = match row.status {
        CampaignStatus::Draft => (Tone::Neutral, Glyph::RingDashed),
        CampaignStatus::Active => (Tone::Green, Glyph::Play),
        CampaignStatus::Paused => (Tone::Amber, Glyph::Pause),
        CampaignStatus::Completed => (Tone::Blue, Glyph::RingTick),
    };
    Badge::new(tone, glyph, words.label(row.status.word()))
}

/// Counts the campaigns that the person may see by their status.
///
/// # Errors
/// 401 when the session has ended, 503 when the database is away.
pub async fn count_by_status(visitor: &Visitor) -> Result<Tally, Error> {
    sql::count_by_status(&visitor.read()).await
}
