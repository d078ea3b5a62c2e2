//! The real data that the demo is made from, as the files in `data/demo` have
//! it: listings, sales and dialogues.

use std::{collections::BTreeMap, io::Read as _};

use serde::Deserialize;

use crate::error::Error;

const DIALOGUES: [&[u8]; 2] = [
    include_bytes!("../../data/demo/schema-guided-dialogue/homes-train.jsonl.gz"),
    include_bytes!("../../data/demo/schema-guided-dialogue/homes-dev.jsonl.gz"),
];
const BAY_AREA: &[u8] =
    include_bytes!("../../data/demo/schema-guided-dialogue/bay-area-homes.jsonl.gz");
const SACRAMENTO: &[u8] = include_bytes!("../../data/demo/sacramento/sales.csv.gz");

/// A home of the Bay Area that is to let.
#[derive(Debug, Deserialize)]
pub(super) struct Rental {
    pub(super) property_name: String,
    pub(super) address: String,
    /// The city; some listings name none.
    pub(super) area: Option<String>,
    pub(super) number_of_beds: String,
    pub(super) number_of_baths: String,
    /// US dollars a month.
    pub(super) rent: String,
    pub(super) furnished: String,
    pub(super) pets_allowed: String,
}

/// A home around Sacramento that was sold.
#[derive(Debug, Deserialize)]
pub(super) struct Sale {
    /// In capitals, words joined by `_`.
    pub(super) city: String,
    /// `z` and five digits.
    pub(super) zip: String,
    pub(super) beds: i32,
    /// Half ones are counted.
    pub(super) baths: f64,
    pub(super) sqft: f64,
    /// `Residential`, `Condo` or `Multi_Family`.
    #[serde(rename = "type")]
    pub(super) kind: String,
    /// US dollars.
    pub(super) price: i64,
    pub(super) latitude: f64,
    pub(super) longitude: f64,
}

/// A conversation between somebody who looks for a home and the agent's side.
#[derive(Debug, Deserialize)]
pub(super) struct Dialogue {
    /// Whether a visit was booked in the end.
    pub(super) booked: bool,
    pub(super) turns: Vec<Turn>,
}

#[derive(Debug, Deserialize)]
pub(super) struct Turn {
    /// `user` or `system`.
    pub(super) speaker: String,
    pub(super) text: String,
    #[serde(default)]
    pub(super) spans: Vec<Span>,
    #[serde(default)]
    pub(super) acts: Vec<Act>,
    pub(super) state: Option<State>,
    pub(super) call: Option<Call>,
    pub(super) n_results: Option<i64>,
}

#[derive(Debug, Deserialize)]
pub(super) struct Span {
    pub(super) slot: String,
    /// In characters; the text is ASCII.
    pub(super) start: i32,
    pub(super) exclusive_end: i32,
}

#[derive(Debug, Deserialize)]
pub(super) struct Act {
    pub(super) act: String,
    pub(super) slot: Option<String>,
    #[serde(default)]
    pub(super) values: Vec<String>,
    #[serde(default)]
    pub(super) canonical: Vec<String>,
}

/// What is wished so far; of each slot any listed value is right.
#[derive(Debug, Deserialize)]
pub(super) struct State {
    pub(super) slots: BTreeMap<String, Vec<String>>,
}

/// What the agent's side asked its system for.
#[derive(Debug, Deserialize)]
pub(super) struct Call {
    /// `FindApartment` or `ScheduleVisit`.
    pub(super) method: String,
    pub(super) parameters: BTreeMap<String, String>,
}

impl Dialogue {
    /// The last value that was said of a slot.
    pub(super) fn wish(&self, slot: &str) -> Option<&str> {
        let mut states = self.turns.iter().filter_map(|turn| turn.state.as_ref());
        let values = states.next_back()?.slots.get(slot)?;
        values.last().map(String::as_str)
    }

    /// The day that was booked (ISO 8601), counted from 2019-03-01.
    pub(super) fn visit(&self) -> Option<&str> {
        let mut calls = self.turns.iter().filter_map(|turn| turn.call.as_ref());
        let booked = calls.rfind(|call| call.method == "ScheduleVisit")?;
        booked.parameters.get("visit_date").map(String::as_str)
    }
}

/// All of it.
#[derive(Debug)]
pub(super) struct Source {
    pub(super) rentals: Vec<Rental>,
    pub(super) sales: Vec<Sale>,
    pub(super) dialogues: Vec<Dialogue>,
}

/// Reads the files.
///
/// # Errors
/// When one of them is none of its kind.
pub(super) fn read() -> Result<Source, Error> {
    let mut dialogues = Vec::new();
    for file in DIALOGUES {
        dialogues.extend(lines(file)?);
    }
    let sales = unpacked(SACRAMENTO)?;
    let sales = csv::Reader::from_reader(sales.as_bytes())
        .deserialize()
        .collect::<Result<_, _>>()
        .map_err(Error::internal)?;
    Ok(Source {
        rentals: lines(BAY_AREA)?,
        sales,
        dialogues,
    })
}

fn lines<T: for<'de> Deserialize<'de>>(file: &[u8]) -> Result<Vec<T>, Error> {
    let text = unpacked(file)?;
    let lines = text.lines().map(serde_json::from_str);
    lines.collect::<Result<_, _>>().map_err(Error::internal)
}

fn unpacked(file: &[u8]) -> Result<String, Error> {
    let mut text = String::new();
    flate2::read::GzDecoder::new(file)
        .read_to_string(&mut text)
        .map_err(Error::internal)?;
    Ok(text)
}
