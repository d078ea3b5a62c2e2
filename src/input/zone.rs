//! Time zones.

use std::{error::Error, str::FromStr};

use jiff::tz::TimeZone;
use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::{Deserialize, Deserializer, de};
use tokio_postgres::types::{IsNull, ToSql, Type, private::BytesMut, to_sql_checked};

use crate::catalogue::reasons;

/// The name of an IANA time zone, in the spelling of the tz database.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Zone(String);

impl Zone {
    /// Its name, such as `Europe/Madrid`.
    pub fn name(&self) -> &str {
        &self.0
    }
}

impl FromStr for Zone {
    type Err = String;

    fn from_str(name: &str) -> Result<Self, String> {
        let zone = TimeZone::get(name.trim()).ok();
        zone.as_ref()
            .and_then(TimeZone::iana_name)
            .map(|name| Self(name.to_owned()))
            .ok_or_else(|| reasons::NOT_A_ZONE.to_owned())
    }
}

impl<'de> Deserialize<'de> for Zone {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        String::deserialize(from)?
            .parse()
            .map_err(de::Error::custom)
    }
}

impl JsonSchema for Zone {
    fn inline_schema() -> bool {
        true
    }

    fn schema_name() -> std::borrow::Cow<'static, str> {
        "Zone".into()
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        json_schema!({ "type": "string", "minLength": 1, "examples": ["Europe/Madrid"] })
    }
}

impl ToSql for Zone {
    fn to_sql(
        &self,
        sql_type: &Type,
        out: &mut BytesMut,
    ) -> Result<IsNull, Box<dyn Error + Sync + Send>> {
        self.0.as_str().to_sql(sql_type, out)
    }

    fn accepts(sql_type: &Type) -> bool {
        <&str as ToSql>::accepts(sql_type)
    }

    to_sql_checked!();
}

#[cfg(test)]
mod tests {
    use super::Zone;

    #[test]
    fn only_places_are_zones() {
        assert_eq!("Asia/Dubai".parse(), Ok(Zone("Asia/Dubai".to_owned())));
        for name in ["", "Mars/Olympus", "+02:00", "../../etc/passwd"] {
            assert!(name.parse::<Zone>().is_err(), "{name}");
        }
    }
}
