//! How well a property answers what a prospect wants: 0–100 with the parts and the reasons.
//!
//! Source of the rules: the scoring model, "Property match". Hard limits ([`eligible`]) and soft
//! grades ([`score`]) are kept apart, so a near miss is graded down and not hidden. Pure: no I/O,
//! no clock; the same rows give the same list in the same order.
//!
//! Where the model is silent:
//! * an open upper end ("from 2M") is never exceeded, an open lower end never undercut;
//! * a must-have must reach its exact level even where the wish or the property is silent about
//!   it, so nothing is shown as certain that is not known;
//! * a property whose district is the wanted place is as good as one in the wanted city.

pub mod names;
mod parts;

use std::collections::BTreeSet;

use jiff::civil::Date;
use rust_decimal::Decimal;
use serde::{Serialize, Serializer};
use uuid::Uuid;

use crate::handoffs::money::{self, Money, Rates};

/// Declares an enumeration whose members are words of the contract, with both directions of
/// their spelling.
macro_rules! words {
    ($(#[$meta:meta])* $name:ident { $($(#[$doc:meta])* $member:ident = $word:literal,)+ }) => {
        $(#[$meta])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, serde::Serialize)]
        pub enum $name {
            $($(#[$doc])* #[serde(rename = $word)] $member,)+
        }

        impl $name {
            /// The word as it stands in the database and in JSON.
            pub const fn as_str(self) -> &'static str {
                match self { $(Self::$member => $word,)+ }
            }

            /// The member with exactly this word.
            pub fn from_word(word: &str) -> Option<Self> {
                match word { $($word => Some(Self::$member),)+ _ => None }
            }
        }
    };
}
pub(crate) use words;

pub use parts::{MatchReason, over_by_at_most, points};

words! {
    /// What a home is (`properties.type`).
    PropertyType {
        /// A detached house.
        Villa = "villa",
        /// A flat.
        Apartment = "apartment",
        /// A flat on the top floor.
        Penthouse = "penthouse",
        /// A house in a row.
        Townhouse = "townhouse",
    }
}

words! {
    /// Whether a home can be had (`properties.status`).
    PropertyStatus {
        /// Free.
        Available = "available",
        /// Held for somebody.
        Reserved = "reserved",
        /// Gone.
        Sold = "sold",
    }
}

words! {
    /// How a home is offered (`properties.offer`).
    Offer {
        /// For sale.
        Sale = "sale",
        /// For rent.
        Rent = "rent",
    }
}

words! {
    /// One of the five parts of a match; also the names allowed in `prospects.must_haves`.
    Dimension {
        /// Price against budget.
        Price = "price",
        /// City, or the district in it.
        City = "city",
        /// Type of the home.
        Type = "type",
        /// Number of bedrooms.
        Bedrooms = "bedrooms",
        /// Wanted features.
        Features = "features",
    }
}

/// Points of a match. One place for all of them; a change is a new version of the model.
#[derive(Debug, Clone, Copy)]
pub struct MatchWeights {
    /// Price inside the budget, and so the most that price can give.
    pub price: u8,
    /// Price below the budget: at least 80 % of its lower end, and less.
    pub price_below: [u8; 2],
    /// Price over the budget by at most that many percent, and the points.
    pub price_over: [(u8, u8); 3],
    /// Budget, price or currency unknown.
    pub price_unknown: u8,
    /// Same city; same metropolitan area or region; unknown.
    pub city: [u8; 3],
    /// Same type; a near one; unknown.
    pub home_type: [u8; 3],
    /// Bedrooms in range; one more; two or more above; one less; unknown.
    pub bedrooms: [u8; 5],
    /// All wanted features; none wanted.
    pub features: [u8; 2],
    /// The least score that is worth showing.
    pub keep: u8,
}

/// The weights of `re-bant-1` (the scoring model, "Property match").
pub const WEIGHTS: MatchWeights = MatchWeights {
    price: 30,
    price_below: [24, 18],
    price_over: [(5, 22), (10, 14), (20, 6)],
    price_unknown: 15,
    city: [25, 12, 12],
    home_type: [20, 10, 10],
    bedrooms: [15, 12, 8, 6, 7],
    features: [10, 5],
    keep: 50,
};

/// A wanted number of bedrooms; `None` is an open end. `min <= max` where both are set.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct Bedrooms {
    /// At least so many.
    pub min: Option<u16>,
    /// At most so many.
    pub max: Option<u16>,
}

/// What a prospect wants, as far as it is known. Holds nothing about the person: the fair-housing
/// rule lets only facts about the home into a match.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Wishes {
    /// For whom a reserved home still counts as available.
    pub prospect_id: Option<Uuid>,
    /// Buy (`sale`) or rent; a known and different offer is no match.
    pub offer: Option<Offer>,
    /// What may be spent.
    pub budget: Option<Money>,
    /// City or district, as written; several parts may be separated by commas.
    pub place: Option<String>,
    /// Region (state, emirate), if known beside the place.
    pub region: Option<String>,
    /// Wanted types; empty where unknown.
    pub types: Vec<PropertyType>,
    /// Wanted bedrooms.
    pub bedrooms: Option<Bedrooms>,
    /// Wanted features, any spelling.
    pub features: Vec<String>,
    /// Parts that must be met exactly.
    pub must_haves: Vec<Dimension>,
    /// Properties the prospect has turned down.
    pub rejected: Vec<Uuid>,
    /// A rate table that may be used today; `None` leaves different currencies uncompared.
    pub rates: Option<Rates>,
}

/// A property as the match needs it: columns of `properties`.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Candidate {
    /// `properties.id`.
    pub id: Uuid,
    /// `properties.name`.
    pub name: String,
    /// `properties.status`.
    pub status: PropertyStatus,
    /// `properties.offer`.
    pub offer: Offer,
    /// `properties.type`.
    #[serde(rename = "type")]
    pub home_type: PropertyType,
    /// `properties.city`.
    pub city: String,
    /// `properties.region`.
    pub region: Option<String>,
    /// `properties.district`.
    pub district: Option<String>,
    /// `properties.bedrooms`; negative numbers do not pass the column's check.
    pub bedrooms: i32,
    /// `properties.features`.
    pub features: Vec<String>,
    /// `properties.price_range`, read where the numeric columns are empty.
    pub price_range: String,
    /// `properties.list_price_low`, in whole currency units.
    #[serde(serialize_with = "decimal_text")]
    pub list_price_low: Option<Decimal>,
    /// `properties.list_price_high`.
    #[serde(serialize_with = "decimal_text")]
    pub list_price_high: Option<Decimal>,
    /// `properties.currency`, ISO 4217.
    pub currency: Option<String>,
    /// `properties.on_market_date`; newer ones come first among equals.
    #[serde(skip)]
    pub on_market_date: Option<Date>,
    /// `properties.reserved_for_prospect_id`.
    pub reserved_for_prospect_id: Option<Uuid>,
}

