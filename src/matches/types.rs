//! Matches as values.

use schemars::JsonSchema;
use serde::Serialize;

use crate::{
    handoffs::phrases,
    properties::{Property, matching::Match},
    prospects::Prospect,
};

/// One part of a match, with the reason for its points.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct MatchPart {
    /// `price`, `city`, `type`, `bedrooms` or `features`.
    pub dimension: &'static str,
    /// Points, from 0 to `max`.
    pub points: u8,
    /// The most this part can give.
    pub max: u8,
    /// Why, as a stable word.
    pub reason: &'static str,
    /// Why, as a sentence.
    pub text: &'static str,
}

/// A home that suits a prospect.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct HomeMatch {
    /// 50–100, the sum of the parts.
    pub score: u8,
    /// Price, city, type, bedrooms, features.
    pub components: Vec<MatchPart>,
    /// The home.
    pub property: Property,
}

/// A prospect whom a home suits.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct ProspectMatch {
    /// 50–100, the sum of the parts.
    pub score: u8,
    /// Price, city, type, bedrooms, features.
    pub components: Vec<MatchPart>,
    /// The prospect, masked where the caller sees him only so.
    pub prospect: Prospect,
}

/// The parts of a match as they are told.
pub fn parts(found: &Match) -> Vec<MatchPart> {
    let part = |part: &crate::properties::matching::Component| MatchPart {
        dimension: part.dimension.as_str(),
        points: part.points,
        max: part.max,
        reason: part.reason.as_str(),
        text: phrases::match_reason(part.reason),
    };
    found.components.iter().map(part).collect()
}
