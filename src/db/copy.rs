//! Many rows at once.

use std::pin::pin;

use tokio_postgres::{
    binary_copy::BinaryCopyInWriter,
    types::{IsNull, ToSql, Type, private::BytesMut, to_sql_checked},
};

use super::{
    query::{Parameter, Query},
    run::{Tx, borrowed},
};
use crate::error::Error;

/// Null of any type.
#[derive(Clone, Copy, Debug)]
pub struct Null;

impl ToSql for Null {
    fn to_sql(
        &self,
        _: &Type,
        _: &mut BytesMut,
    ) -> Result<IsNull, Box<dyn std::error::Error + Sync + Send>> {
        Ok(IsNull::Yes)
    }

    fn accepts(_: &Type) -> bool {
        true
    }

    to_sql_checked!();
}

/// `a, b, c`, each in quotes.
fn listed(query: &mut Query, columns: &[&'static str]) {
    for (index, column) in columns.iter().enumerate() {
        query
            .text(if index == 0 { "\"" } else { "\", \"" })
            .text(column);
    }
    query.text("\"");
}

impl Tx {
    /// Streams rows into `table` with COPY, each as long as `columns`.
    ///
    /// Row level security refuses COPY into a table that it binds; this is for
    /// temporary tables.
    ///
    /// # Errors
    /// What PostgreSQL says of the table or of a value.
    pub async fn copy_in(
        &self,
        table: &'static str,
        columns: &[&'static str],
        rows: &[&[Parameter]],
    ) -> Result<(), Error> {
        let mut shape = Query::new("select ");
        listed(&mut shape, columns);
        shape.text(" from ").text(table).text(" limit 0");
        let client = self.connection()?.client();
        let shape = self.noted(client.prepare(shape.sql()).await)?;
        let types: Vec<Type> = shape
            .columns()
            .iter()
            .map(|column| column.type_().clone())
            .collect();
        let mut copy = Query::new("copy ").push(table).push(" (");
        listed(&mut copy, columns);
        copy.text(") from stdin (format binary)");
        let sink = self.noted(client.copy_in(copy.sql()).await)?;
        let mut writer = pin!(BinaryCopyInWriter::new(sink, &types));
        for row in rows.iter().copied() {
            let written = writer.as_mut().write(&borrowed(row)).await;
            self.noted(written)?;
        }
        let finished = writer.finish().await;
        self.noted(finished).map(drop)
    }
}

crate::record! {
    /// What became of a row of a bulk load.
    pub struct Loaded {
        /// The row's line in its file.
        pub line: i64,
        /// `inserted`, `updated`, `unchanged`, `superseded` (a newer row has its
        /// key), `forbidden` (it is there, and the caller may not change it), or
        /// a code of the catalogue.
        pub what: String,
        /// The earlier line about the same, where there is one.
        pub earlier: Option<i64>,
    }
}

impl Query {
    /// Appends `"a", "b"`, each after `prefix`.
    pub fn columns(&mut self, prefix: &'static str, columns: &[&'static str]) -> &mut Self {
        for (index, column) in columns.iter().enumerate() {
            self.text(if index == 0 { "" } else { ", " });
            self.text(prefix).text("\"").text(column).text("\"");
        }
        self
    }

    /// Appends `coalesce(new."a", old."a")` for each column, with `"a" = ` before
    /// it where `naming`: an empty cell changes nothing.
    pub fn filled(
        &mut self,
        new: &'static str,
        old: &'static str,
        columns: &[&'static str],
        naming: bool,
    ) -> &mut Self {
        for (index, column) in columns.iter().enumerate() {
            self.text(if index == 0 { "" } else { ", " });
            if naming {
                self.text("\"").text(column).text("\" = ");
            }
            for (text, side) in [("coalesce(", new), (", ", old)] {
                self.text(text)
                    .text(side)
                    .text("\"")
                    .text(column)
                    .text("\"");
            }
            self.text(")");
        }
        self
    }

    /// Appends each column of `new`, or its default where it is null.
    pub fn defaulted(
        &mut self,
        new: &'static str,
        columns: &[&'static str],
        defaults: &[(&'static str, &'static str)],
    ) -> &mut Self {
        for (index, column) in columns.iter().enumerate() {
            self.text(if index == 0 { "" } else { ", " });
            let default = defaults.iter().find(|(name, _)| name == column);
            if let Some((_, default)) = default {
                self.text("coalesce(")
                    .text(new)
                    .text("\"")
                    .text(column)
                    .text("\", ");
                self.text(default).text(")");
            } else {
                self.text(new).text("\"").text(column).text("\"");
            }
        }
        self
    }
}
