//! Opaque cursors: what the last row of a page was, as text.

use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use tokio_postgres::{
    Row,
    types::{FromSql, Type},
};

use super::listing::{Key, Order};
use crate::error::{Error, Problem};

impl Order {
    /// The cursor of the page that ends with `last`.
    pub(super) fn encode(&self, last: &Row) -> Result<String, Error> {
        let mut values = vec![Some(self.signature())];
        for key in &self.0 {
            let value: Option<CursorText> = last.try_get(key.column).map_err(Error::internal)?;
            values.push(value.map(|text| text.0));
        }
        let text = serde_json::to_string(&values).map_err(Error::internal)?;
        Ok(URL_SAFE_NO_PAD.encode(text))
    }

    /// The values of the order's columns that a cursor stands for.
    ///
    /// # Errors
    /// 400 for a cursor that is not one of a list in this order.
    pub(super) fn decode(&self, cursor: &str) -> Result<Vec<Option<String>>, Error> {
        let refused = || Error::invalid(Problem::new("cursor", "cursor_foreign"));
        let bytes = URL_SAFE_NO_PAD.decode(cursor).map_err(|_| refused())?;
        let mut values: Vec<Option<String>> =
            serde_json::from_slice(&bytes).map_err(|_| refused())?;
        let fits = values.len() == self.0.len() + 1
            && values[0].as_deref() == Some(&self.signature())
            && self
                .0
                .iter()
                .zip(&values[1..])
                .all(|(key, value)| valid_text(key, value.as_deref()));
        if !fits {
            return Err(refused());
        }
        values.remove(0);
        Ok(values)
    }

    fn signature(&self) -> String {
        self.0
            .iter()
            .map(|key| format!("{}{}", if key.descending { "-" } else { "" }, key.column))
            .collect::<Vec<_>>()
            .join(",")
    }
}

/// A cursor comes back from outside: each value must be what its type prints.
fn valid_text(key: &Key, value: Option<&str>) -> bool {
    let Some(value) = value else {
        return key.nullable;
    };
    match key.sql_type {
        "uuid" => value.parse::<uuid::Uuid>().is_ok(),
        "timestamptz" => value.parse::<jiff::Timestamp>().is_ok(),
        "date" => value.parse::<jiff::civil::Date>().is_ok(),
        "bool" => value.parse::<bool>().is_ok(),
        "int2" => value.parse::<i16>().is_ok(),
        "int4" => value.parse::<i32>().is_ok(),
        "int8" => value.parse::<i64>().is_ok(),
        "float4" => value.parse::<f32>().is_ok_and(f32::is_finite),
        "float8" => value.parse::<f64>().is_ok_and(f64::is_finite),
        "numeric" => value.parse::<rust_decimal::Decimal>().is_ok(),
        _ => value.len() <= 10_000 && !value.contains('\0'),
    }
}

/// A sort column's value as PostgreSQL reads it back.
struct CursorText(String);

impl<'a> FromSql<'a> for CursorText {
    fn from_sql(
        sql_type: &Type,
        raw: &'a [u8],
    ) -> Result<Self, Box<dyn std::error::Error + Sync + Send>> {
        Ok(Self(match *sql_type {
            Type::UUID => uuid::Uuid::from_sql(sql_type, raw)?.to_string(),
            Type::TIMESTAMPTZ => jiff::Timestamp::from_sql(sql_type, raw)?.to_string(),
            Type::DATE => jiff::civil::Date::from_sql(sql_type, raw)?.to_string(),
            Type::INT2 => i16::from_sql(sql_type, raw)?.to_string(),
            Type::INT4 => i32::from_sql(sql_type, raw)?.to_string(),
            Type::INT8 => i64::from_sql(sql_type, raw)?.to_string(),
            Type::FLOAT4 => f32::from_sql(sql_type, raw)?.to_string(),
            Type::FLOAT8 => f64::from_sql(sql_type, raw)?.to_string(),
            Type::BOOL => bool::from_sql(sql_type, raw)?.to_string(),
            Type::NUMERIC => rust_decimal::Decimal::from_sql(sql_type, raw)?.to_string(),
            _ => String::from_sql(sql_type, raw)?,
        }))
    }

    fn accepts(sql_type: &Type) -> bool {
        matches!(
            *sql_type,
            Type::UUID
                | Type::TIMESTAMPTZ
                | Type::DATE
                | Type::INT2
                | Type::INT4
                | Type::INT8
                | Type::FLOAT4
                | Type::FLOAT8
                | Type::BOOL
                | Type::NUMERIC
                | Type::TEXT
                | Type::VARCHAR
        )
    }
}
