//! Rows as values.

use tokio_postgres::{Row, types::FromSql};

use crate::error::Error;

/// A struct whose fields are the columns of a table, in order.
///
/// Made by the macro [`record!`](crate::record).
pub trait Record: Sized {
    /// The columns, as they stand in a select list.
    const COLUMNS: &'static str;
    /// The columns, one by one.
    const NAMES: &'static [&'static str];

    /// Reads a row whose first columns are [`Record::COLUMNS`].
    ///
    /// # Errors
    /// When the row's types are not the struct's, which is a defect of the
    /// statement.
    fn from_row(row: &Row) -> Result<Self, Error>;
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
        pub struct $name:ident {
            $(#[$first_meta:meta])*
            pub $first:ident: $first_type:ty
            $(, $(#[$field_meta:meta])* pub $field:ident: $type:ty)* $(,)?
        }
    ) => {
        $(#[$meta])*
        #[derive(Clone, Debug, serde::Serialize, schemars::JsonSchema)]
        pub struct $name {
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
