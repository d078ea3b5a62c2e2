//! A statement and its parameters, written side by side.

use std::fmt::Write as _;

use tokio_postgres::types::ToSql;

/// A value that can be bound to a statement.
pub type Parameter = Box<dyn ToSql + Send + Sync>;

/// One SQL statement with the values for its `$1, $2, …`.
///
/// The text only ever comes from this program; whatever comes from outside is
/// bound. `push` takes `&'static str` for that reason.
#[derive(Debug, Default)]
pub struct Query {
    sql: String,
    parameters: Vec<Parameter>,
}

impl Query {
    /// Starts a statement with fixed text.
    pub fn new(sql: &'static str) -> Self {
        Self {
            sql: sql.to_owned(),
            parameters: Vec::new(),
        }
    }

    /// Appends fixed text.
    #[must_use]
    pub fn push(mut self, sql: &'static str) -> Self {
        self.sql.push_str(sql);
        self
    }

    /// Appends the next placeholder and binds `value` to it.
    #[must_use]
    pub fn bind(mut self, value: impl ToSql + Send + Sync + 'static) -> Self {
        self.add(value);
        self
    }

    /// Appends fixed text in place.
    pub fn text(&mut self, sql: &'static str) -> &mut Self {
        self.sql.push_str(sql);
        self
    }

    /// Appends the next placeholder and binds `value` to it, in place.
    pub fn add(&mut self, value: impl ToSql + Send + Sync + 'static) -> &mut Self {
        self.add_boxed(Box::new(value))
    }

    /// Appends the next placeholder for a value that is boxed already.
    pub fn add_boxed(&mut self, value: Parameter) -> &mut Self {
        self.parameters.push(value);
        let _ = write!(self.sql, "${}", self.parameters.len());
        self
    }

    /// Appends ` and column = $n` when there is a value.
    pub fn equal<T: ToSql + Clone + Send + Sync + 'static>(
        &mut self,
        column: &'static str,
        value: &Option<T>,
    ) -> &mut Self {
        match value {
            Some(value) => self
                .text(" and ")
                .text(column)
                .text(" = ")
                .add(value.clone()),
            None => self,
        }
    }

    /// The statement's text.
    pub fn sql(&self) -> &str {
        &self.sql
    }

    /// The values, in the order of their placeholders.
    pub fn parameters(&self) -> &[Parameter] {
        &self.parameters
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn placeholders_are_numbered_in_order() {
        let query = Query::new("select * from t where a = ")
            .bind(1_i32)
            .push(" and b = ")
            .bind("x".to_owned());
        assert_eq!(query.sql(), "select * from t where a = $1 and b = $2");
        assert_eq!(query.parameters().len(), 2);
    }
}
