//! As whom a transaction runs.

use jiff::Timestamp;
use uuid::Uuid;

/// The PostgreSQL role of a transaction.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum DatabaseRole {
    /// Nobody is signed in.
    Anon,
    /// A person with a living session.
    Authenticated,
    /// The holder of the service key.
    ServiceRole,
    /// This program's own jobs.
    Worker,
    /// Sign-in and sessions: the only role that writes the schema `auth`.
    Auth,
}

impl DatabaseRole {
    /// The role's name in PostgreSQL.
    pub fn name(self) -> &'static str {
        match self {
            Self::Anon => "anon",
            Self::Authenticated => "authenticated",
            Self::ServiceRole => "service_role",
            Self::Worker => "worker",
            Self::Auth => "doorstep_auth",
        }
    }
}

/// Who a transaction speaks for: made from a verified token, or from a named
/// reason of the system's own, never from a request's words.
#[derive(Clone, Debug)]
pub struct Identity {
    role: DatabaseRole,
    session: Option<Uuid>,
    claims: String,
}

/// Why the program acts without a person.
#[derive(Clone, Copy, Debug)]
pub enum SystemReason {
    /// Signing people in and keeping their sessions.
    Authentication,
    /// Jobs and derived data, such as generating a handoff package.
    Work,
    /// What the installation's owner does at the machine's command line.
    Administration,
}

impl Identity {
    /// Somebody without a session.
    pub fn anon() -> Self {
        Self {
            role: DatabaseRole::Anon,
            session: None,
            claims: r#"{"role":"anon"}"#.to_owned(),
        }
    }

    /// The bearer of the service key.
    pub fn service() -> Self {
        Self {
            role: DatabaseRole::ServiceRole,
            session: None,
            claims: r#"{"role":"service_role"}"#.to_owned(),
        }
    }

    /// A person; whether the session still lives is asked by each transaction.
    /// `claims` is the token's JSON.
    pub fn session(session: Uuid, claims: String) -> Self {
        Self {
            role: DatabaseRole::Authenticated,
            session: Some(session),
            claims,
        }
    }

    /// A person without a session: for commands that the installation's owner
    /// gives on the machine itself, under somebody's rights.
    pub fn person(user: Uuid, email: &str) -> Self {
        let role = DatabaseRole::Authenticated;
        let claims = serde_json::json!({ "sub": user, "role": role.name(), "email": email });
        Self {
            role,
            session: None,
            claims: claims.to_string(),
        }
    }

    /// The program itself.
    pub fn system(reason: SystemReason) -> Self {
        let role = match reason {
            SystemReason::Authentication => DatabaseRole::Auth,
            SystemReason::Work => DatabaseRole::Worker,
            SystemReason::Administration => DatabaseRole::ServiceRole,
        };
        Self {
            role,
            session: None,
            claims: format!(r#"{{"role":"{}"}}"#, role.name()),
        }
    }

    /// The role that a transaction of this identity is planned for.
    pub fn role(&self) -> DatabaseRole {
        self.role
    }

    /// The session that the identity rests on, if it is a person's.
    pub fn session_id(&self) -> Option<Uuid> {
        self.session
    }

    /// Text of the statement that puts the identity on a transaction.
    ///
    /// For a person it looks in the same breath whether the session still
    /// lives and makes the transaction a nobody's if not, so that a sign-out
    /// acts at once without a further round trip. Person and role come with
    /// it, so that no policy has to ask again who is asking.
    pub(super) fn statement(&self) -> &'static str {
        match self.session {
            Some(_) => {
                "select set_config('role', coalesce(live.db_role, 'nobody'), true), \
                 set_config('request.jwt.claims', $2, true), set_config('request.now', $4, true), \
                 set_config('request.person_role', live.person_role, true), \
                 set_config('request.jwt.claim.sub', live.user_id::text, true) \
                 from (values (true)) one left join doorstep.live_sessions live \
                 on live.session_id = $1 and (live.not_after is null or live.not_after > $3)"
            }
            None => {
                "select set_config('role', $1, true), set_config('request.jwt.claims', $2, true), \
                 set_config('request.now', $3, true), set_config('request.person_role', '', true), \
                 set_config('request.jwt.claim.sub', '', true)"
            }
        }
    }

    /// Values for [`Identity::statement`].
    pub(super) fn parameters(&self, now: Timestamp) -> Vec<super::query::Parameter> {
        match self.session {
            Some(session) => vec![
                Box::new(session),
                Box::new(self.claims.clone()),
                Box::new(now),
                Box::new(now.to_string()),
            ],
            None => vec![
                Box::new(self.role.name()),
                Box::new(self.claims.clone()),
                Box::new(now.to_string()),
            ],
        }
    }
}
