//! Each part of a match at its limits, who is eligible, and the order of the list.

use proptest::prelude::*;

use super::*;
use crate::handoffs::facts::cases::{id, villa};

fn budget(text: &str) -> Option<Money> {
    money::parse(text)?.money().cloned()
}

fn wishes() -> Wishes {
    Wishes {
        budget: budget("AED 1.5-2M"),
        place: Some("Dubai".into()),
        types: vec![PropertyType::Villa],
        bedrooms: Some(Bedrooms {
            min: Some(4),
            max: Some(4),
        }),
        features: vec!["pool".into()],
        ..Wishes::default()
    }
}

fn points(wishes: &Wishes, candidate: &Candidate, dimension: Dimension) -> u8 {
    let scored = score(wishes, candidate);
    scored
        .components
        .iter()
        .find(|c| c.dimension == dimension)
        .unwrap()
        .points
}

#[test]
fn everything_fits_is_a_hundred() {
    assert_eq!(score(&wishes(), &villa()).score, 100);
    assert_eq!(
        score(&Wishes::default(), &villa()).score,
        15 + 12 + 10 + 7 + 5
    );
}

#[test]
fn price_at_its_limits() {
    for (wanted, price, expected) in [
        ("AED 1-2M", "AED 2,000,000", 30),
        ("AED 1-2M", "AED 1,000,000", 30),
        ("AED 1-2M", "AED 2,100,000", 22),
        ("AED 1-2M", "AED 2,100,001", 14),
        ("AED 1-2M", "AED 2,200,000", 14),
        ("AED 1-2M", "AED 2,200,001", 6),
        ("AED 1-2M", "AED 2,400,000", 6),
        ("AED 1-2M", "AED 2,400,001", 0),
        ("AED 1-2M", "AED 999,999", 24),
        ("AED 1-2M", "AED 800,000", 24),
        ("AED 1-2M", "AED 799,999", 18),
        ("AED 1-2M", "AED 1.9M - 5M", 30),
        ("AED 1-2M", "AED 500k - 900k", 24),
        ("up to AED 2M", "AED 10k", 30),
        ("from AED 1M", "AED 90M", 30),
        ("USD 1-2M", "AED 1.5M", 15),
        ("1-2M", "AED 1.5M", 30),
        ("AED 1-2M", "on request", 15),
    ] {
        let wishes = Wishes {
            budget: budget(wanted),
            ..Wishes::default()
        };
        let candidate = Candidate {
            price_range: price.into(),
            ..villa()
        };
        assert_eq!(
            points(&wishes, &candidate, Dimension::Price),
            expected,
            "{wanted}, {price}"
        );
    }
}

#[test]
fn numeric_columns_come_before_the_text() {
    let candidate = Candidate {
        list_price_low: Some(Decimal::from(3)),
        currency: Some("aed".into()),
        ..villa()
    };
    let price = candidate.price().unwrap();
    assert_eq!(
        (price.low(), price.high()),
        (Some(Decimal::from(3)), Some(Decimal::from(3)))
    );
    assert_eq!(price.currency.as_deref(), Some("AED"));
    let candidate = Candidate {
        price_range: "1.8M".into(),
        currency: Some("SAR".into()),
        ..villa()
    };
    assert_eq!(candidate.price().unwrap().currency.as_deref(), Some("SAR"));
}

#[test]
fn places_in_many_spellings() {
    for (wanted, city, district, region, expected) in [
        ("dubai", "Dubai", None, None, 25),
        ("دبي", "Dubai", None, None, 25),
        ("DUBAYY", "دبي", None, None, 25),
        ("Zürich", "Zurich", None, None, 25),
        ("München", "Munich", None, None, 25),
        ("القاهرة", "Cairo", None, None, 25),
        ("Dubai Marina", "Dubai", Some("Dubai Marina"), None, 25),
        ("Dubai Marina, Dubai", "Dubai", Some("JBR"), None, 25),
        ("Sharjah", "Dubai", None, None, 12),
        ("Oakland", "San Francisco", None, None, 12),
        ("Austin", "Houston", None, Some("Texas"), 12),
        ("Texas", "Houston", None, Some("Texas"), 12),
        ("Oslo", "Dubai", None, None, 0),
        ("?", "Dubai", None, None, 12),
        ("Dubai", "", None, None, 12),
    ] {
        let region = region.map(str::to_owned);
        let wishes = Wishes {
            place: Some(wanted.into()),
            region: Some("texas".into()),
            ..Wishes::default()
        };
        let candidate = Candidate {
            city: city.into(),
            district: district.map(str::to_owned),
            region,
            ..villa()
        };
        assert_eq!(
            points(&wishes, &candidate, Dimension::City),
            expected,
            "{wanted}, {city}"
        );
    }
}

