//! A page of rows in a stable order, found again by what the last row was.

use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use tokio_postgres::{
    Row,
    types::{FromSql, Type},
};

use super::{query::Query, row::Record, run::Run};
use crate::{
    envelope::Page,
    error::{Error, Problem},
};

/// One column that a list is ordered by.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Key {
    /// The column, or the name of an extra output column such as `rank`.
    pub column: &'static str,
    /// Its PostgreSQL type, to which a cursor's text is cast.
    pub sql_type: &'static str,
    /// Largest first. Nulls come last in either direction.
    pub descending: bool,
    /// Whether the column may be null.
    pub nullable: bool,
}

impl Key {
    /// An ascending key that is never null.
    pub const fn ascending(column: &'static str, sql_type: &'static str) -> Self {
        Self {
            column,
            sql_type,
            descending: false,
            nullable: false,
        }
    }

    /// A descending key that is never null.
    pub const fn descending(column: &'static str, sql_type: &'static str) -> Self {
        Self {
            descending: true,
            ..Self::ascending(column, sql_type)
        }
    }
}

/// The order of a list; the last key makes it total.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Order(pub Vec<Key>);

impl Order {
    /// Newest first, then by id: what lists use unless told otherwise.
    pub fn newest_first() -> Self {
        Self(vec![
            Key::descending("created_at", "timestamptz"),
            Key::descending("id", "uuid"),
        ])
    }

    fn signature(&self) -> String {
        self.0
            .iter()
            .map(|key| format!("{}{}", if key.descending { "-" } else { "" }, key.column))
            .collect::<Vec<_>>()
            .join(",")
    }
}

type Condition<'a> = Box<dyn Fn(&mut Query) + Send + Sync + 'a>;

/// A table or view that rows come from, with the scope that its policy decides
/// anyway: repeated here, the owner's index is used.
pub struct Source<'a> {
    relation: &'static str,
    scope: Option<Condition<'a>>,
}

impl<'a> Source<'a> {
    /// All rows of `relation` that the policies show.
    pub fn all(relation: &'static str) -> Self {
        Self {
            relation,
            scope: None,
        }
    }

    /// The rows of `relation` within `scope`, a condition without `and`.
    pub fn within(relation: &'static str, scope: impl Fn(&mut Query) + Send + Sync + 'a) -> Self {
        Self {
            relation,
            scope: Some(Box::new(scope)),
        }
    }
}

/// What a list endpoint asks for.
pub struct Listing<'a> {
    /// Where rows come from; several are merged in order.
    pub sources: Vec<Source<'a>>,
    /// Appends ` and …` for each filter that is set.
    pub conditions: Condition<'a>,
    /// Extra output columns that the order needs, such as a search rank, each
    /// with a leading comma.
    pub extra: Option<Condition<'a>>,
    /// The order of the rows.
    pub order: Order,
    /// Rows a page, 1 to 500.
    pub limit: u16,
    /// The opaque cursor of the page before.
    pub cursor: Option<String>,
    /// Whether the total is asked for.
    pub count: bool,
}

