//! Where a person is: his country by number and by what was said of him, and
//! the time zones that he may be in.
//!
//! Source: the domain's "Campaign execution", Time zone. A zone that was said
//! holds; else that of his city; else those of his country, all of which count,
//! since nobody knows in which he is. Where city or stated country is another
//! country than the number's, the zones of both count. An area code is a hint
//! and no proof, so a number tells its country alone.

use std::{collections::HashMap, sync::LazyLock};

use jiff::tz::TimeZone;

use super::dialing;
use crate::words;

words! {
    /// How a zone is known.
    pub enum ZoneSource {
        /// It was said.
        Prospect = "prospect",
        /// By the city.
        City = "city",
        /// By the country that was said.
        Country = "country",
        /// By the country of the number; every zone of it counts.
        Phone = "phone",
        /// It is the campaign's, where policy allows that.
        Fallback = "fallback",
    }
}

/// What is known of a person's whereabouts.
#[derive(Clone, Debug, Default)]
pub struct Whereabouts {
    /// The IANA zone that was said.
    pub timezone: Option<String>,
    /// The city.
    pub city: Option<String>,
    /// ISO 3166-1.
    pub country: Option<String>,
    /// A state or the like, by name or ISO 3166-2.
    pub region: Option<String>,
    /// A number as E.164.
    pub number: Option<String>,
}

/// The zones in which a moment has to be allowed.
#[derive(Clone, Debug)]
pub struct Zones {
    /// How they are known.
    pub source: ZoneSource,
    /// Their names, sorted; at least one.
    pub names: Vec<String>,
}

impl Zones {
    fn of<'a>(source: ZoneSource, names: impl IntoIterator<Item = &'a str>) -> Self {
        let mut names: Vec<String> = names.into_iter().map(str::to_owned).collect();
        names.sort_unstable();
        names.dedup();
        Self { source, names }
    }

    /// The zones themselves; a name that the tz database does not know is left
    /// out.
    pub fn all(&self) -> Vec<TimeZone> {
        let known = self
            .names
            .iter()
            .filter_map(|name| TimeZone::get(name).ok());
        known.collect()
    }
}

/// The tz database's own table of countries and zones.
static TABLE: LazyLock<Table> = LazyLock::new(|| Table::read(include_str!("zone.tab")));

struct Table {
    by_country: HashMap<&'static str, Vec<&'static str>>,
    by_city: HashMap<String, (&'static str, &'static str)>,
}

impl Table {
    fn read(text: &'static str) -> Self {
        let mut table = Self {
            by_country: HashMap::new(),
            by_city: HashMap::new(),
        };
        for line in text.lines().filter(|line| !line.starts_with('#')) {
            let mut fields = line.split('\t');
            let (Some(country), Some(_), Some(zone)) =
                (fields.next(), fields.next(), fields.next())
            else {
                continue;
            };
            table.by_country.entry(country).or_default().push(zone);
            let city = zone.rsplit('/').next().unwrap_or(zone).replace('_', " ");
            table.by_city.insert(folded(&city), (country, zone));
        }
        for (city, country, zone) in dialing::CITIES {
            table.by_city.insert(folded(city), (country, zone));
        }
        table
    }
}

/// A name as it is compared: letters alone, lower case, without accents.
fn folded(name: &str) -> String {
    use unicode_normalization::UnicodeNormalization as _;
    let letters = name.nfkd().filter(|letter| letter.is_alphanumeric());
    letters.flat_map(char::to_lowercase).collect()
}

fn zones_of(country: &str) -> &'static [&'static str] {
    TABLE.by_country.get(country).map_or(&[], Vec::as_slice)
}

impl Whereabouts {
    /// The country of the number, ISO 3166-1.
    pub fn number_country(&self) -> Option<&'static str> {
        dialing::country(self.number.as_deref()?)
    }

    /// The zones, `fallback` being the campaign's where policy allows it.
    pub fn zones(&self, fallback: Option<&str>) -> Option<Zones> {
        if let Some(zone) = &self.timezone {
            return Some(Zones::of(ZoneSource::Prospect, [zone.as_str()]));
        }
        let city = self.city.as_deref().map(folded);
        let city = city.and_then(|city| TABLE.by_city.get(&city).copied());
        let number = self.number_country();
        let stated = self.country.as_deref();
        // Of another country: he may be in either.
        let elsewhere = |here: &str| {
            let others = [stated, number].into_iter().flatten();
            let others = others.filter(move |other| *other != here);
            others.flat_map(zones_of).copied().collect::<Vec<_>>()
        };
        if let Some((country, zone)) = city {
            let all = elsewhere(country).into_iter().chain([zone]);
            return Some(Zones::of(ZoneSource::City, all));
        }
        for (country, source) in [(stated, ZoneSource::Country), (number, ZoneSource::Phone)] {
            let Some(country) = country else { continue };
            let own = zones_of(country);
            if !own.is_empty() {
                let all = elsewhere(country).into_iter().chain(own.iter().copied());
                return Some(Zones::of(source, all));
            }
        }
        fallback.map(|zone| Zones::of(ZoneSource::Fallback, [zone]))
    }

    /// The jurisdictions of number and residence, each the narrowest first:
    /// `US-FL`, `US`, `*`.
    pub fn jurisdictions(&self) -> Vec<Vec<String>> {
        let residence = self.country.as_deref().map(|country| {
            let part = self.region.as_deref().and_then(|it| part_of(country, it));
            let part = part.map(|part| format!("{country}-{part}"));
            part.into_iter()
                .chain([country.to_owned(), "*".to_owned()])
                .collect()
        });
        let number = self.number_country();
        let number = number.map(|country| vec![country.to_owned(), "*".to_owned()]);
        let all: Vec<Vec<String>> = residence.into_iter().chain(number).collect();
        match all.is_empty() {
            true => vec![vec!["*".to_owned()]],
            false => all,
        }
    }
}

