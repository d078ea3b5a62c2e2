//! The first twenty prospects of a home are those that scoring every one gives,
//! for each role with what it may read: over random rows and random words that
//! were understood, some of them read anew by the program and some not yet.

use std::collections::HashMap;

use doorstep::{
    handoffs::facts::{self, Entity, EntityStatus, Inputs, ProspectStatus},
    properties::matching::{self, Wishes},
    teams::calendar::Calendar,
    users::Role,
};
use jiff::{Timestamp, tz::TimeZone};
use rust_decimal::Decimal;
use tokio_postgres::Row;
use uuid::Uuid;

use super::every_row::{Dice, FEATURES, MUSTS, TYPES, every_home, homes};
use crate::app::{Client, TestApp};

const PLACES: &[Option<&str>] = &[
    None,
    Some("Dubai"),
    Some("Dubai Marina, Dubai"),
    Some("دبي"),
    Some("Marina"),
    Some("Oslo"),
    Some("Austin"),
    Some("?"),
];
const BUDGETS: &[Option<&str>] = &[
    None,
    None,
    Some("AED 1-2M"),
    Some("up to 900k"),
    Some("USD 500,000"),
    Some("a lot"),
];
/// What may be understood, and how.
const SAID: &[(&str, &str)] = &[
    ("budget", "AED 1.2M to 1.8M"),
    ("budget", "no idea"),
    ("currency", "USD"),
    ("area", "Zurich"),
    ("area", "Dubai"),
    ("area", "Christian area"),
    ("property_type", "townhouse"),
    ("property_type", "castle"),
    ("bedrooms", "2-3"),
    ("bedrooms", "at least 4"),
    ("feature", "gym"),
    ("feature", "near mosque"),
    ("feature", "lift"),
    ("purpose", "rent"),
    ("purpose", "buy"),
    ("timeline", "now"),
];

async fn prospects(app: &TestApp, dice: &mut Dice, rep: Uuid, (first, count): (u32, u32)) {
    let sql = app.sql().await;
    for number in first..first + count {
        let min = i64::try_from(dice.below(20) * 100_000).unwrap();
        let max = min + i64::try_from(dice.below(10) * 100_000).unwrap();
        let (low, high) = dice.one(&[(true, true), (true, false), (false, true), (false, false)]);
        let rooms = i16::try_from(dice.below(6)).unwrap();
        let id = Uuid::from_u128(u128::from(dice.below(u64::MAX)) << 64 | u128::from(number));
        let musts: Vec<&str> = match dice.below(3) {
            0 => dice.some(MUSTS, 2),
            _ => Vec::new(),
        };
        sql.execute(
            "insert into prospects (id, name, email, city, region, purpose, budget, budget_min, \
             budget_max, budget_currency, wanted_types, wanted_bedrooms_min, wanted_bedrooms_max, \
             wanted_features, must_haves, assigned_to, status, lost_reason, restricted_at, team_id) \
             values ($1, 'A', $2, $3, $4, $5, $6, case when $7 then $8::int8 end, \
             case when $9 then $10::int8 end, $11, $12, $13, $14, $15, $16, $17, $18, \
             case when $18 = 'lost' then 'gone' end, case when $19 then now() end, \
             doorstep.default_team_id())",
            &[
                &id,
                &format!("p{number}@example.com"),
                &dice.one(PLACES),
                &dice.one(&[None, None, Some("Texas"), Some("dubai")]),
                &dice.one(&[None, None, Some("buy"), Some("rent")]),
                &dice.one(BUDGETS),
                &low,
                &min,
                &high,
                &max,
                &dice.one(&[None, Some("AED"), Some("AED"), Some("USD")]),
                &dice.some(TYPES, 3),
                &dice.one(&[None, Some(rooms)]),
                &dice.one(&[None, Some(rooms + 1)]),
                &dice.some(FEATURES, 2),
                &musts,
                &dice.one(&[None, Some(rep)]),
                &dice.one(&["new", "contacted", "new", "contacted", "lost"]),
                &(dice.below(12) == 0),
            ],
        )
        .await
        .unwrap();
        if dice.below(2) == 0 {
            talk(&sql, dice, id).await;
        }
    }
}