impl Listing<'_> {
    /// Reads one page.
    ///
    /// # Errors
    /// 400 for a cursor that is not one of this list in this order; whatever
    /// the database says.
    pub async fn page<R: Record>(&self, on: &impl Run) -> Result<Page<R>, Error> {
        let after = match &self.cursor {
            Some(cursor) => Some(self.decode(cursor)?),
            None => None,
        };
        let rows = on.run(self.select::<R>(after.as_deref())).await?;
        let more = rows.len() > usize::from(self.limit);
        let rows = rows.get(..usize::from(self.limit)).unwrap_or(&rows);
        let next_cursor = match rows.last() {
            Some(last) if more => Some(self.encode(last)?),
            _ => None,
        };
        let data = rows.iter().map(R::from_row).collect::<Result<_, _>>()?;
        let total = match self.count {
            true => Some(self.total(on).await?),
            false => None,
        };
        Ok(Page {
            data,
            total,
            next_cursor,
        })
    }

    /// The statement that reads a page, one row longer than asked so that it is
    /// known whether more follow.
    pub fn select<R: Record>(&self, after: Option<&[Option<String>]>) -> Query {
        let mut query = Query::new("");
        for (index, source) in self.sources.iter().enumerate() {
            query.text(if index == 0 { "(" } else { " union all (" });
            query.text("select ").text(R::COLUMNS);
            if let Some(extra) = &self.extra {
                extra(&mut query);
            }
            self.push_source(&mut query, source);
            if let Some(after) = after {
                query.text(" and ");
                self.after(&mut query, after);
            }
            self.order_and_limit(&mut query);
            query.text(")");
        }
        if self.sources.len() > 1 {
            self.order_and_limit(&mut query);
        }
        query
    }

    async fn total(&self, on: &impl Run) -> Result<i64, Error> {
        use super::row::Rows as _;
        let mut query = Query::new("select (");
        for (index, source) in self.sources.iter().enumerate() {
            query.text(if index == 0 {
                "(select count(*)"
            } else {
                " + (select count(*)"
            });
            self.push_source(&mut query, source);
            query.text(")");
        }
        query.text(")::int8");
        on.run(query).await?.value().map(Option::unwrap_or_default)
    }

    fn push_source(&self, query: &mut Query, source: &Source<'_>) {
        query.text(" from ").text(source.relation).text(" where ");
        match &source.scope {
            Some(scope) => scope(query),
            None => {
                query.text("true");
            }
        }
        (self.conditions)(query);
    }

    fn order_and_limit(&self, query: &mut Query) {
        query.text(" order by ");
        for (index, key) in self.order.0.iter().enumerate() {
            if index > 0 {
                query.text(", ");
            }
            query.text(key.column);
            match (key.descending, key.nullable) {
                (true, true) => query.text(" desc nulls last"),
                (true, false) => query.text(" desc"),
                (false, _) => query.text(""),
            };
        }
        query.text(" limit ").add(i64::from(self.limit) + 1);
    }

    /// `(a, b) > (x, y)` spelled out, because directions and nulls may differ.
    fn after(&self, query: &mut Query, values: &[Option<String>]) {
        let keys = &self.order.0;
        let uniform = keys.iter().all(|key| {
            !key.nullable && key.column != "rank" && key.descending == keys[0].descending
        });
        if uniform {
            query.text("(");
            for (index, key) in keys.iter().enumerate() {
                query
                    .text(if index == 0 { "" } else { ", " })
                    .text(key.column);
            }
            query.text(if keys[0].descending { ") < (" } else { ") > (" });
            for (index, (key, value)) in keys.iter().zip(values).enumerate() {
                query.text(if index == 0 { "" } else { ", " });
                cast(query, key, value);
            }
            query.text(")");
            return;
        }
        query.text("(");
        for depth in 0..keys.len() {
            query.text(if depth == 0 { "(" } else { " or (" });
            for (key, value) in keys.iter().zip(values).take(depth) {
                self.key(query, key);
                query.text(" is not distinct from ");
                cast(query, key, value);
                query.text(" and ");
            }
            self.beyond(query, &keys[depth], &values[depth]);
            query.text(")");
        }
        query.text(")");
    }

    fn beyond(&self, query: &mut Query, key: &Key, value: &Option<String>) {
        if value.is_none() {
            // Nulls come last, so nothing is beyond one.
            query.text("false");
            return;
        }
        query.text("(");
        self.key(query, key);
        query.text(if key.descending { " < " } else { " > " });
        cast(query, key, value);
        if key.nullable {
            query.text(" or ").text(key.column).text(" is null");
        }
        query.text(")");
    }

    /// The key as an expression; an output column such as `rank` is computed
    /// again, since WHERE cannot name it.
    fn key(&self, query: &mut Query, key: &Key) {
        match &self.extra {
            Some(extra) if key.column == "rank" => {
                query.text("(select rank from (select null::text");
                extra(query);
                query.text(") ranked)");
            }
            _ => {
                query.text(key.column);
            }
        }
    }

    fn encode(&self, last: &Row) -> Result<String, Error> {
        let mut values = vec![Some(self.order.signature())];
        for key in &self.order.0 {
            let value: Option<CursorText> = last.try_get(key.column).map_err(Error::internal)?;
            values.push(value.map(|text| text.0));
        }
        let text = serde_json::to_string(&values).map_err(Error::internal)?;
        Ok(URL_SAFE_NO_PAD.encode(text))
    }

    fn decode(&self, cursor: &str) -> Result<Vec<Option<String>>, Error> {
        let refused = || Error::invalid(Problem::new("cursor", "cursor_foreign"));
        let bytes = URL_SAFE_NO_PAD.decode(cursor).map_err(|_| refused())?;
        let mut values: Vec<Option<String>> =
            serde_json::from_slice(&bytes).map_err(|_| refused())?;
        let fits = values.len() == self.order.0.len() + 1
            && values[0].as_deref() == Some(&self.order.signature())
            && self
                .order
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
}

/// A cursor comes back from outside: each value must be what its type prints.
fn valid_text(key: &Key, value: Option<&str>) -> bool {
    let Some(value) = value else {
        return key.nullable;
    };
    match key.sql_type {
        "uuid" => value.parse::<uuid::Uuid>().is_ok(),
        "timestamptz" => value.parse::<jiff::Timestamp>().is_ok(),
        "int4" => value.parse::<i32>().is_ok(),
        "int8" => value.parse::<i64>().is_ok(),
        "float8" => value.parse::<f64>().is_ok_and(f64::is_finite),
        "numeric" => value.parse::<rust_decimal::Decimal>().is_ok(),
        _ => value.len() <= 10_000 && !value.contains('\0'),
    }
}

fn cast(query: &mut Query, key: &Key, value: &Option<String>) {
    query
        .text("(")
        .add(value.clone())
        .text("::text)::")
        .text(key.sql_type);
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
