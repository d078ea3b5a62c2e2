//! The person who opens a page.

use std::ops::Deref;

use axum::{extract::FromRequestParts, http::request::Parts};

use super::{Clock, Frame, Section};
use crate::{
    app::App,
    auth::{Caller, Person, SignedIn, csrf::FormKey},
    catalogue::pages::{Words, words},
    error::Error,
};

/// Somebody signed in, before a page. Anybody else gets 401, which the guard
/// turns into the way to the sign-in page.
pub struct Visitor {
    words: &'static Words,
    caller: SignedIn,
    person: Person,
    clock: Clock,
    form_token: String,
}

impl FromRequestParts<App> for Visitor {
    type Rejection = Error;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self, Error> {
        let caller = SignedIn::from_request_parts(parts, app).await?;
        let Ok(form) = FormKey::from_request_parts(parts, app).await;
        let person = caller.person().ok_or_else(Error::not_signed_in)?.clone();
        let words = words();
        Ok(Self {
            words,
            clock: Clock::new(words, caller.now(), person.timezone.as_deref()),
            form_token: form.token(app)?,
            person,
            caller,
        })
    }
}

impl Visitor {
    /// The frame around one of his pages.
    pub fn frame(&self, current: Section) -> Frame {
        Frame::new(
            self.words,
            current,
            &self.person.name,
            self.person.role,
            self.clock.zone().to_owned(),
            self.form_token.clone(),
        )
    }

    /// The person.
    pub fn person(&self) -> &Person {
        &self.person
    }

    /// What the pages say to him.
    pub fn words(&self) -> &'static Words {
        self.words
    }

    /// What time it is for him.
    pub fn clock(&self) -> &Clock {
        &self.clock
    }
}

impl Deref for Visitor {
    type Target = Caller;

    fn deref(&self) -> &Caller {
        &self.caller
    }
}
