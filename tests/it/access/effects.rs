//! What the functions of the definer role do in the caller's name: copies, counts, histories, searches.
//!
//! The matrix shows who may; these show that it happens, so that a policy or grant of the definer role
//! that is lost turns something red as well.

use tokio_postgres::Client;

use super::rows::{id, insert, values};
use super::trial::batch;
use super::world::Principal;

/// One thing that must happen.
pub struct Effect {
    /// In words.
    pub name: &'static str,
    /// Done first, as superuser.
    setup: String,
    /// On whose behalf.
    who: Principal,
    /// What he does; without a check it must answer a row.
    act: String,
    /// A query as superuser that must then answer `t`.
    check: Option<String>,
}

fn effect(name: &'static str, setup: String, who: &str, act: String, check: &str) -> Effect {
    let check = (!check.is_empty()).then(|| check.to_owned());
    Effect {
        name,
        setup,
        who: Principal::named(who),
        act,
        check,
    }
}

/// All of them.
pub fn all() -> Vec<Effect> {
    let mut all = vec![newcomer()];
    all.extend(counts());
    all.extend(histories());
    all.extend(changes());
    all.push(merge());
    all.push(wishes());
    all.push(repetition());
    all
}

fn newcomer() -> Effect {
    let mut newcomer = effect(
        "with open_signup whoever signs himself up is active",
        "insert into doorstep.settings (name, value) values ('open_signup', 'true') on conflict (name) do update set value = excluded.value".into(),
        "inactive",
        format!("insert into users (id, name, email) values ({}, 'New', 'newcomer@desk.test')", id("users", "newcomer")),
        &format!("select status = 'active' from users where id = {}", id("users", "newcomer")),
    );
    newcomer.who.person = Some("newcomer".into());
    newcomer
}

fn merge() -> Effect {
    let (kept, other) = (id("prospects", "team"), id("prospects", "sales_rep"));
    effect(
        "a merge takes the agent's steps and the scores along",
        format!("update appointments set status = 'cancelled' where prospect_id = {other}"),
        "admin",
        format!("select doorstep.merge_prospects({kept}, {other}, '2029-06-01Z')"),
        &format!(
            "select (select prospect_id = {kept} from agent_plan_steps where id = {}) \
             and (select prospect_id = {kept} from qualification_scores where id = {})",
            id("agent_plan_steps", "sales_rep"),
            id("qualification_scores", "sales_rep")
        ),
    )
}

fn wishes() -> Effect {
    let prospect = id("prospects", "sales_rep");
    effect(
        "what was read of a prospect's wishes is gone when he wants something else",
        format!(
            "with place as (insert into doorstep.wish_places (place, region) values ('there', '') returning id) \
             insert into doorstep.prospect_wishes (prospect_id, spoken, amended, team_id, place_id, types, features, \
             must_haves, rejected) select {prospect}, false, false, (select id from teams limit 1), place.id, 0, '{{}}', 0, '{{}}' \
             from place"
        ),
        "sales_rep",
        format!("update prospects set city = 'Abu Dhabi' where id = {prospect}"),
        &format!(
            "select not exists (select from doorstep.prospect_wishes where prospect_id = {prospect}) \
             and exists (select from doorstep.stale_wishes where prospect_id = {prospect})"
        ),
    )
}

fn repetition() -> Effect {
    let mut message = values("transcript_messages", "sales_rep", true);
    message.retain(|(column, _)| column != "id");
    message.push(("provider_message_id".into(), "'twice'".into()));
    message.push(("channel".into(), "'sms'".into()));
    let once = insert("transcript_messages", &message);
    let mut repetition = effect(
        "a message that its provider sends twice is one",
        once.clone(),
        "worker",
        // The second one writes nothing, which is an answer all the same.
        format!("with again as ({once} returning 1) select 1"),
        "select count(*) = 1 from transcript_messages where provider_message_id = 'twice'",
    );
    repetition.who = Principal::system("worker");
    repetition
}

