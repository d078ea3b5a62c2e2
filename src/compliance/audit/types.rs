//! Entries of the audit log as values.

use jiff::Timestamp;
use uuid::Uuid;

use crate::{filter, input::Line, record, words};

words! {
    /// Who reads an entry.
    pub enum AuditCategory {
        /// Managers, of their own people.
        Business = "business",
        /// QA supervisors as well.
        Quality = "quality",
        /// Administrators and compliance officers.
        Security = "security",
        /// Administrators and compliance officers.
        Compliance = "compliance",
    }
}

record! {
    /// Something that somebody did.
    pub struct AuditEntry {
        /// Counts entries; gaps mean nothing.
        pub id: i64,
        /// When.
        pub created_at: Timestamp,
        /// Who; a system job where null.
        pub actor: Option<Uuid>,
        /// In which role.
        pub actor_role: Option<String>,
        /// Who reads it.
        pub category: AuditCategory,
        /// What.
        pub action: String,
        /// To what kind of row.
        pub noun: String,
        /// To which.
        pub row_id: Option<Uuid>,
    }
}

filter! {
    /// Which entries a list holds.
    pub struct AuditFilter {
        /// Who did it.
        actor: Uuid,
        /// What.
        action: Line,
        /// To what kind of row.
        noun: Line,
        /// To which.
        row_id: Uuid,
        /// Who reads it.
        category: AuditCategory,
        /// Not before.
        from: Timestamp,
        /// Before.
        to: Timestamp,
    }
    sort {
        created_at: "timestamptz",
        id: "int8",
    }
}
