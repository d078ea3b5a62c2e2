//! Reads what a decision is made from, of every table that has a say in it.
//!
//! Done as the program itself, so that the answer is the same whoever asks.
//! Like the inputs of a package, it names the tables of other nouns, and only
//! reads them.

use std::collections::{BTreeSet, HashMap};

use jiff::{SignedDuration, Timestamp, tz::TimeZone};
use serde_json::Value;
use tokio_postgres::{Row, types::FromSql};
use uuid::Uuid;

use super::{
    conditions::holds::Subject,
    decide::{Record, Rule, Situation},
    eligible::{Demands, Person},
    targets::Targets,
    types::{Entity, Strategy},
};
use crate::{
    db::{Query, Run},
    error::Error,
    teams::{
        Whose,
        calendar::{Calendar, Hours},
        calendar_query, read_calendar,
    },
};

/// What is routed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Thing {
    /// What kind of thing.
    pub entity: Entity,
    /// Its key.
    pub id: Uuid,
}

fn get<'a, T: FromSql<'a>>(row: &'a Row, column: &str) -> Result<T, Error> {
    row.try_get(column).map_err(Error::internal)
}

/// Gathers the situation of a prospect or a handoff.
///
/// # Errors
/// 404 when it is gone; whatever the database says.
pub async fn gather(on: &impl Run, thing: Thing, now: Timestamp) -> Result<Situation, Error> {
    let zone = zone(on).await?;
    let about = on.run(subject_query(thing)).await?;
    let about = about.first().ok_or_else(Error::not_found)?;
    let owner: Option<Uuid> = get(about, "assigned_to")?;
    let team: Uuid = get(about, "team_id")?;
    let pool = on.run(calendar_query(Whose::Team(team), None)).await?;
    let pool = read_calendar(&pool)?;
    let rows = on.run(rules_query(thing.entity, team, now)).await?;
    let teams = teams(on, &rows).await?;
    let mut rules = Vec::with_capacity(rows.len());
    for row in &rows {
        rules.push(rule(row, &teams)?);
    }
    let mut asked: BTreeSet<Uuid> = owner.into_iter().collect();
    asked.extend(
        rules
            .iter()
            .flat_map(|rule| rule.ring.iter().map(|(id, _)| *id)),
    );
    Ok(Situation {
        subject: subject(about, &zone, now)?,
        language: get(about, "language")?,
        owner,
        people: people(on, asked.into_iter().collect(), thing, &pool).await?,
        records: records(on, thing.entity, now).await?,
        rules,
    })
}

/// The organisation's zone: the setting `timezone`, else UTC.
async fn zone(on: &impl Run) -> Result<TimeZone, Error> {
    let query =
        Query::new("select value #>> '{}' as zone from doorstep.settings where name = 'timezone'");
    let rows = on.run(query).await?;
    let name: Option<String> = rows.first().map(|row| get(row, "zone")).transpose()?;
    let zone = name.and_then(|name| TimeZone::get(&name).ok());
    Ok(zone.unwrap_or(TimeZone::UTC))
}

/// A prospect, or a handoff with its prospect and the home it is about.
fn subject_query(thing: Thing) -> Query {
    let (from, key) = match thing.entity {
        Entity::Handoff => (
            "handoff_packages h join prospects p on p.id = h.prospect_id \
             left join appointments a on a.id = h.appointment_id \
             left join properties o on o.id = coalesce(a.property_id, h.suggested_property_ids[1]) \
             where h.id = ",
            "h.team_id, h.priority, h.source_channel, h.conversation_id, h.qualification_score",
        ),
        _ => (
            "prospects p left join properties o on false where p.id = ",
            "p.team_id, null::text as priority, null::text as source_channel, null::uuid as conversation_id, \
             null::jsonb as qualification_score",
        ),
    };
    Query::new(
        "select t.*, s.overall_score, s.grade, (select c.campaign_id::text from conversations c \
         where c.prospect_id = t.id and c.campaign_id is not null \
         order by c.id = t.conversation_id desc nulls last, c.\"timestamp\" desc limit 1) as campaign_id \
         from (select p.id, p.city, p.country, p.source, p.status, p.language, p.timezone, \
         coalesce(p.budget_max, p.budget_min)::float8 as budget, \
         p.timeline_months_max::float8 as months, p.preferred_channel, p.wanted_types, \
         p.assigned_to, o.type as property_type, o.city as property_city, \
         o.list_price_low::float8 as property_price, ",
    )
    .push(key)
    .push(" from ")
    .push(from)
    .bind(thing.id)
    .push(
        ") as t left join lateral (select q.overall_score::float8 as overall_score, q.grade \
         from qualification_scores q where q.prospect_id = t.id order by q.created_at desc, q.id \
         limit 1) as s on true",
    )
}

