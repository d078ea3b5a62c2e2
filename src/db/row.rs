//! Rows as values.

use tokio_postgres::{
    Row,
    types::{FromSql, Type},
};

use crate::error::Error;

/// A struct whose fields are the columns of a table, in order.
///
/// Made by the macro [`record!`](crate::record).
pub trait Record: Sized {
    /// The columns, as they stand in a select list.
    const COLUMNS: &'static str;
    /// The columns, one by one.
    const NAMES: &'static [&'static str];
    /// The columns with the types that they are read as, for the check of the
    /// statements against the schema.
    const FIELDS: &'static [ColumnType];

    /// Reads a row whose first columns are [`Record::COLUMNS`].
    ///
    /// # Errors
    /// When the row's types are not the struct's, which is a defect of the
    /// statement.
    fn from_row(row: &Row) -> Result<Self, Error>;
}

/// A column and the Rust type that stands for it.
#[derive(Clone, Copy, Debug)]
pub struct ColumnType {
    /// The column.
    pub name: &'static str,
    /// Whether the Rust type takes a PostgreSQL type.
    pub accepts: fn(&Type) -> bool,
    /// The Rust type's name; an `Option` takes null.
    pub rust_type: fn() -> &'static str,
}

impl ColumnType {
    /// Whether null can be read.
    pub fn is_optional(&self) -> bool {
        (self.rust_type)().starts_with("core::option::Option<")
    }
}

/// What the answer of a statement is read as.
pub trait Rows {
    /// All rows.
    ///
    /// # Errors
    /// When a column has another type than the record says.
    fn all<R: Record>(self) -> Result<Vec<R>, Error>;
    /// The first row, if there is one.
    ///
    /// # Errors
    /// When a column has another type than the record says.
    fn one<R: Record>(self) -> Result<Option<R>, Error>;
    /// The first column of the first row, if there is a row.
    ///
    /// # Errors
    /// When the column has another type.
    fn value<T: for<'a> FromSql<'a>>(self) -> Result<Option<T>, Error>;
}

impl Rows for Vec<Row> {
    fn all<R: Record>(self) -> Result<Vec<R>, Error> {
        self.iter().map(R::from_row).collect()
    }

    fn one<R: Record>(self) -> Result<Option<R>, Error> {
        self.first().map(R::from_row).transpose()
    }

    fn value<T: for<'a> FromSql<'a>>(self) -> Result<Option<T>, Error> {
        self.first()
            .map(|row| row.try_get(0).map_err(Error::internal))
            .transpose()
    }
}

/// A field's name without the `r#` that a keyword such as `type` needs in Rust.
pub const fn plain_name(name: &'static str) -> &'static str {
    match name.as_bytes() {
        [b'r', b'#', ..] => name.split_at(2).1,
        _ => name,
    }
}

/// The length of a list of names without their `r#`.
pub const fn plain_length(names: &str) -> usize {
    let bytes = names.as_bytes();
    let (mut index, mut length) = (0, 0);
    while index < bytes.len() {
        if bytes[index] == b'r' && index + 1 < bytes.len() && bytes[index + 1] == b'#' {
            index += 2;
        } else {
            index += 1;
            length += 1;
        }
    }
    length
}

/// A list of names without their `r#`.
pub const fn plain_bytes<const LENGTH: usize>(names: &str) -> [u8; LENGTH] {
    let bytes = names.as_bytes();
    let mut plain = [0; LENGTH];
    let (mut index, mut length) = (0, 0);
    while index < bytes.len() {
        if bytes[index] == b'r' && index + 1 < bytes.len() && bytes[index + 1] == b'#' {
            index += 2;
        } else {
            plain[length] = bytes[index];
            index += 1;
            length += 1;
        }
    }
    plain
}

/// Declares a struct that is a table's row and its JSON at once.
///
/// ```ignore
/// record! {
///     /// A team of people.
///     pub struct Team {
///         /// Its key.
///         pub id: Uuid,
///         /// What people call it.
///         pub name: String,
///     }
/// }
/// ```
#[macro_export]
macro_rules! record {
    (
        $(#[$meta:meta])*
        $vis:vis struct $name:ident {
            $(#[$first_meta:meta])*
            pub $first:ident: $first_type:ty
            $(, $(#[$field_meta:meta])* pub $field:ident: $type:ty)* $(,)?
        }
    ) => {
        $(#[$meta])*
        #[derive(Clone, Debug, serde::Serialize, schemars::JsonSchema)]
        $vis struct $name {
            $(#[$first_meta])*
            pub $first: $first_type,
            $($(#[$field_meta])* pub $field: $type,)*
        }

        impl $crate::db::Record for $name {
            const COLUMNS: &'static str = {
                const RAW: &str =
                    concat!("\"", stringify!($first), "\"" $(, ", \"", stringify!($field), "\"")*);
                const PLAIN: [u8; $crate::db::plain_length(RAW)] = $crate::db::plain_bytes(RAW);
                match std::str::from_utf8(&PLAIN) {
                    Ok(columns) => columns,
                    Err(_) => RAW,
                }
            };
            const NAMES: &'static [&'static str] = &[
                $crate::db::plain_name(stringify!($first))
                $(, $crate::db::plain_name(stringify!($field)))*
            ];
            const FIELDS: &'static [$crate::db::ColumnType] = &[
                $crate::db::ColumnType {
                    name: $crate::db::plain_name(stringify!($first)),
                    accepts: <$first_type as tokio_postgres::types::FromSql>::accepts,
                    rust_type: std::any::type_name::<$first_type>,
                },
                $($crate::db::ColumnType {
                    name: $crate::db::plain_name(stringify!($field)),
                    accepts: <$type as tokio_postgres::types::FromSql>::accepts,
                    rust_type: std::any::type_name::<$type>,
                },)*
            ];

            fn from_row(row: &tokio_postgres::Row) -> Result<Self, $crate::error::Error> {
                let mut column = 0..;
                let mut next = || column.next().unwrap_or_default();
                Ok(Self {
                    $first: row.try_get(next()).map_err($crate::error::Error::internal)?,
                    $($field: row.try_get(next()).map_err($crate::error::Error::internal)?,)*
                })
            }
        }
    };
}

#[cfg(test)]
mod tests {
    use super::*;

    crate::record! {
        /// A row.
        pub struct Sample {
            /// Its key.
            pub id: uuid::Uuid,
            /// A word of SQL and of Rust.
            pub r#type: Option<String>,
        }
    }

    #[test]
    fn a_record_knows_its_columns() {
        assert_eq!(Sample::COLUMNS, "\"id\", \"type\"");
        assert_eq!(Sample::NAMES, ["id", "type"]);
        assert!((Sample::FIELDS[0].accepts)(&Type::UUID));
        assert!(!Sample::FIELDS[0].is_optional());
        assert!(Sample::FIELDS[1].is_optional());
    }
}