/// The code of a part of a country, from its code or, in the US, its name.
fn part_of(country: &str, region: &str) -> Option<String> {
    let region = region.trim();
    let short = region.strip_prefix(country).unwrap_or(region);
    let short = short.trim_start_matches(['-', ' ']);
    if (1..=3).contains(&short.len()) && short.chars().all(|it| it.is_ascii_alphanumeric()) {
        return Some(short.to_ascii_uppercase());
    }
    if country != "US" {
        return None;
    }
    let name = folded(region);
    let states = dialing::STATES.iter();
    let mut states = states.filter(|(_, state)| folded(state) == name);
    states.next().map(|(code, _)| (*code).to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn somebody(number: &str) -> Whereabouts {
        Whereabouts {
            number: Some(number.to_owned()),
            ..Whereabouts::default()
        }
    }

    #[test]
    fn each_zone_of_the_table_is_known() {
        for zone in TABLE.by_country.values().flatten() {
            assert!(TimeZone::get(zone).is_ok(), "{zone}");
        }
        for (_, country, zone) in dialing::CITIES {
            assert!(TimeZone::get(zone).is_ok(), "{zone}");
            assert!(zones_of(country).contains(zone), "{country} {zone}");
        }
    }

    #[test]
    fn a_number_tells_its_country() {
        for (number, country) in [
            ("+971501234567", Some("AE")),
            ("+12125550100", Some("US")),
            ("+14165550100", Some("CA")),
            ("+18095550100", Some("DO")),
            ("+441624555010", Some("IM")),
            ("+77012345678", Some("KZ")),
            ("+79161234567", Some("RU")),
            ("+34600111222", Some("ES")),
            ("+99912345678", None),
        ] {
            assert_eq!(somebody(number).number_country(), country, "{number}");
        }
    }

    #[test]
    fn every_country_of_the_codes_has_zones() {
        for (_, country) in dialing::CODES {
            assert!(!zones_of(country).is_empty(), "{country}");
        }
    }

    #[test]
    fn what_was_said_goes_before_what_is_guessed() {
        let mut person = somebody("+12125550100");
        let zones = person.zones(None).unwrap();
        assert_eq!(zones.source, ZoneSource::Phone);
        assert!(zones.names.len() > 20);
        person.city = Some("Los Ángeles".to_owned());
        let zones = person.zones(None).unwrap();
        assert_eq!(zones.names, ["America/Los_Angeles"]);
        person.timezone = Some("America/Denver".to_owned());
        let zones = person.zones(None).unwrap();
        assert_eq!(zones.names, ["America/Denver"]);
        assert_eq!(zones.source, ZoneSource::Prospect);
    }

    #[test]
    fn who_may_be_in_two_countries_is_protected_in_both() {
        let mut person = somebody("+447700900123");
        person.city = Some("Dubai".to_owned());
        let zones = person.zones(None).unwrap();
        assert_eq!(zones.names, ["Asia/Dubai", "Europe/London"]);
        assert_eq!(person.jurisdictions(), [["GB", "*"]]);
        person.country = Some("AE".to_owned());
        assert_eq!(person.jurisdictions(), [["AE", "*"], ["GB", "*"]]);
    }

    #[test]
    fn a_state_is_known_by_code_and_name() {
        for region in ["FL", "US-FL", "fl", "Florida"] {
            let person = Whereabouts {
                country: Some("US".to_owned()),
                region: Some(region.to_owned()),
                ..Whereabouts::default()
            };
            assert_eq!(person.jurisdictions(), [["US-FL", "US", "*"]], "{region}");
        }
    }

    #[test]
    fn nowhere_is_nowhere() {
        let person = Whereabouts::default();
        assert!(person.zones(None).is_none());
        assert_eq!(person.jurisdictions(), [["*"]]);
        let zones = person.zones(Some("Europe/Madrid")).unwrap();
        assert_eq!(zones.source, ZoneSource::Fallback);
    }
}
