//! Over many rows, both lists come out of an index, and none of the tables is
//! read from one end to the other.

use std::time::Duration;

use doorstep::{db::PoolSizes, users::Role};
use serde_json::json;
use uuid::Uuid;

use crate::{
    app::{Client, TestApp},
    cluster::Database,
};

/// Homes and prospects.
const ROWS: u32 = 60_000;
/// One connection, so that what it did is known as a whole.
const ONE: PoolSizes = PoolSizes {
    reads: 1,
    writes: 1,
};

/// Homes and prospects in twenty cities, with what triggers and program keep
/// beside them.
async fn many(app: &TestApp) {
    app.sql()
        .await
        .batch_execute(&format!(
            "begin; set local session_replication_role = replica; \
             create temporary table numbered on commit drop as \
               select n, ('00000000-0000-4000-8000-' || lpad(n::text, 12, '0'))::uuid as id, \
                 1 + n % 20 as place, n / 20 % 6 as bedrooms, n / 120 % 4 as kind, \
                 500000 + n % 997 * 1000 as price from generate_series(1, {ROWS}) n; \
             insert into public.properties (id, name, city, price_range, bedrooms, type, \
                 description, list_price_low, list_price_high, currency) \
               select id, 'Home ' || n, 'City ' || place, '', bedrooms, \
                 (array['villa','apartment','penthouse','townhouse'])[1 + kind], '', price, price, \
                 'AED' from numbered; \
             insert into doorstep.home_places (city, district, region) \
               select 'City ' || n, '', '' from generate_series(1, 20) n order by n; \
             insert into doorstep.home_matches (property_id, place_id, feature_ids, offer, type, \
                 bedrooms, price_low, price_high, currency) \
               select id, place, '{{}}', 'sale', \
                 (array['villa','apartment','penthouse','townhouse'])[1 + kind], bedrooms, price, \
                 price, 'AED' from numbered; \
             insert into public.prospects (id, name, email, city, budget_max, budget_currency, \
                 team_id) \
               select id, 'P', 'p' || n || '@example.com', 'City ' || place, price, 'AED', \
                 (select id from public.teams limit 1) from numbered; \
             insert into doorstep.wish_places (place, region) \
               select 'city ' || n, '' from generate_series(1, 20) n order by n; \
             insert into doorstep.prospect_wishes (prospect_id, spoken, amended, team_id, \
                 assigned_to, place_id, types, bedrooms_min, bedrooms_max, features, must_haves, \
                 rejected, budget_max, budget_currency) \
               select id, false, false, (select id from public.teams limit 1), null, place, \
                 1 << kind, bedrooms, bedrooms, '{{}}', 0, '{{}}', price, 'AED' from numbered; \
             commit; analyze public.properties, public.prospects, doorstep.home_matches, \
               doorstep.prospect_wishes, doorstep.home_places, doorstep.wish_places",
        ))
        .await
        .unwrap();
}

/// Scans of the large tables: from one end to the other, and by an index of the
/// two that narrow.
async fn scans(sql: &tokio_postgres::Client) -> (i64, i64) {
    let query = "select sum(seq_scan)::int8, sum(idx_scan) filter (where schemaname = 'doorstep')::int8 \
        from pg_stat_user_tables where relid in ('public.properties'::regclass, \
        'public.prospects'::regclass, 'doorstep.home_matches'::regclass, \
        'doorstep.prospect_wishes'::regclass)";
    let row = sql.query_one(query, &[]).await.unwrap();
    (row.get(0), row.get::<_, Option<i64>>(1).unwrap_or_default())
}

/// Asks until the counters tell of it, which they do once a second.
async fn counted(client: &Client, path: &str, sql: &tokio_postgres::Client) {
    let before = scans(sql).await;
    for _ in 0..400 {
        let list = client.get(path).await.expect(200);
        assert_eq!(list.data().len(), 20, "{path}");
        let after = scans(sql).await;
        if after.1 > before.1 {
            assert_eq!(after.0, before.0, "{path} reads a whole table");
            return;
        }
        tokio::time::sleep(Duration::from_millis(25)).await;
    }
    panic!("{path} uses no index that narrows");
}

#[tokio::test]
async fn no_list_reads_a_whole_table() {
    let database = Database::create().await;
    let login = database.login();
    let app = TestApp::through(database, &login, ONE, |_| {}).await;
    let admin = app.person(Role::Admin).await;
    let rep = app.person(Role::SalesRep).await;
    many(&app).await;
    let wish = json!({
        "name": "A", "email": "a@example.com", "city": "City 7", "budget_max": 900_000,
        "budget_currency": "AED", "wanted_types": ["villa"], "wanted_bedrooms_min": 2,
    });
    let prospect = admin.post("/api/prospects", wish).await.expect(201).id();
    let home = Uuid::from_u128(0x0000_0000_0000_4000_8000_0000_0000_0127);
    let sql = app.sql().await;
    for client in [&admin, &rep] {
        counted(client, &format!("/api/properties/{home}/matches"), &sql).await;
    }
    counted(&admin, &format!("/api/prospects/{prospect}/matches"), &sql).await;
}
