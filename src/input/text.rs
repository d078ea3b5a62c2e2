//! Text from outside, with a length that is known before it is stored.

use std::{error::Error, str::FromStr};

use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::{Deserialize, Deserializer, Serialize, de};
use tokio_postgres::types::{IsNull, ToSql, Type, private::BytesMut, to_sql_checked};

use crate::catalogue::reasons;

macro_rules! text {
    ($(#[$meta:meta])* $name:ident, $least:literal, $most:literal, $pattern:literal, $allowed:expr) => {
        text!($(#[$meta])* $name, $least, $most, $pattern, $allowed, |_| None);
    };
    (
        $(#[$meta:meta])* $name:ident, $least:literal, $most:literal, $pattern:literal,
        $allowed:expr, $wrong:expr
    ) => {
        $(#[$meta])*
        #[derive(Clone, Debug, PartialEq, Eq, Serialize)]
        pub struct $name(String);

        impl $name {
            /// The text.
            pub fn as_str(&self) -> &str {
                &self.0
            }

            /// The text, given away.
            pub fn into_string(self) -> String {
                self.0
            }
        }

        impl FromStr for $name {
            type Err = String;

            fn from_str(text: &str) -> Result<Self, String> {
                let text = text.trim();
                let length = text.chars().count();
                if !($least..=$most).contains(&length) {
                    return Err(reasons::length($least, $most));
                }
                let allowed: fn(char) -> bool = $allowed;
                if let Some(letter) = text.chars().find(|letter| !allowed(*letter)) {
                    return Err(reasons::character(letter));
                }
                let wrong: fn(&str) -> Option<&'static str> = $wrong;
                match wrong(text) {
                    Some(reason) => Err(reason.to_owned()),
                    None => Ok(Self(text.to_owned())),
                }
            }
        }

        impl<'de> Deserialize<'de> for $name {
            fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
                String::deserialize(from)?.parse().map_err(de::Error::custom)
            }
        }

        impl JsonSchema for $name {
            fn inline_schema() -> bool {
                true
            }

            fn schema_name() -> std::borrow::Cow<'static, str> {
                stringify!($name).into()
            }

            fn json_schema(_: &mut SchemaGenerator) -> Schema {
                json_schema!({
                    "type": "string", "minLength": $least, "maxLength": $most,
                    "pattern": $pattern
                })
            }
        }

        impl ToSql for $name {
            fn to_sql(
                &self,
                sql_type: &Type,
                out: &mut BytesMut,
            ) -> Result<IsNull, Box<dyn Error + Sync + Send>> {
                self.0.as_str().to_sql(sql_type, out)
            }

            fn accepts(sql_type: &Type) -> bool {
                <&str as ToSql>::accepts(sql_type)
            }

            to_sql_checked!();
        }
    };
}

text!(
    /// One line: a name, a city, an address. 1 to 200 characters without
    /// control characters, trimmed.
    Line, 1, 200, r"\S", |letter| !letter.is_control()
);
text!(
    /// A text of several lines, up to 20,000 characters, trimmed.
    Prose, 0, 20_000, r"^[^\x00]*$", |letter| letter != '\0'
);

text!(
    /// An address of the web, up to 2,000 characters.
    Link, 1, 2_000, r"^https?://\S+$", |letter| !letter.is_control() && !letter.is_whitespace(),
    |text| {
        let lower = text.get(..8).unwrap_or(text).to_ascii_lowercase();
        let scheme = lower.starts_with("http://") || lower.starts_with("https://");
        (!scheme).then_some(reasons::NOT_A_LINK)
    }
);
text!(
    /// A picture: an address of the web or a path on this server, up to 2,000
    /// characters.
    Picture, 1, 2_000, r"^(https?://|/)\S*$",
    |letter| !letter.is_control() && !letter.is_whitespace(),
    |text| match text.starts_with('/') {
        true => None,
        false => text
            .parse::<Link>()
            .is_err()
            .then_some(reasons::NOT_A_PICTURE),
    }
);
text!(
    /// A text of a few lines, 1 to 2,000 characters, trimmed.
    Note, 1, 2_000, r"\S", |letter| letter != '\0'
);
text!(
    /// ISO 4217, such as AED.
    Currency, 3, 3, "^[A-Z]{3}$", |letter| letter.is_ascii_uppercase()
);
text!(
    /// ISO 3166-1 alpha-2, such as AE.
    Country, 2, 2, "^[A-Z]{2}$", |letter| letter.is_ascii_uppercase()
);

/// A list of up to 100 lines without repetitions.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, JsonSchema)]
#[schemars(inline)]
pub struct Words(#[schemars(length(max = 100))] Vec<Line>);

impl Words {
    /// The members as plain strings.
    pub fn strings(&self) -> Vec<String> {
        self.0.iter().map(|line| line.as_str().to_owned()).collect()
    }
}

impl<'de> Deserialize<'de> for Words {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        let mut lines: Vec<Line> = Vec::new();
        for line in Vec::<Line>::deserialize(from)? {
            if !lines.contains(&line) {
                lines.push(line);
            }
        }
        if lines.len() > 100 {
            return Err(de::Error::custom(reasons::TOO_MANY_MEMBERS));
        }
        Ok(Self(lines))
    }
}

impl ToSql for Words {
    fn to_sql(
        &self,
        sql_type: &Type,
        out: &mut BytesMut,
    ) -> Result<IsNull, Box<dyn Error + Sync + Send>> {
        self.0.to_sql(sql_type, out)
    }

    fn accepts(sql_type: &Type) -> bool {
        <Vec<&str> as ToSql>::accepts(sql_type)
    }

    to_sql_checked!();
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_is_trimmed_and_bounded() {
        assert_eq!(
            " Valencia ".parse::<Line>().map(Line::into_string),
            Ok("Valencia".to_owned())
        );
        assert!("   ".parse::<Line>().is_err());
        assert!("a\nb".parse::<Line>().is_err());
        assert!("x".repeat(201).parse::<Line>().is_err());
    }

    #[test]
    fn prose_keeps_lines_but_no_nul() {
        assert!("a\nb".parse::<Prose>().is_ok());
        assert!("a\0b".parse::<Prose>().is_err());
    }
}
