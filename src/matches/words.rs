//! What the spellings of places and features mean, read once for each.
//! Places are spelled by homes and by wishes.
//!
//! The tables of spellings only grow, and a number is given after all smaller
//! ones are committed, so what is known up to a number is known for good. A home
//! with a later number is judged by reading it.

use std::sync::{Arc, PoisonError, RwLock};

use uuid::Uuid;

use crate::properties::matching::{
    self, Candidate, Dimension, Offer, PropertyStatus, PropertyType, Wishes, names,
};

/// A place as some home spells it.
#[derive(Debug)]
pub struct Place {
    /// Its number.
    pub id: i32,
    /// The city.
    pub city: String,
    /// The district; empty where there is none.
    pub district: String,
    /// The region; empty where there is none.
    pub region: String,
}

/// A place as some prospect wants it, in the one spelling.
#[derive(Debug)]
pub struct WishPlace {
    /// Its number.
    pub id: i32,
    /// The places, separated by commas; empty where none is known.
    pub place: String,
    /// The region; empty where none is known.
    pub region: String,
}

/// Spellings that were not known.
#[derive(Debug, Default)]
pub struct Learned {
    /// Places of homes.
    pub places: Vec<Place>,
    /// Features of homes with their numbers.
    pub features: Vec<(i32, String)>,
    /// Places of wishes.
    pub wish_places: Vec<WishPlace>,
}

/// The spellings known so far.
#[derive(Clone, Debug, Default)]
pub struct Words {
    places: Vec<Arc<Place>>,
    wish_places: Vec<Arc<WishPlace>>,
    /// With their one spelling.
    features: Vec<(i32, Arc<str>)>,
    /// The highest number of a place.
    pub places_to: i32,
    /// The highest number of a feature.
    pub features_to: i32,
    /// The highest number of a wanted place.
    pub wish_places_to: i32,
}

/// The spellings, shared by all requests.
#[derive(Debug, Default)]
pub struct Vocabulary {
    words: RwLock<Arc<Words>>,
}

impl Vocabulary {
    /// What is known.
    pub fn words(&self) -> Arc<Words> {
        let words = self.words.read().unwrap_or_else(PoisonError::into_inner);
        words.clone()
    }

    /// Learns what came after `seen`, and returns what is known then.
    pub fn learn(&self, seen: &Words, new: Learned) -> Arc<Words> {
        if new.places.is_empty() && new.features.is_empty() && new.wish_places.is_empty() {
            return self.words();
        }
        let mut more = seen.clone();
        for place in new.places {
            more.places_to = more.places_to.max(place.id);
            more.places.push(Arc::new(place));
        }
        for place in new.wish_places {
            more.wish_places_to = more.wish_places_to.max(place.id);
            more.wish_places.push(Arc::new(place));
        }
        for (id, feature) in new.features {
            more.features_to = more.features_to.max(id);
            more.features.push((id, names::feature(&feature).into()));
        }
        let more = Arc::new(more);
        let mut words = self.words.write().unwrap_or_else(PoisonError::into_inner);
        // Two may learn the same at once; the longer list holds the other.
        if more.places.len() >= words.places.len()
            && more.features.len() >= words.features.len()
            && more.wish_places.len() >= words.wish_places.len()
        {
            *words = more.clone();
        }
        more
    }
}

/// Places by the points that they give, the best first; the rest gives the last.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Places {
    /// The most points that a place gives.
    pub best: (u8, Vec<i32>),
    /// Fewer, but some.
    pub near: (u8, Vec<i32>),
    /// None.
    pub other: (u8, Vec<i32>),
}

impl Words {
    /// The known places, by what they mean to these wishes.
    pub fn places(&self, wishes: &Wishes) -> Places {
        let mut home = example();
        let mut rated: Vec<(u8, i32)> = Vec::with_capacity(self.places.len());
        for place in &self.places {
            home.city.clone_from(&place.city);
            home.district = Some(place.district.clone());
            home.region = Some(place.region.clone());
            rated.push((matching::points(wishes, &home, Dimension::City), place.id));
        }
        by_points(&rated)
    }

    /// The known places that prospects want, by what they mean to this home.
    pub fn wish_places(&self, home: &Candidate) -> Places {
        let mut wishes = Wishes::default();
        let mut rated: Vec<(u8, i32)> = Vec::with_capacity(self.wish_places.len());
        for place in &self.wish_places {
            wishes.place = Some(place.place.clone());
            wishes.region = Some(place.region.clone());
            rated.push((matching::points(&wishes, home, Dimension::City), place.id));
        }
        by_points(&rated)
    }

    /// For each wanted feature the known spellings that answer it.
    pub fn features(&self, wishes: &Wishes) -> Vec<Vec<i32>> {
        let wanted = names::features(&wishes.features);
        let answering = |wish: &String| {
            let known = self.features.iter();
            let ids = known.filter(|(_, has)| names::answers(has, wish));
            ids.map(|(id, _)| *id).collect()
        };
        wanted.iter().map(answering).collect()
    }
}

fn by_points(rated: &[(u8, i32)]) -> Places {
    let mut steps: Vec<u8> = rated.iter().map(|(points, _)| *points).collect();
    steps.sort_unstable_by(|a, b| b.cmp(a));
    steps.dedup();
    let step = |index: usize| {
        let points = steps.get(index).copied().unwrap_or_default();
        let ids = rated.iter().filter(|(p, _)| steps.get(index) == Some(p));
        (points, ids.map(|(_, id)| *id).collect())
    };
    Places {
        best: step(0),
        near: step(1),
        other: step(2),
    }
}

/// A home that only one part of is looked at.
pub fn example() -> Candidate {
    Candidate {
        id: Uuid::nil(),
        name: String::new(),
        status: PropertyStatus::Available,
        offer: Offer::Sale,
        home_type: PropertyType::Villa,
        city: String::new(),
        region: None,
        district: None,
        bedrooms: 0,
        features: Vec::new(),
        price_range: String::new(),
        list_price_low: None,
        list_price_high: None,
        currency: None,
        on_market_date: None,
        reserved_for_prospect_id: None,
    }
}
