//! Lists of one kind of member, without repetitions.

use std::error::Error;

use schemars::JsonSchema;
use serde::{Deserialize, Deserializer, Serialize, de};
use tokio_postgres::types::{IsNull, ToSql, Type, private::BytesMut, to_sql_checked};

use crate::catalogue::reasons;

/// Members of a list at most.
const MOST: usize = 100;

/// A list of up to 100 different members; a repetition is left out.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, JsonSchema)]
#[schemars(inline)]
pub struct Distinct<T>(#[schemars(length(max = 100))] pub Vec<T>);

impl<'de, T: Deserialize<'de> + PartialEq> Deserialize<'de> for Distinct<T> {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        let mut members: Vec<T> = Vec::new();
        for member in Vec::<T>::deserialize(from)? {
            if !members.contains(&member) {
                members.push(member);
            }
        }
        match members.len() > MOST {
            true => Err(de::Error::custom(reasons::TOO_MANY_MEMBERS)),
            false => Ok(Self(members)),
        }
    }
}

impl<T: ToSql> ToSql for Distinct<T> {
    fn to_sql(
        &self,
        sql_type: &Type,
        out: &mut BytesMut,
    ) -> Result<IsNull, Box<dyn Error + Sync + Send>> {
        self.0.to_sql(sql_type, out)
    }

    fn accepts(sql_type: &Type) -> bool {
        <Vec<T> as ToSql>::accepts(sql_type)
    }

    to_sql_checked!();
}
