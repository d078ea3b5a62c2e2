//! The statement that leaves the prospects worth scoring.
//!
//! What each of them wants stands in `doorstep.prospect_wishes` in the terms of
//! the score, so the statement computes it in the same whole points and leaves
//! the first twenty, in the order of the list. Those who want this very place,
//! type and number of bedrooms are looked at first, the others only if twenty
//! good enough are not found there. Whose wishes have changed a moment ago, or
//! who wants a place that this server has not learned, is left in any case.

use std::collections::BTreeSet;

use super::{
    LONGEST,
    scope::Scope,
    words::{Places, Words},
};
use crate::{
    db::Query,
    properties::matching::{Candidate, Dimension, PropertyType, WEIGHTS, Wishes, names, points},
};

/// The types, each a bit.
pub const TYPES: [PropertyType; 4] = [
    PropertyType::Villa,
    PropertyType::Apartment,
    PropertyType::Penthouse,
    PropertyType::Townhouse,
];
/// The parts that a prospect may insist on, each a bit, with the most that it
/// gives and the condition that it is met.
pub const PARTS: [(Dimension, u8, &str); 5] = [
    (
        Dimension::Price,
        WEIGHTS.price,
        " and (must_haves & 1 = 0 or price = ",
    ),
    (
        Dimension::City,
        WEIGHTS.city[0],
        " and (must_haves & 2 = 0 or city = ",
    ),
    (
        Dimension::Type,
        WEIGHTS.home_type[0],
        " and (must_haves & 4 = 0 or type = ",
    ),
    (
        Dimension::Bedrooms,
        WEIGHTS.bedrooms[0],
        " and (must_haves & 8 = 0 or bedrooms = ",
    ),
    (
        Dimension::Features,
        WEIGHTS.features[0],
        " and (must_haves & 16 = 0 or features = ",
    ),
];

/// What the statement is made of.
struct Seekers<'a> {
    home: &'a Candidate,
    words: &'a Words,
    scope: Scope<'a>,
    /// The points of each set of types.
    types: Vec<i32>,
}

/// The prospects who may be among the first twenty for this home.
pub fn prospects(home: &Candidate, words: &Words, scope: Scope<'_>) -> Query {
    let seekers = Seekers {
        home,
        words,
        scope,
        types: (0..16).map(|set| of_types(home, set)).collect(),
    };
    seekers.statement(&words.wish_places(home))
}

fn of_types(home: &Candidate, set: usize) -> i32 {
    let wanted = TYPES.iter().enumerate();
    let wanted = wanted.filter(|(bit, _)| set & (1 << bit) != 0);
    let wishes = Wishes {
        types: wanted.map(|(_, kind)| *kind).collect(),
        ..Wishes::default()
    };
    i32::from(points(&wishes, home, Dimension::Type))
}

/// The most that price and features give.
fn most_beside() -> i32 {
    i32::from(WEIGHTS.price) + i32::from(WEIGHTS.features[0])
}

/// So many rows come before the last of the list.
fn last() -> i64 {
    i64::try_from(LONGEST).unwrap_or(i64::MAX) - 1
}

