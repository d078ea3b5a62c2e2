//! The statement that leaves the homes worth scoring.
//!
//! Of every home on offer it computes what the score is made of, in the same
//! whole points: what is known gives the points, what is not (a price that
//! stands in words alone, a spelling that this server has not learned) gives the
//! least and the most that it can. Out come the first twenty of those that are
//! known in full, in the order of the list, and of the others whatever may still
//! come before the twentieth. Homes in the wanted place are looked at first, the
//! others only if twenty good enough are not found there.

use rust_decimal::Decimal;

use super::{
    LONGEST,
    words::{Places, Words, example},
};
use crate::{
    db::Query,
    properties::matching::{self, Dimension, PropertyType, WEIGHTS, Wishes, names},
};

/// Bedrooms that the column takes.
const BEDROOMS: i32 = 100;
/// Points of a part that must be met and is not: the home is left out.
const OUT: i32 = -1;

/// The most that type and bedrooms, and that price and features give.
const MOST_SHAPE: i32 = 35;
const MOST_BESIDE: i32 = 40;
/// The types, with how each is asked for.
const TYPES: &[(PropertyType, &str)] = &[
    (PropertyType::Villa, " when 'villa' then "),
    (PropertyType::Apartment, " when 'apartment' then "),
    (PropertyType::Penthouse, " when 'penthouse' then "),
    (PropertyType::Townhouse, " when 'townhouse' then "),
];

/// Types and bedrooms that give the most points.
struct Shapes {
    types: Vec<&'static str>,
    bedrooms: Vec<i32>,
    /// What the best of all others give together.
    next: i32,
}

/// What the statement is made of.
struct Narrow<'a> {
    wishes: &'a Wishes,
    words: &'a Words,
    features: Vec<Vec<i32>>,
}

/// The homes that may be among the first twenty for these wishes.
pub fn homes(wishes: &Wishes, words: &Words) -> Query {
    let places = words.places(wishes);
    let narrow = Narrow {
        wishes,
        words,
        features: words.features(wishes),
    };
    narrow.statement(&places)
}

