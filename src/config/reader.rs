//! How a value is read, and what is said of one that is wrong.

use std::{net::SocketAddr, path::PathBuf, str::FromStr};

use url::Url;

use super::LogFormat;

#[derive(Default)]
pub(super) struct Reader {
    /// A sentence for each value that is wrong.
    pub(super) problems: Vec<String>,
}

impl Reader {
    pub(super) fn optional<T>(
        &mut self,
        name: &str,
        value: &Option<String>,
        right: &str,
        parse: impl Fn(&str) -> Option<T>,
    ) -> Option<T> {
        let text = given(value)?;
        let parsed = parse(text);
        if parsed.is_none() {
            let problem = format!("{name} is \"{text}\", but must be {right}");
            self.problems.push(problem);
        }
        parsed
    }

    /// Like [`Reader::optional`], for a value that is not repeated.
    pub(super) fn secret<T>(
        &mut self,
        name: &str,
        value: &Option<String>,
        right: &str,
        parse: impl Fn(&str) -> Option<T>,
    ) -> Option<T> {
        let parsed = parse(given(value)?);
        if parsed.is_none() {
            self.problems.push(format!("{name} must be {right}"));
        }
        parsed
    }

    pub(super) fn listen(
        &mut self,
        name: &str,
        value: &Option<String>,
        right: &str,
        parse: impl Fn(&str) -> Option<SocketAddr>,
    ) -> SocketAddr {
        let default = SocketAddr::from(([127, 0, 0, 1], 8080));
        self.optional(name, value, right, parse).unwrap_or(default)
    }

    pub(super) fn switch(&mut self, name: &str, value: &Option<String>) -> bool {
        let parse = |text: &str| match text {
            "true" | "1" | "yes" | "on" => Some(true),
            "false" | "0" | "no" | "off" => Some(false),
            _ => None,
        };
        self.optional(name, value, "true or false", parse)
            .unwrap_or(false)
    }

    pub(super) fn data_dir(&mut self, value: &Option<String>) -> PathBuf {
        if let Some(text) = given(value) {
            return PathBuf::from(text);
        }
        embedded_postgres::default_root("doorstep").unwrap_or_else(|error| {
            let problem = format!("--data-dir (DOORSTEP_DATA_DIR) is needed: {error}");
            self.problems.push(problem);
            PathBuf::new()
        })
    }
}

/// An empty value counts as none.
pub(super) fn given(value: &Option<String>) -> Option<&str> {
    value.as_deref().map(str::trim).filter(|it| !it.is_empty())
}

pub(super) fn address(text: &str) -> Option<SocketAddr> {
    match text.strip_prefix("localhost:") {
        Some(port) => Some(SocketAddr::from(([127, 0, 0, 1], port.parse().ok()?))),
        None => text.parse().ok(),
    }
}

pub(super) fn postgres_url(text: &str) -> Option<tokio_postgres::Config> {
    let config = tokio_postgres::Config::from_str(text).ok()?;
    (!config.get_hosts().is_empty() && config.get_user().is_some()).then_some(config)
}

pub(super) fn public_url(text: &str) -> Option<Url> {
    let url = Url::parse(text).ok()?;
    let is_bare = url.path() == "/" && url.query().is_none() && url.fragment().is_none();
    let is_open = url.username().is_empty() && url.password().is_none();
    (matches!(url.scheme(), "http" | "https") && url.has_host() && is_bare && is_open)
        .then_some(url)
}

pub(super) fn number<T: FromStr>(text: &str) -> Option<T> {
    text.parse().ok()
}

pub(super) fn between<T: FromStr + PartialOrd>(text: &str, least: T, most: T) -> Option<T> {
    number(text).filter(|value| *value >= least && *value <= most)
}

pub(super) fn log(text: &str) -> Option<LogFormat> {
    match text {
        "text" => Some(LogFormat::Text),
        "json" => Some(LogFormat::Json),
        _ => None,
    }
}
