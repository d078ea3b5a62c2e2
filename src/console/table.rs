//! Rows of a noun as a table; a card each on a narrow screen.

use askama::{Template, filters::HtmlSafe};
use jiff::Timestamp;

use super::{Badge, Clock, Filters, Moment};
use crate::catalogue::pages::Words;

/// A column's head.
#[derive(Clone, Debug)]
pub struct Column {
    pub(super) label: &'static str,
    pub(super) number: bool,
    /// The name in `sort`, where the list can be sorted by it.
    pub(super) key: Option<&'static str>,
    pub(super) href: Option<String>,
    pub(super) sorted: Option<&'static str>,
}

impl Column {
    /// A column that is read and no more.
    pub const fn plain(label: &'static str) -> Self {
        Self {
            label,
            number: false,
            key: None,
            href: None,
            sorted: None,
        }
    }

    /// A column that the list can be sorted by.
    pub const fn sortable(label: &'static str, key: &'static str) -> Self {
        let mut column = Self::plain(label);
        column.key = Some(key);
        column
    }

    /// The same column, holding numbers.
    #[must_use]
    pub const fn number(mut self) -> Self {
        self.number = true;
        self
    }
}

/// One value of a row.
#[derive(Clone, Debug)]
pub enum Cell {
    /// What the row is called, and what else is said of it.
    Name {
        /// The name.
        text: String,
        /// A line below it.
        note: Option<String>,
    },
    /// Words.
    Text(String),
    /// A number.
    Number(String),
    /// A state.
    Badge(Badge),
    /// A moment, and what there is to say of it.
    Time {
        /// The moment.
        moment: Moment,
        /// Such as that it is past.
        badge: Option<Badge>,
    },
    /// No value.
    Nothing,
}

impl Cell {
    /// What the row is called.
    pub fn name(text: impl Into<String>) -> Self {
        let text = text.into();
        Self::Name { text, note: None }
    }

    /// What the row is called, with a line below it.
    pub fn noted(text: impl Into<String>, note: Option<String>) -> Self {
        let text = text.into();
        let note = note.filter(|note| !note.trim().is_empty());
        Self::Name { text, note }
    }

    /// Words, if there are any.
    pub fn text(text: Option<impl Into<String>>) -> Self {
        match text.map(Into::into) {
            Some(text) if !text.trim().is_empty() => Self::Text(text),
            _ => Self::Nothing,
        }
    }

    /// A number.
    pub fn number(number: impl ToString) -> Self {
        Self::Number(number.to_string())
    }

    /// A moment, if there is one.
    pub fn time(clock: &Clock, moment: Option<Timestamp>) -> Self {
        match moment {
            Some(moment) => Self::Time {
                moment: clock.say(moment),
                badge: None,
            },
            None => Self::Nothing,
        }
    }
}

/// Rows under their columns.
#[derive(Clone, Debug, Template)]
#[template(path = "console/table.html")]
pub struct Table {
    words: &'static Words,
    caption: &'static str,
    columns: Vec<Column>,
    rows: Vec<Vec<Cell>>,
    empty: &'static str,
    clear: Option<String>,
}

impl HtmlSafe for Table {}

impl Table {
    /// A table of `rows`, each as long as `columns`; `empty` says why there are
    /// none.
    pub fn new(
        words: &'static Words,
        caption: &'static str,
        columns: Vec<Column>,
        rows: Vec<Vec<Cell>>,
        empty: &'static str,
    ) -> Self {
        Self {
            words,
            caption,
            columns,
            rows,
            empty,
            clear: None,
        }
    }

    /// The same table under filters that `clear` takes away.
    #[must_use]
    pub fn filtered(mut self, clear: Option<String>) -> Self {
        self.clear = clear;
        self
    }

    fn empty_words(&self) -> &'static str {
        match self.clear {
            Some(_) => self.words.list.nothing_matches,
            None => self.empty,
        }
    }
}

/// A noun's page: filters, rows, and the way to more.
#[derive(Clone, Debug)]
pub struct ListView {
    /// What the rows can be filtered by.
    pub filters: Filters,
    /// The rows.
    pub table: Table,
    /// The first page, from a later one.
    pub first: Option<String>,
    /// The next page.
    pub next: Option<String>,
}