fn subject(row: &Row, zone: &TimeZone, now: Timestamp) -> Result<Subject, Error> {
    let mut subject = Subject::default();
    for (field, column) in [
        ("city", "city"),
        ("country", "country"),
        ("source", "source"),
        ("status", "status"),
        ("language", "language"),
        ("preferred_channel", "preferred_channel"),
        ("score.grade", "grade"),
        ("handoff.priority", "priority"),
        ("property.city", "property_city"),
        ("campaign_id", "campaign_id"),
    ] {
        subject.word(field, get(row, column)?);
    }
    let score: Option<Value> = get(row, "qualification_score")?;
    let scored = |key: &str| score.as_ref().and_then(|score| score.get(key));
    let total: Option<f64> = get(row, "overall_score")?;
    let total = scored("overallScore").and_then(Value::as_f64).or(total);
    let months: Option<f64> = get(row, "months")?;
    subject.number("score.total", total);
    subject.number("budget_max", get(row, "budget")?);
    subject.number("timeline_months_max", months);
    subject.number("property.price", get(row, "property_price")?);
    let home: Option<String> = get(row, "property_type")?;
    let wanted: Vec<String> = get(row, "wanted_types")?;
    subject.words("property.type", home.map_or(wanted, |home| vec![home]));
    let said: Option<String> = get(row, "source_channel")?;
    let preferred: Option<String> = get(row, "preferred_channel")?;
    subject.word("channel", said.or(preferred));
    let urgency = scored("urgency").and_then(Value::as_str);
    let by_months = months.map(|months| match months {
        m if m <= 3.0 => "high",
        m if m <= 6.0 => "medium",
        _ => "low",
    });
    subject.word("urgency", urgency.or(by_months).map(str::to_owned));
    let own: Option<String> = get(row, "timezone")?;
    let zone = own
        .and_then(|name| TimeZone::get(&name).ok())
        .unwrap_or_else(|| zone.clone());
    let local = now.to_zoned(zone);
    subject.number("local_hour", Some(f64::from(local.hour())));
    let weekday = local.weekday().to_monday_one_offset();
    subject.number("weekday", Some(f64::from(weekday)));
    Ok(subject)
}

/// The rules that hold today for what comes into a team, in their order: those
/// of the team and of the teams above it. Whoever leads a team writes its rules;
/// they take nothing from another.
fn rules_query(entity: Entity, team: Uuid, now: Timestamp) -> Query {
    Query::new(
        "with recursive above (id) as (select ",
    )
    .bind(team)
    .push(
        "::uuid union select t.parent_team_id from teams t join above on t.id = above.id \
         where t.parent_team_id is not null) select r.id, r.name, r.conditions, r.assign_to, r.strategy, r.targets, r.respect_hours, \
         r.respect_capacity, r.sticky_owner, r.fallback_rule_id, r.max_new_per_window, r.claim_timeout_s, r.team_id, \
         k.last_user_id from routing_rules r \
         left join doorstep.routing_cursors k on k.rule_id = r.id \
         where r.team_id in (select id from above) and r.enabled and r.entity = ",
    )
    .bind(entity)
    .push(" and (r.valid_from is null or r.valid_from <= ")
    .bind(now)
    .push(") and (r.valid_to is null or r.valid_to > ")
    .bind(now)
    .push(") order by r.priority, r.id")
}

/// The members of the teams that rules choose among, by their ids.
async fn teams(on: &impl Run, rules: &[Row]) -> Result<HashMap<Uuid, Vec<Uuid>>, Error> {
    let mut wanted = Vec::new();
    for row in rules {
        wanted.push(team_of(row)?);
    }
    let query = Query::new("select team_id, user_id from team_members where team_id = any (")
        .bind(wanted)
        .push(") order by user_id");
    let mut teams: HashMap<Uuid, Vec<Uuid>> = HashMap::new();
    for row in &on.run(query).await? {
        let team = get(row, "team_id")?;
        teams.entry(team).or_default().push(get(row, "user_id")?);
    }
    Ok(teams)
}

fn targets_of(row: &Row) -> Result<Targets, Error> {
    let targets: Option<Value> = get(row, "targets")?;
    Ok(Targets::read(targets.as_ref()))
}

fn team_of(row: &Row) -> Result<Uuid, Error> {
    let own = get(row, "team_id")?;
    Ok(targets_of(row)?.team_id.unwrap_or(own))
}

fn rule(row: &Row, teams: &HashMap<Uuid, Vec<Uuid>>) -> Result<Rule, Error> {
    let targets = targets_of(row)?;
    let strategy: String = get(row, "strategy")?;
    let assign_to: String = get(row, "assign_to")?;
    let named: Option<Uuid> = assign_to.parse().ok();
    let mut ring = match named {
        Some(person) => vec![(person, 1)],
        None => targets.users.clone(),
    };
    if named.is_none() && (targets.team_id.is_some() || targets.is_empty()) {
        let members = teams.get(&team_of(row)?).into_iter().flatten();
        ring.extend(members.map(|id| (*id, 1)));
    }
    let mut seen = BTreeSet::new();
    ring.retain(|(id, _)| seen.insert(*id));
    let strategy = match named {
        Some(_) => Strategy::FixedUser,
        None => strategy.parse().map_err(Error::internal)?,
    };
    let most_new: Option<i32> = get(row, "max_new_per_window")?;
    let claim_timeout: Option<i32> = get(row, "claim_timeout_s")?;
    Ok(Rule {
        id: get(row, "id")?,
        name: get(row, "name")?,
        conditions: get(row, "conditions")?,
        strategy,
        sticky_owner: get(row, "sticky_owner")?,
        demands: Demands {
            hours: get(row, "respect_hours")?,
            capacity: get(row, "respect_capacity")?,
            // Whoever is named may be a manager: the rule says so.
            managers: targets.managers || named.is_some() || !targets.users.is_empty(),
            most_new: most_new.and_then(|most| u64::try_from(most).ok()),
        },
        fallback: get(row, "fallback_rule_id")?,
        claim_timeout: claim_timeout.map(|seconds| SignedDuration::from_secs(seconds.into())),
        ring,
        last: get(row, "last_user_id")?,
    })
}

