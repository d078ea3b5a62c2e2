//! What the rules would do, without doing it.

use axum::Json;
use schemars::JsonSchema;
use serde::Serialize;
use uuid::Uuid;

use super::{
    decide::{Judged, Outcome, decide},
    gather::{Thing, gather},
    sql,
    types::Entity,
};
use crate::{
    auth::SignedIn,
    body,
    db::{Identity, SystemReason},
    error::Error,
    handoffs,
    input::{New, Rules},
    prospects, words,
};

words! {
    /// What can be tried.
    pub enum Routed {
        /// A prospect.
        Prospect = "prospect",
        /// A handoff.
        Handoff = "handoff",
    }
}

body! {
    /// What the rules are tried on.
    pub struct DryRunBody {
        required {
            /// What kind of thing.
            entity: Routed,
            /// Its key.
            id: Uuid,
        }
        defaulted {}
        nullable {}
        read_only {}
    }
}

impl Rules for DryRunBody {}

/// A rule by its name.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct NamedRule {
    /// Its key.
    pub id: Uuid,
    /// What it is called.
    pub name: String,
}

/// What the rules would do.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct DryRun {
    /// The rule that would decide; none if none holds.
    pub rule: Option<NamedRule>,
    /// What would come of it.
    pub outcome: Outcome,
    /// Who would get it.
    pub user_id: Option<Uuid>,
    /// Whom the rule would choose among, and why not the others.
    pub candidates: Vec<Judged>,
}

/// Says which rule would hold, whom it would choose and why not the others.
/// Nothing is written.
///
/// # Errors
/// 403 for whoever reads no more of the rules than their names; 404 for what the
/// caller does not see.
pub async fn ask(caller: SignedIn, new: New<DryRunBody>) -> Result<Json<DryRun>, Error> {
    let missing = || Error::internal("the body's required fields are missing");
    let entity = *new.body.entity.value().ok_or_else(missing)?;
    let id = *new.body.id.value().ok_or_else(missing)?;
    let entity = match entity {
        Routed::Prospect => {
            prospects::seen(&caller.read(), caller.person(), id).await?;
            Entity::Prospect
        }
        Routed::Handoff => {
            handoffs::seen(&caller.read(), caller.role(), id).await?;
            Entity::Handoff
        }
    };
    if !sql::may_try(&caller.read()).await? {
        return Err(Error::forbidden());
    }
    let system = Identity::system(SystemReason::Work);
    let on = caller.app().db().read(&system);
    let situation = gather(&on, Thing { entity, id }, caller.now()).await?;
    let decision = decide(&situation, caller.now());
    let rule = situation
        .rules
        .iter()
        .find(|rule| Some(rule.id) == decision.rule);
    Ok(Json(DryRun {
        rule: rule.map(|rule| NamedRule {
            id: rule.id,
            name: rule.name.clone(),
        }),
        outcome: decision.outcome,
        user_id: decision.user_id,
        candidates: decision.candidates,
    }))
}
