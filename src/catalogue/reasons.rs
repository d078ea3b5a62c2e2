//! Why a value of a request cannot be taken: what would be right, as the rest of
//! a sentence that begins with the field's name.

/// A key, parameter or column that stands twice.
pub const GIVEN_TWICE: &str = "is given twice";
/// A parameter of an address that knows none.
pub const UNASKED: &str = "is not known here; this address takes no parameters";
/// A text of no letter where one is wanted.
pub const EMPTY: &str = "must not be empty";
/// PostgreSQL stores every character but this.
pub const NUL: &str = "must not hold the character '\\0'";
/// A value of another type.
pub const NOT_A_NUMBER: &str = "must be a number";
/// A whole number that is none, or does not fit.
pub const NOT_WHOLE: &str = "must be a whole number in range";
/// A value of another type.
pub const NOT_TEXT: &str = "must be text";
/// A value of another type.
pub const NOT_A_FLAG: &str = "must be true or false";
/// A value of another type.
pub const NOT_A_LIST: &str = "must be a list";
/// A value of another type.
pub const NOT_AN_OBJECT: &str = "must be an object";
/// An amount of 10^12 or more, or less than -10^12.
pub const AMOUNT_TOO_LARGE: &str = "must be below a million million";
/// The same in a query string, where it may also be no number.
pub const NOT_AN_AMOUNT: &str = "must be a number below a million million";
/// A list of more than 100.
pub const TOO_MANY_MEMBERS: &str = "must have 100 members at most";
/// An address of the web without its scheme.
pub const NOT_A_LINK: &str = "must begin with http:// or https://";
/// A picture that is neither on this server nor on the web.
pub const NOT_A_PICTURE: &str = "must begin with http://, https:// or /";
/// A zone that the tz database does not name.
pub const NOT_A_ZONE: &str = "must be an IANA time zone such as Europe/Madrid";
/// `Audit-Reason`.
pub const NOT_A_REASON: &str = "must have 1 to 500 visible ASCII characters";
/// `Idempotency-Key`.
pub const NOT_A_KEY: &str = "must have 1 to 255 visible ASCII characters";

/// A password of less than 6 characters.
pub const PASSWORD_SHORT: &str = "must have at least 6 characters";
/// A password that the hash would cut.
pub const PASSWORD_LONG: &str = "must have at most 72 bytes";
/// An e-mail address that cannot be one.
pub const NOT_AN_EMAIL: &str = "must be an address such as ada@example.com";

/// `campaign_id` of a suppression.
pub const CAMPAIGN_GOES_WITH_ITS_SCOPE: &str =
    "is required with the scope campaign, and only there";
/// The outcome of a conversation that was only laid out.
pub const SERVER_ALONE: &str = "is set by the server alone";

/// An upper end below its lower end.
pub fn below(field: &str) -> String {
    format!("must not be below {field}")
}

/// An end that is not later than its beginning.
pub fn not_after(field: &str) -> String {
    format!("must be after {field}")
}

/// A text that is too short or too long, in characters.
pub fn length(least: usize, most: usize) -> String {
    format!("must have {least} to {most} characters")
}

/// A text with a character that has no place there.
pub fn character(letter: char) -> String {
    format!("must not hold the character {letter:?}")
}

/// A value of another kind; `wanted` is one of the catalogue's words, or a list
/// of those that an address or key can hold.
pub fn must_be(wanted: &str) -> String {
    format!("must be {wanted}")
}

/// A word that a closed list does not hold.
pub fn one_of(words: &[&str]) -> String {
    format!("must be one of {}", words.join(" "))
}

/// A column that `sort` names twice.
pub fn sorted_twice(column: &str) -> String {
    format!("names `{column}` twice")
}

/// A parameter that a list does not know.
pub fn no_filter(name: &str, value: &str) -> String {
    format!("{name} is no filter of {value}")
}