/// The people, with what they have open: prospects of theirs, and packages about
/// others' prospects that they claimed or were offered.
async fn people(
    on: &impl Run,
    asked: Vec<Uuid>,
    thing: Thing,
    pool: &Calendar,
) -> Result<HashMap<Uuid, Person>, Error> {
    let query = Query::new(
        "select u.id, u.name, u.role, u.status = 'active' and u.deactivated_at is null as active, \
         u.availability, u.out_of_office_until, u.working_hours, u.timezone, u.languages, \
         u.max_open_leads, (select count(*) from prospects p where p.assigned_to = u.id \
           and p.status not in ('closed', 'lost') and p.merged_into_id is null and p.erased_at is null) \
         + (select count(*) from handoff_packages h join prospects p on p.id = h.prospect_id \
            where h.status in ('pending', 'claimed') and p.assigned_to is distinct from u.id \
            and (h.claimed_by = u.id or h.status = 'pending' and h.offered_to = u.id)) as open, \
         exists (select from handoff_changes c where (c.from_status = 'claimed' \
           and c.to_status = 'pending' and c.from_user = u.id \
           or c.reason = 'claim_overdue' and c.offered_from = u.id) and c.handoff_id = ",
    )
    .bind(thing.id)
    .push(") as declined from users u where u.id = any (")
    .bind(asked)
    .push(")");
    let mut people = HashMap::new();
    for row in &on.run(query).await? {
        let room: i32 = get(row, "max_open_leads")?;
        let open: i64 = get(row, "open")?;
        let person = Person {
            user_id: get(row, "id")?,
            name: get(row, "name")?,
            role: get(row, "role")?,
            active: get(row, "active")?,
            availability: get(row, "availability")?,
            out_of_office_until: get(row, "out_of_office_until")?,
            calendar: calendar(row, pool)?,
            languages: get(row, "languages")?,
            open: u64::try_from(open).unwrap_or_default(),
            room: u64::try_from(room).unwrap_or_default(),
            declined: get(row, "declined")?,
        };
        people.insert(person.user_id, person);
    }
    Ok(people)
}

/// When somebody works: his own hours in his own zone, else those of the pool.
fn calendar(row: &Row, pool: &Calendar) -> Result<Calendar, Error> {
    let hours: Value = get(row, "working_hours")?;
    let hours = Hours::read(&hours);
    if hours.is_empty() {
        return Ok(pool.clone());
    }
    let zone: Option<String> = get(row, "timezone")?;
    let zone = zone.and_then(|name| TimeZone::get(&name).ok());
    Ok(Calendar {
        zone: zone.unwrap_or_else(|| pool.zone.clone()),
        hours,
        holidays: pool.holidays.clone(),
    })
}

/// What people got by each rule: this month, in its window, and last.
async fn records(
    on: &impl Run,
    entity: Entity,
    now: Timestamp,
) -> Result<HashMap<(Uuid, Uuid), Record>, Error> {
    let query = Query::new(
        "with moment (now) as (select ",
    )
    .bind(now)
    .push(
        "::timestamptz) select r.id as rule_id, a.user_id, \
         count(*) filter (where a.rule_id = r.id and a.assigned_at >= date_trunc('month', m.now)) as month, \
         count(*) filter (where a.assigned_at > m.now - make_interval(secs => r.window_s)) as window, \
         max(a.assigned_at) as last from moment m cross join routing_rules r \
         join assignments a on a.outcome = 'assigned' and a.user_id is not null and (a.rule_id = r.id \
           or a.assigned_at > m.now - make_interval(secs => r.window_s)) \
         where a.assigned_at > m.now - interval '92 days' and r.enabled and r.entity = ",
    )
    .bind(entity)
    .push(" group by r.id, a.user_id");
    let mut records = HashMap::new();
    for row in &on.run(query).await? {
        let count = |column| -> Result<u64, Error> {
            let count: i64 = get(row, column)?;
            Ok(u64::try_from(count).unwrap_or_default())
        };
        let record = Record {
            month: count("month")?,
            window: count("window")?,
            last: get(row, "last")?,
        };
        records.insert((get(row, "rule_id")?, get(row, "user_id")?), record);
    }
    Ok(records)
}
