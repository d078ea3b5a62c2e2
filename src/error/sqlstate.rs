//! From what PostgreSQL says to what the caller is told.

use axum::http::StatusCode;
use tokio_postgres::error::SqlState;

use super::{Error, Problem};
use crate::catalogue;

impl From<tokio_postgres::Error> for Error {
    /// The one function from SQLSTATE to an answer.
    fn from(error: tokio_postgres::Error) -> Self {
        let Some(refusal) = error.as_db_error() else {
            return if crate::db::is_broken(&error) {
                Self::unavailable().because(error)
            } else {
                Self::internal(error)
            };
        };
        let state = refusal.code();
        let constraint = refusal.constraint().unwrap_or_default();
        let answer = match state.code() {
            "42501" => Self::from_missing_right(refusal),
            "P0002" => Self::not_found(),
            "DS400" => Self::from_rule(StatusCode::BAD_REQUEST, refusal),
            "DS403" => Self::from_rule(StatusCode::FORBIDDEN, refusal),
            "DS404" => Self::from_rule(StatusCode::NOT_FOUND, refusal),
            "DS409" => Self::from_rule(StatusCode::CONFLICT, refusal),
            "DS422" => Self::from_rule(StatusCode::UNPROCESSABLE_ENTITY, refusal),
            // A row that others point to: RESTRICT says 23001, a delete that
            // breaks a plain foreign key 23503 with "still referenced".
            "23001" => Self::conflict("still_referenced"),
            "23503" if refusal.message().contains("update or delete") => {
                Self::conflict("still_referenced")
            }
            "23503" => Self::invalid(Problem::worded(
                &catalogue::field_of_reference(constraint),
                catalogue::sentence("unknown_reference"),
            )),
            "23505" => Self::conflict(catalogue::code_of_constraint(constraint, "duplicate")),
            "23P01" => Self::conflict(catalogue::code_of_constraint(constraint, "double_booking")),
            "23502" => Self::invalid(Problem::new(
                refusal.column().unwrap_or("request"),
                "required",
            )),
            "23514" => Self::invalid(Problem::worded(
                refusal
                    .column()
                    .unwrap_or_else(|| catalogue::field_of_check(constraint)),
                catalogue::sentence_of_check(constraint),
            )),
            "40001" | "40P01" => {
                let mut busy = Self::unavailable();
                busy.retryable = true;
                busy
            }
            code if code.starts_with("22") => {
                Self::invalid(Problem::new("request", "not_storable"))
            }
            // The connection, its resources (a full disk), its end, its system.
            code if ["08", "53", "57", "58"]
                .iter()
                .any(|class| code.starts_with(class)) =>
            {
                Self::unavailable()
            }
            code if *state == SqlState::UNDEFINED_TABLE || code == "3D000" => Self::unavailable(),
            _ => Self::new(StatusCode::INTERNAL_SERVER_ERROR, "internal"),
        };
        answer.because(describe(refusal))
    }
}

impl Error {
    /// A right that the caller lacks: on the table, on the row, or on a column
    /// that a trigger names.
    fn from_missing_right(refusal: &tokio_postgres::error::DbError) -> Self {
        if let Some(column) = refusal.column() {
            return Self::new(StatusCode::FORBIDDEN, "protected_column")
                .detail(Problem::new(column, "protected_column"));
        }
        match catalogue::known(refusal.message()) {
            Some(code) => Self::new(StatusCode::FORBIDDEN, code),
            None => Self::forbidden(),
        }
    }

    /// A refusal that a trigger or function of ours raised: the message is a
    /// code of the catalogue, the detail names the field where there is one, or
    /// else the row.
    fn from_rule(status: StatusCode, refusal: &tokio_postgres::error::DbError) -> Self {
        let code = catalogue::known(refusal.message()).unwrap_or("refused");
        let error = Self::new(status, code);
        match (status, refusal.column().or(refusal.detail())) {
            (StatusCode::BAD_REQUEST | StatusCode::UNPROCESSABLE_ENTITY, Some(field))
                if !field.is_empty() && uuid::Uuid::parse_str(field).is_err() =>
            {
                error.detail(Problem::new(field, code))
            }
            // The one hint that functions of ours give: who was faster.
            (StatusCode::CONFLICT, _) => match refusal.hint() {
                Some(winner) => error.detail(Problem::worded("claimed_by", winner)),
                None => error,
            },
            _ => error,
        }
    }
}

fn describe(refusal: &tokio_postgres::error::DbError) -> String {
    // The detail may repeat values of the row, which do not belong in a log.
    format!(
        "{} {} (table {:?}, constraint {:?})",
        refusal.code().code(),
        refusal.message(),
        refusal.table(),
        refusal.constraint()
    )
}