/// Lets the agent understand some things of a prospect.
async fn talk(sql: &tokio_postgres::Client, dice: &mut Dice, prospect: Uuid) {
    sql.execute(
        "insert into conversations (id, prospect_id, prospect_name, channel, outcome) \
         values ($1, $1, '', 'phone', 'connected') on conflict (id) do nothing",
        &[&prospect],
    )
    .await
    .unwrap();
    for (kind, value) in dice.some(SAID, 2) {
        let confidence = i32::try_from(40 + dice.below(60)).unwrap();
        sql.execute(
            "insert into detected_entities (id, conversation_id, prospect_id, type, value, \
             confidence, status) values ($1, $2, $2, $3, $4, $5, $6)",
            &[
                &Uuid::new_v4(),
                &prospect,
                &kind,
                &value,
                &Decimal::from(confidence),
                &dice.one(&["detected", "detected", "confirmed", "rejected"]),
            ],
        )
        .await
        .unwrap();
    }
}

/// What the program has not been told: how a row is read.
fn facts_of(row: &Row) -> facts::Prospect {
    let number = |name: &str| row.get::<_, Option<i16>>(name).map(i32::from);
    facts::Prospect {
        id: row.get("id"),
        name: String::new(),
        email: None,
        phone: None,
        whatsapp: None,
        status: ProspectStatus::from_word(row.get("status")).unwrap(),
        preferred_channel: None,
        budget: row.get("budget"),
        budget_min: row.get("budget_min"),
        budget_max: row.get("budget_max"),
        budget_currency: row.get("budget_currency"),
        timeline: None,
        timeline_months_max: None,
        city: row.get("city"),
        region: row.get("region"),
        purpose: row.get("purpose"),
        wanted_types: row.get("wanted_types"),
        wanted_bedrooms_min: number("wanted_bedrooms_min"),
        wanted_bedrooms_max: number("wanted_bedrooms_max"),
        wanted_features: row.get("wanted_features"),
        must_haves: row.get("must_haves"),
        rejected_property_ids: row.get("rejected_property_ids"),
        no_shows: 0,
        erased: false,
        duplicate_suspected: false,
    }
}

fn wishes(prospect: facts::Prospect, entities: Vec<Entity>) -> Wishes {
    let inputs = Inputs {
        prospect,
        property: None,
        appointment: None,
        conversation: None,
        messages: Vec::new(),
        entities,
        candidates: Vec::new(),
        suppressions: Vec::new(),
        consents: Vec::new(),
        closed_today: Vec::new(),
        requested_reason: None,
        rates: None,
        calendar: Calendar::always(),
        now: Timestamp::now(),
        zone: TimeZone::UTC,
    };
    facts::resolve(&inputs).wishes(&inputs, false)
}

/// Somebody who looks for a home: his owner, and what he wants by his row alone
/// and with what was understood.
struct Seeker {
    id: Uuid,
    owner: Option<Uuid>,
    alone: Wishes,
    spoken: Wishes,
}

async fn every_seeker(app: &TestApp) -> Vec<Seeker> {
    let sql = app.sql().await;
    let mut said: HashMap<Uuid, Vec<Entity>> = HashMap::new();
    let rows = sql
        .query(
            "select id, prospect_id, type, value, floor(confidence)::int4 as confidence, status, \
             created_at from detected_entities where status in ('detected', 'confirmed')",
            &[],
        )
        .await
        .unwrap();
    for row in &rows {
        said.entry(row.get(1)).or_default().push(Entity {
            id: row.get(0),
            entity_type: row.get(2),
            value: row.get(3),
            normalized: None,
            confidence: row.get(4),
            status: EntityStatus::from_word(row.get(5)).unwrap(),
            message_id: None,
            span_start: None,
            span_end: None,
            at: row.get(6),
        });
    }
    let rows = sql
        .query(
            "select * from prospects where status not in ('closed', 'lost') \
             and restricted_at is null and merged_into_id is null",
            &[],
        )
        .await
        .unwrap();
    rows.iter()
        .map(|row| {
            let id = row.get("id");
            Seeker {
                id,
                owner: row.get("assigned_to"),
                alone: wishes(facts_of(row), Vec::new()),
                spoken: wishes(facts_of(row), said.remove(&id).unwrap_or_default()),
            }
        })
        .collect()
}

