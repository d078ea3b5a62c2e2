//! Homes: what was sold around Sacramento, offered again, and what is to let
//! in the Bay Area.

use serde_json::{Value, json};
use uuid::Uuid;

use super::{
    moment::Moment,
    seed::{id, roll},
    source::{Rental, Sale, Source},
};

/// A home as the rest of the demo needs it.
#[derive(Clone, Debug)]
pub(super) struct Home {
    pub(super) id: Uuid,
    pub(super) name: String,
    pub(super) city: String,
    pub(super) bedrooms: i32,
    pub(super) kind: &'static str,
    /// US dollars; a month's for a rental.
    pub(super) price: i64,
    pub(super) to_let: bool,
    /// Whether anybody may be shown it.
    pub(super) available: bool,
    pub(super) address: Option<String>,
}

/// The homes, their rows, and how many listings name no city.
#[derive(Debug)]
pub(super) struct Homes {
    pub(super) all: Vec<Home>,
    pub(super) rows: Vec<Value>,
    pub(super) without_city: usize,
}

/// Makes the homes of the listings.
pub(super) fn homes(source: &Source, moment: &Moment) -> Homes {
    let mut homes = Homes {
        all: Vec::new(),
        rows: Vec::new(),
        without_city: 0,
    };
    for (number, rental) in source.rentals.iter().enumerate() {
        match &rental.area {
            Some(city) => homes.add(rented(number, rental, city), moment),
            None => homes.without_city += 1,
        }
    }
    let mut seen = std::collections::BTreeMap::<&str, usize>::new();
    for (number, sale) in source.sales.iter().enumerate() {
        let nth = seen.entry(sale.zip.as_str()).or_default();
        *nth += 1;
        homes.add(sold(number, sale, *nth), moment);
    }
    homes
}

/// What only the row of a home has.
struct Facts {
    key: String,
    baths: f64,
    features: Vec<&'static str>,
    description: String,
    area: Option<f64>,
    place: Option<(f64, f64)>,
    postal_code: Option<String>,
}

impl Homes {
    fn add(&mut self, (mut home, facts): (Home, Facts), moment: &Moment) {
        let number = self.rows.len();
        let standard = standing(number);
        home.available = standard == "Active";
        let entered = moment.ago(roll("home entered", number, 150 * 24 * 60) + 60);
        let dollars = grouped(home.price);
        self.rows.push(json!({
            "id": home.id,
            "name": home.name,
            "city": home.city,
            "price_range": if home.to_let { format!("${dollars} a month") } else { format!("${dollars}") },
            "bedrooms": home.bedrooms,
            "type": home.kind,
            "status": "available",
            "standard_status": standard,
            "description": facts.description,
            "features": facts.features,
            "offer": if home.to_let { "rent" } else { "sale" },
            "list_price_low": home.price,
            "list_price_high": home.price,
            "currency": "USD",
            "bathrooms_total": facts.baths.ceil() as i64,
            "living_area": facts.area,
            "living_area_units": facts.area.map(|_| "sqft"),
            "latitude": facts.place.map(|(latitude, _)| latitude),
            "longitude": facts.place.map(|(_, longitude)| longitude),
            "country": "US",
            "region": "CA",
            "postal_code": facts.postal_code,
            "listing_key": facts.key,
            "on_market_date": entered.to_string().get(..10),
            "created_at": entered,
        }));
        self.all.push(home);
    }
}

/// Most are to be had; of the others there are some of each kind.
fn standing(number: usize) -> &'static str {
    match roll("home standing", number, 100) {
        0..=3 => "Closed",
        4..=5 => "Pending",
        6 => "Active Under Contract",
        7 => "Hold",
        8 => "Coming Soon",
        9 => "Withdrawn",
        _ => "Active",
    }
}

fn rented(number: usize, rental: &Rental, city: &str) -> (Home, Facts) {
    let bedrooms = rental.number_of_beds.parse().unwrap_or(0);
    let baths = rental.number_of_baths.parse().unwrap_or(1.0);
    let (furnished, pets) = (rental.furnished == "True", rental.pets_allowed == "True");
    let home = Home {
        id: id("rental", number),
        name: rental.property_name.clone(),
        city: city.to_owned(),
        bedrooms,
        kind: "apartment",
        price: rental.rent.parse().unwrap_or(0),
        to_let: true,
        available: true,
        address: Some(rental.address.clone()),
    };
    let facts = Facts {
        key: format!("demo-bay-area-{number:04}"),
        baths,
        features: [(furnished, "furnished"), (pets, "pets allowed")]
            .into_iter()
            .filter_map(|(there, name)| there.then_some(name))
            .collect(),
        description: format!(
            "An apartment with {} and {} at {}, {city}. {} {}",
            counted(bedrooms, "bedroom"),
            counted(baths, "bathroom"),
            rental.address,
            if furnished {
                "Furnished."
            } else {
                "Unfurnished."
            },
            if pets {
                "Pets are welcome."
            } else {
                "No pets."
            },
        ),
        area: None,
        place: None,
        postal_code: None,
    };
    (home, facts)
}

fn sold(number: usize, sale: &Sale, nth: usize) -> (Home, Facts) {
    let (kind, said) = match sale.kind.as_str() {
        "Condo" => ("apartment", "apartment"),
        "Multi_Family" => ("townhouse", "townhouse"),
        _ => ("villa", "house"),
    };
    let city = city(&sale.city);
    let zip = sale.zip.trim_start_matches('z').to_owned();
    let home = Home {
        id: id("sale", number),
        name: format!("{}-bedroom {said} in {city} ({zip}-{nth:02})", sale.beds),
        city: city.clone(),
        bedrooms: sale.beds,
        kind,
        price: sale.price,
        to_let: false,
        available: true,
        address: None,
    };
    let facts = Facts {
        key: format!("demo-sacramento-{number:04}"),
        baths: sale.baths,
        features: Vec::new(),
        description: format!(
            "A {said} with {} and {} on {} square feet in {city}, {zip}.",
            counted(sale.beds, "bedroom"),
            counted(sale.baths, "bathroom"),
            grouped(sale.sqft as i64),
        ),
        area: Some(sale.sqft),
        place: Some((sale.latitude, sale.longitude)),
        postal_code: Some(zip),
    };
    (home, facts)
}

/// `EL_DORADO_HILLS` → `El Dorado Hills`.
fn city(capitals: &str) -> String {
    let words = capitals.split('_').map(|word| {
        let (first, rest) = word.split_at(word.len().min(1));
        format!("{first}{}", rest.to_lowercase())
    });
    words.collect::<Vec<_>>().join(" ")
}

fn counted(number: impl Into<f64>, what: &str) -> String {
    let number: f64 = number.into();
    match number {
        1.0 => format!("1 {what}"),
        _ => format!("{number} {what}s"),
    }
}

/// `221000` → `221,000`.
pub(super) fn grouped(number: i64) -> String {
    let digits = number.to_string();
    let mut text = String::new();
    for (place, digit) in digits.chars().enumerate() {
        if place > 0 && (digits.len() - place).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

#[cfg(test)]
mod tests {
    use super::{city, counted, grouped};

    #[test]
    fn words_as_people_write_them() {
        assert_eq!(city("EL_DORADO_HILLS"), "El Dorado Hills");
        assert_eq!(grouped(1_221_000), "1,221,000");
        assert_eq!(grouped(950), "950");
        assert_eq!(counted(1, "bedroom"), "1 bedroom");
        assert_eq!(counted(2.5, "bathroom"), "2.5 bathrooms");
    }
}
