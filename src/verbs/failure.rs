//! How a command can fail.

use std::fmt;

use crate::{error::Error, postgres::OpenError};

/// Why a command did not do what it was asked.
#[derive(Debug)]
pub struct Failure {
    code: u8,
    sentence: String,
    script: Option<String>,
}

impl Failure {
    /// A failure in other words than an error's own.
    pub fn new(sentence: impl Into<String>) -> Self {
        Self {
            code: 1,
            sentence: sentence.into(),
            script: None,
        }
    }

    /// A setting that does not fit the others.
    pub fn setting(sentence: impl Into<String>) -> Self {
        Self {
            code: 2,
            ..Self::new(sentence)
        }
    }

    /// The program's exit code.
    pub fn code(&self) -> u8 {
        self.code
    }

    /// What an administrator must run first.
    pub fn script(&self) -> Option<&str> {
        self.script.as_deref()
    }

    /// The same, after the script was shown.
    #[must_use]
    pub fn without_script(mut self) -> Self {
        self.script = None;
        self
    }

    /// The same, about a person whom the command line named.
    #[must_use]
    pub fn of_person(mut self, email: &str) -> Self {
        self.sentence = format!("{email}: {}", self.sentence);
        self
    }
}

impl fmt::Display for Failure {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.sentence)?;
        match &self.script {
            Some(script) => write!(formatter, "\n\n{}", script.trim_end()),
            None => Ok(()),
        }
    }
}

impl From<OpenError> for Failure {
    fn from(error: OpenError) -> Self {
        let sentence = error.to_string();
        match error {
            OpenError::Rights { script, .. } => Self {
                code: 3,
                sentence,
                script: Some(script),
            },
            OpenError::Urls(_) => Self::setting(sentence),
            _ => Self::new(sentence),
        }
    }
}

impl From<Error> for Failure {
    fn from(error: Error) -> Self {
        // Whoever runs the command may know the cause of what is our trouble.
        Self::new(match error.status().is_server_error() {
            true => error.to_string(),
            false => error.sentence().to_owned(),
        })
    }
}

impl From<std::io::Error> for Failure {
    fn from(error: std::io::Error) -> Self {
        Self::new(error.to_string())
    }
}

impl From<serde_json::Error> for Failure {
    fn from(error: serde_json::Error) -> Self {
        Self::new(error.to_string())
    }
}
