//! The running program as one value.

use std::sync::Arc;

use crate::{
    auth::{Attempts, Keys, People, Tokens},
    clock::Clock,
    db::Db,
    health::Health,
    limits::Limits,
    live::{Change, Stream},
    matches::Vocabulary,
    properties::PublicLists,
};

/// What an installation may decide about its answers.
#[derive(Clone, Debug)]
pub struct Settings {
    /// Where browsers find this server, without a trailing slash.
    pub public_url: url::Url,
    /// Requests a second that one caller may make in the long run; 0 lifts the
    /// limit.
    pub rate: u32,
    /// Requests that one caller may make at once.
    pub burst: u32,
    /// Whether whoever signs himself up is active at once.
    pub open_signup: bool,
}

/// Everything that a request needs. Cheap to clone.
#[derive(Clone)]
pub struct App {
    inner: Arc<Inner>,
}

struct Inner {
    db: Db,
    keys: Keys,
    tokens: Tokens,
    people: People,
    limits: Limits,
    attempts: Attempts,
    stream: Stream,
    public_lists: PublicLists,
    vocabulary: Vocabulary,
    settings: Settings,
    health: Health,
}

impl App {
    /// Puts the parts together; `/readyz` looks no further than the pools.
    pub fn new(db: Db, keys: Keys, settings: Settings) -> Self {
        Self::with_health(db, keys, settings, Health::default())
    }

    /// Puts the parts together, with what `/readyz` looks at.
    pub fn with_health(db: Db, keys: Keys, settings: Settings, health: Health) -> Self {
        Self {
            inner: Arc::new(Inner {
                tokens: Tokens::new(&keys),
                people: People::default(),
                limits: Limits::new(settings.rate, settings.burst),
                attempts: Attempts::new(settings.rate > 0),
                stream: Stream::default(),
                public_lists: PublicLists::default(),
                vocabulary: Vocabulary::default(),
                db,
                keys,
                settings,
                health,
            }),
        }
    }

    /// The database; handlers reach it through their `Caller`.
    pub fn db(&self) -> &Db {
        &self.inner.db
    }

    /// The clock.
    pub fn clock(&self) -> &Clock {
        self.inner.db.clock()
    }

    /// The installation's keys.
    pub fn keys(&self) -> &Keys {
        &self.inner.keys
    }

    /// The verifier of tokens.
    pub fn tokens(&self) -> &Tokens {
        &self.inner.tokens
    }

    /// The people behind living sessions.
    pub fn people(&self) -> &People {
        &self.inner.people
    }

    /// The callers' allowances.
    pub fn limits(&self) -> &Limits {
        &self.inner.limits
    }

    /// The allowances of whoever guesses passwords and codes.
    pub fn attempts(&self) -> &Attempts {
        &self.inner.attempts
    }

    /// The change stream.
    pub fn stream(&self) -> &Stream {
        &self.inner.stream
    }

    /// The lists of properties that anyone may read.
    pub fn public_lists(&self) -> &PublicLists {
        &self.inner.public_lists
    }

    /// How homes spell places and features.
    pub fn vocabulary(&self) -> &Vocabulary {
        &self.inner.vocabulary
    }

    /// Follows the change stream until the program ends, and forgets what is
    /// no longer so. Without it, only this server's own changes are seen at
    /// once.
    pub async fn follow_changes(self) {
        use tokio::sync::broadcast::error::RecvError;
        let mut changes = self.stream().listen();
        let reader = tokio::spawn(self.stream().clone().run(self.db().clone()));
        loop {
            match changes.recv().await {
                Ok(change) => self.forget_what_changed(&change),
                Err(RecvError::Lagged(_)) => {
                    self.public_lists().forget();
                    self.people().forget();
                }
                Err(RecvError::Closed) => break,
            }
        }
        reader.abort();
    }

    fn forget_what_changed(&self, change: &Change) {
        match &*change.noun {
            "properties" => self.public_lists().forget(),
            "users" | "teams" | "team_members" => self.people().forget(),
            _ => {}
        }
    }

    /// What the installation decided.
    pub fn settings(&self) -> &Settings {
        &self.inner.settings
    }

    /// What `/readyz` looks at.
    pub fn health(&self) -> &Health {
        &self.inner.health
    }

    /// Whether a page of `origin` is one of this server's own: the public URL's
    /// origin, or the loopback address that the request itself was sent to.
    pub fn is_own_origin(&self, origin: &str, host: Option<&str>) -> bool {
        let Ok(origin) = url::Url::parse(origin) else {
            return false;
        };
        if origin.origin() == self.inner.settings.public_url.origin() {
            return true;
        }
        let loopback = match origin.host() {
            Some(url::Host::Ipv4(address)) => address.is_loopback(),
            Some(url::Host::Ipv6(address)) => address.is_loopback(),
            Some(url::Host::Domain(name)) => name == "localhost",
            None => false,
        };
        loopback && host.is_some() && host == Some(authority(&origin).as_str())
    }
}

fn authority(url: &url::Url) -> String {
    let host = url.host_str().unwrap_or_default();
    match url.port() {
        Some(port) => format!("{host}:{port}"),
        None => host.to_owned(),
    }
}
