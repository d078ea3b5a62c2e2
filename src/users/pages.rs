//! `/users` and `/settings`.

use askama::Template;
use axum::response::Html;

use super::{
    sql,
    types::{Availability, Role, User, UserFilter, UserStatus},
};
use crate::{
    catalogue::console::{NO_USERS, label, role},
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
    let filters = asked
        .filters()
        .choice("role", "Role", Role::ALL, Role::word)
        .choice(
            "availability",
            "Availability",
            Availability::ALL,
            Availability::word,
        )
        .done();
    let columns = vec![
        Column::sortable("Name", "name"),
        Column::sortable("Role", "role"),
        Column::plain("Status"),
        Column::sortable("Availability", "availability"),
        Column::plain("Zone"),
        Column::plain("Last active"),
    ];
    let words = ("People who work here", NO_USERS);
    let list = asked.view(filters, &rows, words, columns, |row| cells(&visitor, row));
    page(&UsersPage {
        frame: visitor.frame(Section::Users),
        list,
    })
}

fn cells(visitor: &Visitor, row: &User) -> Vec<Cell> {
    vec![
        Cell::noted(&row.name, row.email.clone()),
        Cell::text(Some(role(Some(row.role)))),
        row.status
            .map_or(Cell::Nothing, |said| Cell::Badge(status(said))),
        Cell::Badge(availability(row.availability)),
        Cell::text(row.timezone.as_ref()),
        Cell::time(visitor.clock(), row.last_active),
    ]
}

fn status(status: UserStatus) -> Badge {
    match status {
        UserStatus::Active => Badge::new(Tone::Green, Glyph::Tick, "Active"),
        UserStatus::Inactive => Badge::new(Tone::Amber, Glyph::Hourglass, "Not let in"),
    }
}

fn availability(availability: Availability) -> Badge {
    let (tone, glyph) = match availability {
        Availability::Online => (Tone::Green, Glyph::Dot),
        Availability::Away => (Tone::Amber, Glyph::RingHalf),
        Availability::Offline => (Tone::Neutral, Glyph::Ring),
    };
    Badge::new(tone, glyph, label(availability.word()))
}

/// Shows the person's own profile.
pub async fn settings(visitor: Visitor) -> Result<Html<String>, Error> {
    let me = sql::get(&visitor.read(), None, visitor.person().id).await?;
    let or = |value: Option<String>, none: &str| value.unwrap_or_else(|| none.to_owned());
    let languages = me.languages.unwrap_or_default().join(", ");
    let facts = vec![
        ("Name", me.name),
        ("E-mail", or(me.email, "Not known")),
        ("Role", role(visitor.person().role).to_owned()),
        ("Availability", label(me.availability.word())),
        (
            "Time zone",
            or(me.timezone, "Not set; times are told in UTC"),
        ),
        (
            "Languages",
            or(Some(languages).filter(|all| !all.is_empty()), "None said"),
        ),
        ("Telephone", or(me.phone_e164, "None")),
    ];
    page(&SettingsPage {
        frame: visitor.frame(Section::Settings),
        facts,
    })
}
