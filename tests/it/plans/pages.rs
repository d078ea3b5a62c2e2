//! Pages of large tables: out of an index, whoever reads them.

use doorstep::users::Role;
use serde_json::json;
use tokio_postgres::{Client, SimpleQueryMessage};
use uuid::Uuid;

use super::many_rows;
use crate::{
    app::{Person, TestApp},
    cluster::connect,
};

/// What hangs off the prospects of `many_rows`, one row each.
const HANGING: &str = "begin; set local session_replication_role = replica; \
    insert into public.conversations (prospect_id, prospect_name, \"timestamp\", channel, outcome, \
        status) \
      select id, name, now() - n * interval '1 minute', 'phone', 'connected', 'closed' \
      from (select *, row_number() over () as n from public.prospects) p; \
    insert into public.appointments (prospect_id, prospect_name, property_id, assigned_rep_id, \
        assigned_rep_name, scheduled_date, ends_at, location, status, ical_uid, blocked, slot_key) \
      select id, name, id, created_by, '', now() + n * interval '1 hour', \
        now() + n * interval '61 minutes', 'there', 'completed', n::text, 'empty', id \
      from (select *, row_number() over () as n from public.prospects) p; \
    insert into public.handoff_packages (conversation_id, prospect_id, prospect_name, priority, \
        reason, summary, conversation_context, source_channel, team_id, created_at) \
      select id, id, name, 'high', 'r', 's', 'c', 'phone', team_id, now() - n * interval '1 minute' \
      from (select *, row_number() over () as n from public.prospects) p; \
    commit; analyze public.conversations, public.appointments, public.handoff_packages;";

/// A connection that acts as a person and plans without the values.
async fn acting(app: &TestApp, person: &Person) -> Client {
    let client = connect(&app.database.login()).await;
    let claims = json!({ "sub": person.id, "role": "authenticated" });
    client
        .batch_execute(&format!(
            "set plan_cache_mode = force_generic_plan; begin; \
             select set_config('role', 'authenticated', true), \
             set_config('request.jwt.claims', '{claims}', true)"
        ))
        .await
        .unwrap();
    client
}

async fn text(client: &Client, sql: &str) -> String {
    let rows = client.simple_query(sql).await.unwrap().into_iter();
    let lines = rows.filter_map(|message| match message {
        SimpleQueryMessage::Row(row) => row.get(0).map(str::to_owned),
        _ => None,
    });
    lines.collect::<Vec<_>>().join("\n")
}

#[tokio::test]
async fn a_managers_page_needs_no_hash_of_his_prospects() {
    let app = TestApp::start().await;
    let manager = app.person(Role::SalesManager).await;
    let rep = app.person(Role::SalesRep).await;
    many_rows(&app, rep.id).await;
    let sql = app.sql().await;
    sql.batch_execute(HANGING).await.unwrap();
    sql.batch_execute("update public.team_members set is_lead = true")
        .await
        .unwrap();
    let client = acting(&app, &manager).await;
    for (table, order) in [
        ("conversations", "\"timestamp\" desc, id"),
        ("appointments", "scheduled_date, id"),
        ("handoff_packages", "created_at desc, id"),
    ] {
        let page = format!("select * from public.{table} order by {order} limit 21");
        let plan = text(&client, &format!("explain (costs off) {page}")).await;
        assert!(!plan.contains("hashed SubPlan"), "{table}\n{plan}");
        assert!(!plan.contains("Sort"), "{table}\n{plan}");
        assert!(plan.contains("Index Scan using"), "{table}\n{plan}");
    }
}

#[tokio::test]
async fn people_are_found_by_address_and_number_in_an_index() {
    let app = TestApp::start().await;
    let admin = app.person(Role::Admin).await;
    let rep = app.person(Role::SalesRep).await;
    let manager = app.person(Role::SalesManager).await;
    many_rows(&app, rep.id).await;
    // Somebody with as much as the pool: few rows would be sorted instead.
    let sql = app.sql().await;
    let half = format!(
        "update public.prospects set assigned_to = '{}' where name like '%1' or name like '%2' \
         or name like '%3' or name like '%4'; analyze public.prospects",
        manager.id
    );
    sql.batch_execute(&half).await.unwrap();
    let client = acting(&app, &admin).await;
    for (condition, index) in [
        (
            "email_normalized = doorstep.email_normalized($1)",
            "prospects_email_idx",
        ),
        ("phone_e164 = doorstep.e164($1)", "prospects_phone_idx"),
    ] {
        let name = index.replace("_idx", "");
        let page = format!(
            "prepare {name}(text) as select id from public.prospects where {condition} \
             order by created_at desc, id limit 21"
        );
        client.batch_execute(&page).await.unwrap();
        let plan = text(&client, &format!("explain (costs off) execute {name}('x')")).await;
        assert!(plan.contains(index), "{plan}");
    }
    for (condition, index) in [
        ("status = 'new'", "prospects_owner_status_idx"),
        ("city_key = 'city 7'", "prospects_owner_city_idx"),
    ] {
        let page = format!(
            "explain (costs off) select id from public.prospects where {condition} \
             and assigned_to = '{}' order by created_at desc, id limit 21",
            manager.id
        );
        let plan = text(&client, &page).await;
        assert!(plan.contains(index), "{plan}");
    }
    let page = "explain (costs off) select id from public.properties where type = 'villa' \
                and offer = 'rent' order by created_at desc, id limit 21";
    let plan = text(&client, page).await;
    assert!(plan.contains("properties_type_offer_idx"), "{plan}");
}

