//! JSON objects from outside.

use std::error::Error as StdError;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use tokio_postgres::types::{
    FromSql, IsNull, Json, ToSql, Type, private::BytesMut, to_sql_checked,
};

/// A JSON object that is stored as it is.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[schemars(inline)]
pub struct JsonObject(pub Map<String, Value>);

impl ToSql for JsonObject {
    fn to_sql(
        &self,
        sql_type: &Type,
        out: &mut BytesMut,
    ) -> Result<IsNull, Box<dyn StdError + Sync + Send>> {
        Json(&self.0).to_sql(sql_type, out)
    }

    fn accepts(sql_type: &Type) -> bool {
        <Json<Value> as ToSql>::accepts(sql_type)
    }

    to_sql_checked!();
}

impl<'a> FromSql<'a> for JsonObject {
    fn from_sql(sql_type: &Type, raw: &'a [u8]) -> Result<Self, Box<dyn StdError + Sync + Send>> {
        Json::<Map<String, Value>>::from_sql(sql_type, raw).map(|json| Self(json.0))
    }

    fn accepts(sql_type: &Type) -> bool {
        <Json<Value> as FromSql>::accepts(sql_type)
    }
}