#[test]
fn types_near_and_far() {
    use PropertyType::{Apartment, Penthouse, Townhouse, Villa};
    for (wanted, has, expected) in [
        (vec![Villa], Villa, 20),
        (vec![Townhouse], Villa, 10),
        (vec![Villa], Townhouse, 10),
        (vec![Apartment], Penthouse, 10),
        (vec![Penthouse], Apartment, 10),
        (vec![Apartment], Villa, 0),
        (vec![Apartment, Townhouse], Villa, 10),
        (vec![Apartment, Villa], Villa, 20),
        (vec![], Villa, 10),
    ] {
        let wishes = Wishes {
            types: wanted,
            ..Wishes::default()
        };
        let candidate = Candidate {
            home_type: has,
            ..villa()
        };
        assert_eq!(points(&wishes, &candidate, Dimension::Type), expected);
    }
}

#[test]
fn bedrooms_more_and_less() {
    for (min, max, has, expected) in [
        (Some(3), Some(4), 3, 15),
        (Some(3), Some(4), 4, 15),
        (Some(3), Some(4), 5, 12),
        (Some(3), Some(4), 6, 8),
        (Some(3), Some(4), 9, 8),
        (Some(3), Some(4), 2, 6),
        (Some(3), Some(4), 1, 0),
        (Some(4), None, 9, 15),
        (None, Some(3), 0, 15),
        (None, Some(3), 4, 12),
        (Some(0), Some(0), 0, 15),
        (Some(0), Some(0), 1, 12),
        (Some(4), Some(4), i32::MIN, 0),
    ] {
        let wishes = Wishes {
            bedrooms: Some(Bedrooms { min, max }),
            ..Wishes::default()
        };
        let candidate = Candidate {
            bedrooms: has,
            ..villa()
        };
        assert_eq!(
            points(&wishes, &candidate, Dimension::Bedrooms),
            expected,
            "{min:?} {max:?} {has}"
        );
    }
}

#[test]
fn features_with_synonyms_round_half_up() {
    for (wanted, has, expected) in [
        (vec!["pool"], vec!["Private Pool"], 10),
        (vec!["private pool"], vec!["pool"], 0),
        (vec!["gym", "pool"], vec!["Fitness Center"], 5),
        (vec!["a", "b", "c"], vec!["A"], 3),
        (vec!["a", "b", "c"], vec!["a", "B"], 7),
        (vec!["a", "b", "c", "d"], vec!["a"], 3),
        (vec!["pool", "Swimming-Pool"], vec!["pool"], 10),
        (vec![], vec!["pool"], 5),
        (vec!["  "], vec!["pool"], 5),
        (vec!["Maid's room"], vec!["maids room"], 10),
        (vec!["view: sea"], vec!["Sea View"], 10),
    ] {
        let wishes = Wishes {
            features: wanted.iter().map(|f| (*f).to_owned()).collect(),
            ..Wishes::default()
        };
        let candidate = Candidate {
            features: has.iter().map(|f| (*f).to_owned()).collect(),
            ..villa()
        };
        assert_eq!(
            points(&wishes, &candidate, Dimension::Features),
            expected,
            "{wanted:?} {has:?}"
        );
    }
}

fn is_eligible(wishes: &Wishes, candidate: &Candidate, own: bool) -> bool {
    eligible(wishes, candidate, &score(wishes, candidate), own)
}