/// The pages of memory that a statement looked at; the second time, when the
/// catalogue is known.
async fn pages(client: &Client, statement: &str) -> u32 {
    let explain = format!("explain (analyze, buffers, timing off, costs off) {statement}");
    text(client, &explain).await;
    let plan = text(client, &explain).await;
    let hit = plan.split("shared hit=").nth(1).expect(&plan);
    let digits: String = hit.chars().take_while(char::is_ascii_digit).collect();
    digits.parse().unwrap()
}

#[tokio::test]
async fn a_page_of_a_pool_reads_little_of_it() {
    let app = TestApp::start().await;
    let rep = app.person(Role::SalesRep).await;
    many_rows(&app, rep.id).await;
    let sql = app.sql().await;
    sql.batch_execute(HANGING).await.unwrap();
    let team: Uuid = sql
        .query_one("select id from public.teams limit 1", &[])
        .await
        .unwrap()
        .get(0);
    let client = acting(&app, &rep).await;
    for call in [
        format!("doorstep.pooled_prospects('{team}', null, null, null, null, 21)"),
        format!("doorstep.pooled_prospects('{team}', 'new', null, null, null, 21)"),
        format!("doorstep.pooled_prospects('{team}', null, 'City 7', null, null, 21)"),
        format!("doorstep.pooled_prospects('{team}', 'new', 'City 7', null, null, 21)"),
        format!("doorstep.pooled_handoffs('{team}', null, null, null, null, 21)"),
        format!("doorstep.pooled_handoffs('{team}', 'pending', null, null, null, 21)"),
    ] {
        let read = pages(&client, &format!("select {call}")).await;
        assert!(read < 400, "{call} reads {read} pages");
    }
}

#[tokio::test]
async fn the_functions_behind_the_pools_tell_a_rep_of_the_team_alone() {
    let app = TestApp::start().await;
    let rep = app.person(Role::SalesRep).await;
    many_rows(&app, rep.id).await;
    let sql = app.sql().await;
    sql.batch_execute(HANGING).await.unwrap();
    let teams = sql
        .query_one(
            "with other as (insert into public.teams (name) values ('Elsewhere') returning id) \
             select (select t.id from public.teams t where t.is_default), id from other",
            &[],
        )
        .await
        .unwrap();
    let (own, other): (Uuid, Uuid) = (teams.get(0), teams.get(1));
    sql.execute(
        "update public.prospects set team_id = $1 where name like '%7'",
        &[&other],
    )
    .await
    .unwrap();
    sql.execute(
        "update public.handoff_packages set team_id = $1 where prospect_name like '%7'",
        &[&other],
    )
    .await
    .unwrap();
    let mut told = Vec::new();
    for role in [
        Role::SalesRep,
        Role::SalesManager,
        Role::Admin,
        Role::QaSupervisor,
    ] {
        let person = app.person(role).await;
        let client = acting(&app, &person).await;
        for (function, team) in [
            ("pooled_prospects", own),
            ("pooled_handoffs", own),
            ("pooled_prospects", other),
            ("pooled_handoffs", other),
        ] {
            let call = format!("doorstep.{function}('{team}', null, null, null, null, 21)");
            let many = text(&client, &format!("select count(*) from {call}")).await;
            told.push((role, function, team == own, many));
        }
    }
    for (role, function, is_own, many) in told {
        let expected = if role == Role::SalesRep && is_own {
            "21"
        } else {
            "0"
        };
        assert_eq!(many, expected, "{function} as {role:?}, own team: {is_own}");
    }
    let anon = connect(&app.database.login()).await;
    anon.batch_execute("begin; set local role anon")
        .await
        .unwrap();
    let call = format!("select doorstep.pooled_prospects('{own}', null, null, null, null, 21)");
    let refused = anon.batch_execute(&call).await.unwrap_err();
    assert_eq!(refused.code().map(|code| code.code()), Some("42501"));
}

#[tokio::test]
async fn a_rep_pages_through_his_own_and_the_pool() {
    let app = TestApp::start().await;
    let rep = app.person(Role::SalesRep).await;
    let admin = app.person(Role::Admin).await;
    let mut expected = Vec::new();
    for number in 0..9 {
        let body = json!({
            "name": format!("P{number}"), "email": format!("p{number}@example.com"),
            "city": if number < 6 { "Málaga" } else { "Oslo" },
        });
        let by = if number % 3 == 0 { &rep } else { &admin };
        expected.push(by.post("/api/prospects", body).await.expect(201).id());
    }
    expected.reverse();
    for (filter, of) in [
        ("", &expected[..]),
        ("&city=malaga", &expected[3..]),
        ("&city=malaga&status=new", &expected[3..]),
        ("&status=lost", &[][..]),
    ] {
        let (mut found, mut cursor) = (Vec::new(), String::new());
        for _ in 0..9 {
            let path = format!("/api/prospects?limit=2&count=true{filter}{cursor}");
            let page = rep.get(&path).await.expect(200);
            assert_eq!(page.json["total"], json!(of.len()), "{path}");
            found.extend(page.data().iter().map(|row| row["id"].clone()));
            match page.json["next_cursor"].as_str() {
                Some(next) => cursor = format!("&cursor={next}"),
                None => break,
            }
        }
        assert_eq!(json!(found), json!(of), "{filter}");
    }
    let masked = rep.get("/api/prospects?city=oslo").await.expect(200);
    let shown: Vec<_> = masked
        .data()
        .iter()
        .map(|row| row["email"].clone())
        .collect();
    assert_eq!(
        shown,
        ["p***@example.com", "p***@example.com", "p6@example.com"]
    );
}
