//! Query strings of lists.

use std::{collections::HashMap, fmt::Display, str::FromStr};

use aide::{
    OperationInput,
    generate::GenContext,
    openapi::{
        HeaderStyle, Operation, Parameter, ParameterData, ParameterSchemaOrContent, QueryStyle,
        ReferenceOr, SchemaObject,
    },
};
use axum::{extract::FromRequestParts, http::request::Parts};
use schemars::{Schema, SchemaGenerator, json_schema};

use super::{meant, snake_case, unknown};
use crate::{
    catalogue::{reasons, sentence},
    db::{Key, Order},
    error::{Error, Problem},
};

/// Rows a page when nothing is said.
pub const DEFAULT_LIMIT: u16 = 100;
/// Rows a page at most; a larger wish is served as this.
pub const MOST: u16 = 500;

/// A column that a list can be sorted by.
#[derive(Clone, Copy, Debug)]
pub struct Sort {
    /// The column, and its name in `sort`.
    pub column: &'static str,
    /// Its PostgreSQL type.
    pub sql_type: &'static str,
    /// Whether it may be null.
    pub nullable: bool,
}

/// What a list can be filtered by; made by the macro [`filter!`](crate::filter).
pub trait Filter: Default + Send {
    /// The parameters' names.
    const NAMES: &'static [&'static str];
    /// The columns of `sort`.
    const SORTS: &'static [Sort];

    /// Reads one parameter.
    ///
    /// # Errors
    /// What would be right, as a sentence.
    fn set(&mut self, name: &str, value: &str) -> Result<(), String>;

    /// Name, schema and description of each parameter.
    fn describe(generator: &mut SchemaGenerator) -> Vec<(&'static str, Schema, String)>;
}

/// A list's query string.
#[derive(Clone, Debug)]
pub struct List<F> {
    /// The noun's own filters.
    pub filter: F,
    /// Rows a page.
    pub limit: u16,
    /// The opaque cursor of the page before.
    pub cursor: Option<String>,
    /// Whether the total is wanted.
    pub count: bool,
    sort: Option<Order>,
}

impl<F> List<F> {
    /// The wanted order, else `default`.
    pub fn order(&self, default: impl FnOnce() -> Order) -> Order {
        self.sort.clone().unwrap_or_else(default)
    }

    /// Whether the caller said how to sort.
    pub fn is_sorted(&self) -> bool {
        self.sort.is_some()
    }

    /// The columns that the caller sorts by.
    pub fn sort_columns(&self) -> Vec<&'static str> {
        let keys = self.sort.as_ref().map(|order| order.0.as_slice());
        keys.unwrap_or_default()
            .iter()
            .map(|key| key.column)
            .collect()
    }
}

impl<F: Filter> List<F> {
    /// Reads a query string.
    ///
    /// # Errors
    /// 400 with one problem for each parameter that cannot be taken.
    pub fn read(query: &str) -> Result<Self, Error> {
        let mut list = Self {
            filter: F::default(),
            limit: DEFAULT_LIMIT,
            cursor: None,
            count: false,
            sort: None,
        };
        let mut problems = Vec::new();
        let mut seen = HashMap::new();
        for (name, value) in form_urlencoded::parse(query.as_bytes()) {
            let name = snake_case(&name);
            let name = meant(&name, F::NAMES).map_or(name, str::to_owned);
            if seen.insert(name.clone(), ()).is_some() {
                problems.push(Problem::worded(&name, reasons::GIVEN_TWICE));
            } else if let Err(reason) = list.take(&name, &value) {
                problems.push(Problem::worded(&name, reason));
            }
        }
        if problems.is_empty() {
            Ok(list)
        } else {
            Err(Error::all_invalid(problems))
        }
    }

    fn take(&mut self, name: &str, value: &str) -> Result<(), String> {
        match name {
            "limit" => self.limit = read_limit(value)?,
            "cursor" => self.cursor = Some(value.to_owned()),
            "count" => self.count = read_parameter(value)?,
            "sort" => self.sort = Some(read_sort(value, F::SORTS)?),
            _ if F::NAMES.contains(&name) => self.filter.set(name, value)?,
            _ => {
                let known = F::NAMES.iter().copied();
                let all = known.chain(["limit", "cursor", "count", "sort"]);
                return Err(unknown(name, all).reason);
            }
        }
        Ok(())
    }
}

/// Reads one value of a query string.
///
/// # Errors
/// The type's own sentence.
pub fn read_parameter<T: FromStr>(value: &str) -> Result<T, String>
where
    T::Err: Display,
{
    if value.contains('\0') {
        return Err(reasons::NUL.to_owned());
    }
    value.parse().map_err(|error: T::Err| error.to_string())
}

fn read_limit(value: &str) -> Result<u16, String> {
    let positive = !value.is_empty()
        && value.bytes().all(|byte| byte.is_ascii_digit())
        && value.bytes().any(|byte| byte != b'0');
    if !positive {
        return Err(sentence("limit_not_positive").to_owned());
    }
    Ok(value.parse::<u16>().unwrap_or(MOST).min(MOST))
}

