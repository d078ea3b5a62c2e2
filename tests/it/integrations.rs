//! `/api/integrations`.

use doorstep::{integrations::seal::Sealer, users::Role};
use serde_json::{Value, json};

use crate::app::TestApp;

const CANARY: &str = "sk-canary-7f3a91";

fn integration(name: &str) -> Value {
    json!({ "name": name, "type": "crm", "config": { "api_key": CANARY, "region": "eu" } })
}

#[tokio::test]
async fn a_configuration_is_never_seen_again() {
    let app = TestApp::start().await;
    let mut people = vec![app.person(Role::Admin).await];
    for role in Role::ALL {
        people.push(app.person(*role).await);
    }
    let admin = &people[0];
    let key = [("idempotency-key", "k")];
    let made = admin
        .post_with("/api/integrations", integration("Hub"), &key)
        .await
        .expect(201);
    let path = format!("/api/integrations/{}", made.id());
    let mut answers = vec![made.text.clone()];
    let replayed = admin
        .post_with("/api/integrations", integration("Hub"), &key)
        .await
        .expect(201);
    answers.push(replayed.text);
    assert_eq!(made.json["config_keys"], json!(["api_key", "region"]));

    // Wrong ones are not repeated either.
    for wrong in [
        json!({ "name": "X", "type": "crm", "config": CANARY }),
        json!({ "name": "X", "type": "crm", "config": [CANARY] }),
        json!({ "name": "X", "type": CANARY, "config": {} }),
        json!({ "name": "X", "type": "crm", "config_encrypted": CANARY }),
        json!({ "name": "X", "type": "crm", "config": { "a": CANARY }, "last_sync": "now" }),
    ] {
        answers.push(
            admin
                .post("/api/integrations", wrong)
                .await
                .expect(400)
                .text,
        );
    }
    answers.push(admin.put(&path, integration("Hub")).await.expect(200).text);
    for person in &people {
        for address in [
            "/api/integrations",
            &path,
            "/api/integrations?sort=name",
            "/api/audit-log",
        ] {
            let answer = person.get(address).await;
            let shows = answer.text.contains("config_keys");
            let role = person.get("/api/users/me").await.json["role"].clone();
            let may = role == "admin" || role == "operations";
            assert!(
                address.contains("audit") || shows == may,
                "{role} {address}: {}",
                answer.text
            );
            answers.push(answer.text);
        }
    }
    answers.push(app.anon().get(&path).await.expect(200).text);
    for text in &answers {
        assert!(!text.contains(CANARY), "{text}");
    }

    // Nor does it lie anywhere in the database, except sealed.
    let sql = app.sql().await;
    let tables = sql
        .query(
            "select schemaname || '.' || tablename from pg_tables \
                where schemaname in ('public', 'doorstep', 'auth')",
            &[],
        )
        .await
        .unwrap();
    for table in tables {
        let table: String = table.get(0);
        let found: i64 = sql
            .query_one(
                &format!("select count(*) from {table} t where t::text like $1"),
                &[&format!("%{CANARY}%")],
            )
            .await
            .unwrap()
            .get(0);
        assert_eq!(found, 0, "{table}");
    }
    let sealed: Vec<u8> = sql
        .query_one("select config_encrypted from integration_secrets", &[])
        .await
        .unwrap()
        .get(0);
    let opened = Sealer::new(app.app.keys())
        .unwrap()
        .open(made.id(), &sealed)
        .unwrap();
    assert!(opened.contains(CANARY));
}

#[tokio::test]
async fn a_post_makes_or_changes_by_type_and_name() {
    let app = TestApp::start().await;
    let (operations, rep) = (
        app.person(Role::Operations).await,
        app.person(Role::SalesRep).await,
    );
    let made = operations
        .post("/api/integrations", integration("Hub"))
        .await
        .expect(201);
    let again = json!({ "name": "HUB", "type": "crm", "status": "connected" });
    let again = operations
        .post("/api/integrations", again)
        .await
        .expect(200);
    assert_eq!(again.id(), made.id());
    assert_eq!(again.json["status"], "connected");
    assert_eq!(again.json["config_keys"], json!(["api_key", "region"]));
    let other = json!({ "name": "Hub", "type": "email" });
    let other = operations
        .post("/api/integrations", other)
        .await
        .expect(201);
    let clash = json!({ "type": "crm" });
    let refused = operations
        .put(&format!("/api/integrations/{}", other.id()), clash)
        .await
        .expect(409);
    assert_eq!(refused.json["code"], "integration_exists");

    let path = format!("/api/integrations/{}", made.id());
    let tag = again.header("etag").unwrap().to_owned();
    let config = json!({ "config": { "token": "t" } });
    let changed = operations
        .put_with(&path, config.clone(), &[("if-match", &tag)])
        .await
        .expect(200);
    assert_eq!(changed.json["config_keys"], json!(["token"]));
    operations
        .put_with(&path, config.clone(), &[("if-match", &tag)])
        .await
        .expect(412);
    let cleared = operations
        .put(&path, json!({ "config": null }))
        .await
        .expect(200);
    assert_eq!(cleared.json["config_keys"], json!([]));

    rep.put(&path, config).await.expect(403);
    rep.post("/api/integrations", integration("Mine"))
        .await
        .expect(403);
    let read = rep.get(&path).await.expect(200);
    assert_eq!(read.json.get("config_keys"), None);
    app.anon()
        .post("/api/integrations", integration("x"))
        .await
        .expect(401);
    operations.delete(&path).await.expect(403);
    app.person(Role::Admin)
        .await
        .delete(&path)
        .await
        .expect(204);
}

#[tokio::test]
async fn fifty_posts_of_one_name_make_one() {
    let app = TestApp::start().await;
    let admin = app.person(Role::Admin).await;
    let mut tasks = Vec::new();
    for _ in 0..50 {
        let client = admin.client.clone();
        tasks.push(tokio::spawn(async move {
            client
                .post("/api/integrations", integration("Hub"))
                .await
                .status
                .as_u16()
        }));
    }
    let mut new = 0;
    for task in tasks {
        match task.await.unwrap() {
            201 => new += 1,
            status => assert_eq!(status, 200),
        }
    }
    assert_eq!(new, 1);
}
