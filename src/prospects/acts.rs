//! What is said of acts on a prospect.

use uuid::Uuid;

use crate::{body, error::Problem, input::Rules};

body! {
    /// To whom a prospect goes.
    pub struct AssignBody {
        required {
            /// An active person in sales.
            user_id: Uuid,
        }
        defaulted {}
        nullable {}
        read_only {}
    }
}

impl Rules for AssignBody {}

body! {
    /// Which two rows are one person: exactly one of the two keys.
    pub struct MergeBody {
        required {}
        defaulted {}
        nullable {
            /// The row that this one becomes part of.
            into: Uuid,
            /// The row that becomes part of this one.
            other: Uuid,
        }
        read_only {}
    }
}

impl Rules for MergeBody {
    fn create_problems(&self) -> Vec<Problem> {
        match (self.into.value(), self.other.value()) {
            (Some(_), None) | (None, Some(_)) => Vec::new(),
            _ => vec![Problem::new("other", "merge_one_of")],
        }
    }
}

impl MergeBody {
    /// The row that stays and the row that becomes part of it, said of `id`.
    pub(super) fn of(&self, id: Uuid) -> (Uuid, Uuid) {
        match self.into.value() {
            Some(into) => (*into, id),
            None => (id, self.other.value().copied().unwrap_or(id)),
        }
    }
}

body! {
    /// Nothing needs to be said to give a prospect back.
    pub struct ReleaseBody {
        required {}
        defaulted {}
        nullable {}
        read_only {}
    }
}

impl Rules for ReleaseBody {}
