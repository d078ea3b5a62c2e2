//! Amounts: money, areas, percentages.

use std::error::Error;

use rust_decimal::{Decimal, prelude::ToPrimitive};
use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::{Deserialize, Deserializer, Serialize, Serializer, de};
use tokio_postgres::types::{FromSql, IsNull, ToSql, Type, private::BytesMut, to_sql_checked};

use crate::catalogue::reasons;

/// The largest amount that `numeric(14,2)` holds.
const LARGEST: i64 = 999_999_999_999;

/// An exact decimal, a JSON number. Its absolute value is below 10^12 with at
/// most two decimals where it comes from outside.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Amount(pub Decimal);

impl Serialize for Amount {
    fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        // Fourteen digits fit a double exactly enough to print as they were.
        to.serialize_f64(self.0.to_f64().unwrap_or_default())
    }
}

impl<'de> Deserialize<'de> for Amount {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        let number = serde_json::Number::deserialize(from)?;
        let text = number.to_string();
        let decimal = text
            .parse::<Decimal>()
            .or_else(|_| Decimal::from_scientific(&text))
            .map_err(|_| de::Error::custom(reasons::NOT_A_NUMBER))?;
        if decimal.abs() > Decimal::from(LARGEST) {
            return Err(de::Error::custom(reasons::AMOUNT_TOO_LARGE));
        }
        Ok(Self(decimal.round_dp(2)))
    }
}

impl std::str::FromStr for Amount {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        match text.parse::<Decimal>() {
            Ok(decimal) if decimal.abs() <= Decimal::from(LARGEST) => Ok(Self(decimal)),
            _ => Err(reasons::NOT_AN_AMOUNT.to_owned()),
        }
    }
}

impl JsonSchema for Amount {
    fn inline_schema() -> bool {
        true
    }

    fn schema_name() -> std::borrow::Cow<'static, str> {
        "Amount".into()
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        json_schema!({ "type": "number", "minimum": -LARGEST, "maximum": LARGEST })
    }
}

impl ToSql for Amount {
    fn to_sql(
        &self,
        sql_type: &Type,
        out: &mut BytesMut,
    ) -> Result<IsNull, Box<dyn Error + Sync + Send>> {
        self.0.to_sql(sql_type, out)
    }

    fn accepts(sql_type: &Type) -> bool {
        <Decimal as ToSql>::accepts(sql_type)
    }

    to_sql_checked!();
}

impl<'a> FromSql<'a> for Amount {
    fn from_sql(sql_type: &Type, raw: &'a [u8]) -> Result<Self, Box<dyn Error + Sync + Send>> {
        Decimal::from_sql(sql_type, raw).map(Self)
    }

    fn accepts(sql_type: &Type) -> bool {
        <Decimal as FromSql>::accepts(sql_type)
    }
}
