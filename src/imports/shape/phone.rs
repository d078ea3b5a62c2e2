//! Telephone numbers as E.164.

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
        return Err(
            "must begin with + and the country's code; or say in which country it is \
                    (--set country=PT)"
                .to_owned(),
        );
    }
    let number = phonenumber::parse(home, &international)
        .map_err(|_| "is no telephone number".to_owned())?;
    let text = number.format().mode(Mode::E164).to_string();
    let digits = text.len().saturating_sub(1);
    match (7..=15).contains(&digits) {
        true => Ok(text),
        false => Err("is no telephone number: it has too few or too many digits".to_owned()),
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
