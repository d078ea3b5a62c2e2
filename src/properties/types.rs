//! Properties as values.

use jiff::Timestamp;
use uuid::Uuid;

use crate::{
    body,
    envelope::Resource,
    error::Problem,
    filter,
    input::{Amount, Line, Prose, Rules, Words},
    record, words,
};

words! {
    /// What kind of home it is.
    pub enum PropertyType {
        /// A house that stands alone.
        Villa = "villa",
        /// A home on one floor of several.
        Apartment = "apartment",
        /// The home on the top floor.
        Penthouse = "penthouse",
        /// A house in a row.
        Townhouse = "townhouse",
    }
}

words! {
    /// Whether it can be had.
    pub enum PropertyStatus {
        /// On the market.
        Available = "available",
        /// Held for somebody for a while.
        Reserved = "reserved",
        /// Gone.
        Sold = "sold",
    }
}

words! {
    /// Whether it is sold or let.
    pub enum Offer {
        /// To buy.
        Sale = "sale",
        /// To rent.
        Rent = "rent",
    }
}

words! {
    /// What `living_area` counts.
    pub enum AreaUnits {
        /// Square metres.
        Sqm = "sqm",
        /// Square feet.
        Sqft = "sqft",
    }
}

record! {
    /// A home for sale or rent.
    pub struct Property {
        /// Its key.
        pub id: Uuid,
        /// What it is called.
        pub name: String,
        /// The city it stands in.
        pub city: String,
        /// The price as people read it.
        pub price_range: String,
        /// Bedrooms; 0 is a studio.
        pub bedrooms: i32,
        /// What kind of home it is.
        pub r#type: PropertyType,
        /// Whether it can be had.
        pub status: PropertyStatus,
        /// A picture.
        pub image_url: Option<String>,
        /// What is said of it.
        pub description: String,
        /// What it has, one word or phrase each.
        pub features: Vec<String>,
        /// Whether it is sold or let.
        pub offer: Offer,
        /// The lowest price asked, in `currency`.
        pub list_price_low: Option<Amount>,
        /// The highest price asked, in `currency`.
        pub list_price_high: Option<Amount>,
        /// ISO 4217.
        pub currency: Option<String>,
        /// Bathrooms.
        pub bathrooms_total: Option<i32>,
        /// Living area in `living_area_units`.
        pub living_area: Option<Amount>,
        /// What `living_area` counts.
        pub living_area_units: Option<AreaUnits>,
        /// The key of the listing where it comes from.
        pub listing_key: Option<String>,
        /// When it changed last.
        pub updated_at: Timestamp,
        /// When it was entered.
        pub created_at: Timestamp,
    }
}

impl Resource for Property {
    const PATH: &'static str = "/api/properties";

    fn id(&self) -> Uuid {
        self.id
    }

    fn changed_at(&self) -> Timestamp {
        self.updated_at
    }
}

body! {
    /// What a client may write of a property.
    pub struct PropertyBody {
        required {
            /// What it is called.
            name: Line,
            /// The city it stands in.
            city: Line,
            /// The price as people read it.
            price_range: Line,
            /// Bedrooms; 0 is a studio.
            bedrooms: i32,
            /// What kind of home it is.
            r#type: PropertyType,
            /// What is said of it.
            description: Prose,
        }
        defaulted {
            /// Whether it can be had.
            status: PropertyStatus,
            /// What it has, one word or phrase each.
            features: Words,
            /// Whether it is sold or let.
            offer: Offer,
        }
        nullable {
            /// A picture.
            image_url: Line,
            /// The lowest price asked, in `currency`.
            list_price_low: Amount,
            /// The highest price asked, in `currency`.
            list_price_high: Amount,
            /// ISO 4217.
            currency: Line,
            /// Bathrooms.
            bathrooms_total: i32,
            /// Living area in `living_area_units`.
            living_area: Amount,
            /// What `living_area` counts.
            living_area_units: AreaUnits,
            /// The key of the listing where it comes from.
            listing_key: Line,
        }
        read_only { id, created_at, updated_at }
    }
}

impl Rules for PropertyBody {
    fn problems(&self) -> Vec<Problem> {
        let mut problems = Vec::new();
        if let (Some(low), Some(high)) = (self.list_price_low.value(), self.list_price_high.value())
            && low > high
        {
            let reason = "must not be below list_price_low";
            problems.push(Problem::worded("list_price_high", reason));
        }
        problems
    }
}

filter! {
    /// Which properties a list holds.
    pub struct PropertyFilter {
        /// The city, whatever its accents and case.
        city: String,
        /// Whether it can be had.
        status: PropertyStatus,
        /// What kind of home it is.
        r#type: PropertyType,
        /// Words to look for; the best match comes first.
        q: String,
    }
    sort {
        created_at: "timestamptz",
        updated_at: "timestamptz",
        name: "text",
        city: "text",
        bedrooms: "int4",
        list_price_low: "numeric" nullable,
        id: "uuid",
    }
}