async fn found(client: &Client, home: Uuid) -> Vec<(Uuid, u64)> {
    let path = format!("/api/properties/{home}/matches");
    let list = client.get(&path).await.expect(200);
    let scores = list.data().iter().map(|row| row["score"].as_u64().unwrap());
    super::keys(&list, "prospect")
        .into_iter()
        .zip(scores)
        .collect()
}

/// Waits until the program has read whatever changed.
async fn all_read(app: &TestApp) {
    let sql = app.sql().await;
    for _ in 0..400 {
        let left = "select count(*) from doorstep.stale_wishes";
        let left: i64 = sql.query_one(left, &[]).await.unwrap().get(0);
        if left == 0 {
            return;
        }
        tokio::time::sleep(std::time::Duration::from_millis(25)).await;
    }
    panic!("wishes are stale after ten seconds");
}

#[tokio::test]
async fn the_first_twenty_are_those_of_scoring_every_prospect() {
    // Rounds with an odd number are asked before anything is read anew.
    let app = TestApp::without_jobs(|_| {}).await;
    let mut dice = Dice(0x2545_F491_4F6C_DD1D);
    let admin = app.person(Role::Admin).await;
    let rep = app.person(Role::SalesRep).await;
    let manager = app.person(Role::SalesManager).await;
    let operations = app.person(Role::Operations).await;
    let lead = "update team_members set is_lead = true where user_id = $1";
    app.sql().await.execute(lead, &[&manager.id]).await.unwrap();
    homes(&app, &mut dice, 60).await;
    let every = every_home(&app).await;
    let (mut full, mut spoken_differs) = (0, 0);
    for round in 0..4_u32 {
        prospects(&app, &mut dice, rep.id, (round * 120, 120)).await;
        if round == 2 {
            // What has been read changes: an owner, a wish, a word, a row that goes.
            app.sql()
                .await
                .batch_execute(
                    "update prospects set assigned_to = null where get_byte(uuid_send(id), 15) % 7 = 0; \
                     update prospects set wanted_types = '{villa}' where get_byte(uuid_send(id), 15) % 7 = 1; \
                     update prospects set status = 'lost', lost_reason = 'x' where get_byte(uuid_send(id), 15) % 7 = 2; \
                     update detected_entities set status = 'rejected' where status <> 'superseded' and get_byte(uuid_send(id), 15) % 7 = 3; \
                     delete from detected_entities where get_byte(uuid_send(id), 15) % 7 = 4",
                )
                .await
                .unwrap();
        }
        if round % 2 == 0 {
            while doorstep::matches::read_anew(&app.app).await.unwrap() > 0 {}
            all_read(&app).await;
        }
        let seekers = every_seeker(&app).await;
        spoken_differs += seekers.iter().filter(|s| s.alone != s.spoken).count();
        for home in every.iter().skip(round as usize).step_by(4) {
            for (who, client) in [
                (Role::Admin, &admin),
                (Role::SalesRep, &rep),
                (Role::SalesManager, &manager),
                (Role::Operations, &operations),
            ] {
                let seen = seekers.iter().filter_map(|seeker| match who {
                    Role::Operations => Some((seeker.id, seeker.alone.clone())),
                    Role::SalesRep if seeker.owner.is_none() => {
                        Some((seeker.id, seeker.alone.clone()))
                    }
                    Role::SalesRep if seeker.owner != Some(rep.id) => None,
                    _ => Some((seeker.id, seeker.spoken.clone())),
                });
                let seen: Vec<(Uuid, Wishes)> = seen.collect();
                let mut expected: Vec<(Uuid, u64)> = matching::rank_prospects(home, &seen)
                    .iter()
                    .map(|(id, found)| (*id, u64::from(found.score)))
                    .collect();
                expected.truncate(20);
                full += usize::from(expected.len() == 20);
                assert_eq!(found(client, home.id).await, expected, "{who:?} {home:?}");
            }
        }
    }
    assert!(full > 60, "only {full} lists were full");
    assert!(spoken_differs > 50, "words changed {spoken_differs} wishes");
}
