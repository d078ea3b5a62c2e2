//! Why a row or a file that is brought in is refused. Each goes on from the name
//! of a column.

/// Told of a value that was refused.
pub const HAS_NO_CURRENCY_NAME_ONE_FOR: &str =
    "has no currency: name one for every row (--set currency=EUR), or in a column";
/// Told of a value that was refused.
pub const HAS_NO_WORDS_TEXT: &str = "has no words (text)";
/// Told of a value that was refused.
pub const IS_LONGER_THAN_8_MB: &str = "is longer than 8 MB";
/// Told of a value that was refused.
pub const IS_NOT_JSON_OBJECT: &str = "is not a JSON object";
/// Told of a value that was refused.
pub const IS_NOT_TEXT: &str = "is not text";
/// Told of a value that was refused.
pub const IS_NOT_VALUE_CAN_STAND_HERE: &str = "is not a value that can stand here";
/// Told of a value that was refused.
pub const IS_NO_PRICE: &str = "is no price";
/// Told of a value that was refused.
pub const IS_NO_TELEPHONE_NUMBER: &str = "is no telephone number";
/// Told of a value that was refused.
pub const IS_NO_TELEPHONE_NUMBER_HAS_TOO: &str =
    "is no telephone number: it has too few or too many digits";
/// Told of a value that was refused.
pub const IS_REQUIRED: &str = "is required";
/// Told of a value that was refused.
pub const IS_REQUIRED_TELLS_CONVERSATION_FROM_NEW: &str =
    "is required: it tells a conversation from a new one";
/// Told of a value that was refused.
pub const MUST_BEGIN_WITH_COUNTRY_S_CODE: &str =
    "must begin with + and the country's code; or say in which country it is (--set country=PT)";
/// Told of a value that was refused.
pub const MUST_BE_ADDRESS_SUCH_AS_ADA: &str = "must be an address such as ada@example.com";
/// Told of a value that was refused.
pub const MUST_BE_AVAILABLE_RESERVED_SOLD_ONE: &str =
    "must be available, reserved or sold, or one of RESO's";
/// Told of a value that was refused.
pub const MUST_BE_COLUMN_VALUE_SUCH_AS: &str = "must be column=value, such as city=Valencia";
/// Told of a value that was refused.
pub const MUST_BE_DAY_SUCH_AS_2026: &str = "must be a day such as 2026-03-31";
/// Told of a value that was refused.
pub const MUST_BE_JSON_OBJECT_HEADING_COLUMN: &str = "must be a JSON object of heading and column";
/// Told of a value that was refused.
pub const MUST_BE_LIST_TURNS: &str = "must be a list of turns";
/// Told of a value that was refused.
pub const MUST_BE_MOMENT_SUCH_AS_2026: &str = "must be a moment such as 2026-03-31T12:00:00Z";
/// Told of a value that was refused.
pub const MUST_BE_NUMBER: &str = "must be a number";
/// Told of a value that was refused.
pub const MUST_BE_NUMBER_SECONDS: &str = "must be a number of seconds";
/// Told of a value that was refused.
pub const MUST_BE_ONE_CHARACTER_SUCH_AS: &str = "must be one character, such as ; or tab";
/// Told of a value that was refused.
pub const MUST_BE_ONE_CONVERSATION_IS_OVER: &str = "must be one of a conversation that is over";
/// Told of a value that was refused.
pub const MUST_BE_SALE_RENT: &str = "must be sale or rent";
/// Told of a value that was refused.
pub const MUST_BE_SQM_SQFT: &str = "must be sqm or sqft";
/// Told of a value that was refused.
pub const MUST_BE_TRUE_FALSE: &str = "must be true or false";
/// Told of a value that was refused.
pub const MUST_BE_UUID: &str = "must be a UUID";
/// Told of a value that was refused.
pub const MUST_BE_VILLA_APARTMENT_PENTHOUSE_TOWNHOUSE: &str =
    "must be villa, apartment, penthouse or townhouse, or a usual word for one";
/// Told of a value that was refused.
pub const MUST_BE_WHOLE_NUMBER: &str = "must be a whole number";
/// Told of a value that was refused.
pub const MUST_BE_WHOLE_NUMBER_FROM_0: &str = "must be a whole number from 0 up";
/// Told of a value that was refused.
pub const MUST_BE_YES_NO: &str = "must be yes or no";

/// Two rows of one file are one person.
pub fn is_the_same_person(line: i64) -> String {
    format!("is the same person as line {line}")
}

/// A line that should be JSON.
pub fn is_not_json(error: &serde_json::Error) -> String {
    format!("is not JSON: {error}")
}

/// A text that is too long.
pub fn has_more_characters(most: usize) -> String {
    format!("has more than {most} characters")
}
