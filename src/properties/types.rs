//! Properties as values.

use jiff::{Timestamp, civil::Date};
use uuid::Uuid;

use crate::{
    body,
    catalogue::reasons,
    envelope::Resource,
    error::Problem,
    filter,
    input::{Amount, Country, Currency, Line, Link, Prose, Rules, Words},
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

words! {
    /// RESO's StandardStatus. It and `status` move together, whichever of them
    /// is written.
    pub enum StandardStatus {
        /// On the market.
        Active = "Active",
        /// Reserved: an offer was accepted under conditions.
        ActiveUnderContract = "Active Under Contract",
        /// Off the market before its time.
        Canceled = "Canceled",
        /// Sold or let.
        Closed = "Closed",
        /// Not on the market yet.
        ComingSoon = "Coming Soon",
        /// To be removed.
        Delete = "Delete",
        /// The listing ended.
        Expired = "Expired",
        /// Reserved: held for somebody.
        Hold = "Hold",
        /// A draft: whoever is let in sees it, the public does not.
        Incomplete = "Incomplete",
        /// Reserved: the sale is on its way.
        Pending = "Pending",
        /// Taken off the market.
        Withdrawn = "Withdrawn",
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
        /// Degrees north.
        pub latitude: Option<f64>,
        /// Degrees east.
        pub longitude: Option<f64>,
        /// ISO 3166-1 alpha-2.
        pub country: Option<String>,
        /// State, emirate or the like.
        pub region: Option<String>,
        /// Part of the city.
        pub district: Option<String>,
        /// Postal code.
        pub postal_code: Option<String>,
        /// The key of the listing where it comes from.
        pub listing_key: Option<String>,
        /// The number of the listing that people use.
        pub listing_id: Option<String>,
        /// RESO's StandardStatus.
        pub standard_status: StandardStatus,
        /// Since when it is on the market.
        pub on_market_date: Option<Date>,
        /// When the listing changed where it comes from.
        pub modification_timestamp: Option<Timestamp>,
        /// Counts its changes.
        pub version: i32,
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
            /// RESO's StandardStatus; `Incomplete` is a draft, and all that a
            /// rep may make.
            standard_status: StandardStatus,
        }
        nullable {
            /// A picture.
            image_url: Link,
            /// The lowest price asked, in `currency`.
            list_price_low: Amount,
            /// The highest price asked, in `currency`.
            list_price_high: Amount,
            /// ISO 4217.
            currency: Currency,
            /// Bathrooms.
            bathrooms_total: i32,
            /// Living area in `living_area_units`.
            living_area: Amount,
            /// What `living_area` counts.
            living_area_units: AreaUnits,
            /// Degrees north.
            latitude: f64,
            /// Degrees east.
            longitude: f64,
            /// ISO 3166-1 alpha-2.
            country: Country,
            /// State, emirate or the like.
            region: Line,
            /// Part of the city.
            district: Line,
            /// Postal code.
            postal_code: Line,
            /// The key of the listing where it comes from.
            listing_key: Line,
            /// The number of the listing that people use.
            listing_id: Line,
            /// Since when it is on the market.
            on_market_date: Date,
            /// When the listing changed where it comes from.
            modification_timestamp: Timestamp,
        }
        read_only { id, version, created_at, updated_at }
    }
}

impl Rules for PropertyBody {
    fn problems(&self) -> Vec<Problem> {
        let mut problems = Vec::new();
        if let (Some(low), Some(high)) = (self.list_price_low.value(), self.list_price_high.value())
            && low > high
        {
            let reason = reasons::below("list_price_low");
            problems.push(Problem::worded("list_price_high", reason));
        }
        problems
    }
}

filter! {
    /// Which properties a list holds.
    pub struct PropertyFilter {
        /// The city, whatever its accents and case.
        city: Line,
        /// Whether it can be had.
        status: PropertyStatus,
        /// What kind of home it is.
        r#type: PropertyType,
        /// Whether it is sold or let.
        offer: Offer,
        /// Words to look for; the best match comes first.
        q: Line,
    }
    sort {
        created_at: "timestamptz",
        updated_at: "timestamptz",
        name: "text",
        city: "text",
        bedrooms: "int4",
        list_price_low: "numeric" nullable,
        list_price_high: "numeric" nullable,
        on_market_date: "date" nullable,
        id: "uuid",
    }
}
