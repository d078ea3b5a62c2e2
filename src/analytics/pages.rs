//! `/analytics`.

use askama::Template;
use axum::response::Html;

use crate::{
    appointments, campaigns,
    catalogue::console::label,
    console::{Frame, Section, Visitor, page},
    conversations,
    db::Tally,
    error::Error,
    handoffs, properties, prospects,
};

#[derive(Template)]
#[template(path = "analytics/show.html")]
struct AnalyticsPage {
    frame: Frame,
    tiles: Vec<Tile>,
}

/// The counts of one noun.
struct Tile {
    heading: &'static str,
    path: &'static str,
    total: i64,
    counts: Vec<(String, i64)>,
}

/// Shows the counts of what the person may see.
pub async fn show(visitor: Visitor) -> Result<Html<String>, Error> {
    let caller = &visitor;
    let (handoffs, conversations, prospects, appointments, properties, campaigns) = tokio::try_join!(
        handoffs::pages::count_by_status(caller),
        conversations::pages::count_by_outcome(caller),
        prospects::pages::count_by_status(caller),
        appointments::pages::count_by_status(caller),
        properties::pages::count_by_status(caller),
        campaigns::pages::count_by_status(caller),
    )?;
    let tiles = vec![
        tile(Section::Handoffs, handoffs),
        tile(Section::Conversations, conversations),
        tile(Section::Prospects, prospects),
        tile(Section::Calendar, appointments),
        tile(Section::Properties, properties),
        tile(Section::Campaigns, campaigns),
    ];
    page(&AnalyticsPage {
        frame: visitor.frame(Section::Analytics),
        tiles,
    })
}

fn tile(section: Section, tally: Tally) -> Tile {
    Tile {
        heading: section.label(),
        path: section.path(),
        total: tally.iter().map(|(_, count)| count).sum(),
        counts: tally
            .into_iter()
            .map(|(word, count)| (label(&word), count))
            .collect(),
    }
}