impl Seekers<'_> {
    fn statement(&self, places: &Places) -> Query {
        let [same_type, _, _] = WEIGHTS.home_type.map(i32::from);
        let [within, one_more, ..] = WEIGHTS.bedrooms.map(i32::from);
        let best: Vec<i32> = self.sets(same_type);
        // What the best of all others give for type and bedrooms together.
        let next_type = self.types.iter().filter(|points| **points < same_type);
        let next_type = next_type.max().copied().unwrap_or_default();
        let next = (same_type + one_more).max(next_type + within);
        let mut query = Query::new("with exact as materialized (");
        self.tier(&mut query, &places.best, |query| {
            query
                .text(" and k.types = any (")
                .add(best.clone())
                .text(") and ");
            self.fit(query);
        });
        query.text("), best as materialized (");
        self.tier(&mut query, &places.best, |query| {
            query
                .text(" and not (k.types = any (")
                .add(best.clone())
                .text(") and ");
            self.fit(query);
            query.text(")");
            let most = i32::from(places.best.0) + next + most_beside();
            unless_full(query, "exact", most);
        });
        query.text("), here as (select * from exact union all select * from best)");
        for (name, tier) in [
            (", near as materialized (", &places.near),
            (", other as materialized (", &places.other),
        ] {
            query.text(name);
            self.tier(&mut query, tier, |query| {
                let most = i32::from(tier.0) + same_type + within + most_beside();
                unless_full(query, "here", most);
            });
            query.text(")");
        }
        query
            .text(
                ", found as (select id from (select * from here union all select * from near \
                 union all select * from other) as looked_at \
                 order by score desc, distance nulls last, id limit ",
            )
            .add(last() + 1)
            .text(
                ") select id from found union select k.prospect_id from doorstep.prospect_wishes k \
                 where k.place_id > ",
            )
            .add(self.words.wish_places_to)
            .text(" and ");
        self.scope.whose(&mut query);
        query.text(
            " union select k.id from doorstep.stale_wishes s \
             join public.prospects k on k.id = s.prospect_id where ",
        );
        self.scope.whose(&mut query);
        query
    }

    /// The sets of types that give so many points.
    fn sets(&self, points: i32) -> Vec<i32> {
        let sets = (0..)
            .zip(&self.types)
            .filter(|(_, given)| **given == points);
        sets.map(|(set, _)| set).collect()
    }

    /// The prospects who want some places and whom the home may be offered to,
    /// each with his score.
    fn tier(&self, query: &mut Query, places: &(u8, Vec<i32>), within: impl Fn(&mut Query)) {
        query
            .text(
                "select id, price + city + type + bedrooms + features as score, distance from \
                 (select k.prospect_id as id, k.must_haves, ",
            )
            .add(i32::from(places.0))
            .text("::int4 as city, (")
            .add(self.types.clone())
            .text("::int4[])[k.types + 1] as type, ");
        self.bedrooms(query);
        query.text(" as bedrooms, ");
        self.price(query);
        query.text(" as price, ");
        self.features(query);
        query.text(" as features, ");
        self.distance(query);
        query
            .text(" as distance from doorstep.prospect_wishes k where k.place_id = any (")
            .add(places.1.clone())
            .text(") and ");
        self.scope.whose(query);
        query
            .text(self.scope.face())
            .text(" and coalesce(k.offer, ")
            .add(self.home.offer.as_str())
            .text(") = ")
            .add(self.home.offer.as_str())
            .text(" and ")
            .add(self.home.id)
            .text(" <> all (k.rejected)");
        within(query);
        query
            .text(") as part where price >= 0 and price + city + type + bedrooms + features >= ")
            .add(i32::from(WEIGHTS.keep));
        for (_, most, met) in PARTS {
            query.text(met).add(i32::from(most)).text(")");
        }
    }

    /// Whether the number of bedrooms is known and met.
    fn fit(&self, query: &mut Query) {
        query
            .text("(coalesce(k.bedrooms_min, 0) <= ")
            .add(self.home.bedrooms)
            .text(" and coalesce(k.bedrooms_max, ")
            .add(self.home.bedrooms)
            .text(") >= ")
            .add(self.home.bedrooms)
            .text(" and num_nonnulls(k.bedrooms_min, k.bedrooms_max) > 0)");
    }

    fn bedrooms(&self, query: &mut Query) {
        let [within, one_more, more, one_less, unknown] = WEIGHTS.bedrooms.map(i32::from);
        let has = self.home.bedrooms;
        query
            .text("case when num_nonnulls(k.bedrooms_min, k.bedrooms_max) = 0 then ")
            .add(unknown);
        for (when, points) in [
            (" when k.bedrooms_max + 1 = ", one_more),
            (" when k.bedrooms_max < ", more),
            (" when k.bedrooms_min - 1 = ", one_less),
            (" when k.bedrooms_min > ", 0),
        ] {
            query.text(when).add(has).text(" then ").add(points);
        }
        query.text(" else ").add(within).text("::int4 end");
    }

    /// As the score has it, below 0 where the home is out of reach.
    fn price(&self, query: &mut Query) {
        let unknown = i32::from(WEIGHTS.price_unknown);
        let price = self.home.price();
        let Some((price, low, high)) = price.and_then(|price| {
            let (low, high) = (price.low()?, price.high()?);
            Some((price, low, high))
        }) else {
            query.add(unknown).text("::int4");
            return;
        };
        query.text("case when num_nonnulls(k.budget_min, k.budget_max) = 0");
        if let Some(currency) = price.currency {
            query.text(" or k.budget_currency <> ").add(currency);
        }
        query.text(" then ").add(unknown);
        query
            .text(" when k.budget_max < ")
            .add(low)
            .text(" then case");
        for (percent, points) in WEIGHTS.price_over {
            query
                .text(" when k.budget_max * ")
                .add(i32::from(percent) + 100)
                .text("::int4 >= ")
                .add(low)
                .text("::numeric * 100 then ")
                .add(i32::from(points));
        }
        query
            .text(" else -1 end when k.budget_min > ")
            .add(high)
            .text(" then case when k.budget_min * 80 <= ")
            .add(high)
            .text("::numeric * 100 then ");
        let [below, far_below] = WEIGHTS.price_below.map(i32::from);
        query.add(below).text(" else ").add(far_below);
        query
            .text("::int4 end else ")
            .add(i32::from(WEIGHTS.price))
            .text("::int4 end");
    }

    /// How far the price is from the middle of the budget.
    fn distance(&self, query: &mut Query) {
        let price = self.home.price();
        let Some((low, currency)) = price.and_then(|p| Some((p.low()?, p.currency))) else {
            query.text("null::numeric");
            return;
        };
        query.text("case when ");
        match currency {
            Some(currency) => query
                .text("coalesce(k.budget_currency, ")
                .add(currency.clone())
                .text(") = ")
                .add(currency),
            None => query.text("true"),
        };
        query.text(" then abs(").add(low).text(
            "::numeric - coalesce((k.budget_min + k.budget_max) / 2, k.budget_min, \
                 k.budget_max)) end",
        );
    }

    fn features(&self, query: &mut Query) {
        let [all, none_wanted] = WEIGHTS.features.map(i32::from);
        query
            .text("case when k.features = '{}' then ")
            .add(none_wanted)
            .text("::int4 when not k.features && ")
            .add(answered(self.home))
            .text(" then 0 else (2 * ")
            .add(all)
            .text(" * (select count(*)::int4 from unnest(k.features) as f (wish) where f.wish = any (")
            .add(answered(self.home))
            .text(")) + cardinality(k.features)) / (2 * cardinality(k.features)) end");
    }
}

/// Nobody whose place, type and bedrooms give no more points than these can
/// come before the twentieth found so far.
fn unless_full(query: &mut Query, tier: &'static str, most: i32) {
    query
        .text(" and coalesce((select score from ")
        .text(tier)
        .text(" order by 1 desc offset ")
        .add(last())
        .text(" limit 1), 0) <= ")
        .add(most);
}

/// The wishes for a feature, in their one spelling, that the home answers.
fn answered(home: &Candidate) -> Vec<String> {
    let has = names::features(&home.features);
    let mut wishes: BTreeSet<String> = has.clone();
    for feature in &has {
        wishes.extend(names::answered_by(feature).map(str::to_owned));
    }
    wishes.into_iter().collect()
}
