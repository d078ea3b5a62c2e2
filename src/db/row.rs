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

/// Length of [`bare`]'s result.
pub const fn bare_length(text: &str) -> usize {
    let bytes = text.as_bytes();
    let (mut at, mut length) = (0, 0);
    while at < bytes.len() {
        if is_raw(bytes, at) {
            at += 2;
        } else {
            at += 1;
            length += 1;
        }
    }
    length
}

const fn is_raw(bytes: &[u8], at: usize) -> bool {
    at + 1 < bytes.len() && bytes[at] == b'r' && bytes[at + 1] == b'#'
}

/// `text` without the `r#` of raw identifiers, so that a field may be called
/// `r#type` in Rust and `type` everywhere else.
pub const fn bare<const LENGTH: usize>(text: &str) -> [u8; LENGTH] {
    let bytes = text.as_bytes();
    let mut bare = [0; LENGTH];
    let (mut at, mut to) = (0, 0);
    while at < bytes.len() {
        if is_raw(bytes, at) {
            at += 2;
            continue;
        }
        bare[to] = bytes[at];
        at += 1;
        to += 1;
    }
    bare
}

/// [`bare`]'s result as text.
pub const fn bare_text(bytes: &'static [u8]) -> &'static str {
    match std::str::from_utf8(bytes) {
        Ok(text) => text,
        Err(_) => "",
    }
}

/// A constant text without the `r#` of raw identifiers.
#[macro_export]
macro_rules! bare {
    ($text:expr) => {{
        const TEXT: &str = $text;
        const LENGTH: usize = $crate::db::bare_length(TEXT);
        const BARE: [u8; LENGTH] = $crate::db::bare::<LENGTH>(TEXT);
        $crate::db::bare_text(&BARE)
    }};
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
            const COLUMNS: &'static str = $crate::bare!(
                concat!("\"", stringify!($first), "\"" $(, ", \"", stringify!($field), "\"")*)
            );
            const NAMES: &'static [&'static str] =
                &[$crate::bare!(stringify!($first)) $(, $crate::bare!(stringify!($field)))*];
            const FIELDS: &'static [$crate::db::ColumnType] = &[
                $crate::db::ColumnType {
                    name: $crate::bare!(stringify!($first)),
                    accepts: <$first_type as tokio_postgres::types::FromSql>::accepts,
                    rust_type: std::any::type_name::<$first_type>,
                },
                $($crate::db::ColumnType {
                    name: $crate::bare!(stringify!($field)),
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

    #[test]
    fn raw_identifiers_lose_their_prefix_and_nothing_else_changes() {
        assert_eq!(bare!("\"id\", \"r#type\""), "\"id\", \"type\"");
        assert_eq!(bare!("owner"), "owner");
    }

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
