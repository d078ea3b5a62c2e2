//! The first twenty are those that scoring every row gives, over random homes
//! and wishes in many spellings.

use doorstep::{
    handoffs::money::Money,
    properties::matching::{
        self, Bedrooms, Candidate, Dimension, Offer, PropertyStatus, PropertyType, Wishes,
    },
    users::Role,
};
use jiff::civil::Date;
use rust_decimal::Decimal;
use serde_json::{Value, json};
use uuid::Uuid;

use crate::app::TestApp;

/// Numbers that come out the same each time (xorshift).
pub struct Dice(pub u64);

impl Dice {
    pub fn below(&mut self, limit: u64) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        self.0 % limit
    }

    pub fn one<T: Copy>(&mut self, of: &[T]) -> T {
        let count = u64::try_from(of.len()).unwrap();
        of[usize::try_from(self.below(count)).unwrap()]
    }

    pub fn some<T: Copy>(&mut self, of: &[T], in_ten: u64) -> Vec<T> {
        let picked = of.iter().filter(|_| self.below(10) < in_ten);
        picked.copied().collect()
    }
}

const CITIES: &[&str] = &[
    "Dubai",
    "دبي",
    "DUBAI",
    "Dubayy",
    "Sharjah",
    "Ajman",
    "Abu Dhabi",
    "Zürich",
    "Zurich",
    "Texas",
];
const DISTRICTS: &[&str] = &["", "Marina", "Dubai", "JBR"];
const REGIONS: &[&str] = &["", "Dubai", "texas"];
pub const TYPES: &[&str] = &["villa", "apartment", "penthouse", "townhouse"];
pub const FEATURES: &[&str] = &[
    "pool",
    "Private Pool",
    "swimming-pool",
    "gym",
    "Fitness Center",
    "parking",
    "Garage",
    "sea view",
    "View: Ocean",
    "balcony",
    "lift",
];
pub const MUSTS: &[&str] = &["price", "city", "type", "bedrooms", "features"];

pub async fn homes(app: &TestApp, dice: &mut Dice, count: u32) {
    let sql = app.sql().await;
    for number in 0..count {
        let low = i64::try_from(dice.below(30) * 100_000).unwrap();
        let high = low + i64::try_from(dice.below(3) * 100_000).unwrap();
        let text = dice.below(6) == 0;
        let price = match dice.below(4) {
            0 => "on request".to_owned(),
            1 => format!("AED {low}"),
            2 => format!("USD {low} - {high}"),
            _ => format!("{}k to {}k", low / 1000, high / 1000),
        };
        let features = dice.some(FEATURES, 3);
        sql.execute(
            "insert into properties (id, name, city, district, region, price_range, bedrooms, type, \
             features, offer, description, list_price_low, list_price_high, currency, \
             on_market_date, status) values ($1, $2, $3, nullif($4, ''), nullif($5, ''), $6, $7, $8, \
             $9, $10, '', case when $11 then null else $12::int8 end, \
             case when $11 then null else $13::int8 end, $14, $15::text::date, $16)",
            &[
                &Uuid::from_u128(u128::from(dice.below(u64::MAX)) << 64 | u128::from(number)),
                &format!("Home {number}"),
                &dice.one(CITIES),
                &dice.one(DISTRICTS),
                &dice.one(REGIONS),
                &price,
                &i32::try_from(dice.below(7)).unwrap(),
                &dice.one(TYPES),
                &features,
                &dice.one(&["sale", "sale", "sale", "rent"]),
                &text,
                &low,
                &high,
                &dice.one(&["AED", "AED", "AED", "USD"]),
                &dice.one(&[None, Some("2026-01-01"), Some("2026-02-02")]),
                &dice.one(&["available", "available", "available", "available", "reserved", "sold"]),
            ],
        )
        .await
        .unwrap();
    }
}

