//! `/campaigns`.

use askama::Template;
use axum::response::Html;

use super::{
    sql,
    types::{Campaign, CampaignFilter, CampaignStatus},
};
use crate::{
    catalogue::console::{NO_CAMPAIGNS, label},
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
    let filters = asked
        .filters()
        .choice(
            "status",
            "Status",
            CampaignStatus::ALL,
            CampaignStatus::word,
        )
        .done();
    let columns = vec![
        Column::sortable("Name", "name"),
        Column::sortable("Status", "status"),
        Column::plain("Channels"),
        Column::sortable("Attempts", "attempts").number(),
        Column::sortable("Connected", "connect_rate").number(),
        Column::sortable("Booked", "booked_appointments").number(),
        Column::sortable("Changed", "updated_at"),
    ];
    let words = ("Campaigns", NO_CAMPAIGNS);
    let list = asked.view(filters, &rows, words, columns, |row| cells(&visitor, row));
    page(&CampaignsPage {
        frame: visitor.frame(Section::Campaigns),
        list,
    })
}

fn cells(visitor: &Visitor, row: &Campaign) -> Vec<Cell> {
    let channels: Vec<String> = row
        .channels
        .iter()
        .map(|channel| label(channel.word()))
        .collect();
    vec![
        Cell::noted(&row.name, Some(row.segment.clone())),
        Cell::Badge(status(row)),
        Cell::text(Some(channels.join(", "))),
        Cell::number(row.attempts),
        Cell::number(format_args!("{} %", row.connect_rate.0)),
        Cell::number(row.booked_appointments),
        Cell::time(visitor.clock(), Some(row.updated_at)),
    ]
}

/// Where a campaign stands as a label.
fn status(row: &Campaign) -> Badge {
    if row.blocked_at.is_some() {
        return Badge::new(Tone::Red, Glyph::RingBarred, "Blocked");
    }
    let (tone, glyph) = match row.status {
        CampaignStatus::Draft => (Tone::Neutral, Glyph::RingDashed),
        CampaignStatus::Active => (Tone::Green, Glyph::Play),
        CampaignStatus::Paused => (Tone::Amber, Glyph::Pause),
        CampaignStatus::Completed => (Tone::Blue, Glyph::RingTick),
    };
    Badge::new(tone, glyph, label(row.status.word()))
}

/// Counts the campaigns that the person may see by their status.
///
/// # Errors
/// 401 when the session has ended, 503 when the database is away.
pub async fn count_by_status(visitor: &Visitor) -> Result<Tally, Error> {
    sql::count_by_status(&visitor.read()).await
}
