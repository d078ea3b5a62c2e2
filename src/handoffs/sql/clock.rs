//! The statements of what time does to a package.
//!
//! They also read who leads its team and whether a contact was noted, and write
//! the task that tells a manager.

use jiff::Timestamp;
use uuid::Uuid;

use crate::{
    db::{Parameter, Query, Record as _, Rows as _, Run as _, Tx},
    error::Error,
    handoffs::types::{HandoffPriority, HandoffStatus},
    record,
};

record! {
    /// What the clock looks at of a package.
    pub struct Held {
        /// Its key.
        pub id: Uuid,
        /// With whom.
        pub prospect_id: Uuid,
        /// The prospect's name.
        pub prospect_name: String,
        /// Whose pool it is in.
        pub team_id: Uuid,
        /// How soon it must be claimed.
        pub priority: HandoffPriority,
        /// Where it stands.
        pub status: HandoffStatus,
        /// To whom it is offered.
        pub offered_to: Option<Uuid>,
        /// Who has it.
        pub claimed_by: Option<Uuid>,
        /// Since when.
        pub claimed_at: Option<Timestamp>,
        /// Until when it should be claimed.
        pub claim_due_at: Option<Timestamp>,
        /// Until when it can be claimed.
        pub expires_at: Option<Timestamp>,
    }
}

impl Held {
    /// Whether nobody has it yet.
    pub fn is_pending(&self) -> bool {
        self.status == HandoffStatus::Pending
    }

    /// Whether somebody has it.
    pub fn is_claimed(&self) -> bool {
        self.status == HandoffStatus::Claimed
    }
}

/// Why something happens to a package, for its history.
async fn because(tx: &Tx, reason: &'static str) -> Result<(), Error> {
    let query = Query::new("select set_config('request.reason', ").bind(reason);
    tx.run(query.push(", true)")).await.map(drop)
}

/// A package, locked until the transaction ends.
pub async fn lock(tx: &Tx, id: Uuid) -> Result<Option<Held>, Error> {
    let query = Query::new("select ")
        .push(Held::COLUMNS)
        .push(" from handoff_packages where id = ")
        .bind(id)
        .push(" for no key update");
    tx.run(query).await?.one()
}

/// Asks for a job at a moment.
pub async fn ask_at(tx: &Tx, job: &'static str, package: Uuid, at: Timestamp) -> Result<(), Error> {
    let query = Query::new("select doorstep.ask_at(").bind(job);
    let query = query.push(", ").bind(package).push(", ").bind(at);
    tx.run(query.push(")")).await.map(drop)
}

/// Gives a package its deadlines.
pub async fn wind(tx: &Tx, id: Uuid, due: Timestamp, end: Timestamp) -> Result<(), Error> {
    let query = Query::new("update handoff_packages set claim_due_at = ")
        .bind(due)
        .push(", expires_at = ")
        .bind(end)
        .push(" where id = ")
        .bind(id);
    tx.run(query).await.map(drop)
}

/// How often an offer of it passed unclaimed since it was made, given back or
/// revived.
pub async fn passed(tx: &Tx, id: Uuid) -> Result<usize, Error> {
    let query = Query::new(
        "select count(*) from handoff_changes c where c.reason = 'claim_overdue' and c.handoff_id = ",
    )
    .bind(id)
    .push(
        " and c.created_at >= (select max(b.created_at) from handoff_changes b \
         where b.handoff_id = c.handoff_id and b.to_status = 'pending' \
         and b.from_status is distinct from 'pending')",
    );
    let count: Option<i64> = tx.run(query).await?.value()?;
    Ok(count
        .and_then(|count| usize::try_from(count).ok())
        .unwrap_or_default())
}

/// The manager of a team: who leads it, else who leads the nearest above it.
pub async fn manager(tx: &Tx, team: Uuid) -> Result<Option<Uuid>, Error> {
    let query = Query::new(
        "with recursive above (id, parent, distance) as (select t.id, t.parent_team_id, 0 \
         from teams t where t.id = ",
    )
    .bind(team)
    .push(
        " union all select t.id, t.parent_team_id, a.distance + 1 from teams t \
         join above a on a.parent = t.id) \
         select u.id from above a join team_members m on m.team_id = a.id and m.is_lead \
         join users u on u.id = m.user_id and u.role = 'sales_manager' and u.status = 'active' \
         and u.deactivated_at is null order by a.distance, u.id limit 1",
    );
    tx.run(query).await?.value()
}

