//! Refresh tokens: each is used once; what a lost answer and what a thief look
//! like.
//!
//! A session has one active token. Using it makes the next. The token before
//! the active one gets the active one again, at any time (its client never saw
//! the answer), and so does any older one within [`REUSE`] of its use (several
//! tabs refresh together). Any other replay ends the session: one of two
//! holders is a thief, and nobody can tell which.

use jiff::{SignedDuration, Timestamp};

use super::{
    session::{self, Grant},
    sql::{
        self,
        tokens::{self, Family, Token},
    },
    v1::AuthError,
};
use crate::{
    app::App,
    db::{Run as _, Tx},
};

/// How long a used token may come again.
pub const REUSE: SignedDuration = SignedDuration::from_secs(10);
/// A longer token is none of ours.
const LONGEST: usize = 255;

/// What follows from the state of a family of tokens.
#[derive(Debug, PartialEq, Eq)]
enum Verdict {
    /// The token is the active one: the next is made.
    Rotate,
    /// This active token is given again.
    Again(String),
    /// The session ends.
    Replay,
}

/// Exchanges a refresh token for a session with a new access token.
///
/// # Errors
/// 400 `refresh_token_not_found`, `refresh_token_already_used`,
/// `session_expired`, `user_banned`.
pub async fn rotate(app: &App, token: &str) -> Result<Grant, AuthError> {
    if token.len() > LONGEST || token.contains('\0') {
        return Err(not_found());
    }
    let now = app.clock().now();
    let tx = app.db().begin(&session::system()).await?;
    let family = tokens::lock(&tx, token).await?.ok_or_else(not_found)?;
    let known = tokens::read(&tx, &family, token).await?;
    let sent = known.iter().find(|known| known.token == token);
    let sent = sent.ok_or_else(not_found)?;
    let active = known.iter().find(|known| !known.revoked);
    let over = family.not_after.is_some_and(|end| end <= now);
    if over && !sent.revoked {
        return Err(AuthError::new(400, "session_expired"));
    }
    let next = match judge(sent, active, now) {
        _ if over => return Err(AuthError::new(400, "refresh_token_already_used")),
        Verdict::Replay => {
            tx.run_all(tokens::end(&family, now)).await?;
            tx.commit().await?;
            app.people().forget();
            tracing::warn!(session = %family.session, "a refresh token was replayed; the session has ended");
            return Err(AuthError::new(400, "refresh_token_already_used"));
        }
        Verdict::Again(active) => active,
        Verdict::Rotate => {
            let next = session::refresh_token()?;
            tx.run_all(tokens::replace(&family, token, &next, now))
                .await?;
            next
        }
    };
    finish(app, tx, &family, next).await
}

async fn finish(app: &App, tx: Tx, family: &Family, next: String) -> Result<Grant, AuthError> {
    let now = app.clock().now();
    let account = sql::account_by_id(&tx, family.user, Some(family.session), now).await?;
    let account = account.ok_or_else(not_found)?;
    if account.is_banned(now) {
        return Err(AuthError::new(400, "user_banned"));
    }
    let amr = sql::sessions::amr(&tx, family.session).await?;
    tx.run(sql::touch_person(family.user, now)).await?;
    tx.commit().await?;
    session::grant(app, account.user, family.session, amr, next)
}

fn not_found() -> AuthError {
    AuthError::new(400, "refresh_token_not_found")
}

fn judge(sent: &Token, active: Option<&Token>, now: Timestamp) -> Verdict {
    match active {
        _ if !sent.revoked => Verdict::Rotate,
        Some(active) if active.parent.as_deref() == Some(&sent.token) => {
            Verdict::Again(active.token.clone())
        }
        Some(active) if now.duration_since(sent.used_at) < REUSE => {
            Verdict::Again(active.token.clone())
        }
        _ => Verdict::Replay,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn token(name: &str, parent: Option<&str>, revoked: bool, used_at: i64) -> Token {
        Token {
            token: name.to_owned(),
            parent: parent.map(str::to_owned),
            revoked,
            used_at: Timestamp::from_second(used_at).unwrap(),
        }
    }

    #[test]
    fn each_rule_of_reuse() {
        let now = Timestamp::from_second(1_000_000).unwrap();
        let active = token("c", Some("b"), false, 999_000);
        let at = |sent: Token| judge(&sent, Some(&active), now);
        assert_eq!(at(token("c", Some("b"), false, 999_000)), Verdict::Rotate);
        let again = Verdict::Again("c".to_owned());
        assert_eq!(at(token("b", Some("a"), true, 999_000)), again);
        assert_eq!(at(token("a", None, true, 999_991)), again);
        assert_eq!(at(token("a", None, true, 999_990)), Verdict::Replay);
        let revoked = token("b", Some("a"), true, 1_000_000);
        assert_eq!(judge(&revoked, None, now), Verdict::Replay);
    }
}
