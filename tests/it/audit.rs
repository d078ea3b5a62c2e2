//! What stands in the audit log: who may do what, what opens doors, and who
//! read what was said with a person.

use doorstep::{leads::keys, users::Role};
use serde_json::{Value, json};
use uuid::Uuid;

use crate::app::{Client, TestApp};

/// The actions on one row, the oldest first, each with its actor.
async fn told(reader: &Client, noun: &str, row: Option<Uuid>) -> Vec<(String, Value)> {
    let row = row.map_or_else(String::new, |row| format!("&row_id={row}"));
    let page = reader
        .get(&format!("/api/audit-log?noun={noun}&sort=id{row}"))
        .await
        .expect(200);
    let entry = |row: &Value| {
        let action = row["action"].as_str().unwrap().to_owned();
        (action, row["actor"].clone())
    };
    page.data().iter().map(entry).collect()
}

fn actions(told: &[(String, Value)]) -> Vec<&str> {
    told.iter().map(|(action, _)| action.as_str()).collect()
}

/// All that the log holds about its entries, as text.
async fn payloads(app: &TestApp) -> String {
    let sql = app.sql().await;
    let all =
        "select coalesce(string_agg(payload::text, ' ' order by audit_id), '') from audit_payloads";
    sql.query_one(all, &[]).await.unwrap().get(0)
}

