//! A page of rows in a stable order, found again by what the last row was.

use super::{query::Query, row::Record, run::Run};
use crate::{envelope::Page, error::Error, input::List};

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
    /// Newest first, then by id: what lists use unless told otherwise, and what
    /// the indexes have.
    pub fn newest_first() -> Self {
        Self(vec![
            Key::descending("created_at", "timestamptz"),
            Key::ascending("id", "uuid"),
        ])
    }

    /// Best match of a search first, then by id. The source gives the column
    /// `rank`.
    pub fn best_first() -> Self {
        Self(vec![
            Key::descending("rank", "float4"),
            Key::ascending("id", "uuid"),
        ])
    }
}

type Condition<'a> = Box<dyn Fn(&mut Query) + Send + Sync + 'a>;

/// A table or view that rows come from, with the scope that its policy decides
/// anyway: repeated here, the owner's index is used.
pub struct Source<'a> {
    relation: &'static str,
    join: Option<Condition<'a>>,
    late: bool,
    picked: Option<Condition<'a>>,
    scope: Option<Condition<'a>>,
}

impl<'a> Source<'a> {
    /// All rows of `relation` that the policies show.
    pub fn all(relation: &'static str) -> Self {
        Self {
            relation,
            join: None,
            late: false,
            picked: None,
            scope: None,
        }
    }

    /// The rows of `relation` within `scope`, a condition without `and`.
    pub fn within(relation: &'static str, scope: impl Fn(&mut Query) + Send + Sync + 'a) -> Self {
        Self {
            relation,
            join: None,
            late: false,
            picked: None,
            scope: Some(Box::new(scope)),
        }
    }

    /// The same rows, their columns computed for those of the page alone. A view
    /// with a security barrier masks every row before it is sorted otherwise.
    #[must_use]
    pub fn late(mut self) -> Self {
        self.late = true;
        self
    }

    /// The same rows, those of a page named by a function of the database:
    /// `function` appends its name, a bracket and its own arguments. The listing
    /// adds the cursor's values (null on the first page) and the number of rows,
    /// so the function has the list's order and knows every filter that does not
    /// leave all of the source or nothing.
    #[must_use]
    pub fn picked(mut self, function: impl Fn(&mut Query) + Send + Sync + 'a) -> Self {
        self.picked = Some(Box::new(function));
        self
    }

    /// The same rows joined with what `join` appends after the relation's name,
    /// such as the ids that a search found.
    #[must_use]
    pub fn joined(mut self, join: impl Fn(&mut Query) + Send + Sync + 'a) -> Self {
        self.join = Some(Box::new(join));
        self
    }

    /// Appends ` from … where …`.
    pub fn append(&self, query: &mut Query) {
        query.text(" from ").text(self.relation);
        if let Some(join) = &self.join {
            join(query);
        }
        query.text(" where ");
        match &self.scope {
            Some(scope) => scope(query),
            None => {
                query.text("true");
            }
        }
    }
}

/// What a list endpoint asks for.
pub struct Listing<'a> {
    /// Where rows come from; several are merged in order.
    pub sources: Vec<Source<'a>>,
    /// Appends ` and …` for each filter that is set.
    pub conditions: Condition<'a>,
    /// The order of the rows.
    pub order: Order,
    /// Rows a page, 1 to 500.
    pub limit: u16,
    /// The opaque cursor of the page before.
    pub cursor: Option<String>,
    /// Whether the total is asked for.
    pub count: bool,
}

impl<'a> Listing<'a> {
    /// What a query string asks for: the rows of `sources` that its filters
    /// (`conditions` appends ` and …` for each) leave, in its order or else in
    /// `order`.
    pub fn of<F>(
        list: &'a List<F>,
        sources: Vec<Source<'a>>,
        order: impl FnOnce() -> Order,
        conditions: impl Fn(&mut Query) + Send + Sync + 'a,
    ) -> Self {
        Self {
            sources,
            conditions: Box::new(conditions),
            order: list.order(order),
            limit: list.limit,
            cursor: list.cursor.clone(),
            count: list.count,
        }
    }
}

