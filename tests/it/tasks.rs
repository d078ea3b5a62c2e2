//! `/api/tasks` and `/api/activities`: what is to be done and what happened.

use doorstep::users::Role;
use serde_json::{Value, json};
use uuid::Uuid;

use crate::{
    app::{Person, TestApp},
    desk::{Prospect, conversation, prospect},
};

async fn own(app: &TestApp, rep: &Person) -> Uuid {
    let assigned_to = Some(rep.id);
    let wishes = Prospect {
        assigned_to,
        ..Prospect::default()
    };
    prospect(app, wishes).await
}

fn titles(rows: &[Value]) -> Vec<&str> {
    rows.iter()
        .map(|row| row["title"].as_str().unwrap())
        .collect()
}

#[tokio::test]
async fn a_task_is_written_down_done_and_noted() {
    let app = TestApp::start().await;
    let rep = app.person(Role::SalesRep).await;
    let admin = app.person(Role::Admin).await;
    let prospect = own(&app, &rep).await;
    let body =
        json!({ "prospect_id": prospect, "title": "Call back", "dueAt": "2030-01-02T09:00:00Z" });
    let made = rep.post("/api/tasks", body).await.expect(201);
    assert_eq!(made.json["assignee"], rep.id.to_string());
    assert_eq!(made.json["prospect_name"], "Layla Haddad");
    assert_eq!(made.json["source"], "person");
    let earlier =
        json!({ "prospect_id": prospect, "title": "Write", "due_at": "2030-01-01T09:00:00Z" });
    rep.post("/api/tasks", earlier).await.expect(201);
    let listed = rep.get("/api/tasks?done=false").await.expect(200);
    assert_eq!(titles(listed.data()), ["Write", "Call back"]);

    let path = format!("/api/tasks/{}", made.id());
    let done = rep.put(&path, json!({ "done": true })).await.expect(200);
    assert_eq!(done.json["done_by"], rep.id.to_string());
    assert!(done.json["done_at"].is_string());
    let open = rep.get("/api/tasks?done=false").await.expect(200);
    assert_eq!(titles(open.data()), ["Write"]);
    rep.put(&path, json!({ "done": false })).await.expect(200);
    rep.put(&path, json!({ "assignee": admin.id }))
        .await
        .expect(403);
    let refused = admin.put(&path, json!({ "assignee": admin.id })).await;
    assert_eq!(refused.expect(422).json["code"], "assignee_not_in_sales");
    let other = app.person(Role::SalesRep).await;
    admin
        .put(&path, json!({ "assignee": other.id }))
        .await
        .expect(200);
    other.get(&path).await.expect(200);
    let noted = format!("/api/activities?task_id={}", made.id());
    let noted = rep.get(&noted).await.expect(200);
    let kinds: Vec<&Value> = noted.data().iter().map(|row| &row["kind"]).collect();
    assert_eq!(kinds, ["task_passed", "task_reopened", "task_done"]);
    assert_eq!(noted.data()[2]["actor"], rep.id.to_string());
    assert_eq!(noted.data()[2]["body"], "Call back");
    rep.delete(&path).await.expect(403);
    admin.delete(&path).await.expect(204);

    let stranger = app.person(Role::SalesRep).await;
    let foreign = json!({ "prospect_id": prospect, "title": "Mine now" });
    let refused = stranger.post("/api/tasks", foreign).await.expect(400);
    assert!(
        refused.json["details"]["prospect_id"].is_string(),
        "{}",
        refused.text
    );
    let blank = json!({ "prospect_id": prospect, "title": "  " });
    rep.post("/api/tasks", blank).await.expect(400);
}

#[tokio::test]
async fn what_happened_is_noted_and_stays() {
    let app = TestApp::start().await;
    let rep = app.person(Role::SalesRep).await;
    let prospect = own(&app, &rep).await;
    let call = json!({ "prospect_id": prospect, "kind": "call", "body": "No answer.",
        "happened_at": "2024-06-03T09:00:00Z" });
    let noted = rep.post("/api/activities", call).await.expect(201);
    assert_eq!(noted.json["actor"], rep.id.to_string());
    assert_eq!(noted.json["happened_at"], "2024-06-03T09:00:00Z");
    let path = format!("/api/activities/{}", noted.id());
    rep.put(&path, json!({ "body": "Answered." }))
        .await
        .expect(405);
    rep.delete(&path).await.expect(405);
    let ahead =
        json!({ "prospect_id": prospect, "kind": "call", "happened_at": "2124-01-01T00:00:00Z" });
    let refused = rep.post("/api/activities", ahead).await.expect(422);
    assert_eq!(refused.json["code"], "not_happened_yet");
    let forged = json!({ "prospect_id": prospect, "kind": "task_done" });
    rep.post("/api/activities", forged).await.expect(403);
    let stranger = app.person(Role::SalesRep).await;
    stranger.get(&path).await.expect(404);
    let foreign = json!({ "prospect_id": prospect, "kind": "note" });
    stranger.post("/api/activities", foreign).await.expect(400);
    let all = stranger.get("/api/activities?count=true").await.expect(200);
    assert_eq!(all.json["total"], 0);
    let sql = app.sql().await;
    for statement in ["update activities set body = 'x'", "delete from activities"] {
        let refused = sql.execute(statement, &[]).await.unwrap_err();
        assert_eq!(refused.code().unwrap().code(), "42501");
    }
    let told = "select count(*) from events where noun = 'activities' and kind = 'created'";
    assert_eq!(sql.query_one(told, &[]).await.unwrap().get::<_, i64>(0), 1);
}