/// A prospect as it is posted, and what it wants as the score takes it.
fn wish(dice: &mut Dice, homes: &[Candidate]) -> (Value, Wishes) {
    let places = [
        "Dubai",
        "Dubai Marina, Dubai",
        "Marina",
        "Zurich",
        "Oslo",
        "دبي",
        "Austin",
    ];
    let place = (dice.below(5) > 0).then(|| dice.one(&places));
    let region = (dice.below(5) == 0).then_some("Texas");
    let types = dice.some(TYPES, 3);
    let min = i64::try_from(dice.below(20) * 100_000 + 100_000).unwrap();
    let max = min + i64::try_from(dice.below(10) * 100_000).unwrap();
    let (min, max) = match dice.below(5) {
        0 => (None, None),
        1 => (Some(min), None),
        2 => (None, Some(max)),
        _ => (Some(min), Some(max)),
    };
    let budget = min.or(max).is_some();
    let currency = (budget && dice.below(3) > 0).then_some("AED");
    let bedrooms = (dice.below(4) > 0).then(|| {
        let least = u16::try_from(dice.below(5)).unwrap();
        (least, least + u16::try_from(dice.below(3)).unwrap())
    });
    let features = dice.some(FEATURES, 2);
    let musts = match dice.below(3) {
        0 => dice.some(MUSTS, 2),
        _ => Vec::new(),
    };
    let rejected: Vec<Uuid> = homes.iter().map(|home| home.id).take(40).collect();
    let rejected = dice.some(&rejected, 3);
    let purpose = dice.one(&[None, Some("buy"), Some("rent")]);
    let body = json!({
        "name": "A", "city": place, "region": region, "wanted_types": types, "purpose": purpose,
        "budget_min": min, "budget_max": max, "budget_currency": currency,
        "wanted_bedrooms_min": bedrooms.map(|b| b.0), "wanted_bedrooms_max": bedrooms.map(|b| b.1),
        "wanted_features": features, "must_haves": musts, "rejected_property_ids": rejected,
    });
    let wishes = Wishes {
        offer: purpose.map(|p| {
            if p == "rent" {
                Offer::Rent
            } else {
                Offer::Sale
            }
        }),
        budget: Money::from_columns(min.map(Decimal::from), max.map(Decimal::from), currency),
        place: place.map(str::to_owned),
        region: region.map(str::to_owned),
        types: types
            .iter()
            .filter_map(|t| PropertyType::from_word(t))
            .collect(),
        bedrooms: bedrooms.map(|(min, max)| Bedrooms {
            min: Some(min),
            max: Some(max),
        }),
        features: features.iter().map(|f| (*f).to_owned()).collect(),
        must_haves: musts
            .iter()
            .filter_map(|m| Dimension::from_word(m))
            .collect(),
        rejected,
        ..Wishes::default()
    };
    (body, wishes)
}

pub async fn every_home(app: &TestApp) -> Vec<Candidate> {
    let rows = app
        .sql()
        .await
        .query(
            "select id, name, status, offer, type, city, region, district, bedrooms, features, \
             price_range, list_price_low, list_price_high, currency, on_market_date \
             from properties order by id",
            &[],
        )
        .await
        .unwrap();
    let word = |row: &tokio_postgres::Row, index: usize| row.get::<_, String>(index);
    rows.iter()
        .map(|row| Candidate {
            id: row.get(0),
            name: word(row, 1),
            status: PropertyStatus::from_word(&word(row, 2)).unwrap(),
            offer: Offer::from_word(&word(row, 3)).unwrap(),
            home_type: PropertyType::from_word(&word(row, 4)).unwrap(),
            city: word(row, 5),
            region: row.get(6),
            district: row.get(7),
            bedrooms: row.get(8),
            features: row.get(9),
            price_range: word(row, 10),
            list_price_low: row.get(11),
            list_price_high: row.get(12),
            currency: row.get(13),
            on_market_date: row.get::<_, Option<Date>>(14),
            reserved_for_prospect_id: None,
        })
        .collect()
}

#[tokio::test]
async fn the_first_twenty_are_those_of_scoring_every_row() {
    let app = TestApp::start().await;
    let admin = app.person(Role::Admin).await;
    let mut dice = Dice(0x9E37_79B9_7F4A_7C15);
    let mut full = 0;
    for round in 0..3_u32 {
        // What comes later is learned by a server that runs already.
        homes(&app, &mut dice, 300).await;
        let every = every_home(&app).await;
        for number in 0..40_u32 {
            let (mut body, mut wishes) = wish(&mut dice, &every);
            body["phone"] = json!(format!("+9715{round}{number:07}"));
            let id = admin
                .post("/api/prospects", body.clone())
                .await
                .expect(201)
                .id();
            wishes.prospect_id = Some(id);
            let path = format!("/api/prospects/{id}/matches");
            let list = admin.get(&path).await.expect(200);
            let found: Vec<(Uuid, u64)> = super::keys(&list, "property")
                .into_iter()
                .zip(list.data().iter().map(|row| row["score"].as_u64().unwrap()))
                .collect();
            let mut expected: Vec<(Uuid, u64)> = matching::rank(&wishes, &every, None)
                .iter()
                .map(|found| (found.property_id, u64::from(found.score)))
                .collect();
            expected.truncate(20);
            full += usize::from(expected.len() == 20);
            assert_eq!(found, expected, "{body}");
        }
    }
    assert!(full > 40, "only {full} lists were full");
}