impl Narrow<'_> {
    fn statement(&self, places: &Places) -> Query {
        let shapes = self.shapes();
        let mut query = Query::new("with exact as materialized (");
        self.tier(&mut query, places.best.0, |query| {
            query
                .text("(k.place_id = any (")
                .add(places.best.1.clone())
                .text(") and k.type = any (")
                .add(shapes.types.clone())
                .text(") and k.bedrooms = any (")
                .add(shapes.bedrooms.clone())
                .text(") or k.place_id > ")
                .add(self.words.places_to)
                .text(")");
        });
        query.text("), best as materialized (");
        self.tier(&mut query, places.best.0, |query| {
            query
                .text("k.place_id = any (")
                .add(places.best.1.clone())
                .text(") and not (k.type = any (")
                .add(shapes.types.clone())
                .text(") and k.bedrooms = any (")
                .add(shapes.bedrooms.clone())
                .text("))");
            self.unless_full(query, "exact", i32::from(places.best.0) + shapes.next);
        });
        query.text("), here as (select * from exact union all select * from best)");
        for (name, (city, ids)) in [
            (", near as materialized (", &places.near),
            (", other as materialized (", &places.other),
        ] {
            query.text(name);
            self.tier(&mut query, *city, |query| {
                query.text("k.place_id = any (").add(ids.clone()).text(")");
                self.unless_full(query, "here", i32::from(*city) + MOST_SHAPE);
            });
            query.text(")");
        }
        query.text(", rated as (select *, ");
        self.least(&mut query);
        query.text(
            " as least, coalesce(city, 25) + shape + coalesce(price, 30) + coalesce(features, 10) \
             as most, num_nulls(city, price, features) = 0 as known from (select * from here \
             union all select * from near union all select * from other) as looked_at where true",
        );
        self.musts(&mut query);
        query
            .text("), bar (least) as (select coalesce((select least from rated order by least desc offset ")
            .add(last())
            .text(
                " limit 1), 0)) (select id from rated where known and most >= 50 order by most desc, \
                 distance nulls last, on_market_date desc nulls last, id limit ",
            )
            .add(last() + 1)
            .text(
                ") union all select id from rated where not known \
                 and most >= greatest(50, (select least from bar))",
            );
        query
    }

    /// The homes in some places, with the points of their parts. `city` is null
    /// for a place, `features` for a spelling that is not known.
    fn tier(&self, query: &mut Query, city: u8, within: impl Fn(&mut Query)) {
        query
            .text("select k.property_id as id, k.on_market_date, case when k.place_id <= ")
            .add(self.words.places_to)
            .text(" then ")
            .add(i32::from(city))
            .text("::int4 end as city, ");
        self.shape(query);
        query.text(" as shape, ");
        self.price(query);
        query.text(" as price, ");
        self.features(query);
        query.text(" as features, ");
        self.distance(query);
        query.text(" as distance from doorstep.home_matches k where ");
        within(query);
        query.text(" and ");
        self.of_type(query);
        query.text(" >= 0 and ");
        self.of_bedrooms(query);
        query.text(" >= 0");
        if let Some(offer) = self.wishes.offer {
            query.text(" and k.offer = ").add(offer.as_str());
        }
        if !self.wishes.rejected.is_empty() {
            query
                .text(" and k.property_id <> all (")
                .add(self.wishes.rejected.clone())
                .text(")");
        }
    }

    /// The types and bedrooms that give the most points, and what the best of
    /// the others give.
    fn shapes(&self) -> Shapes {
        let mut home = example();
        let types: Vec<(i32, &'static str)> = TYPES
            .iter()
            .map(|(kind, _)| {
                home.home_type = *kind;
                let points = self.points(&home, Dimension::Type, WEIGHTS.home_type[0]);
                (points, kind.as_str())
            })
            .collect();
        let bedrooms: Vec<(i32, i32)> = self.bedrooms().into_iter().zip(0..).collect();
        let (most_type, next_type) = top(types.iter().map(|(points, _)| *points));
        let (most_rooms, next_rooms) = top(bedrooms.iter().map(|(points, _)| *points));
        let types = types.iter().filter(|(points, _)| *points == most_type);
        let rooms = bedrooms.iter().filter(|(points, _)| *points == most_rooms);
        Shapes {
            types: types.map(|(_, word)| *word).collect(),
            bedrooms: rooms.map(|(_, rooms)| *rooms).collect(),
            next: (most_type + next_rooms).max(next_type + most_rooms),
        }
    }

    /// Nothing whose place, type and bedrooms give no more points than these can
    /// come before the twentieth found so far.
    fn unless_full(&self, query: &mut Query, tier: &'static str, points: i32) {
        let most = points + MOST_BESIDE;
        query.text(" and coalesce((select ");
        self.least(query);
        query
            .text(" from ")
            .text(tier)
            .text(" order by 1 desc offset ")
            .add(last())
            .text(" limit 1), 0) <= ")
            .add(most);
    }

    fn must(&self, dimension: Dimension) -> bool {
        self.wishes.must_haves.contains(&dimension)
    }

    /// The least that a home can score; 0 where it may not be offered after all.
    fn least(&self, query: &mut Query) {
        query.text("case when price is null or price < 0");
        for (dimension, unsure) in [
            (Dimension::City, " or city is distinct from 25"),
            (Dimension::Features, " or features is distinct from 10"),
            (Dimension::Price, " or price <> 30"),
        ] {
            if self.must(dimension) {
                query.text(unsure);
            }
        }
        query.text(" then 0 else coalesce(city, 0) + shape + price + coalesce(features, 0) end");
    }

    /// Leaves out what is known not to be offered.
    fn musts(&self, query: &mut Query) {
        query.text(" and coalesce(price, 0) >= 0");
        for (dimension, met) in [
            (Dimension::City, " and coalesce(city, 25) = 25"),
            (Dimension::Features, " and coalesce(features, 10) = 10"),
            (Dimension::Price, " and coalesce(price, 30) = 30"),
        ] {
            if self.must(dimension) {
                query.text(met);
            }
        }
    }

    fn shape(&self, query: &mut Query) {
        self.of_type(query);
        query.text(" + ");
        self.of_bedrooms(query);
    }

    fn of_type(&self, query: &mut Query) {
        let mut home = example();
        query.text("case k.type");
        for (kind, word) in TYPES {
            home.home_type = *kind;
            let points = self.points(&home, Dimension::Type, WEIGHTS.home_type[0]);
            query.text(word).add(points).text("::int4");
        }
        query.text(" end");
    }

    /// The points of each number of bedrooms.
    fn bedrooms(&self) -> Vec<i32> {
        let mut home = example();
        let points = |bedrooms| {
            home.bedrooms = bedrooms;
            self.points(&home, Dimension::Bedrooms, WEIGHTS.bedrooms[0])
        };
        (0..=BEDROOMS).map(points).collect()
    }

    fn of_bedrooms(&self, query: &mut Query) {
        query
            .text("(")
            .add(self.bedrooms())
            .text("::int4[])[k.bedrooms + 1]");
    }

    /// The points of a part, or that the home is out.
    fn points(&self, home: &matching::Candidate, dimension: Dimension, most: u8) -> i32 {
        let points = matching::points(self.wishes, home, dimension);
        if self.must(dimension) && points < most {
            return OUT;
        }
        i32::from(points)
    }

    /// As the score has it: null where the price must be read, below 0 where it
    /// is out of reach.
    fn price(&self, query: &mut Query) {
        let Some(budget) = &self.wishes.budget else {
            query.add(i32::from(WEIGHTS.price_unknown)).text("::int4");
            return;
        };
        query.text("case when k.price_low is null then null");
        if let Some(currency) = &budget.currency {
            query
                .text(" when k.currency <> ")
                .add(currency.clone())
                .text(" then 15");
        }
        if let Some(max) = budget.max {
            query
                .text(" when k.price_low > ")
                .add(max)
                .text(" then case");
            for (percent, points) in WEIGHTS.price_over {
                let limit = share(max, 100 + u32::from(percent));
                query
                    .text(" when k.price_low <= ")
                    .add(limit)
                    .text(" then ")
                    .add(i32::from(points))
                    .text("::int4");
            }
            query.text(" else -1 end");
        }
        if let Some(min) = budget.min {
            query
                .text(" when k.price_high < ")
                .add(min)
                .text(" then case when k.price_high >= ")
                .add(share(min, 80))
                .text(" then 24 else 18 end");
        }
        query.text(" else 30 end");
    }

    /// How far the price is from the middle of the budget.
    fn distance(&self, query: &mut Query) {
        let budget = self.wishes.budget.as_ref();
        let Some((budget, middle)) = budget.and_then(|b| Some((b, b.midpoint()?))) else {
            query.text("null::numeric");
            return;
        };
        query.text("case when ");
        match &budget.currency {
            Some(currency) => query
                .text("coalesce(k.currency, ")
                .add(currency.clone())
                .text(") = ")
                .add(currency.clone()),
            None => query.text("true"),
        };
        query
            .text(" then abs(k.price_low - ")
            .add(middle)
            .text(") end");
    }

    fn features(&self, query: &mut Query) {
        if self.features.is_empty() {
            query.text("5");
            return;
        }
        query
            .text("case when ")
            .add(self.words.features_to)
            .text(" >= all (k.feature_ids) then (");
        let wanted = self.features.len();
        let points: Vec<i32> = (0..=wanted)
            .map(|hits| {
                i32::from(names::half_up(
                    usize::from(WEIGHTS.features[0]) * hits,
                    wanted,
                ))
            })
            .collect();
        query.add(points).text("::int4[])[1");
        for ids in &self.features {
            query
                .text(" + (k.feature_ids && ")
                .add(ids.clone())
                .text(")::int4");
        }
        query.text("] end");
    }
}

/// The largest of some points, and the largest below it.
fn top(points: impl Iterator<Item = i32> + Clone) -> (i32, i32) {
    let most = points.clone().max().unwrap_or(OUT);
    let next = points.filter(|p| *p < most).max().unwrap_or(OUT);
    (most, next)
}

/// So many rows come before the last of the list.
fn last() -> i64 {
    i64::try_from(LONGEST).unwrap_or(i64::MAX) - 1
}

/// So many percent of an amount, exactly.
fn share(amount: Decimal, percent: u32) -> Decimal {
    amount.saturating_mul(Decimal::from(percent)) / Decimal::ONE_HUNDRED
}
