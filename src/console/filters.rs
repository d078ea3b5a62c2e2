//! A list's query string on a page: read as the API reads it, shown as a form,
//! carried on in links.

use askama::{Template, filters::HtmlSafe};
use axum::{extract::FromRequestParts, http::request::Parts};

use super::{Cell, Column, ListView, Table};
use crate::{
    catalogue::pages::Words,
    envelope::Page,
    error::Error,
    input::{Filter, List},
};

/// Rows a page when nothing is said.
const ROWS: u16 = 50;

/// What a page's query string asks for.
pub struct Asked<F> {
    /// As the noun's SQL takes it.
    pub list: List<F>,
    path: String,
    given: Vec<(String, String)>,
}

impl<S: Send + Sync, F: Filter> FromRequestParts<S> for Asked<F> {
    type Rejection = Error;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Error> {
        Self::read(parts.uri.path(), parts.uri.query().unwrap_or_default())
    }
}

impl<F: Filter> Asked<F> {
    /// Reads a page's query string; a field that was left empty asks nothing.
    ///
    /// # Errors
    /// 400 as for the API.
    pub fn read(path: &str, query: &str) -> Result<Self, Error> {
        let given: Vec<(String, String)> = form_urlencoded::parse(query.as_bytes())
            .map(|(name, value)| (name.into_owned(), value.trim().to_owned()))
            .filter(|(_, value)| !value.is_empty())
            .collect();
        let mut list = List::read(&written(borrowed(&given)))?;
        if !given.iter().any(|(name, _)| name == "limit") {
            list.limit = ROWS;
        }
        Ok(Self {
            list,
            path: path.to_owned(),
            given,
        })
    }
}

impl<F> Asked<F> {
    fn value(&self, name: &str) -> &str {
        let found = self.given.iter().find(|(known, _)| known == name);
        found.map_or("", |(_, value)| value)
    }

    /// This list with other values; an empty one takes the name away.
    fn href(&self, changes: &[(&str, &str)]) -> String {
        let kept = borrowed(&self.given)
            .filter(|(name, _)| !changes.iter().any(|(changed, _)| changed == name));
        let set = changes
            .iter()
            .copied()
            .filter(|(_, value)| !value.is_empty());
        let query = written(kept.chain(set));
        if query.is_empty() {
            self.path.clone()
        } else {
            format!("{}?{query}", self.path)
        }
    }

    /// This list without any filter, if it has one.
    fn clear(&self) -> Option<String> {
        const NO_FILTERS: [&str; 4] = ["sort", "limit", "cursor", "count"];
        let filters: Vec<(&str, &str)> = borrowed(&self.given)
            .filter(|(name, _)| !NO_FILTERS.contains(name))
            .map(|(name, _)| (name, ""))
            .chain([("cursor", "")])
            .collect();
        (filters.len() > 1).then(|| self.href(&filters))
    }

    /// Starts the form of this list's filters.
    pub fn filters(&self, words: &'static Words) -> FiltersOf<'_, F> {
        FiltersOf {
            words,
            asked: self,
            fields: Vec::new(),
        }
    }

    /// The columns' heads, with links that sort by them.
    fn heads(&self, columns: Vec<Column>) -> Vec<Column> {
        let sort = self.value("sort");
        let head = |column: Column| {
            let Some(key) = column.key else {
                return column;
            };
            let (sorted, next) = match sort.strip_prefix('-') {
                Some(name) if name == key => (Some("descending"), key.to_owned()),
                None if sort == key => (Some("ascending"), format!("-{key}")),
                _ => (None, key.to_owned()),
            };
            Column {
                href: Some(self.href(&[("sort", &next), ("cursor", "")])),
                sorted,
                ..column
            }
        };
        columns.into_iter().map(head).collect()
    }

    /// A page of rows as a noun's page shows it.
    pub fn view<T>(
        &self,
        filters: Filters,
        page: &Page<T>,
        (caption, empty): (&'static str, &'static str),
        columns: Vec<Column>,
        row: impl Fn(&T) -> Vec<Cell>,
    ) -> ListView {
        let rows = page.data.iter().map(row).collect();
        let table = Table::new(filters.words, caption, self.heads(columns), rows, empty);
        let next = page.next_cursor.as_deref();
        let later = !self.value("cursor").is_empty();
        ListView {
            filters,
            table: table.filtered(self.clear()),
            first: later.then(|| self.href(&[("cursor", "")])),
            next: next.map(|cursor| self.href(&[("cursor", cursor)])),
        }
    }
}

fn written<'a>(pairs: impl IntoIterator<Item = (&'a str, &'a str)>) -> String {
    form_urlencoded::Serializer::new(String::new())
        .extend_pairs(pairs)
        .finish()
}

