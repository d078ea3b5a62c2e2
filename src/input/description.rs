//! The JSON schemas of bodies.

use schemars::{JsonSchema, Schema, SchemaGenerator};
use serde_json::{Map, Value};

use super::body::Mode;

/// Collects a body's JSON schema; used by [`body!`](crate::body).
pub struct Description {
    mode: Mode,
    properties: Map<String, Value>,
    required: Vec<Value>,
}

impl Description {
    /// Starts a schema for bodies of this mode.
    pub fn new(mode: Mode) -> Self {
        Self {
            mode,
            properties: Map::new(),
            required: Vec::new(),
        }
    }

    /// Describes one key. `docs` are the field's attributes as written.
    pub fn key<T: JsonSchema>(
        &mut self,
        generator: &mut SchemaGenerator,
        name: &str,
        required: bool,
        nullable: bool,
        docs: &[&str],
    ) {
        let mut schema = if nullable {
            generator.subschema_for::<Option<T>>()
        } else {
            generator.subschema_for::<T>()
        };
        let sentences: Vec<&str> = docs
            .iter()
            .filter_map(|doc| doc.strip_prefix("doc = "))
            .map(|doc| doc.trim_start_matches('r').trim_matches('"').trim())
            .collect();
        if !sentences.is_empty() && schema.get("$ref").is_none() {
            schema.insert("description".to_owned(), sentences.join(" ").into());
        }
        self.properties.insert(name.to_owned(), schema.to_value());
        if required && self.mode == Mode::Create {
            self.required.push(name.into());
        }
    }

    /// The schema of the whole body.
    pub fn finish(self) -> Schema {
        let mut object = Map::new();
        object.insert("type".to_owned(), "object".into());
        object.insert("properties".to_owned(), Value::Object(self.properties));
        if !self.required.is_empty() {
            object.insert("required".to_owned(), Value::Array(self.required));
        }
        Schema::from(object)
    }
}
