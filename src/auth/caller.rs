//! The caller as a value that a handler cannot fake.

use std::{ops::Deref, sync::Arc};

use aide::OperationInput;
use axum::{extract::FromRequestParts, http::request::Parts};
use jiff::Timestamp;
use uuid::Uuid;

use super::{identify::Identified, person::Person, token::Bearer};
use crate::{
    app::App,
    db::{Identity, Reader, Tx, Writer},
    error::Error,
    idempotency,
    users::Role,
};

/// Whoever sent the request: anonymous, a person, or the service key. The only
/// way to the database for a handler.
#[derive(Clone)]
pub struct Caller {
    app: App,
    identity: Arc<Identity>,
    person: Option<Arc<Person>>,
}

impl Caller {
    /// Somebody without a session.
    pub fn anonymous(app: App) -> Self {
        Self {
            app,
            identity: Arc::new(Identity::anon()),
            person: None,
        }
    }

    /// The caller that a verified bearer is.
    ///
    /// # Errors
    /// 401 when a person's session has ended.
    pub async fn from_bearer(app: App, bearer: &Bearer) -> Result<Self, Error> {
        match bearer {
            Bearer::Anon => Ok(Self::anonymous(app)),
            Bearer::Service => Ok(Self {
                app,
                identity: Arc::new(Identity::service()),
                person: None,
            }),
            Bearer::Person { user, identity, .. } => {
                let session = identity.session_id().ok_or_else(Error::bad_token)?;
                let person = app.people().of_session(app.db(), identity, session).await?;
                // The person of a session may be known already; a token that
                // names another is none of ours.
                if person.id != *user {
                    return Err(Error::bad_token());
                }
                Ok(Self {
                    app,
                    identity: identity.clone(),
                    person: Some(person),
                })
            }
        }
    }

    /// One statement that changes nothing.
    pub fn read(&self) -> Reader<'_> {
        self.app.db().read(&self.identity)
    }

    /// One statement, committed at once.
    pub fn write(&self) -> Writer<'_> {
        self.app.db().write(&self.identity)
    }

    /// Several statements.
    ///
    /// # Errors
    /// 401 when the session has ended, 503 when the database is away.
    pub async fn begin(&self) -> Result<Tx, Error> {
        self.app.db().begin(&self.identity).await
    }

    /// As whom the caller's transactions run, for work that outlives a request.
    pub fn identity(&self) -> &Identity {
        &self.identity
    }

    /// The running program.
    pub fn app(&self) -> &App {
        &self.app
    }

    /// The moment of the request, to the microsecond as PostgreSQL keeps it.
    pub fn now(&self) -> Timestamp {
        let now = self.app.clock().now();
        Timestamp::from_microsecond(now.as_microsecond()).unwrap_or(now)
    }

    /// Whether nobody is signed in.
    pub fn is_anonymous(&self) -> bool {
        self.identity.role() == crate::db::DatabaseRole::Anon
    }

    /// The person, if the caller is one.
    pub fn person(&self) -> Option<&Person> {
        self.person.as_deref()
    }

    /// The person's key, if the caller is one.
    pub fn user_id(&self) -> Option<Uuid> {
        self.person.as_ref().map(|person| person.id)
    }

    /// The person's role, for choosing a statement's scope; never for
    /// permitting anything.
    pub fn role(&self) -> Option<Role> {
        self.person.as_ref().and_then(|person| person.role)
    }

    /// The session, if the caller is a person.
    pub fn session_id(&self) -> Option<Uuid> {
        self.identity.session_id()
    }

    /// The name under which the caller's idempotency keys are kept.
    pub fn principal(&self) -> String {
        idempotency::principal(self.user_id(), self.identity.role().name())
    }
}

impl FromRequestParts<App> for Caller {
    type Rejection = Error;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self, Error> {
        let identified = parts
            .extensions
            .get::<Identified>()
            .ok_or_else(|| Error::internal("a route stands outside of the identify layer"))?;
        Self::from_bearer(app.clone(), &identified.bearer).await
    }
}

impl OperationInput for Caller {}

/// A caller that is a person or holds the service key; anybody else gets 401.
#[derive(Clone)]
pub struct SignedIn(Caller);

impl Deref for SignedIn {
    type Target = Caller;

    fn deref(&self) -> &Caller {
        &self.0
    }
}

impl FromRequestParts<App> for SignedIn {
    type Rejection = Error;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self, Error> {
        let caller = Caller::from_request_parts(parts, app).await?;
        if caller.is_anonymous() {
            return Err(Error::not_signed_in());
        }
        Ok(Self(caller))
    }
}

impl OperationInput for SignedIn {
    fn operation_input(
        _: &mut aide::generate::GenContext,
        operation: &mut aide::openapi::Operation,
    ) {
        let scheme = indexmap::IndexMap::from_iter([("bearer".to_owned(), Vec::new())]);
        operation.security.push(scheme);
    }
}