#[tokio::test]
async fn the_steps_of_a_package_are_tasks_of_whoever_holds_it() {
    let app = TestApp::start().await;
    let admin = app.person(Role::Admin).await;
    let (first, second) = (
        app.person(Role::SalesRep).await,
        app.person(Role::SalesRep).await,
    );
    // Nobody's prospect: whoever claims the package sees him by it alone.
    let prospect = prospect(&app, Prospect::default()).await;
    let talk = conversation(&app, prospect, "connected", "neutral", 4).await;
    let body = json!({
        "conversation_id": talk, "prospect_id": prospect, "priority": "low", "reason": "She asked.",
        "summary": "Call back.", "conversation_context": "", "source_channel": "phone",
        "next_steps": ["Call her", "Send the shortlist"],
    });
    let package = admin.post("/api/handoffs", body).await.expect(201).id();
    let verb = |name: &str| format!("/api/handoffs/{package}/{name}");
    first.post(&verb("claim"), json!({})).await.expect(200);
    let mine = first.get("/api/tasks").await.expect(200);
    assert_eq!(titles(mine.data()).len(), 2);
    assert!(mine.data().iter().all(|row| row["source"] == "handoff"
        && row["handoff_id"] == package.to_string()
        && row["assignee"] == first.id.to_string()));
    let step = mine.data().iter().find(|row| row["position"] == 1).unwrap();
    assert_eq!(step["title"], "Call her");
    let step = format!("/api/tasks/{}", step["id"].as_str().unwrap());
    first.put(&step, json!({ "done": true })).await.expect(200);
    let called = json!({ "prospect_id": prospect, "kind": "call", "handoff_id": package });
    first.post("/api/activities", called).await.expect(201);
    let further =
        json!({ "prospect_id": prospect, "title": "Ask the bank", "handoff_id": package });
    first.post("/api/tasks", further).await.expect(201);

    first.post(&verb("release"), json!({})).await.expect(200);
    second.post(&verb("claim"), json!({})).await.expect(200);
    let passed = second.get("/api/tasks").await.expect(200);
    assert_eq!(titles(passed.data()), ["Send the shortlist"]);
    let outcome = json!({ "outcome": "contacted" });
    second.post(&verb("complete"), outcome).await.expect(200);
    let left = second.get("/api/tasks?done=false").await.expect(200);
    assert!(left.data().is_empty(), "{}", left.text);
    let page = second.get("/tasks").await.expect(200);
    assert!(page.text.contains("Send the shortlist"), "{}", page.text);
}

#[tokio::test]
async fn what_is_open_follows_the_prospects_owner_and_his_other_row() {
    let app = TestApp::start().await;
    let admin = app.person(Role::Admin).await;
    let (rep, other) = (
        app.person(Role::SalesRep).await,
        app.person(Role::SalesRep).await,
    );
    let (kept, twin) = (own(&app, &rep).await, own(&app, &rep).await);
    let task = json!({ "prospect_id": twin, "title": "Call back" });
    let task = rep.post("/api/tasks", task).await.expect(201).id();
    let note = json!({ "prospect_id": twin, "kind": "note", "body": "Prefers mornings." });
    let note = rep.post("/api/activities", note).await.expect(201).id();
    let merge = format!("/api/prospects/{kept}/merge");
    admin
        .post(&merge, json!({ "other": twin }))
        .await
        .expect(200);
    for path in [
        format!("/api/tasks/{task}"),
        format!("/api/activities/{note}"),
    ] {
        let row = admin.get(&path).await.expect(200);
        assert_eq!(row.json["prospect_id"], kept.to_string());
    }
    let shadow = json!({ "prospect_id": twin, "title": "Too late" });
    admin.post("/api/tasks", shadow).await.expect(409);
    let given = json!({ "user_id": other.id });
    let assign = format!("/api/prospects/{kept}/assign");
    admin.post(&assign, given).await.expect(200);
    let followed = other.get(&format!("/api/tasks/{task}")).await.expect(200);
    assert_eq!(followed.json["assignee"], other.id.to_string());
}