#[test]
fn who_may_be_offered() {
    let (w, v) = (wishes(), villa());
    assert!(is_eligible(&w, &v, false));
    let sold = Candidate {
        status: PropertyStatus::Sold,
        ..v.clone()
    };
    assert!(!is_eligible(&w, &sold, true));
    let reserved = Candidate {
        status: PropertyStatus::Reserved,
        ..v.clone()
    };
    assert!(!is_eligible(&w, &reserved, false) && is_eligible(&w, &reserved, true));
    let held = Candidate {
        reserved_for_prospect_id: Some(id(1)),
        ..reserved.clone()
    };
    assert!(!is_eligible(&w, &held, false));
    let me = Wishes {
        prospect_id: Some(id(1)),
        ..w.clone()
    };
    assert!(is_eligible(&me, &held, false) && !is_eligible(&me, &reserved, false));
    let turned_down = Wishes {
        rejected: vec![v.id],
        ..w.clone()
    };
    assert!(!is_eligible(&turned_down, &v, false));
    let renter = Wishes {
        offer: Some(Offer::Rent),
        ..w.clone()
    };
    assert!(!is_eligible(&renter, &v, false));
    let dear = Candidate {
        price_range: "AED 2,400,001".into(),
        ..v.clone()
    };
    assert!(!is_eligible(&w, &dear, false));
    let just = Candidate {
        price_range: "AED 2,400,000".into(),
        ..v.clone()
    };
    assert!(is_eligible(&w, &just, false));
    let strict = Wishes {
        must_haves: vec![Dimension::Price],
        ..w.clone()
    };
    assert!(!is_eligible(&strict, &just, false) && is_eligible(&strict, &v, false));
    let strict = Wishes {
        must_haves: vec![Dimension::Type],
        types: vec![],
        ..w
    };
    assert!(!is_eligible(&strict, &v, false));
}

#[test]
fn the_list_is_in_order_and_keeps_fifty() {
    let day = |d| Some(jiff::civil::date(2026, 7, d));
    let at = |n, price: &str, date| Candidate {
        id: id(n),
        price_range: price.into(),
        on_market_date: date,
        ..villa()
    };
    let mut far = at(1, "AED 1.75M", None);
    (far.city, far.home_type, far.bedrooms) = ("Oslo".into(), PropertyType::Apartment, 1);
    let list = [
        at(7, "AED 1.75M", None),
        at(6, "AED 1.75M", day(1)),
        at(5, "AED 1.75M", day(2)),
        at(4, "AED 1.75M", day(2)),
        at(3, "AED 1.6M", day(9)),
        at(2, "AED 2.1M", day(9)),
        far,
    ];
    let ids = |list: &[Candidate]| -> Vec<Uuid> {
        rank(&wishes(), list, None)
            .iter()
            .map(|m| m.property_id)
            .collect()
    };
    assert_eq!(ids(&list), [id(4), id(5), id(6), id(7), id(3), id(2)]);
    let mut reversed = list.to_vec();
    reversed.reverse();
    reversed.push(list[0].clone());
    assert_eq!(ids(&reversed), ids(&list));
}

#[test]
fn prospects_of_a_property_are_ranked_too() {
    let other = Wishes {
        types: vec![PropertyType::Townhouse],
        ..wishes()
    };
    let none = Wishes {
        offer: Some(Offer::Rent),
        ..wishes()
    };
    let list = [
        (id(3), other),
        (id(2), wishes()),
        (id(4), none),
        (id(1), wishes()),
    ];
    let ranked = rank_prospects(&villa(), &list);
    let ids: Vec<(Uuid, u8)> = ranked.iter().map(|(id, m)| (*id, m.score)).collect();
    assert_eq!(ids, [(id(1), 100), (id(2), 100), (id(3), 90)]);
}

proptest! {
    #[test]
    fn names_never_panic_and_fold_once(text in "\\PC{0,40}") {
        let folded = names::fold(&text);
        prop_assert_eq!(names::fold(&folded), folded.clone());
        let _ = (names::places(&text), names::feature(&text), names::home_type(&text));
    }

    #[test]
    fn bounded_and_the_sum_of_its_parts(
        price in 1_i64..9_000_000, bedrooms in any::<i32>(), min in 0_u16..9, max in 0_u16..9,
        city in "\\PC{0,8}", feature in "\\PC{0,8}",
    ) {
        let mut w = wishes();
        w.bedrooms = Some(Bedrooms { min: Some(min.min(max)), max: Some(max.max(min)) });
        w.features = vec![feature.clone(), "pool".into()];
        w.place = Some(city.clone());
        let c = Candidate { price_range: format!("AED {price}"), bedrooms, city, features: vec![feature], ..villa() };
        let m = score(&w, &c);
        prop_assert!(m.score <= 100);
        prop_assert_eq!(m.score, m.components.iter().map(|c| c.points).sum::<u8>());
        prop_assert!(m.components.iter().all(|c| c.points <= c.max));
    }

    #[test]
    fn half_up_is_exact(a in 0_usize..2000, b in 1_usize..50) {
        let exact = (a as f64 / b as f64 + 0.5).floor();
        prop_assert_eq!(f64::from(names::half_up(a, b)), exact.min(255.0));
    }
}
