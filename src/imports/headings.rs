//! From headings to columns: the usual spellings, and what a mapping says.

mod known;

use std::collections::HashMap;

use serde_json::{Map, Value};
use unicode_normalization::{UnicodeNormalization as _, char::is_combining_mark};

use super::{types::ImportKind, value};
use crate::catalogue;

pub use known::{Column, columns};

/// Where a heading's cells go.
#[derive(Clone, Debug, PartialEq)]
pub enum Target {
    /// To a column.
    Column(&'static Column),
    /// A yes or no that names a feature of the home.
    Feature(String),
    /// A list of features, each of which gets this prefix.
    Features(String),
    /// Nowhere.
    Nowhere,
}

/// Which heading goes where, and what every row gets besides.
#[derive(Clone, Debug)]
pub struct Mapping {
    kind: ImportKind,
    given: HashMap<String, Target>,
    constants: Vec<(&'static Column, Value)>,
}

/// A row, sorted by columns.
#[derive(Clone, Debug, Default)]
pub struct Facts {
    /// Values by column.
    pub values: Map<String, Value>,
    /// The home's features.
    pub features: Vec<String>,
    /// Column → the heading that it came from.
    pub origins: HashMap<&'static str, String>,
    /// Heading and what is wrong with its cell.
    pub problems: Vec<(String, String)>,
}

impl Mapping {
    /// The usual spellings, amended by `given` (heading → column, `feature:…`,
    /// `features:…`, or null for nowhere) and by `constants` (column, value).
    ///
    /// # Errors
    /// A sentence on the first name that is no column.
    pub fn new(
        kind: ImportKind,
        given: &Map<String, Value>,
        constants: &[(String, String)],
    ) -> Result<Self, String> {
        let mut mapping = Self {
            kind,
            given: HashMap::new(),
            constants: Vec::new(),
        };
        for (heading, target) in given {
            let target = match target {
                Value::Null => Target::Nowhere,
                Value::String(name) => named(kind, name)?,
                _ => return Err(format!("{heading}: a mapping names a column, or null")),
            };
            mapping.given.insert(folded(heading), target);
        }
        for (name, text) in constants {
            let Target::Column(column) = named(kind, name)? else {
                return Err(format!("{name}: only a column can be set for every row"));
            };
            let cell = Value::String(text.clone());
            let value = value::read(column.shape, &cell)
                .map_err(|reason| format!("{name}={text}: {reason}"))?;
            if let Some(value) = value {
                mapping.constants.push((column, value));
            }
        }
        Ok(mapping)
    }

    /// Where a heading's cells go; `None` where nobody knows.
    pub fn target(&self, heading: &str) -> Option<Target> {
        let folded = folded(heading);
        if let Some(target) = self.given.get(&folded) {
            return Some(target.clone());
        }
        if folded.starts_with("import") && heading.trim_start_matches('_').starts_with("import_") {
            return Some(Target::Nowhere);
        }
        known::find(self.kind, &folded)
    }

    /// Whether every row gets the column.
    pub fn sets(&self, column: &str) -> bool {
        self.constants.iter().any(|(it, _)| it.name == column)
    }

    /// Sorts a row's cells. What cannot be read is among its problems.
    pub fn sort(&self, cells: &Map<String, Value>) -> Facts {
        let mut facts = Facts::default();
        for (heading, cell) in cells {
            self.sort_cell(heading, cell, &mut facts);
        }
        for (column, value) in &self.constants {
            facts.origins.remove(column.name);
            facts.values.insert(column.name.to_owned(), value.clone());
        }
        facts
    }

    fn sort_cell(&self, heading: &str, cell: &Value, facts: &mut Facts) {
        let target = self.target(heading);
        if let (None, Value::Object(inner)) = (&target, cell) {
            for (name, cell) in inner {
                self.sort_cell(&format!("{heading}_{name}"), cell, facts);
            }
            return;
        }
        match target {
            None | Some(Target::Nowhere) => {}
            Some(Target::Feature(name)) => {
                if value::flag(cell) == Some(true) {
                    facts.features.push(name);
                }
            }
            Some(Target::Features(prefix)) => {
                let words = value::list(cell).into_iter();
                let words = words.filter(|it| !matches!(it.to_lowercase().as_str(), "none" | "no"));
                facts.features.extend(words.map(|it| prefix.clone() + &it));
            }
            Some(Target::Column(column)) => match value::read(column.shape, cell) {
                Ok(Some(value)) => {
                    // Of two headings for one column the first that says something counts.
                    if !facts.values.contains_key(column.name) {
                        facts.values.insert(column.name.to_owned(), value);
                        facts.origins.insert(column.name, heading.to_owned());
                    }
                }
                Ok(None) => {}
                Err(reason) => facts.problems.push((heading.to_owned(), reason)),
            },
        }
    }
}

impl Facts {
    /// Takes a column's text away.
    pub fn take_text(&mut self, column: &str) -> Option<String> {
        self.values.remove(column).map(|it| value::text(&it))
    }

