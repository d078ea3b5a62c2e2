//! `/analytics`.

use askama::Template;
use axum::response::Html;

use crate::{
    appointments, campaigns,
    catalogue::pages::Words,
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
    let frame = visitor.frame(Section::Analytics);
    let tiles = [
        (Section::Handoffs, handoffs),
        (Section::Conversations, conversations),
        (Section::Prospects, prospects),
        (Section::Calendar, appointments),
        (Section::Properties, properties),
        (Section::Campaigns, campaigns),
    ]
    .into_iter()
    .filter(|(section, _)| frame.shows(*section))
    .map(|(section, tally)| tile(visitor.words(), section, tally))
    .collect();
    page(&AnalyticsPage { frame, tiles })
}

fn tile(words: &'static Words, section: Section, tally: Tally) -> Tile {
    Tile {
        heading: words.section(section),
        path: section.path(),
        total: tally.iter().map(|(_, count)| count).sum(),
        counts: tally
            .into_iter()
            .map(|(word, count)| (words.label(&word), count))
            .collect(),
    }
}