fn read_sort(value: &str, sorts: &[Sort]) -> Result<Order, String> {
    let mut keys: Vec<Key> = Vec::new();
    for word in value.split(',') {
        let (descending, name) = match word.trim().strip_prefix('-') {
            Some(name) => (true, name),
            None => (false, word.trim()),
        };
        let name = snake_case(name);
        let known = sorts.iter().map(|sort| sort.column);
        let Some(sort) = sorts.iter().find(|sort| sort.column == name) else {
            return Err(format!("`{name}` {}", unknown(&name, known).reason));
        };
        if keys.iter().any(|key| key.column == sort.column) {
            return Err(reasons::sorted_twice(&name));
        }
        keys.push(Key {
            column: sort.column,
            sql_type: sort.sql_type,
            descending,
            nullable: sort.nullable,
        });
    }
    if !keys.iter().any(|key| key.column == "id") {
        // The id makes the order total; ascending, as the indexes have it.
        let id = sorts.iter().find(|sort| sort.column == "id");
        keys.push(Key::ascending(
            "id",
            id.map_or("uuid", |sort| sort.sql_type),
        ));
    }
    Ok(Order(keys))
}

impl<S: Send + Sync, F: Filter> FromRequestParts<S> for List<F> {
    type Rejection = Error;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Error> {
        Self::read(parts.uri.query().unwrap_or_default())
    }
}

impl<F: Filter> OperationInput for List<F> {
    fn operation_input(context: &mut GenContext, operation: &mut Operation) {
        for (name, schema, description) in F::describe(&mut context.schema) {
            describe_query(operation, name, schema, &description);
        }
        let limit = json_schema!({ "type": "integer", "minimum": 1, "default": DEFAULT_LIMIT });
        describe_query(
            operation,
            "limit",
            limit,
            "Rows a page; more than 500 is served as 500.",
        );
        let text = json_schema!({ "type": "string" });
        describe_query(
            operation,
            "cursor",
            text,
            "`next_cursor` of the page before.",
        );
        let flag = json_schema!({ "type": "boolean" });
        describe_query(operation, "count", flag, "Whether `total` is wanted.");
        let columns: Vec<&str> = F::SORTS.iter().map(|sort| sort.column).collect();
        let one = format!("-?({})", columns.join("|"));
        let pattern = format!("^{one}(,{one})*$");
        let sort = json_schema!({ "type": "string", "pattern": pattern });
        describe_query(
            operation,
            "sort",
            sort,
            "Columns, each with - for descending.",
        );
    }
}

/// Adds an optional query parameter to an operation's description.
pub(crate) fn describe_query(
    operation: &mut Operation,
    name: &str,
    schema: Schema,
    description: &str,
) {
    let parameter = Parameter::Query {
        parameter_data: parameter_data(name, schema, description),
        allow_reserved: false,
        style: QueryStyle::Form,
        allow_empty_value: None,
    };
    operation.parameters.push(ReferenceOr::Item(parameter));
}

/// Adds an optional header to an operation's description.
pub(crate) fn describe_header(
    operation: &mut Operation,
    _: &mut GenContext,
    name: &str,
    description: &str,
) {
    let schema = json_schema!({ "type": "string" });
    let parameter = Parameter::Header {
        parameter_data: parameter_data(name, schema, description),
        style: HeaderStyle::Simple,
    };
    operation.parameters.push(ReferenceOr::Item(parameter));
}

fn parameter_data(name: &str, schema: Schema, description: &str) -> ParameterData {
    ParameterData {
        name: name.to_owned(),
        description: Some(description.to_owned()),
        required: false,
        deprecated: None,
        format: ParameterSchemaOrContent::Schema(SchemaObject {
            json_schema: schema,
            external_docs: None,
            example: None,
        }),
        example: None,
        examples: indexmap::IndexMap::default(),
        explode: None,
        extensions: indexmap::IndexMap::default(),
    }
}

/// Declares a noun's filters and the columns it can be sorted by.
#[macro_export]
macro_rules! filter {
    (
        $(#[$meta:meta])*
        pub struct $name:ident {
            $($(#[doc = $doc:literal])* $field:ident: $type:ty),* $(,)?
        }
        sort { $($sort:ident: $sql_type:literal $($null:ident)?),* $(,)? }
    ) => {
        $(#[$meta])*
        #[derive(Clone, Debug, Default)]
        pub struct $name {
            $($(#[doc = $doc])* pub $field: Option<$type>,)*
        }

        impl $crate::input::Filter for $name {
            const NAMES: &'static [&'static str] = &[$($crate::db::plain_name(stringify!($field))),*];
            const SORTS: &'static [$crate::input::Sort] = &[$($crate::input::Sort {
                column: $crate::db::plain_name(stringify!($sort)),
                sql_type: $sql_type,
                nullable: $crate::filter!(@nullable $($null)?),
            }),*];

            fn set(&mut self, name: &str, value: &str) -> Result<(), String> {
                $(if name == $crate::db::plain_name(stringify!($field)) {
                    self.$field = Some($crate::input::read_parameter::<$type>(value)?);
                    return Ok(());
                })*
                Err($crate::catalogue::reasons::no_filter(name, value))
            }

            fn describe(
                generator: &mut schemars::SchemaGenerator,
            ) -> Vec<(&'static str, schemars::Schema, String)> {
                let _ = &generator;
                vec![$((
                    $crate::db::plain_name(stringify!($field)),
                    generator.subschema_for::<$type>(),
                    [$($doc.trim()),*].join(" "),
                )),*]
            }
        }
    };
    (@nullable nullable) => { true };
    (@nullable) => { false };
}
