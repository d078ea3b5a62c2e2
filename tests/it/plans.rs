//! How statements are prepared, planned and tried again.

use std::time::Duration;

use doorstep::{
    clock::Clock,
    db::{Db, Identity, PoolSizes, Query, Run as _},
    users::Role,
};
use uuid::Uuid;

use crate::{
    app::{TestApp, property},
    cluster::{Database, connect},
};

mod pages;

const ONE: PoolSizes = PoolSizes {
    reads: 1,
    writes: 1,
};

#[tokio::test]
async fn a_statement_is_prepared_once_for_each_role() {
    let database = Database::create().await;
    let db = Db::new(&database.login(), ONE, Clock::system()).unwrap();
    let marked = || Query::new("select count(*) from public.properties");
    for identity in [Identity::anon(), Identity::service(), Identity::anon()] {
        for _ in 0..10 {
            db.read(&identity).run(marked()).await.unwrap();
        }
    }
    let kept = Query::new(
        "select generic_plans, custom_plans from pg_prepared_statements where statement = ",
    )
    .bind("select count(*) from public.properties")
    .push(" order by generic_plans");
    let rows = db.read(&Identity::anon()).run(kept).await.unwrap();
    let plans: Vec<i64> = rows
        .iter()
        .map(|row| row.get::<_, i64>(0) + row.get::<_, i64>(1))
        .collect();
    assert_eq!(plans, [10, 20], "one statement for each of two roles");
    for row in &rows {
        assert!(row.get::<_, i64>(0) > 0, "a plan is never used again");
    }
}

/// Rows enough for a plan to be chosen with care, of which one person has few.
async fn many_rows(app: &TestApp, rep: Uuid) {
    let sql = app.sql().await;
    sql.batch_execute(&format!(
        "begin; set local session_replication_role = replica; \
         insert into public.properties (name, city, price_range, bedrooms, type, description) \
           select 'Home ' || n, 'City ' || n % 20, 'EUR 1', n % 6, 'villa', '' \
           from generate_series(1, 5000) n; \
         insert into public.prospects (name, email, city, source, assigned_to, created_by, team_id) \
           select 'P ' || n, 'p' || n || '@example.com', 'City ' || n % 20, 'import', \
             case when n % 1000 = 0 then '{rep}'::uuid end, '{rep}', \
             (select id from public.teams limit 1) \
           from generate_series(1, 20000) n; \
         commit; analyze public.properties, public.prospects;",
    ))
    .await
    .unwrap();
}

#[tokio::test]
async fn plans_made_without_the_values_use_the_indexes() {
    let app = TestApp::start().await;
    let rep = app.person(Role::SalesRep).await;
    many_rows(&app, rep.id).await;
    let client = connect(&app.database.login()).await;
    client
        .batch_execute(&format!(
            "set plan_cache_mode = force_generic_plan; begin; \
             select set_config('role', 'authenticated', true), \
             set_config('request.jwt.claims', '{{\"sub\":\"{}\",\"role\":\"authenticated\"}}', true)",
            rep.id
        ))
        .await
        .unwrap();
    let statements = [
        (
            "uuid",
            "select * from public.properties where id = $1",
            "properties",
        ),
        (
            "uuid",
            "select id, name from public.prospects where id = $1",
            "prospects",
        ),
        (
            "uuid",
            "select id, name from public.prospects where assigned_to = $1 \
             order by created_at desc, id desc limit 21",
            "prospects",
        ),
    ];
    for (index, (kind, text, table)) in statements.iter().enumerate() {
        client
            .batch_execute(&format!("prepare s{index}({kind}) as {text}"))
            .await
            .unwrap();
        let explain = format!("explain (costs off) execute s{index}('{}')", rep.id);
        let plan: Vec<String> = client
            .simple_query(&explain)
            .await
            .unwrap()
            .into_iter()
            .filter_map(|message| match message {
                tokio_postgres::SimpleQueryMessage::Row(row) => row.get(0).map(str::to_owned),
                _ => None,
            })
            .collect();
        let plan = plan.join("\n");
        let scan = format!("Seq Scan on {table}");
        assert!(plan.contains("$1"), "the plan is not generic:\n{plan}");
        assert!(!plan.contains(&scan), "{text}\n{plan}");
        assert!(
            plan.contains("InitPlan"),
            "a policy asks once a row:\n{plan}"
        );
    }
}

#[tokio::test]
async fn the_victim_of_a_deadlock_tries_again() {
    let app = TestApp::start().await;
    let admin = app.person(Role::Admin).await;
    let mut homes = Vec::new();
    for name in ["Uno", "Dos"] {
        let made = admin.post("/api/properties", property(name)).await;
        homes.push(made.expect(201).id());
    }
    let (one, two) = (homes[0], homes[1]);
    let other = app.sql().await;
    other
        .batch_execute(
            "create sequence public.tries; \
             create function public.both(a uuid, b uuid) returns void language plpgsql \
               security definer as $$ begin perform nextval('public.tries'); \
               update public.properties set bedrooms = bedrooms + 1 where id = b; \
               update public.properties set bedrooms = bedrooms + 1 where id = a; end $$; \
             grant execute on function public.both(uuid, uuid) to service_role",
        )
        .await
        .unwrap();
    other
        .batch_execute(&format!(
            "alter database {} set deadlock_timeout = '2s'",
            app.database.name
        ))
        .await
        .unwrap();
    other
        .batch_execute(&format!(
            "set deadlock_timeout = '60s'; begin; \
             update public.properties set bedrooms = bedrooms + 10 where id = '{one}'",
        ))
        .await
        .unwrap();
    // Connections opened from now on look for deadlocks after two seconds; the
    // one above waits a minute, so the server's is the victim.
    let db = Db::new(&app.database.login(), ONE, Clock::system()).unwrap();
    let work = tokio::spawn(async move {
        let query = Query::new("select public.both(")
            .bind(one)
            .push(", ")
            .bind(two)
            .push(")");
        db.write(&Identity::service()).run(query).await.map(drop)
    });
    wait_for_a_lock(&app).await;
    assert!(!work.is_finished());
    other
        .batch_execute(&format!(
            "update public.properties set bedrooms = bedrooms + 10 where id = '{two}'; commit"
        ))
        .await
        .unwrap();
    work.await.unwrap().unwrap();
    let row = other
        .query_one(
            "select (select last_value from public.tries), array_agg(bedrooms order by bedrooms) \
             from public.properties",
            &[],
        )
        .await
        .unwrap();
    assert_eq!(row.get::<_, i64>(0), 2, "tried as often as needed");
    assert_eq!(
        row.get::<_, Vec<i32>>(1),
        [14, 14],
        "both changes are there"
    );
}

async fn wait_for_a_lock(app: &TestApp) {
    let sql = app.sql().await;
    for _ in 0..200 {
        let waiting = sql
            .query_one(
                "select count(*) from pg_stat_activity where datname = current_database() \
                 and wait_event_type = 'Lock'",
                &[],
            )
            .await
            .unwrap();
        if waiting.get::<_, i64>(0) > 0 {
            return;
        }
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
    panic!("nobody waits for a lock after a second");
}