fn borrowed(pairs: &[(String, String)]) -> impl Iterator<Item = (&str, &str)> {
    pairs
        .iter()
        .map(|(name, value)| (name.as_str(), value.as_str()))
}

/// One field of the form.
#[derive(Clone, Debug)]
pub enum Field {
    /// Words to be typed.
    Words {
        /// The parameter.
        name: &'static str,
        /// What is asked.
        label: &'static str,
        /// What was said.
        value: String,
        /// Whether it needs room.
        wide: bool,
    },
    /// One of a closed list.
    Choice {
        /// The parameter.
        name: &'static str,
        /// What is asked.
        label: &'static str,
        /// What can be said.
        choices: Vec<Choice>,
    },
}

/// One member of a closed list.
#[derive(Clone, Debug)]
pub struct Choice {
    word: &'static str,
    label: String,
    chosen: bool,
}

/// The form of a list's filters; its fields are the address.
#[derive(Clone, Debug, Template)]
#[template(path = "console/filters.html")]
pub struct Filters {
    words: &'static Words,
    action: String,
    kept: Vec<(String, String)>,
    fields: Vec<Field>,
    clear: Option<String>,
}

impl HtmlSafe for Filters {}

/// A form in the making.
pub struct FiltersOf<'a, F> {
    words: &'static Words,
    asked: &'a Asked<F>,
    fields: Vec<Field>,
}

impl<F> FiltersOf<'_, F> {
    /// A field for words to look for.
    #[must_use]
    pub fn search(self, name: &'static str, label: &'static str) -> Self {
        self.words(name, label, true)
    }

    /// A field for one value to be typed.
    #[must_use]
    pub fn text(self, name: &'static str, label: &'static str) -> Self {
        self.words(name, label, false)
    }

    fn words(mut self, name: &'static str, label: &'static str, wide: bool) -> Self {
        let value = self.asked.value(name).to_owned();
        self.fields.push(Field::Words {
            name,
            label,
            value,
            wide,
        });
        self
    }

    /// A field for one member of a closed list.
    #[must_use]
    pub fn choice<T: Copy>(
        mut self,
        name: &'static str,
        asked: &'static str,
        all: &[T],
        word: fn(T) -> &'static str,
    ) -> Self {
        let value = self.asked.value(name);
        let choices = all
            .iter()
            .map(|member| Choice {
                word: word(*member),
                label: self.words.label(word(*member)),
                chosen: word(*member) == value,
            })
            .collect();
        self.fields.push(Field::Choice {
            name,
            label: asked,
            choices,
        });
        self
    }

    /// The form; what else the address says is carried along.
    pub fn done(self) -> Filters {
        let fields: Vec<&str> = self
            .fields
            .iter()
            .map(|field| match field {
                Field::Words { name, .. } | Field::Choice { name, .. } => *name,
            })
            .collect();
        let kept =
            |(name, _): &&(String, String)| !fields.contains(&name.as_str()) && name != "cursor";
        Filters {
            words: self.words,
            action: self.asked.path.clone(),
            kept: self.asked.given.iter().filter(kept).cloned().collect(),
            clear: self.asked.clear(),
            fields: self.fields,
        }
    }
}
