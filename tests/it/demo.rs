//! The demo: what it holds, that nobody in it exists, and that it is the same
//! everywhere.

use std::{collections::BTreeMap, path::Path};

use doorstep::{
    clock::Clock,
    data_dir::DataDir,
    db::{Db, PoolSizes},
    demo::{self, Report},
};
use jiff::Timestamp;
use tokio::sync::OnceCell;

use crate::{app::TestApp, cluster::Database};

/// When the demo of these tests begins.
fn clock() -> Clock {
    let now: Timestamp = "2026-05-06T17:08:09Z".parse().unwrap();
    Clock::from_fn(move || now)
}

struct Loaded {
    database: Database,
    report: Report,
}

async fn load() -> Loaded {
    let database = Database::create().await;
    let sizes = PoolSizes {
        reads: 2,
        writes: 4,
    };
    let db = Db::new(&database.login(), sizes, clock()).unwrap();
    let folder = std::env::temp_dir().join(format!(
        "doorstep-demo-{}-{}",
        std::process::id(),
        database.name
    ));
    let directory = DataDir::open(&folder).unwrap();
    let (people, report) = demo::load(&db, &directory).await.unwrap();
    assert_eq!(people.len(), 6);
    let (_, again) = demo::load(&db, &directory).await.unwrap();
    assert!(again.is_none(), "a second load does nothing");
    std::fs::remove_dir_all(&folder).unwrap();
    db.close();
    Loaded {
        database,
        report: report.expect("the desk was empty"),
    }
}

/// One that the tests which only read share.
async fn loaded() -> &'static Loaded {
    static LOADED: OnceCell<Loaded> = OnceCell::const_new();
    LOADED.get_or_init(load).await
}

async fn counts(database: &Database, sql: &str) -> BTreeMap<String, i64> {
    let rows = database.sql().await.query(sql, &[]).await.unwrap();
    rows.iter().map(|row| (row.get(0), row.get(1))).collect()
}

const TABLES: [(&str, i64); 22] = [
    ("users", 22),
    ("teams", 4),
    ("team_members", 22),
    ("properties", 3622),
    ("prospects", 2000),
    ("prospect_status_changes", 1000),
    ("consents", 1000),
    ("suppressions", 20),
    ("campaigns", 6),
    ("campaign_runs", 7),
    ("queued_leads", 400),
    ("conversations", 500),
    ("live_conversations", 349),
    ("transcript_messages", 5302),
    ("detected_entities", 1000),
    ("agent_actions", 681),
    ("appointments", 212),
    ("handoff_packages", 50),
    ("qualification_scores", 50),
    ("integrations", 6),
    ("tasks", 20),
    ("activities", 20),
];

#[tokio::test]
async fn every_table_has_its_rows() {
    let loaded = loaded().await;
    let sql = loaded.database.sql().await;
    for (table, least) in TABLES {
        let count = format!("select count(*) from {table}");
        let count: i64 = sql.query_one(&count, &[]).await.unwrap().get(0);
        assert!(count >= least, "{table}: {count}");
    }
    let Report {
        homes,
        homes_without_city,
        prospects,
        dialogues,
        messages,
        visits_without_home,
    } = loaded.report;
    assert_eq!((homes, homes_without_city), (2690 + 932, 44));
    assert_eq!((prospects, dialogues, messages), (2000, 349, 5302));
    assert_eq!(visits_without_home, 0);
    // As the dialogues have them, numbered without a gap, counted right.
    let odd: i64 = sql
        .query_one(
            "select count(*) from conversations c where message_count <> (select count(*) from \
             transcript_messages m where m.conversation_id = c.id) or last_seq <> message_count",
            &[],
        )
        .await
        .unwrap()
        .get(0);
    assert_eq!(odd, 0);
    // The numbers of the campaigns are those of their conversations.
    let wrong: i64 = sql
        .query_one(
            "select count(*) from campaign_runs r where (metrics ->> 'totalLeads')::int <> \
             (select count(*) from queued_leads q where q.campaign_run_id = r.id) \
             or (metrics ->> 'contacted')::int <> case when (metrics ->> 'totalLeads')::int = 0 then 0 \
             else (select attempts from campaigns c where c.id = r.campaign_id) end",
            &[],
        )
        .await
        .unwrap()
        .get(0);
    assert_eq!(wrong, 0);
}