#[tokio::test]
async fn who_may_do_what_is_changed_on_the_record() {
    let app = TestApp::start().await;
    let (admin, officer) = (
        app.person(Role::Admin).await,
        app.person(Role::ComplianceOfficer).await,
    );
    let new = app.inactive().await;
    assert_eq!(told(&officer, "users", Some(new.id)).await, []);
    let path = format!("/api/users/{}", new.id);
    for change in [
        json!({ "status": "active" }),
        json!({ "role": "sales_manager" }),
        json!({ "name": "Mo" }),
        json!({ "status": "inactive" }),
    ] {
        admin.put(&path, change).await.expect(200);
    }
    let entries = told(&officer, "users", Some(new.id)).await;
    assert_eq!(
        actions(&entries),
        ["user.activated", "user.role_changed", "user.deactivated"]
    );
    assert!(entries.iter().all(|(_, actor)| *actor == json!(admin.id)));
    let details = payloads(&app).await;
    assert!(
        details.contains(r#"{"to": "sales_manager", "from": "sales_rep"}"#),
        "{details}"
    );

    // What is refused changes nothing, and nothing is written.
    let own = format!("/api/users/{}", admin.id);
    let before = told(&officer, "users", Some(admin.id)).await;
    let demoted = json!({ "role": "sales_rep" });
    admin.put(&own, demoted.clone()).await.expect(403);
    let last = app.service().put(&own, demoted).await;
    assert!(last.status.is_client_error(), "{}", last.text);
    assert_eq!(told(&officer, "users", Some(admin.id)).await, before);

    let south = admin.post("/api/teams", json!({ "name": "South" })).await;
    let joins = json!({ "team_id": south.expect(201).id(), "user_id": officer.id });
    let member = admin.post("/api/team-members", joins).await.expect(201);
    let path = format!("/api/team-members/{}", member.id());
    let leads = json!({ "is_lead": true });
    admin.put(&path, leads).await.expect(200);
    admin.delete(&path).await.expect(204);
    let entries = told(&officer, "team_members", Some(member.id())).await;
    assert_eq!(
        actions(&entries),
        [
            "team_member.added",
            "team_member.changed",
            "team_member.removed"
        ]
    );
    // Security is not a manager's to read.
    let manager = app.person(Role::SalesManager).await;
    assert_eq!(told(&manager, "users", None).await, []);
}

#[tokio::test]
async fn what_opens_doors_is_on_the_record_and_its_secret_is_not() {
    const SECRET: &str = "sk-canary-51c0d2";
    let app = TestApp::start().await;
    let admin = app.person(Role::Admin).await;
    let hub = json!({ "name": "Hub", "type": "crm", "config": { "api_key": SECRET } });
    let hub = admin.post("/api/integrations", hub).await.expect(201).id();
    let path = format!("/api/integrations/{hub}");
    for change in [
        json!({ "config": { "api_key": SECRET, "region": "eu" } }),
        json!({ "status": "connected" }),
        json!({ "config": null }),
    ] {
        admin.put(&path, change).await.expect(200);
    }
    admin.delete(&path).await.expect(204);
    let entries = told(&admin, "integration_secrets", Some(hub)).await;
    assert_eq!(
        actions(&entries),
        [
            "integration_secret.created",
            "integration_secret.changed",
            "integration_secret.changed",
            "integration_secret.removed",
        ]
    );
    assert!(entries.iter().all(|(_, actor)| *actor == json!(admin.id)));

    // The command line has no person.
    let db = app.app.db();
    let source = keys::LeadSource::Portal;
    let key = keys::create(db, "homes.example", source, None)
        .await
        .unwrap();
    let lead = json!({ "name": "Ana", "email": "ana@example.com" });
    let own = [("lead-key", key.as_str())];
    app.anon()
        .post_with("/api/leads", lead, &own)
        .await
        .expect(201);
    keys::revoke(db, "homes.example").await.unwrap();
    let entries = told(&admin, "lead_keys", None).await;
    assert_eq!(
        entries,
        [
            ("lead_key.created".to_owned(), Value::Null),
            ("lead_key.revoked".to_owned(), Value::Null),
        ]
    );
    let details = payloads(&app).await;
    assert!(details.contains("region") && details.contains("homes.example"));
    assert!(!details.contains(SECRET) && !details.contains(&key));
    let manager = app.person(Role::SalesManager).await;
    assert_eq!(told(&manager, "lead_keys", None).await, []);
}

#[tokio::test]
async fn an_administrator_reads_what_was_said_on_the_record() {
    let app = TestApp::start().await;
    let (admin, rep, qa) = (
        app.person(Role::Admin).await,
        app.person(Role::SalesRep).await,
        app.person(Role::QaSupervisor).await,
    );
    let ana = json!({ "name": "Ana", "phone": "+34600111222" });
    let ana = rep.post("/api/prospects", ana).await.expect(201).id();
    let talk = json!({ "prospect_id": ana, "channel": "phone", "outcome": "connected",
                       "transcript": "Prospect: hello" });
    let talk = rep.post("/api/conversations", talk).await.expect(201).id();
    let sql = app.sql().await;
    let said: Uuid = sql
        .query_one(
            "with live as (insert into live_conversations (prospect_id, prospect_name, channel, status, conversation_id) \
             values ($1, '', 'phone', 'connected', $2) returning id) \
             insert into transcript_messages (live_conversation_id, speaker, message) \
             select id, 'prospect', 'hello' from live returning id",
            &[&ana, &talk],
        )
        .await
        .unwrap()
        .get(0);
    let places = [("conversations", talk), ("transcript-messages", said)];

    // Whoever works with him, or judges the work, is not noted.
    for who in [&rep, &qa] {
        for (noun, id) in places {
            who.get(&format!("/api/{noun}/{id}")).await.expect(200);
            who.get(&format!("/api/{noun}")).await.expect(200);
        }
    }
    for noun in ["conversations", "transcript_messages"] {
        assert_eq!(told(&admin, noun, None).await, []);
    }

    let why = [("audit-reason", "complaint 4711")];
    for (noun, id) in places {
        let path = format!("/api/{noun}/{id}");
        admin.get_with(&path, &why).await.expect(200);
        admin.get(&format!("/api/{noun}")).await.expect(200);
        app.service().get(&path).await.expect(200);
        // Nothing was seen here.
        let unknown = format!("/api/{noun}/{}", Uuid::new_v4());
        admin.get(&unknown).await.expect(404);
        let none = format!("/api/{noun}?prospect_id={}", Uuid::new_v4());
        admin.get(&none).await.expect(200);
        admin
            .get_with(&path, &[("audit-reason", "")])
            .await
            .expect(400);

        let noun = noun.replace('-', "_");
        let entries = told(&admin, &noun, None).await;
        let action = format!("{}.read", noun.trim_end_matches('s'));
        let by = |actor: Value| (action.clone(), actor);
        let expected = [by(json!(admin.id)), by(json!(admin.id)), by(Value::Null)];
        assert_eq!(entries, expected);
        assert_eq!(told(&admin, &noun, Some(id)).await.len(), 2);
    }
    let details = payloads(&app).await;
    assert_eq!(details.matches("complaint 4711").count(), 2, "{details}");
    assert_eq!(details.matches(&talk.to_string()).count(), 3, "{details}");
    assert!(!details.contains("hello"));

    // The page that shows them is read on the record as well.
    let before = told(&admin, "conversations", None).await.len();
    let page = admin.get("/conversations").await.expect(200);
    assert!(page.text.contains("Ana"));
    let after = told(&admin, "conversations", None).await.len();
    assert_eq!(after, before + 1);
}
