//! Why the conditions or targets of a routing rule cannot be understood.

/// Neither a list nor a tree.
pub const NEITHER: &str = "must be a list or a tree of conditions";
/// A member of the list that is no condition.
pub const NOT_A_CONDITION: &str = "must be an object with field, operator and value";
/// A value of another type.
pub const NOT_A_TEXT: &str = "must be a text";
/// `within_hours` of another field.
pub const HOURS_ALONE: &str = "`within_hours` is for local_hour alone";

/// Targets of neither form.
pub const NEITHER_PEOPLE_NOR_TEAM: &str = "must be a list of people or a team";
/// `users` that is no list.
pub const NOT_PEOPLE: &str = "must be a list of people";
/// A member that names nobody.
pub const NOT_A_PERSON: &str = "must be a person's key, or user_id with a weight from 1 to 1000";

/// What [`must_be`](super::reasons::must_be) wants of a value.
pub const A_TEXT: &str = "a text";
/// See [`A_TEXT`].
pub const A_NUMBER: &str = "a number";
/// See [`A_TEXT`].
pub const A_TEXT_OR_NUMBER: &str = "a text or number";
/// See [`A_TEXT`].
pub const A_FLAG: &str = "true or false";
/// See [`A_TEXT`].
pub const VALUES: &str = "a list of 1 to 200 values of the field's kind";
/// See [`A_TEXT`].
pub const A_RANGE: &str = "a list of two numbers, the smaller first";
/// See [`A_TEXT`].
pub const HOURS: &str = "a list of two hours from 0 to 24";

/// A list of more conditions than are looked at.
pub fn too_many(most: usize) -> String {
    format!("must have {most} conditions at most")
}

/// A list of more people than one rule has.
pub fn too_many_people(most: usize) -> String {
    format!("must have {most} people at most")
}

/// A tree of more nodes than are looked at.
pub fn too_large(node: usize, most: usize) -> String {
    format!("is node {node}; {most} are the most")
}

/// A tree of more levels than are looked at.
pub fn too_deep(deepest: usize) -> String {
    format!("is deeper than {deepest} levels")
}

/// An order of what has none.
pub fn needs_number(operator: &str, field: &str) -> String {
    format!("`{operator}` needs a number, and {field} is none")
}

/// An operator that does not go with the field.
pub fn cannot_ask(op: &str, field: &str) -> String {
    format!("`{op}` cannot be asked of {field}")
}