#[tokio::test]
async fn every_status_is_there() {
    let database = &loaded().await.database;
    let all = [
        ("properties", "available reserved sold"),
        (
            "prospects",
            "new contacted qualified appointment_set closed lost",
        ),
        ("campaigns", "draft active paused completed"),
        (
            "campaign_runs",
            "running paused completed draining cancelled failed",
        ),
        (
            "queued_leads",
            "queued dialing connected completed failed sending delivered responded scheduled \
             waiting exhausted skipped opted_out cancelled",
        ),
        (
            "appointments",
            "scheduled completed no_show rescheduled cancelled",
        ),
        ("handoff_packages", "pending claimed completed expired"),
        ("integrations", "connected disconnected error"),
        ("consents", "granted denied withdrawn"),
        (
            "detected_entities",
            "detected confirmed rejected superseded",
        ),
        ("users", "active inactive"),
    ];
    for (table, words) in all {
        let there = format!("select status, count(*) from {table} group by 1");
        let there = counts(database, &there).await;
        for word in words.split_whitespace() {
            assert!(there.contains_key(word), "{table}: no {word} in {there:?}");
        }
    }
    let roles = counts(database, "select role, count(*) from users group by 1").await;
    assert_eq!(roles.len(), 6, "{roles:?}");
    assert!(roles.values().all(|count| *count >= 2), "{roles:?}");
}

#[tokio::test]
async fn nobody_in_it_exists() {
    let database = &loaded().await.database;
    let sql = database.sql().await;
    let fiction = "^\\+(1[2-9]\\d{2}55501\\d{2}|447700900\\d{3}|6125550\\d{4}|3363998\\d{4})$";
    let real: Vec<String> = sql
        .query(
            "select name from prospects where phone is not null and coalesce(phone_e164, '') !~ $1 \
             or whatsapp is not null and coalesce(whatsapp_e164, '') !~ $1 \
             or email !~ '@[a-z]+\\.example$'",
            &[&fiction],
        )
        .await
        .unwrap()
        .iter()
        .map(|row| row.get(0))
        .collect();
    assert!(real.is_empty(), "{real:?}");
    let real = "select name, 1::bigint from users where email !~ '@demo\\.example$'";
    assert!(counts(database, real).await.is_empty());
}

#[tokio::test]
async fn two_databases_get_the_same_rows() {
    let (one, two) = (loaded().await, load().await);
    let (a, b) = (one.database.sql().await, two.database.sql().await);
    // Who has the default team, and what is hashed with the installation's
    // salt, is each database's own; so is when a row was last touched.
    for table in TABLES.map(|(table, _)| table) {
        let rows = format!(
            "select md5(string_agg(row::text, ' ' order by row::text)) from (select to_jsonb(t) \
             - array['updated_at', 'address_hash', 'version'] {} from {table} t {}) as rows",
            match table {
                // Made by triggers, under keys and at moments of their own.
                "tasks" => "- array['id', 'created_at', 'done_at'] as row",
                _ => "as row",
            },
            match table {
                "activities" => "where kind !~ '^task_'",
                "teams" => "where not is_default",
                "team_members" => "where team_id <> doorstep.default_team_id()",
                "users" => "where false",
                _ => "",
            }
        );
        let [x, y]: [Option<String>; 2] = [
            a.query_one(&rows, &[]).await.unwrap().get(0),
            b.query_one(&rows, &[]).await.unwrap().get(0),
        ];
        assert_eq!(x, y, "{table}");
    }
    let people = "select id::text || name || role || status, 1::bigint from users";
    assert_eq!(
        counts(&one.database, people).await,
        counts(&two.database, people).await
    );
}

#[tokio::test]
async fn each_role_s_pages_show_something() {
    let loaded = load().await;
    let sql = loaded.database.sql().await;
    let sizes = PoolSizes {
        reads: 4,
        writes: 4,
    };
    let app = TestApp::on(loaded.database.clone(), sizes, |_| {}).await;
    let people = sql
        .query(
            "select id, role from users where email = any ($1)",
            &[&[
                "rep@demo.example",
                "manager@demo.example",
                "admin@demo.example",
                "qa@demo.example",
                "compliance@demo.example",
                "operations@demo.example",
            ]
            .map(str::to_owned)
            .to_vec()],
        )
        .await
        .unwrap();
    assert_eq!(people.len(), 6);
    for person in people {
        let (id, role): (uuid::Uuid, String) = (person.get(0), person.get(1));
        let client = app.session_of(id).await;
        for noun in [
            "prospects",
            "conversations",
            "appointments",
            "properties",
            "campaigns",
            "handoffs",
        ] {
            let path = format!("/api/{noun}?limit=5");
            let rows = client.get(&path).await.expect(200);
            assert!(!rows.data().is_empty(), "{role} sees no {noun}");
            client.get(&format!("/{noun}")).await.expect(200);
        }
        client.get("/").await.expect(200);
    }
}

#[test]
fn the_licences_stand_beside_the_data() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("data/demo");
    for (file, words) in [
        (
            "schema-guided-dialogue/NOTICE.md",
            ["CC BY-SA 4.0", "arXiv:1909.05855", "Rastogi"],
        ),
        (
            "sacramento/LICENSE.md",
            ["MIT License", "Copyright (c)", "permission notice"],
        ),
        (
            "README.md",
            ["CC BY-SA 4.0", "MIT", "No person in it exists"],
        ),
    ] {
        let text = std::fs::read_to_string(folder.join(file)).unwrap();
        for word in words {
            assert!(text.contains(word), "{file}: {word}");
        }
    }
}
