//! The statements that name the table `users` and the directory.

use uuid::Uuid;

use super::types::{Role, User, UserBody, UserFilter};
use crate::{
    auth::Person,
    db::{Key, Listing, Order, Query, Run, Source, get_row, update_seen_row},
    envelope::Page,
    error::Error,
    input::{Change, List, refuse_masked},
};

const TABLE: &str = "users";
const DIRECTORY: &str = "users_directory";

/// Columns that the directory does not tell.
const HIDDEN: &[&str] = &[
    "status",
    "reports_to",
    "created_at",
    "updated_at",
    "last_active",
];

/// The caller, if he knows others from the directory alone.
fn directory_reader(who: Option<&Person>) -> Option<Uuid> {
    let person = who?;
    matches!(person.role, Some(Role::SalesRep | Role::QaSupervisor)).then_some(person.id)
}

fn relations(who: Option<&Person>) -> &'static [&'static str] {
    match directory_reader(who) {
        Some(_) => &[TABLE, DIRECTORY],
        None => &[TABLE],
    }
}

/// One page of the people that the caller knows, by name for who knows only the
/// directory.
///
/// # Errors
/// 400 when such a one filters or sorts by what it does not tell.
pub async fn list(
    on: &impl Run,
    who: Option<&Person>,
    list: &List<UserFilter>,
) -> Result<Page<User>, Error> {
    let (sources, order): (Vec<_>, fn() -> Order) = match directory_reader(who) {
        Some(me) => {
            let named = [list.filter.hidden(), list.sort_columns()].concat();
            refuse_masked(&named, HIDDEN)?;
            let myself = Source::within(TABLE, move |query| {
                query.text("id = ").add(me);
            });
            let others = Source::within(DIRECTORY, move |query| {
                query.text("id <> ").add(me);
            });
            (vec![myself, others], by_name)
        }
        None => (vec![Source::all(TABLE)], Order::newest_first),
    };
    Listing::of(list, sources, order, |query| {
        conditions(query, &list.filter);
    })
    .page(on)
    .await
}

fn by_name() -> Order {
    Order(vec![
        Key::ascending("name", "text"),
        Key::ascending("id", "uuid"),
    ])
}

fn conditions(query: &mut Query, filter: &UserFilter) {
    query
        .equal("role", &filter.role)
        .equal("status", &filter.status)
        .equal("availability", &filter.availability)
        .equal("reports_to", &filter.reports_to);
}

/// One person, as far as the caller knows him.
pub async fn get(on: &impl Run, who: Option<&Person>, id: Uuid) -> Result<User, Error> {
    get_row(on, relations(who), id).await
}

/// Changes a person.
pub async fn update(
    on: &impl Run,
    who: Option<&Person>,
    id: Uuid,
    change: Change<UserBody>,
) -> Result<User, Error> {
    update_seen_row(on, relations(who), id, change).await
}
