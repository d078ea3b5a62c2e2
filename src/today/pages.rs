//! `/`.

use askama::Template;
use axum::response::Html;

use crate::{
    appointments,
    console::{Frame, Section, Table, Visitor, page},
    error::Error,
    handoffs, tasks,
};

#[derive(Template)]
#[template(path = "today/show.html")]
struct TodayPage {
    frame: Frame,
    date: String,
    blocks: Vec<Block>,
}

/// One list of what waits.
struct Block {
    heading: &'static str,
    href: &'static str,
    all: &'static str,
    table: Table,
}

/// Shows who waits and what is ahead; to whoever was not let in yet, that.
pub async fn show(visitor: Visitor) -> Result<Html<String>, Error> {
    let blocks = match visitor.person().role {
        Some(_) => blocks(&visitor).await?,
        None => Vec::new(),
    };
    page(&TodayPage {
        frame: visitor.frame(Section::Today),
        date: visitor.clock().today(),
        blocks,
    })
}

async fn blocks(visitor: &Visitor) -> Result<Vec<Block>, Error> {
    let (waiting, to_do, next) = tokio::try_join!(
        handoffs::pages::waiting(visitor),
        tasks::pages::next(visitor),
        appointments::pages::next(visitor),
    )?;
    let say = &visitor.words().today;
    Ok(vec![
        Block {
            heading: say.waiting,
            href: Section::Handoffs.path(),
            all: say.all_handoffs,
            table: waiting,
        },
        Block {
            heading: say.tasks,
            href: Section::Tasks.path(),
            all: say.all_tasks,
            table: to_do,
        },
        Block {
            heading: say.next,
            href: Section::Calendar.path(),
            all: say.calendar,
            table: next,
        },
    ])
}
