//! What sign-in says. The sentences of `/auth/v1` are those of Supabase Auth,
//! since applications compare some of them.

/// Code → sentence of an error under `/auth/v1`.
const ERRORS: &[(&str, &str)] = &[
    (
        "anonymous_provider_disabled",
        "Anonymous sign-ins are disabled",
    ),
    (
        "bad_code_verifier",
        "code challenge does not match previously saved code verifier",
    ),
    (
        "bad_json",
        "Could not parse request body as JSON: expected an object",
    ),
    (
        "bad_jwt",
        "invalid JWT: unable to parse or verify signature",
    ),
    (
        "current_password_invalid",
        "Current password required when setting new password.",
    ),
    (
        "email_exists",
        "A user with this email address has already been registered",
    ),
    ("email_not_confirmed", "Email not confirmed"),
    (
        "flow_state_expired",
        "invalid flow state, flow state has expired",
    ),
    (
        "flow_state_not_found",
        "invalid flow state, no valid flow state found",
    ),
    ("invalid_credentials", "Invalid login credentials"),
    (
        "method_not_allowed",
        "This endpoint does not take that method",
    ),
    (
        "no_authorization",
        "This endpoint requires a valid Bearer token",
    ),
    (
        "not_admin",
        "Updating app_metadata requires admin privileges",
    ),
    ("not_found", "404 page not found"),
    ("otp_expired", "Token has expired or is invalid"),
    ("over_request_rate_limit", "Request rate limit reached"),
    ("phone_provider_disabled", "Phone logins are disabled"),
    (
        "refresh_token_already_used",
        "Invalid Refresh Token: Already Used",
    ),
    (
        "refresh_token_not_found",
        "Invalid Refresh Token: Refresh Token Not Found",
    ),
    ("request_entity_too_large", "Request body too large"),
    (
        "same_password",
        "New password should be different from the old password.",
    ),
    ("session_expired", "Invalid Refresh Token: Session Expired"),
    (
        "session_not_found",
        "Session from session_id claim in JWT does not exist",
    ),
    (
        "unexpected_failure",
        "Unexpected failure, please check server logs for more information",
    ),
    ("user_already_exists", "User already registered"),
    ("user_banned", "User is banned"),
    (
        "user_not_found",
        "User from sub claim in JWT does not exist",
    ),
    ("validation_failed", "The request is not valid"),
    ("weak_password", "Password should be at least 6 characters."),
];

/// The sentence for a code of `/auth/v1`.
pub fn auth_sentence(code: &str) -> &'static str {
    ERRORS
        .iter()
        .find(|(known, _)| *known == code)
        .map_or("The request was refused", |(_, sentence)| sentence)
}

/// 400 `validation_failed`.
pub const BAD_EMAIL: &str = "Unable to validate email address: invalid format";
/// 400 `validation_failed`.
pub const PASSWORD_REQUIRED: &str = "Signup requires a valid password";
/// 400 `validation_failed`.
pub const PASSWORD_TOO_LONG: &str = "Password cannot be longer than 72 bytes";
/// 400 `validation_failed`.
pub const EMAIL_OR_PHONE: &str = "missing email or phone";
/// 400 `validation_failed`.
pub const METADATA_TOO_LARGE: &str = "User metadata must not be larger than 4000 bytes";
/// 400 `validation_failed`.
pub const REFRESH_TOKEN_REQUIRED: &str = "refresh_token required";
/// 400 `validation_failed`.
pub const PKCE_BOTH: &str =
    "PKCE flow requires code_challenge_method and code_challenge to be specified together";
/// 400 `validation_failed`.
pub const PKCE_VALUES: &str =
    "invalid auth request: both auth code and code verifier should be non-empty";
/// 400 `validation_failed`.
pub const PKCE_CHALLENGE: &str = "code challenge must have 43 to 128 characters of A-Z a-z 0-9 - . _ ~ and its method be s256 or plain";
/// 400 `validation_failed`.
pub const BAD_SCOPE: &str = "Unsupported logout scope; use global, local or others";
/// 400 `validation_failed`.
pub const VERIFY_TYPE: &str = "Verify requires a verification type";
/// 400 `validation_failed`.
pub const VERIFY_TOKEN: &str = "Verify requires a token or a token hash";
/// 400 `validation_failed`.
pub const RESEND_TYPE: &str = "Missing one of these types: signup, email_change, sms, phone_change";
/// 400 `invalid_credentials`.
pub const UNSUPPORTED_GRANT: &str = "unsupported_grant_type";
/// 403 `bad_jwt`.
pub const NO_SUB: &str = "invalid claim: missing sub claim";
/// 500 `unexpected_failure`.
pub const NEW_USER_FAILED: &str = "Database error saving new user";
