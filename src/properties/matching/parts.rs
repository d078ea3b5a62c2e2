//! The five parts of a match, each with the reason for its points.

use rust_decimal::Decimal;

use super::{Bedrooms, Candidate, Dimension, PropertyType, WEIGHTS, Wishes, names, words};

words! {
    /// Why a part of a match got its points.
    MatchReason {
        /// Price inside the budget.
        PriceInside = "price_inside",
        /// Price below the budget, at least 80 % of its lower end.
        PriceBelow = "price_below",
        /// Price far below the budget.
        PriceFarBelow = "price_far_below",
        /// Price over the budget by at most 5 %.
        PriceSlightlyOver = "price_slightly_over",
        /// Price over the budget by at most 10 %.
        PriceOver = "price_over",
        /// Price over the budget by at most 20 %.
        PriceWellOver = "price_well_over",
        /// Price over the budget by more than 20 %.
        PriceFarOver = "price_far_over",
        /// Budget or price unknown, or in different currencies.
        PriceUnknown = "price_unknown",
        /// The wanted city or district.
        CitySame = "city_same",
        /// The same metropolitan area or region.
        CityNear = "city_near",
        /// Another place.
        CityOther = "city_other",
        /// No place known.
        CityUnknown = "city_unknown",
        /// A wanted type.
        TypeSame = "type_same",
        /// A type close to a wanted one.
        TypeNear = "type_near",
        /// Another type.
        TypeOther = "type_other",
        /// No wanted type known.
        TypeUnknown = "type_unknown",
        /// As many bedrooms as wanted.
        BedroomsWithin = "bedrooms_within",
        /// One bedroom more than wanted.
        BedroomsOneMore = "bedrooms_one_more",
        /// Two or more bedrooms above what is wanted.
        BedroomsMore = "bedrooms_more",
        /// One bedroom less than wanted.
        BedroomsOneLess = "bedrooms_one_less",
        /// At least two bedrooms too few.
        BedroomsTooFew = "bedrooms_too_few",
        /// No wanted number known.
        BedroomsUnknown = "bedrooms_unknown",
        /// All wanted features.
        FeaturesAll = "features_all",
        /// Some of the wanted features.
        FeaturesSome = "features_some",
        /// None of the wanted features.
        FeaturesNone = "features_none",
        /// No feature wanted.
        FeaturesUnknown = "features_unknown",
    }
}

/// Whether `amount` is over `limit` by at most `percent`, in exact arithmetic.
pub fn over_by_at_most(amount: Decimal, limit: Decimal, percent: u8) -> bool {
    amount.saturating_mul(Decimal::ONE_HUNDRED)
        <= limit.saturating_mul(Decimal::from(100 + u16::from(percent)))
}

/// The points of one part alone.
pub fn points(wishes: &Wishes, candidate: &Candidate, dimension: Dimension) -> u8 {
    match dimension {
        Dimension::Price => price(wishes, candidate).0,
        Dimension::City => city(wishes, candidate).0,
        Dimension::Type => home_type(wishes, candidate).0,
        Dimension::Bedrooms => bedrooms(wishes, candidate).0,
        Dimension::Features => features(wishes, candidate).0,
    }
}

/// Points and reason of the price.
pub(super) fn price(wishes: &Wishes, candidate: &Candidate) -> (u8, MatchReason) {
    use MatchReason as R;
    let w = &WEIGHTS;
    let unknown = (w.price_unknown, R::PriceUnknown);
    let (Some(budget), Some(price)) = (&wishes.budget, candidate.price()) else {
        return unknown;
    };
    let Some(budget) = budget.in_currency(price.currency.as_deref(), wishes.rates.as_ref()) else {
        return unknown;
    };
    let (Some(low), Some(high)) = (price.low(), price.high()) else {
        return unknown;
    };
    if let Some(max) = budget.max.filter(|max| low > *max) {
        let reasons = [R::PriceSlightlyOver, R::PriceOver, R::PriceWellOver];
        return w
            .price_over
            .iter()
            .zip(reasons)
            .find(|((percent, _), _)| over_by_at_most(low, max, *percent))
            .map_or((0, R::PriceFarOver), |((_, points), reason)| {
                (*points, reason)
            });
    }
    match budget.min.filter(|min| high < *min) {
        None => (w.price, R::PriceInside),
        Some(min)
            if high.saturating_mul(Decimal::ONE_HUNDRED)
                >= min.saturating_mul(Decimal::from(80)) =>
        {
            (w.price_below[0], R::PriceBelow)
        }
        Some(_) => (w.price_below[1], R::PriceFarBelow),
    }
}

