use serde_json::Map;

use super::*;
use crate::imports::{headings::Mapping, shape, types::ImportKind};

fn facts(cells: Value, constants: &[(&str, &str)]) -> Facts {
    let constants: Vec<(String, String)> = constants
        .iter()
        .map(|(name, value)| ((*name).into(), (*value).into()))
        .collect();
    let mapping = Mapping::new(ImportKind::Properties, &Map::new(), &constants).expect("columns");
    let raw = Raw {
        line: 2,
        cells: cells.as_object().expect("an object").clone(),
    };
    let mut facts = mapping.sort(&raw.cells);
    place(&mut facts);
    kind(&mut facts);
    status(&mut facts);
    price(&mut facts);
    measures(&mut facts);
    features(&mut facts);
    words(&mut facts);
    facts
}

#[test]
fn an_advertisement_of_valencia() {
    let cells = json!({
        "ASSETID": "A1", "PERIOD": "201812", "PRICE": "111000.0", "UNITPRICE": "1480.0",
        "CONSTRUCTEDAREA": "75", "ROOMNUMBER": "2", "BATHNUMBER": "1", "HASTERRACE": "1",
        "HASLIFT": "0", "ISINTOPFLOOR": "1", "FLOORCLEAN": "6", "LATITUDE": "39.5009075674168",
    });
    let facts = facts(cells.clone(), &[("city", "Valencia"), ("country", "ES")]);
    assert!(facts.problems.is_empty(), "{:?}", facts.problems);
    let values = &facts.values;
    assert_eq!(values["type"], "penthouse");
    assert_eq!(values["price_range"], "EUR 111,000");
    assert_eq!(
        values["features"],
        json!(["terrace", "penthouse", "floor 6"])
    );
    assert_eq!(values["modification_timestamp"], "2018-12-01T00:00:00Z");
    assert_eq!(values["name"], "Penthouse with 2 bedrooms in Valencia");
    let raw = Raw {
        line: 2,
        cells: cells.as_object().expect("an object").clone(),
    };
    let mapping = Mapping::new(
        ImportKind::Properties,
        &Map::new(),
        &[("city".into(), "Valencia".into())],
    )
    .expect("columns");
    let shaped = shape::shape(
        ImportKind::Properties,
        &raw,
        &mapping,
        &shape::Habits::default(),
    );
    assert_eq!(shaped.expect("it is whole").keys, ["A1"]);
}

#[test]
fn a_sale_of_sacramento() {
    let cells = json!({
        "city": "RANCHO_CORDOVA", "zip": "z95670", "beds": "2", "baths": "2.0", "sqft": "941",
        "type": "Multi_Family", "price": "94905", "latitude": "38.6", "longitude": "-121.2",
    });
    let facts = facts(cells, &[("currency", "USD")]);
    assert!(facts.problems.is_empty(), "{:?}", facts.problems);
    let values = &facts.values;
    assert_eq!(values["city"], "Rancho Cordova");
    assert_eq!(values["postal_code"], "95670");
    assert_eq!(values["type"], "townhouse");
    assert_eq!(
        (&values["living_area"], &values["living_area_units"]),
        (&json!(941), &json!("sqft"))
    );
    assert_eq!(values["price_range"], "USD 94,905");
}

#[test]
fn a_price_names_its_money() {
    let without = facts(json!({"price": "94905", "Price Range": ""}), &[]);
    assert!(without.problems[0].1.contains("--set currency"));
    let rent = facts(json!({"rent": "$2,050", "area": "Fremont"}), &[]);
    assert_eq!(rent.values["offer"], "rent");
    assert_eq!(rent.values["price_range"], "USD 2,050 a month");
    assert_eq!(facts(json!({"type": "castle"}), &[]).problems[0].0, "type");
}

#[test]
fn a_listing_of_reso() {
    let cells = json!({
        "ListingKey": "K", "City": "Austin", "BedroomsTotal": 3, "BathroomsTotalInteger": 2,
        "PropertySubType": "Single Family Residence", "PropertyType": "Residential Lease",
        "StandardStatus": "Active Under Contract", "ListPrice": 2500, "Country": "US",
        "InteriorFeatures": ["Bar"], "PoolFeatures": ["None"], "View": "Hills, Lake",
    });
    let facts = facts(cells, &[]);
    assert!(facts.problems.is_empty(), "{:?}", facts.problems);
    let values = &facts.values;
    assert_eq!(
        (&values["type"], &values["offer"]),
        (&json!("villa"), &json!("rent"))
    );
    assert_eq!(values["standard_status"], "Active Under Contract");
    assert_eq!(values["currency"], "USD");
    assert_eq!(
        values["features"],
        json!(["interior: Bar", "view: Hills", "view: Lake"])
    );
}