impl Listing<'_> {
    /// Reads one page.
    ///
    /// # Errors
    /// 400 for a cursor that is not one of this list in this order; whatever
    /// the database says.
    pub async fn page<R: Record>(&self, on: &impl Run) -> Result<Page<R>, Error> {
        let after = match &self.cursor {
            Some(cursor) => Some(self.order.decode(cursor)?),
            None => None,
        };
        let rows = on.run(self.select::<R>(after.as_deref())).await?;
        let more = rows.len() > usize::from(self.limit);
        let rows = rows.get(..usize::from(self.limit)).unwrap_or(&rows);
        let next_cursor = match rows.last() {
            Some(last) if more => Some(self.order.encode(last)?),
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
            // A cursor is made of the order's columns, shown or not.
            for key in &self.order.0 {
                if !R::NAMES.contains(&key.column) {
                    query.text(", ").text(key.column);
                }
            }
            if let Some(function) = &source.picked {
                query.text(" from ").text(source.relation);
                query.text(" where id = any (array(select ");
                function(&mut query);
                self.cursor_and_limit(&mut query, after);
                query.text(")))");
                (self.conditions)(&mut query);
                self.order_and_limit(&mut query);
            } else if source.late && source.join.is_none() {
                query.text(" from ").text(source.relation);
                query.text(" where id = any (array(select id");
                self.page_of(&mut query, source, after);
                query.text("))");
                self.order_and_limit(&mut query);
            } else {
                self.page_of(&mut query, source, after);
            }
            query.text(")");
        }
        if self.sources.len() > 1 {
            self.order_and_limit(&mut query);
        }
        query
    }

    /// The rows of one source, as many as a page may take from it.
    fn page_of(&self, query: &mut Query, source: &Source<'_>, after: Option<&[Option<String>]>) {
        self.rows_of(query, source);
        if let Some(after) = after {
            query.text(" and ");
            self.after(query, after);
        }
        self.order_and_limit(query);
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
            self.rows_of(&mut query, source);
            query.text(")");
        }
        query.text(")::int8");
        on.run(query).await?.value().map(Option::unwrap_or_default)
    }

    fn rows_of(&self, query: &mut Query, source: &Source<'_>) {
        source.append(query);
        (self.conditions)(query);
    }

    /// The last arguments of a function that names the rows of a page.
    fn cursor_and_limit(&self, query: &mut Query, after: Option<&[Option<String>]>) {
        for (index, key) in self.order.0.iter().enumerate() {
            query.text(", ");
            let value = after.and_then(|values| values.get(index)).cloned();
            cast(query, key, &value.flatten());
        }
        query.text(", ").add(i32::from(self.limit) + 1);
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

    /// `(a, b) > (x, y)`, spelled out where directions differ or nulls occur.
    fn after(&self, query: &mut Query, values: &[Option<String>]) {
        let keys = &self.order.0;
        let uniform = keys
            .iter()
            .all(|key| !key.nullable && key.descending == keys[0].descending);
        if uniform {
            row_after(query, keys, values);
            return;
        }
        if !keys[0].nullable {
            // Says nothing new, but is what an index can start from.
            query.text(keys[0].column);
            query.text(if keys[0].descending { " <= " } else { " >= " });
            cast(query, &keys[0], &values[0]);
            query.text(" and ");
        }
        query.text("(");
        for depth in 0..keys.len() {
            query.text(if depth == 0 { "(" } else { " or (" });
            for (key, value) in keys.iter().zip(values).take(depth) {
                query.text(key.column).text(" is not distinct from ");
                cast(query, key, value);
                query.text(" and ");
            }
            beyond(query, &keys[depth], &values[depth]);
            query.text(")");
        }
        query.text(")");
    }
}

fn row_after(query: &mut Query, keys: &[Key], values: &[Option<String>]) {
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
}

fn beyond(query: &mut Query, key: &Key, value: &Option<String>) {
    if value.is_none() {
        // Nulls come last, so nothing is beyond one.
        query.text("false");
        return;
    }
    query.text("(").text(key.column);
    query.text(if key.descending { " < " } else { " > " });
    cast(query, key, value);
    if key.nullable {
        query.text(" or ").text(key.column).text(" is null");
    }
    query.text(")");
}

fn cast(query: &mut Query, key: &Key, value: &Option<String>) {
    query
        .text("(")
        .add(value.clone())
        .text("::text)::")
        .text(key.sql_type);
}
