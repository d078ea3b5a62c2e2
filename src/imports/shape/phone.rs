//! Telephone numbers as E.164.

use crate::catalogue::imports as words;
use std::str::FromStr as _;

use phonenumber::{Mode, country};

/// A telephone number as `+<country><number>`. One that does not begin with
/// `+` or `00` is of `country` (ISO 3166-1).
///
/// Numbers that are not given out (yet), such as those reserved for fiction,
/// are taken: what is possible counts, since plans change more often than
/// programs.
///
/// # Errors
/// What would be right.
pub(super) fn e164(written: &str, country: Option<&str>) -> Result<String, String> {
    let bare = written.trim();
    let bare = bare.strip_prefix("tel:").unwrap_or(bare);
    let international = match bare.strip_prefix("00") {
        Some(rest) => format!("+{rest}"),
        None => bare.to_owned(),
    };
    let home = country.and_then(|code| country::Id::from_str(&code.to_uppercase()).ok());
    if home.is_none() && !international.starts_with('+') {
        return Err(words::MUST_BEGIN_WITH_COUNTRY_S_CODE.to_owned());
    }
    let number = phonenumber::parse(home, &international)
        .map_err(|_| words::IS_NO_TELEPHONE_NUMBER.to_owned())?;
    let text = number.format().mode(Mode::E164).to_string();
    let digits = text.len().saturating_sub(1);
    match (7..=15).contains(&digits) {
        true => Ok(text),
        false => Err(words::IS_NO_TELEPHONE_NUMBER_HAS_TOO.to_owned()),
    }
}

#[cfg(test)]
mod tests {
    use super::e164;

    #[test]
    fn numbers_of_every_spelling_are_one() {
        for (written, country) in [
            ("+351 912 345 678", None),
            ("00351912345678", None),
            ("912 345 678", Some("PT")),
            ("(+351) 912-345-678", Some("ES")),
        ] {
            assert_eq!(
                e164(written, country).as_deref(),
                Ok("+351912345678"),
                "{written}"
            );
        }
        assert_eq!(e164("+1 415 555 0100", None).as_deref(), Ok("+14155550100"));
        assert_eq!(
            e164("07700 900123", Some("gb")).as_deref(),
            Ok("+447700900123")
        );
    }

    #[test]
    fn what_is_none_is_refused() {
        assert!(e164("912 345 678", None).is_err_and(|reason| reason.contains("country")));
        assert!(e164("call me", Some("PT")).is_err());
        assert!(e164("+351 9", None).is_err());
    }
}
