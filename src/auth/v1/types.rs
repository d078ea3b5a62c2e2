//! What `/auth/v1` reads and answers, field by field as Supabase Auth does.

use std::collections::BTreeMap;

use jiff::Timestamp;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use uuid::Uuid;

/// A JSON object.
pub type Object = Map<String, Value>;

/// A person, as his client sees him.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct User {
    /// `auth.users.id`.
    pub id: Uuid,
    /// `authenticated`.
    pub aud: String,
    /// `authenticated`.
    pub role: String,
    /// His address; empty when he has none.
    pub email: String,
    /// When the address was confirmed.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub email_confirmed_at: Option<Timestamp>,
    /// When he was invited.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub invited_at: Option<Timestamp>,
    /// His number; empty when he has none.
    pub phone: String,
    /// When the number was confirmed.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub phone_confirmed_at: Option<Timestamp>,
    /// When he was last asked to confirm.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub confirmation_sent_at: Option<Timestamp>,
    /// The earlier of both confirmations.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub confirmed_at: Option<Timestamp>,
    /// When he last asked to recover.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub recovery_sent_at: Option<Timestamp>,
    /// The address that awaits its confirmation.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub new_email: Option<String>,
    /// When it was sent.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub email_change_sent_at: Option<Timestamp>,
    /// The number that awaits its confirmation.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub new_phone: Option<String>,
    /// When it was sent.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub phone_change_sent_at: Option<Timestamp>,
    /// When he was last asked who he is.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub reauthentication_sent_at: Option<Timestamp>,
    /// When he last signed in.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub last_sign_in_at: Option<Timestamp>,
    /// What the server says of him.
    pub app_metadata: Object,
    /// What he says of himself; never a reason to permit anything.
    pub user_metadata: Object,
    /// How he may sign in.
    pub identities: Vec<Identity>,
    /// When he signed up.
    pub created_at: Timestamp,
    /// When he last changed.
    pub updated_at: Timestamp,
    /// Until when he is banned.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub banned_until: Option<Timestamp>,
    /// Whether he signed in without saying who he is.
    pub is_anonymous: bool,
}

/// One way in which a person may sign in.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct Identity {
    /// The row's key.
    pub identity_id: Uuid,
    /// The provider's key; for e-mail the person's own.
    pub id: String,
    /// The person.
    pub user_id: Uuid,
    /// What the provider says of him.
    pub identity_data: Object,
    /// `email`, or a provider's name.
    pub provider: String,
    /// When it was last used.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub last_sign_in_at: Option<Timestamp>,
    /// When it was linked.
    pub created_at: Timestamp,
    /// When it last changed.
    pub updated_at: Timestamp,
    /// The address the provider knows.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub email: Option<String>,
}

/// A method by which a session was signed in.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct Amr {
    /// `password`, `otp`, …
    pub method: String,
    /// Seconds since 1970.
    pub timestamp: i64,
}

/// A session, as its client keeps it.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct Session {
    /// The bearer token.
    pub access_token: String,
    /// Always `bearer`.
    pub token_type: &'static str,
    /// Seconds that the token lives.
    pub expires_in: i64,
    /// When it ends, in seconds since 1970.
    pub expires_at: i64,
    /// What the next one is got with.
    pub refresh_token: String,
    /// The person.
    pub user: User,
    /// Said, not refused, when an old password is weaker than new ones may be.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub weak_password: Option<WeakPassword>,
}

/// Why a password is weak.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct WeakPassword {
    /// As a sentence.
    pub message: String,
    /// As words.
    pub reasons: Vec<&'static str>,
}

/// `POST /signup`.
#[derive(Debug, Default, Deserialize, JsonSchema)]
#[serde(default)]
pub struct SignUp {
    /// The address.
    pub email: Option<String>,
    /// The number; not served.
    pub phone: Option<String>,
    /// The password.
    pub password: Option<String>,
    /// What the person says of himself.
    pub data: Option<Object>,
    /// The proof key.
    #[serde(flatten)]
    pub pkce: Pkce,
}