/// A decimal as text without trailing zeros: 2.00 and 2 are the same input.
pub(crate) fn decimal_text<S: Serializer>(
    amount: &Option<Decimal>,
    serializer: S,
) -> Result<S::Ok, S::Error> {
    amount
        .map(|a| a.normalize().to_string())
        .serialize(serializer)
}

impl Candidate {
    /// The price: the numeric columns, else what `price_range` says; `None` where neither does.
    pub fn price(&self) -> Option<Money> {
        let columns = Money::from_columns(
            self.list_price_low,
            self.list_price_high,
            self.currency.as_deref(),
        );
        columns.or_else(|| {
            let amount = money::parse(&self.price_range)?;
            let mut price = amount.money()?.clone();
            price.currency = price.currency.or_else(|| self.currency.clone());
            Some(price)
        })
    }
}

/// One part of a match.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct Component {
    /// Which part.
    pub dimension: Dimension,
    /// Points, from 0 to `max`.
    pub points: u8,
    /// The most this part can give.
    pub max: u8,
    /// Why.
    pub reason: MatchReason,
}

/// A property's score for a prospect.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Match {
    /// The property.
    pub property_id: Uuid,
    /// Its name.
    pub name: String,
    /// 0–100, the sum of the components.
    pub score: u8,
    /// Price, city, type, bedrooms, features, in this order.
    pub components: Vec<Component>,
}

/// The score of one property, whether it is eligible or not.
pub fn score(wishes: &Wishes, candidate: &Candidate) -> Match {
    let w = &WEIGHTS;
    let part = |dimension, max, (points, reason)| Component {
        dimension,
        points,
        max,
        reason,
    };
    let components = vec![
        part(Dimension::Price, w.price, parts::price(wishes, candidate)),
        part(Dimension::City, w.city[0], parts::city(wishes, candidate)),
        part(
            Dimension::Type,
            w.home_type[0],
            parts::home_type(wishes, candidate),
        ),
        part(
            Dimension::Bedrooms,
            w.bedrooms[0],
            parts::bedrooms(wishes, candidate),
        ),
        part(
            Dimension::Features,
            w.features[0],
            parts::features(wishes, candidate),
        ),
    ];
    Match {
        property_id: candidate.id,
        name: candidate.name.clone(),
        score: components.iter().map(|c| c.points).sum(),
        components,
    }
}

