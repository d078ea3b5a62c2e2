//! `/users` and `/settings`.

use askama::Template;
use axum::response::Html;

use super::{
    sql,
    types::{Availability, Role, User, UserFilter, UserStatus},
};
use crate::{
    catalogue::pages::Words,
    console::{Asked, Badge, Cell, Column, Frame, Glyph, ListView, Section, Tone, Visitor, page},
    error::Error,
};

#[derive(Template)]
#[template(path = "users/list.html")]
struct UsersPage {
    frame: Frame,
    list: ListView,
}

#[derive(Template)]
#[template(path = "users/settings.html")]
struct SettingsPage {
    frame: Frame,
    facts: Vec<(&'static str, String)>,
}

/// Shows the people that the person knows.
pub async fn list(visitor: Visitor, asked: Asked<UserFilter>) -> Result<Html<String>, Error> {
    let rows = sql::list(&visitor.read(), Some(visitor.person()), &asked.list).await?;
    let words = visitor.words();
    let say = &words.users;
    let filters = asked
        .filters(words)
        .choice("role", say.role, Role::ALL, Role::word)
        .choice(
            "availability",
            say.availability,
            Availability::ALL,
            Availability::word,
        )
        .done();
    let columns = vec![
        Column::sortable(say.name, "name"),
        Column::sortable(say.role, "role"),
        Column::plain(say.status),
        Column::sortable(say.availability, "availability"),
        Column::plain(say.zone),
        Column::plain(say.last_active),
    ];
    let named = (say.caption, say.empty);
    let list = asked.view(filters, &rows, named, columns, |row| cells(&visitor, row));
    page(&UsersPage {
        frame: visitor.frame(Section::Users),
        list,
    })
}

fn cells(visitor: &Visitor, row: &User) -> Vec<Cell> {
    let words = visitor.words();
    vec![
        Cell::noted(&row.name, row.email.clone()),
        Cell::text(Some(words.role(Some(row.role)))),
        row.status
            .map_or(Cell::Nothing, |said| Cell::Badge(status(words, said))),
        Cell::Badge(availability(words, row.availability)),
        Cell::text(row.timezone.as_ref()),
        Cell::time(visitor.clock(), row.last_active),
    ]
}

fn status(words: &Words, status: UserStatus) -> Badge {
    match status {
        UserStatus::Active => Badge::new(Tone::Green, Glyph::Tick, words.users.active),
        UserStatus::Inactive => Badge::new(Tone::Amber, Glyph::Hourglass, words.users.not_let_in),
    }
}

fn availability(words: &Words, availability: Availability) -> Badge {
    let (tone, glyph) = match availability {
        Availability::Online => (Tone::Green, Glyph::Dot),
        Availability::Away => (Tone::Amber, Glyph::RingHalf),
        Availability::Offline => (Tone::Neutral, Glyph::Ring),
    };
    Badge::new(tone, glyph, words.label(availability.word()))
}

/// Shows the person's own profile.
pub async fn settings(visitor: Visitor) -> Result<Html<String>, Error> {
    let me = sql::get(&visitor.read(), None, visitor.person().id).await?;
    let or = |value: Option<String>, none: &str| value.unwrap_or_else(|| none.to_owned());
    let words = visitor.words();
    let say = &words.settings;
    let languages = me.languages.unwrap_or_default().join(", ");
    let facts = vec![
        (say.name, me.name),
        (say.email, or(me.email, say.email_unknown)),
        (say.role, words.role(visitor.person().role).to_owned()),
        (say.availability, words.label(me.availability.word())),
        (say.time_zone, or(me.timezone, say.no_time_zone)),
        (
            say.languages,
            or(
                Some(languages).filter(|all| !all.is_empty()),
                say.no_languages,
            ),
        ),
        (say.telephone, or(me.phone_e164, say.no_telephone)),
    ];
    page(&SettingsPage {
        frame: visitor.frame(Section::Settings),
        facts,
    })
}
