//! The reasons of a match, as sentences.

use crate::properties::matching::MatchReason;

/// Why a part of a match got its points.
pub const fn match_reason(reason: MatchReason) -> &'static str {
    match reason {
        MatchReason::PriceInside => "Price is within the budget",
        MatchReason::PriceBelow => "Price is a little below the budget",
        MatchReason::PriceFarBelow => "Price is far below the budget",
        MatchReason::PriceSlightlyOver => "Price is up to 5 % over the budget",
        MatchReason::PriceOver => "Price is up to 10 % over the budget",
        MatchReason::PriceWellOver => "Price is up to 20 % over the budget",
        MatchReason::PriceFarOver => "Price is more than 20 % over the budget",
        MatchReason::PriceUnknown => "Price and budget cannot be compared",
        MatchReason::CitySame => "In the wanted place",
        MatchReason::CityNear => "In the same region",
        MatchReason::CityOther => "In another place",
        MatchReason::CityUnknown => "Wanted place is not known",
        MatchReason::TypeSame => "Wanted type",
        MatchReason::TypeNear => "Close to the wanted type",
        MatchReason::TypeOther => "Another type",
        MatchReason::TypeUnknown => "Wanted type is not known",
        MatchReason::BedroomsWithin => "As many bedrooms as wanted",
        MatchReason::BedroomsOneMore => "One bedroom more than wanted",
        MatchReason::BedroomsMore => "More bedrooms than wanted",
        MatchReason::BedroomsOneLess => "One bedroom less than wanted",
        MatchReason::BedroomsTooFew => "Too few bedrooms",
        MatchReason::BedroomsUnknown => "Wanted bedrooms are not known",
        MatchReason::FeaturesAll => "Has all wanted features",
        MatchReason::FeaturesSome => "Has some of the wanted features",
        MatchReason::FeaturesNone => "Has none of the wanted features",
        MatchReason::FeaturesUnknown => "Wanted features are not known",
    }
}