/// Whether a property may be offered at all. `own` is the property of the appointment: it stays
/// eligible while reserved.
pub fn eligible(wishes: &Wishes, candidate: &Candidate, scored: &Match, own: bool) -> bool {
    let held_for_this_prospect = candidate.reserved_for_prospect_id.is_some()
        && candidate.reserved_for_prospect_id == wishes.prospect_id;
    let free = match candidate.status {
        PropertyStatus::Available => true,
        PropertyStatus::Reserved => own || held_for_this_prospect,
        PropertyStatus::Sold => false,
    };
    let affordable = !scored
        .components
        .iter()
        .any(|c| c.reason == MatchReason::PriceFarOver);
    let musts = scored
        .components
        .iter()
        .filter(|c| wishes.must_haves.contains(&c.dimension))
        .all(|c| c.points == c.max);
    let offered = wishes.offer.is_none_or(|offer| offer == candidate.offer);
    free && affordable && musts && offered && !wishes.rejected.contains(&candidate.id)
}

/// The eligible properties with a score worth showing, best first: by score, then by distance
/// between list price and the middle of the budget (unknown last), then newest on the market,
/// then id. The order of `candidates` does not matter; of an id that comes twice the better row
/// counts.
pub fn rank(wishes: &Wishes, candidates: &[Candidate], own: Option<Uuid>) -> Vec<Match> {
    let mut kept: Vec<(Match, &Candidate)> = candidates
        .iter()
        .map(|c| (score(wishes, c), c))
        .filter(|(m, c)| m.score >= WEIGHTS.keep && eligible(wishes, c, m, own == Some(c.id)))
        .collect();
    kept.sort_by_cached_key(|(m, c)| {
        let distance = distance(wishes, c);
        (
            std::cmp::Reverse(m.score),
            distance.is_none(),
            distance,
            std::cmp::Reverse(c.on_market_date),
            c.id,
        )
    });
    let mut seen = BTreeSet::new();
    kept.retain(|(m, _)| seen.insert(m.property_id));
    kept.into_iter().map(|(m, _)| m).collect()
}

/// The highest score among the eligible properties, also below what is worth showing: how well
/// the stock answers the need.
pub fn best(wishes: &Wishes, candidates: &[Candidate], own: Option<Uuid>) -> Option<Match> {
    candidates
        .iter()
        .map(|c| (score(wishes, c), c))
        .filter(|(m, c)| eligible(wishes, c, m, own == Some(c.id)))
        .map(|(m, _)| m)
        .min_by_key(|m| (std::cmp::Reverse(m.score), m.property_id))
}

/// The prospects whom a property suits, best first: by score, then by distance between list price
/// and the middle of the budget (unknown last), then by the prospect's id.
pub fn rank_prospects(candidate: &Candidate, prospects: &[(Uuid, Wishes)]) -> Vec<(Uuid, Match)> {
    let mut kept: Vec<(Uuid, Match, Option<Decimal>)> = prospects
        .iter()
        .map(|(id, wishes)| (*id, wishes, score(wishes, candidate)))
        .filter(|(_, wishes, m)| m.score >= WEIGHTS.keep && eligible(wishes, candidate, m, false))
        .map(|(id, wishes, m)| (id, m, distance(wishes, candidate)))
        .collect();
    kept.sort_by_key(|(id, m, distance)| {
        (
            std::cmp::Reverse(m.score),
            distance.is_none(),
            *distance,
            *id,
        )
    });
    let mut seen = BTreeSet::new();
    kept.retain(|(id, _, _)| seen.insert(*id));
    kept.into_iter().map(|(id, m, _)| (id, m)).collect()
}

/// How far the list price is from the middle of the budget, in the property's currency.
fn distance(wishes: &Wishes, candidate: &Candidate) -> Option<Decimal> {
    let price = candidate.price()?;
    let budget = wishes
        .budget
        .as_ref()?
        .in_currency(price.currency.as_deref(), wishes.rates.as_ref())?;
    Some(price.low()?.saturating_sub(budget.midpoint()?).abs())
}

#[cfg(test)]
mod tests;