/// What is counted and searched.
fn counts() -> Vec<Effect> {
    let none = || "select 1".to_owned();
    let own = |table: &str| id(table, "sales_rep");
    let mut talk = values("conversations", "sales_rep", true);
    talk.push(("campaign_id".into(), own("campaigns")));
    let mut visit = values("appointments", "sales_rep", true);
    visit.push(("campaign_id".into(), own("campaigns")));
    vec![
        effect(
            "a conversation counts in its campaign",
            none(),
            "sales_rep",
            insert("conversations", &talk),
            &format!(
                "select attempts > 0 from campaigns where id = {}",
                own("campaigns")
            ),
        ),
        effect(
            "an appointment counts in its campaign",
            none(),
            "sales_rep",
            insert("appointments", &visit),
            &format!(
                "select booked_appointments > 0 from campaigns where id = {}",
                own("campaigns")
            ),
        ),
        effect(
            "the newest confirmed entity supersedes the one before",
            format!(
                "insert into detected_entities (id, conversation_id, type, value, confidence, status) values (md5('older')::uuid, {}, 'budget', '1M', 90, 'confirmed')",
                own("conversations")
            ),
            "sales_rep",
            format!(
                "update detected_entities set status = 'confirmed' where id = {}",
                own("detected_entities")
            ),
            "select status = 'superseded' from detected_entities where id = md5('older')::uuid",
        ),
        effect(
            "a search finds homes",
            none(),
            "sales_rep",
            "select id from doorstep.properties_matching('sea view')".into(),
            "",
        ),
        effect(
            "a search finds homes for anyone",
            none(),
            "anon",
            "select p.id from properties p join doorstep.properties_matching('sea view') using (id)"
                .into(),
            "",
        ),
        effect(
            "a search finds prospects",
            none(),
            "sales_rep",
            "select id from doorstep.prospects_matching('prospect')".into(),
            "",
        ),
    ]
}

/// What is written down.
fn histories() -> Vec<Effect> {
    let none = || "select 1".to_owned();
    let own = |table: &str| id(table, "sales_rep");
    vec![
        effect(
            "a price change is history",
            none(),
            "operations",
            format!(
                "update properties set price_range = '9M' where id = {}",
                id("properties", "shown")
            ),
            "select exists (select from property_history where new_value = '9M')",
        ),
        effect(
            "a message is counted in its conversation",
            none(),
            "sales_rep",
            insert(
                "transcript_messages",
                &values("transcript_messages", "sales_rep", true),
            ),
            &format!(
                "select message_count = 2 from conversations where id = {}",
                own("conversations")
            ),
        ),
        effect(
            "every write is an event",
            none(),
            "sales_rep",
            format!(
                "update prospects set city = 'Abu Dhabi' where id = {}",
                own("prospects")
            ),
            &format!(
                "select exists (select from events where noun = 'prospects' and kind = 'updated' and row_id = {} and actor = {})",
                own("prospects"),
                id("users", "sales_rep")
            ),
        ),
    ]
}

