//! The drill: a backup of a server at work, restored and compared row by row.

use std::{collections::BTreeMap, io::Cursor};

use doorstep::{
    backup::{BackupError, Keys, restore, save},
    db::migrations_current,
    users::Role,
};
use jiff::Timestamp;
use serde_json::json;

use crate::{
    app::{TestApp, property},
    cluster::Database,
};

/// Every table as one digest; what a restore changes on purpose is left out.
async fn tables(database: &Database) -> BTreeMap<String, (i64, String)> {
    let sql = database.sql().await;
    let names = sql
        .query(
            "select n.nspname || '.' || c.relname from pg_class c join pg_namespace n on n.oid = c.relnamespace \
             where n.nspname in ('auth', 'doorstep', 'public') and c.relkind = 'r' and c.relname <> 'migrations'",
            &[],
        )
        .await
        .unwrap();
    let mut all = BTreeMap::new();
    for row in names {
        let name: String = row.get(0);
        let query = format!(
            "select count(*), coalesce(md5(string_agg(row, ',' order by row)), '') from \
             (select (to_jsonb(t) - 'transaction_id')::text as row from {name} t \
              where to_jsonb(t)->>'name' is distinct from 'epoch') as rows"
        );
        let row = sql.query_one(&query, &[]).await.unwrap();
        all.insert(name, (row.get(0), row.get(1)));
    }
    all
}

fn keys() -> Keys {
    Keys {
        secret: "a secret for tests alone, long enough to be one".to_owned(),
        demo_people: Some("a@b.example word\n".to_owned()),
    }
}

async fn saved(app: &TestApp) -> Vec<u8> {
    let mut file = Vec::new();
    let owner = app.database.owner();
    let sums = save(&owner, &keys(), Timestamp::UNIX_EPOCH, &mut file, |_| {})
        .await
        .unwrap();
    assert!(
        sums.iter()
            .any(|sum| sum.table == "public.properties" && sum.rows == 40)
    );
    file
}

/// A desk at work: something in many tables, history and references in a ring.
async fn at_work() -> TestApp {
    let app = TestApp::without_jobs(|_| {}).await;
    let admin = app.person(Role::Admin).await;
    let rep = app.person(Role::SalesRep).await;
    let mut homes = Vec::new();
    for number in 0..40 {
        let mut home = property(&format!("Home {number} \\ \"ü\""));
        home["description"] = json!("line one\n\ttab and \\N");
        homes.push(admin.post("/api/properties", home).await.expect(201).id());
    }
    let path = format!("/api/properties/{}", homes[0]);
    admin
        .put(&path, json!({"status": "reserved"}))
        .await
        .expect(200);
    let body = json!({"name": "Ana", "email": "ana@mail.example", "assigned_to": rep.id});
    let ana = admin.post("/api/prospects", body).await.expect(201).id();
    let talk = json!({"prospect_id": ana, "channel": "phone", "outcome": "connected"});
    rep.post("/api/conversations", talk).await.expect(201);
    let visit = json!({"prospect_id": ana, "property_id": homes[1], "assigned_rep_id": rep.id,
        "scheduled_date": "2030-01-01T10:00:00Z", "location": "There"});
    let visit = rep.post("/api/appointments", visit).await.expect(201).id();
    rep.post(
        "/api/handoffs/from-appointment",
        json!({"appointment_id": visit}),
    )
    .await
    .expect(201);
    let config = json!({"name": "Calls", "type": "telephony", "status": "connected", "config": {"token": "t"}});
    admin.post("/api/integrations", config).await.expect(201);
    app
}

#[tokio::test]
async fn what_was_saved_comes_back_row_by_row() {
    let app = at_work().await;
    let file = saved(&app).await;
    let target = Database::empty().await;
    let (owner, names) = (target.owner(), target.names());
    let (keys_back, sums) = restore(&owner, &names, Cursor::new(&file), |_| {})
        .await
        .unwrap();
    assert_eq!(keys_back, keys());
    assert!(migrations_current(&owner).await.unwrap());
    let (before, after) = (tables(&app.database).await, tables(&target).await);
    assert_eq!(before, after);
    assert_eq!(
        before.values().filter(|(rows, _)| *rows > 0).count(),
        sums.iter().filter(|sum| sum.rows > 0).count()
    );

    // Guarded as before, with a new epoch, and counters that go on.
    let sql = target.sql().await;
    let one = async |query: &str| -> i64 { sql.query_one(query, &[]).await.unwrap().get(0) };
    assert_eq!(
        one("select count(*) from events where transaction_id <> '0'").await,
        0
    );
    let epoch = "select value::text from doorstep.settings where name = 'epoch'";
    let epochs: [String; 2] = [
        sql.query_one(epoch, &[]).await.unwrap().get(0),
        app.sql().await.query_one(epoch, &[]).await.unwrap().get(0),
    ];
    assert_ne!(epochs[0], epochs[1]);
    let unforced = "select count(*) from pg_class c join pg_namespace n on n.oid = c.relnamespace \
        where n.nspname in ('public', 'doorstep', 'auth') and c.relkind = 'r' and not (c.relrowsecurity and c.relforcerowsecurity)";
    let in_source: i64 = app
        .sql()
        .await
        .query_one(unforced, &[])
        .await
        .unwrap()
        .get(0);
    assert_eq!(one(unforced).await, in_source);
    assert_eq!(
        one("select count(*) from pg_trigger where tgenabled = 'D'").await,
        0
    );
    for kind in ["f", "c", "x"] {
        let query =
            format!("select count(*) from pg_constraint where contype = '{kind}' and convalidated");
        let there: i64 = app.sql().await.query_one(&query, &[]).await.unwrap().get(0);
        assert_eq!(one(&query).await, there);
    }
    // A server on it goes on working for the same people.
    let back = TestApp::on(
        target.clone(),
        doorstep::db::PoolSizes {
            reads: 2,
            writes: 4,
        },
        |_| {},
    )
    .await;
    let admin = back.person(Role::Admin).await;
    admin
        .post("/api/properties", property("One more"))
        .await
        .expect(201);
    assert_eq!(
        admin
            .get("/api/properties?limit=500")
            .await
            .expect(200)
            .data()
            .len(),
        41
    );

    // Not over what is there.
    let again = restore(&owner, &names, Cursor::new(&file), |_| {}).await;
    assert!(matches!(again, Err(BackupError::Target(_))), "{again:?}");
}

#[tokio::test]
async fn what_is_not_whole_is_refused() {
    let app = at_work().await;
    let file = saved(&app).await;
    let target = Database::empty().await;
    let (owner, names) = (target.owner(), target.names());
    let cut = restore(
        &owner,
        &names,
        Cursor::new(&file[..file.len() * 2 / 3]),
        |_| {},
    )
    .await;
    assert!(cut.is_err());
    let none = restore(&owner, &names, Cursor::new(b"no backup".to_vec()), |_| {}).await;
    assert!(none.is_err());
    let sql = target.sql().await;
    let rows: i64 = sql
        .query_one("select count(*) from properties", &[])
        .await
        .unwrap()
        .get(0);
    assert_eq!(rows, 0);
    // A failed restore leaves a database that the whole file can be restored into.
    restore(&owner, &names, Cursor::new(&file), |_| {})
        .await
        .unwrap();
    assert_eq!(tables(&app.database).await, tables(&target).await);
}