/// Points and reason of the city.
pub(super) fn city(wishes: &Wishes, candidate: &Candidate) -> (u8, MatchReason) {
    let [same, near, unknown] = WEIGHTS.city;
    let Some(wanted) = wishes
        .place
        .as_deref()
        .map(names::places)
        .filter(|p| !p.is_empty())
    else {
        return (unknown, MatchReason::CityUnknown);
    };
    let here: Vec<String> = [Some(candidate.city.as_str()), candidate.district.as_deref()]
        .into_iter()
        .flatten()
        .filter_map(|place| names::places(place).into_iter().next())
        .collect();
    if here.is_empty() {
        return (unknown, MatchReason::CityUnknown);
    }
    if wanted.iter().any(|place| here.contains(place)) {
        return (same, MatchReason::CitySame);
    }
    let region = |r: &Option<String>| r.as_deref().map(names::place).filter(|r| !r.is_empty());
    let there = region(&candidate.region);
    let same_region = there.is_some()
        && (region(&wishes.region) == there || wanted.iter().any(|p| Some(p) == there.as_ref()));
    let same_metro = wanted.iter().any(|place| {
        let metro = names::metro(place);
        metro.is_some() && here.iter().any(|h| names::metro(h) == metro)
    });
    if same_region || same_metro {
        (near, MatchReason::CityNear)
    } else {
        (0, MatchReason::CityOther)
    }
}

/// Points and reason of the type.
pub(super) fn home_type(wishes: &Wishes, candidate: &Candidate) -> (u8, MatchReason) {
    use PropertyType::{Apartment, Penthouse, Townhouse, Villa};
    let [same, near, unknown] = WEIGHTS.home_type;
    let close = match candidate.home_type {
        Villa => Townhouse,
        Townhouse => Villa,
        Apartment => Penthouse,
        Penthouse => Apartment,
    };
    if wishes.types.is_empty() {
        (unknown, MatchReason::TypeUnknown)
    } else if wishes.types.contains(&candidate.home_type) {
        (same, MatchReason::TypeSame)
    } else if wishes.types.contains(&close) {
        (near, MatchReason::TypeNear)
    } else {
        (0, MatchReason::TypeOther)
    }
}

/// Points and reason of the bedrooms.
pub(super) fn bedrooms(wishes: &Wishes, candidate: &Candidate) -> (u8, MatchReason) {
    use MatchReason as R;
    let [within, one_more, more, one_less, unknown] = WEIGHTS.bedrooms;
    let Some(Bedrooms { min, max }) = wishes.bedrooms else {
        return (unknown, R::BedroomsUnknown);
    };
    let has = i64::from(candidate.bedrooms);
    let above = max.map_or(0, |max| has - i64::from(max));
    let below = min.map_or(0, |min| i64::from(min) - has);
    match (above, below) {
        (1, _) => (one_more, R::BedroomsOneMore),
        (2.., _) => (more, R::BedroomsMore),
        (_, 1) => (one_less, R::BedroomsOneLess),
        (_, 2..) => (0, R::BedroomsTooFew),
        _ => (within, R::BedroomsWithin),
    }
}

/// Points and reason of the features.
pub(super) fn features(wishes: &Wishes, candidate: &Candidate) -> (u8, MatchReason) {
    let [all, unknown] = WEIGHTS.features;
    let wanted = names::features(&wishes.features);
    if wanted.is_empty() {
        return (unknown, MatchReason::FeaturesUnknown);
    }
    let offered = names::features(&candidate.features);
    let hits = wanted
        .iter()
        .filter(|wish| offered.iter().any(|has| names::answers(has, wish)))
        .count();
    let points = names::half_up(usize::from(all) * hits, wanted.len());
    let reason = match hits {
        0 => MatchReason::FeaturesNone,
        n if n == wanted.len() => MatchReason::FeaturesAll,
        _ => MatchReason::FeaturesSome,
    };
    (points, reason)
}
