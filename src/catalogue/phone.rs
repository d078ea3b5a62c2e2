//! Why a telephone number cannot be dialled from anywhere.

const RIGHT: &str = "write it with the country's code, such as +34 600 111 222";

/// A number as it is dialled at home.
pub fn no_country() -> String {
    format!("has no country code; {RIGHT}")
}

/// A text that is no number.
pub fn no_number() -> String {
    format!("is not a telephone number; {RIGHT}")
}

/// A number with something in it that cannot be dialled.
pub fn character(letter: char) -> String {
    format!("must not hold {letter:?}; {RIGHT}")
}

/// A 0 after the + or 00.
pub fn zero() -> String {
    format!("no country's code begins with 0; {RIGHT}")
}

/// Too few digits or too many.
pub fn length() -> String {
    format!("must have 7 to 15 digits; {RIGHT}")
}