/// Who held what when.
fn changes() -> Vec<Effect> {
    let none = || "select 1".to_owned();
    let own = |table: &str| id(table, "sales_rep");
    vec![
        effect(
            "a claim is history",
            none(),
            "sales_rep",
            format!(
                "select doorstep.claim_handoff({}, '2029-06-01Z')",
                id("handoff_packages", "pool")
            ),
            &format!(
                "select exists (select from handoff_changes where handoff_id = {} and actor = {})",
                id("handoff_packages", "pool"),
                id("users", "sales_rep")
            ),
        ),
        effect(
            "the steps of a package are tasks of whoever claims it",
            format!(
                "update handoff_packages set next_steps = array['Call'] where id = {}",
                id("handoff_packages", "pool")
            ),
            "sales_rep",
            format!(
                "select doorstep.claim_handoff({}, '2029-06-01Z')",
                id("handoff_packages", "pool")
            ),
            &format!(
                "select exists (select from tasks where handoff_id = {} and title = 'Call' and assignee = {}) \
                 and exists (select from doorstep.jobs where kind = 'handoff_idle')",
                id("handoff_packages", "pool"),
                id("users", "sales_rep")
            ),
        ),
        effect(
            "what becomes of a task happened",
            none(),
            "sales_rep",
            format!("update tasks set done = true where id = {}", own("tasks")),
            &format!(
                "select exists (select from activities where task_id = {} and kind = 'task_done' and actor = {})",
                own("tasks"),
                id("users", "sales_rep")
            ),
        ),
        effect(
            "what is open follows the prospect's owner",
            none(),
            "sales_manager",
            format!(
                "update prospects set assigned_to = {} where id = {}",
                id("users", "team"),
                own("prospects")
            ),
            &format!(
                "select assignee = {} from tasks where id = {}",
                id("users", "team"),
                own("tasks")
            ),
        ),
        effect(
            "whoever opts out in a conversation is left alone everywhere",
            none(),
            "sales_rep",
            format!(
                "select doorstep.end_live({}, 1, 'opted_out', '2029-06-01Z')",
                own("live_conversations")
            ),
            &format!(
                "select exists (select from suppressions where prospect_id = p.id and channel = 'all') \
                 and exists (select from consents where prospect_id = p.id and status = 'withdrawn') \
                 and exists (select from queued_leads where prospect_id = p.id and status = 'opted_out') \
                 from prospects p where p.id = {}",
                own("prospects")
            ),
        ),
        effect(
            "a start makes a run, keeps the policies and queues the segment",
            format!(
                "update campaign_runs set status = 'completed' where campaign_id = {}",
                id("campaigns", "team")
            ),
            "operations",
            format!(
                "select doorstep.start_campaign({}, null, '2029-06-01Z')",
                id("campaigns", "team")
            ),
            &format!(
                "select r.policy_snapshot -> 'policies' -> 0 is not null and (r.metrics ->> 'totalLeads')::int > 1 \
                 and (select count(*) from queued_leads q where q.campaign_run_id = r.id) = (r.metrics ->> 'totalLeads')::int \
                 from campaign_runs r where r.campaign_id = {} and r.status = 'running'",
                id("campaigns", "team")
            ),
        ),
        effect(
            "a stop cancels what waits",
            none(),
            "compliance_officer",
            format!(
                "select doorstep.stop_campaign({}, null, '2029-06-01Z')",
                id("campaigns", "team")
            ),
            &format!(
                "select r.status = 'cancelled' and (select bool_and(q.status = 'cancelled') from queued_leads q where q.campaign_run_id = r.id) \
                 from campaign_runs r where r.campaign_id = {}",
                id("campaigns", "team")
            ),
        ),
        effect(
            "a status change is history",
            none(),
            "sales_rep",
            format!(
                "update prospects set status = 'qualified' where id = {}",
                own("prospects")
            ),
            &format!(
                "select exists (select from prospect_status_changes where prospect_id = {} and to_status = 'qualified')",
                own("prospects")
            ),
        ),
    ]
}

/// Tries one; `None` if it happened.
pub async fn attempt(client: &Client, effect: &Effect) -> Option<String> {
    let check = effect.check.as_deref().unwrap_or("select 1");
    let text = format!(
        "{}; {}; {}; set local role none; {check}",
        effect.setup,
        effect.who.become_him(),
        effect.act
    );
    match batch(client, &text).await {
        Err((code, message)) => Some(format!("{}: {code} {message}", effect.name)),
        Ok(answers) => {
            let seen = answers[4].1 > 0;
            let held =
                effect.check.is_none() || answers[6].0.first().and_then(|r| r.get(0)) == Some("t");
            (!seen || !held).then(|| format!("{}: it did not happen", effect.name))
        }
    }
}