/// The proof key of a flow that ends with a code.
#[derive(Debug, Default, Deserialize, JsonSchema)]
#[serde(default)]
pub struct Pkce {
    /// The hash of the verifier, or the verifier.
    pub code_challenge: Option<String>,
    /// `s256` or `plain`.
    pub code_challenge_method: Option<String>,
}

/// `POST /token`, of every grant.
#[derive(Debug, Default, Deserialize, JsonSchema)]
#[serde(default)]
pub struct TokenRequest {
    /// The address, for `password`.
    pub email: Option<String>,
    /// The number; not served.
    pub phone: Option<String>,
    /// The password, for `password`.
    pub password: Option<String>,
    /// For `refresh_token`.
    pub refresh_token: Option<String>,
    /// For `pkce`.
    pub auth_code: Option<String>,
    /// For `pkce`.
    pub code_verifier: Option<String>,
}

/// `PUT /user`.
#[derive(Debug, Default, Deserialize, JsonSchema)]
#[serde(default)]
pub struct UserChange {
    /// The new address.
    pub email: Option<String>,
    /// The new number; not served.
    pub phone: Option<String>,
    /// The new password.
    pub password: Option<String>,
    /// The old one; checked when it is sent.
    pub current_password: Option<String>,
    /// Keys of `user_metadata` to set, or to remove where null.
    pub data: Option<Object>,
    /// Refused: only an administrator may.
    pub app_metadata: Option<Object>,
    /// The proof key.
    #[serde(flatten)]
    pub pkce: Pkce,
}

/// `POST /recover` and `POST /resend`.
#[derive(Debug, Default, Deserialize, JsonSchema)]
#[serde(default)]
pub struct MailRequest {
    /// What to send again.
    pub r#type: Option<String>,
    /// The address.
    pub email: Option<String>,
    /// The number.
    pub phone: Option<String>,
    /// The proof key.
    #[serde(flatten)]
    pub pkce: Pkce,
}

/// `POST /verify`, and the query of `GET /verify`.
#[derive(Debug, Default, Deserialize, JsonSchema)]
#[serde(default)]
pub struct VerifyRequest {
    /// What the code is for.
    pub r#type: Option<String>,
    /// The code, or in a link its hash.
    pub token: Option<String>,
    /// The code's hash.
    pub token_hash: Option<String>,
    /// Whom it was sent to.
    pub email: Option<String>,
    /// Whom it was sent to.
    pub phone: Option<String>,
    /// Where the browser goes then.
    pub redirect_to: Option<String>,
}

/// `GET /health`.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct Health {
    /// This program's.
    pub version: &'static str,
    /// What clients look for.
    pub name: &'static str,
    /// In words.
    pub description: &'static str,
}

/// `GET /settings`: which ways in there are.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct WaysIn {
    /// Provider → whether it is served.
    pub external: BTreeMap<&'static str, bool>,
    /// Whether nobody may sign up.
    pub disable_signup: bool,
    /// Whether an address counts as confirmed at once.
    pub mailer_autoconfirm: bool,
    /// Whether a number does.
    pub phone_autoconfirm: bool,
    /// Who sends messages; empty for nobody.
    pub sms_provider: &'static str,
    /// Whether SAML is served.
    pub saml_enabled: bool,
    /// Whether its next key is known.
    pub saml_private_key_next_configured: bool,
    /// Whether passkeys are served.
    pub passkeys_enabled: bool,
}

/// `GET /.well-known/jwks.json`.
#[derive(Clone, Debug, Default, Serialize, JsonSchema)]
pub struct KeySet {
    /// Public keys; a shared secret is never listed.
    pub keys: Vec<Object>,
}

/// An answer that says nothing, to everybody alike.
#[derive(Clone, Debug, Default, Serialize, JsonSchema)]
pub struct Nothing {}