/// Gives a manager the task of finding somebody.
pub async fn tell(
    tx: &Tx,
    held: &Held,
    manager: Uuid,
    title: String,
    now: Timestamp,
) -> Result<(), Error> {
    let columns: Vec<(&'static str, Parameter)> = vec![
        ("prospect_id", Box::new(held.prospect_id)),
        ("title", Box::new(title)),
        ("assignee", Box::new(manager)),
        ("due_at", Box::new(now)),
        ("source", Box::new("escalation")),
        ("handoff_id", Box::new(held.id)),
    ];
    tx.run(Query::insert("tasks", columns)).await.map(drop)
}

/// Ends an offer that passed unclaimed: the package goes to `person`, or back
/// into the pool, where the rules are asked for the next until `due`.
pub async fn offer_again(
    tx: &Tx,
    held: &Held,
    person: Option<Uuid>,
    due: Option<Timestamp>,
    now: Timestamp,
) -> Result<(), Error> {
    because(tx, "claim_overdue").await?;
    let query = Query::new("update handoff_packages set offered_to = ")
        .bind(person)
        .push(", claim_due_at = coalesce(")
        .bind(due)
        .push(", claim_due_at) where id = ")
        .bind(held.id);
    tx.run(query).await?;
    if held.offered_to == person {
        // The trigger keeps what changes; that the pool let it pass is kept as well.
        let keep = Query::new(
            "insert into handoff_changes (handoff_id, prospect_id, from_status, to_status, \
             offered_from, offered_to, reason, created_at) values (",
        )
        .bind(held.id)
        .push(", ")
        .bind(held.prospect_id)
        .push(", 'pending', 'pending', ")
        .bind(held.offered_to)
        .push(", ")
        .bind(person)
        .push(", 'claim_overdue', ")
        .bind(now)
        .push(")");
        tx.run(keep).await?;
    }
    if person.is_none() {
        let route = Query::new("select doorstep.ask_for('route_handoff', ").bind(held.id);
        tx.run(route.push(")")).await?;
    }
    Ok(())
}

/// Ends a package that nobody took in time.
pub async fn expire(tx: &Tx, id: Uuid) -> Result<(), Error> {
    because(tx, "unclaimed").await?;
    let query = Query::new("update handoff_packages set status = 'expired' where id = ").bind(id);
    tx.run(query).await.map(drop)
}

/// Takes a package back from whoever let it lie.
pub async fn take_back(tx: &Tx, id: Uuid) -> Result<(), Error> {
    because(tx, "idle").await?;
    let query = Query::new(
        "update handoff_packages set status = 'pending', claimed_by = null, claimed_at = null, \
         offered_to = null where id = ",
    )
    .bind(id);
    tx.run(query).await.map(drop)
}

/// Whether a contact was noted since it was claimed: somebody called, wrote or
/// met, did a task of it, or a conversation went out or was answered by a person.
pub async fn contact_noted(tx: &Tx, id: Uuid, now: Timestamp) -> Result<bool, Error> {
    let query = Query::new("with moment (now) as (select ").bind(now).push(
        "::timestamptz) select exists (select from activities a where a.prospect_id = h.prospect_id \
         and a.kind in ('call', 'whatsapp', 'sms', 'email', 'meeting', 'viewing') \
         and a.happened_at between h.claimed_at and m.now) \
         or exists (select from tasks t where t.handoff_id = h.id and t.done_at >= h.claimed_at) \
         or exists (select from conversations c where c.prospect_id = h.prospect_id \
         and c.direction = 'outbound' and c.outcome <> 'placeholder' \
         and c.\"timestamp\" between h.claimed_at and m.now) \
         or exists (select from transcript_messages s where s.prospect_id = h.prospect_id \
         and s.speaker = 'rep' and s.visibility = 'public' \
         and s.\"timestamp\" between h.claimed_at and m.now) \
         from moment m cross join handoff_packages h where h.id = ",
    );
    Ok(tx.run(query.bind(id)).await?.value()?.unwrap_or(false))
}
