//! Steps as values.

use jiff::Timestamp;
use uuid::Uuid;

use crate::record;

record! {
    /// A prospect's step from one status to another.
    pub struct StatusChange {
        /// Its key.
        pub id: Uuid,
        /// Who took it; of a merged prospect, the row that he was then.
        pub prospect_id: Uuid,
        /// From where.
        pub from_status: String,
        /// To where.
        pub to_status: String,
        /// Why he was lost.
        pub reason: Option<String>,
        /// Who said so; nobody where the program did.
        pub actor: Option<Uuid>,
        /// Seconds that he had been in `from_status`.
        pub duration: i64,
        /// When.
        pub created_at: Timestamp,
    }
}