    /// A column's text.
    pub fn text(&self, column: &str) -> Option<String> {
        self.values.get(column).map(value::text)
    }

    /// Gives a column a value where it has none.
    pub fn fill(&mut self, column: &str, value: impl FnOnce() -> Value) {
        if !self.values.contains_key(column) {
            self.values.insert(column.to_owned(), value());
        }
    }

    /// Notes that a column's cell cannot stay as it is.
    pub fn refuse(&mut self, column: &str, reason: impl Into<String>) {
        let origin = self.origins.get(column);
        let heading = origin.cloned().unwrap_or_else(|| column.to_owned());
        self.problems.push((heading, reason.into()));
    }
}

fn named(kind: ImportKind, name: &str) -> Result<Target, String> {
    if let Some(feature) = name.strip_prefix("feature:") {
        return Ok(Target::Feature(feature.trim().to_owned()));
    }
    if let Some(prefix) = name.strip_prefix("features:") {
        return Ok(Target::Features(prefix.to_owned()));
    }
    let wanted = folded(name);
    let all = columns(kind);
    let exact = all.iter().find(|column| folded(column.name) == wanted);
    match exact {
        Some(column) => Ok(Target::Column(column)),
        None => match known::find(kind, &wanted) {
            Some(target) => Ok(target),
            None => Err(format!(
                "{name} {}",
                catalogue::unknown_name(name, all.iter().map(|column| column.name))
            )),
        },
    }
}

/// Letters and digits in lower case without accents: `Nº of Bedrooms` and
/// `number_of_bedrooms` differ, `Listing Key` and `ListingKey` do not.
pub fn folded(heading: &str) -> String {
    heading
        .nfkd()
        .filter(|letter| !is_combining_mark(*letter))
        .flat_map(char::to_lowercase)
        .filter(|letter| letter.is_alphanumeric())
        .collect()
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn target(kind: ImportKind, heading: &str) -> Option<Target> {
        let mapping = Mapping::new(kind, &Map::new(), &[]).expect("an empty mapping");
        mapping.target(heading)
    }

    fn column(kind: ImportKind, heading: &str) -> Option<&'static str> {
        match target(kind, heading) {
            Some(Target::Column(column)) => Some(column.name),
            _ => None,
        }
    }

    #[test]
    fn every_spelling_means_one_thing() {
        for kind in ImportKind::ALL {
            let mut seen: HashMap<String, &str> = HashMap::new();
            for column in columns(*kind) {
                let own = folded(column.name);
                for spelling in column
                    .spellings
                    .iter()
                    .map(|it| (*it).to_owned())
                    .chain([own])
                {
                    assert_eq!(spelling, folded(&spelling), "written as it is compared");
                    let before = seen.insert(spelling.clone(), column.name);
                    assert!(
                        before.is_none_or(|before| before == column.name),
                        "{spelling} is {before:?} and {}",
                        column.name
                    );
                }
            }
        }
    }

    #[test]
    fn headings_as_people_and_programs_write_them() {
        use ImportKind::{Properties, Prospects};
        assert_eq!(column(Properties, "BedroomsTotal"), Some("bedrooms"));
        assert_eq!(column(Properties, "Nº habitaciones"), None);
        assert_eq!(column(Properties, "Habitaciones"), Some("bedrooms"));
        assert_eq!(column(Properties, "ASSETID"), Some("listing_key"));
        assert_eq!(column(Prospects, "E-Mail Address"), Some("email"));
        assert_eq!(column(Prospects, "Full name"), Some("name"));
        assert_eq!(
            target(Properties, "HASTERRACE"),
            Some(Target::Feature("terrace".into()))
        );
        assert_eq!(target(Properties, "import_reason"), Some(Target::Nowhere));
        assert_eq!(target(Properties, "whatever"), None);
    }

    #[test]
    fn a_mapping_wins_and_constants_fill() {
        let given = json!({"Ref": "listing_key", "Pool?": "feature:pool", "City": null});
        let given = given.as_object().expect("an object");
        let constants = [("city".to_owned(), "Valencia".to_owned())];
        let mapping =
            Mapping::new(ImportKind::Properties, given, &constants).expect("known columns");
        let cells = json!({"Ref": "7", "Pool?": "yes", "City": "Faro", "rooms": "three"});
        let facts = mapping.sort(cells.as_object().expect("an object"));
        assert_eq!(facts.values["listing_key"], "7");
        assert_eq!(facts.values["city"], "Valencia");
        assert_eq!(facts.features, ["pool"]);
        assert_eq!(facts.problems[0].0, "rooms");
        let wrong = [("cty".to_owned(), "x".to_owned())];
        let error = Mapping::new(ImportKind::Properties, &Map::new(), &wrong);
        assert!(error.expect_err("no such column").contains("`city`"));
    }
}
