//! `/api/conversations` and what hangs off them.

use doorstep::users::Role;
use serde_json::json;
use uuid::Uuid;

use crate::{
    app::TestApp,
    desk::{Prospect, conversation, entity, prospect},
};

async fn own(app: &TestApp, rep: Uuid) -> Uuid {
    let wishes = Prospect {
        assigned_to: Some(rep),
        ..Prospect::default()
    };
    prospect(app, wishes).await
}

#[tokio::test]
async fn a_rep_records_reads_and_closes_a_conversation() {
    let app = TestApp::start().await;
    let rep = app.person(Role::SalesRep).await;
    let prospect = own(&app, rep.id).await;
    let made = rep
        .post(
            "/api/conversations",
            json!({
                "prospectId": prospect, "channel": "phone", "outcome": "connected",
                "prospectName": "Somebody else", "transcript": "Hello?\nHello.",
            }),
        )
        .await
        .expect(201);
    assert_eq!(made.json["prospect_name"], "Layla Haddad");
    assert_eq!(made.json["status"], "closed");
    assert_eq!(made.json["message_count"], 0);

    let path = format!("/api/conversations/{}", made.id());
    let changed = rep
        .put(&path, json!({ "outcome": "qualified" }))
        .await
        .expect(200);
    assert_eq!(changed.json["outcome"], "qualified");
    rep.put(&path, json!({ "transcript": "other words" }))
        .await
        .expect(403);
    rep.put(&path, json!({ "outcome": "placeholder" }))
        .await
        .expect(400);
    let lost = rep
        .put_with(
            &path,
            json!({ "notes": "x" }),
            &[("if-match", made.header("etag").unwrap())],
        )
        .await
        .expect(412);
    assert_eq!(lost.json["code"], "lost_update");

    let unknown = Uuid::new_v4();
    let body = json!({ "prospect_id": unknown, "channel": "phone", "outcome": "connected" });
    let refused = rep.post("/api/conversations", body).await.expect(400);
    assert!(refused.json["details"]["prospect_id"].is_string());
}

#[tokio::test]
async fn filters_combine_and_pages_follow_the_time() {
    let app = TestApp::start().await;
    let rep = app.person(Role::SalesRep).await;
    let prospect = own(&app, rep.id).await;
    for (day, channel) in [(1, "phone"), (2, "phone"), (3, "email"), (4, "phone")] {
        let body = json!({
            "prospect_id": prospect, "channel": channel, "outcome": "connected",
            "timestamp": format!("2026-01-0{day}T10:00:00Z"),
        });
        rep.post("/api/conversations", body).await.expect(201);
    }
    let list = |query: &'static str| rep.get(query);
    let phone = list("/api/conversations?channel=phone&from=2026-01-02T00:00:00Z&count=true").await;
    assert_eq!(phone.expect(200).json["total"], 2);
    let none = list("/api/conversations?channel=email&to=2026-01-02T10:00:00Z").await;
    assert!(none.expect(200).data().is_empty());
    list("/api/conversations?channel=pigeon").await.expect(400);

    let first = list("/api/conversations?limit=3").await.expect(200);
    assert_eq!(first.data()[0]["timestamp"], "2026-01-04T10:00:00Z");
    let cursor = first.json["next_cursor"].as_str().unwrap();
    let rest = rep
        .get(&format!("/api/conversations?limit=3&cursor={cursor}"))
        .await
        .expect(200);
    assert_eq!(rest.data().len(), 1);
    assert_eq!(rest.data()[0]["timestamp"], "2026-01-01T10:00:00Z");
    assert!(rest.json["next_cursor"].is_null());
}

#[tokio::test]
async fn what_was_said_is_not_for_everybody() {
    let app = TestApp::start().await;
    let rep = app.person(Role::SalesRep).await;
    let other = app.person(Role::SalesRep).await;
    let operations = app.person(Role::Operations).await;
    let body = json!({
        "prospect_id": own(&app, rep.id).await, "channel": "phone", "outcome": "connected",
        "transcript": "secret",
    });
    let made = rep.post("/api/conversations", body).await.expect(201);
    let path = format!("/api/conversations/{}", made.id());
    assert_eq!(
        rep.get(&path).await.expect(200).json["transcript"],
        "secret"
    );
    assert!(operations.get(&path).await.expect(200).json["transcript"].is_null());
    operations
        .put(&path, json!({ "notes": "x" }))
        .await
        .expect(403);
    other.get(&path).await.expect(404);
    assert!(
        other
            .get("/api/conversations")
            .await
            .expect(200)
            .data()
            .is_empty()
    );
    app.anon().get(&path).await.expect(401);
}

#[tokio::test]
async fn a_person_corrects_what_the_agent_understood() {
    let app = TestApp::start().await;
    let rep = app.person(Role::SalesRep).await;
    let talk = conversation(&app, own(&app, rep.id).await, "connected", "neutral", 2).await;
    let wrong = entity(&app, talk, "feature", "pool", "detected").await;
    let path = format!("/api/detected-entities/{wrong}");
    let changed = rep
        .put(&path, json!({ "status": "rejected" }))
        .await
        .expect(200);
    assert_eq!(changed.json["confirmed_by"], rep.id.to_string());
    rep.put(&path, json!({ "status": "detected" }))
        .await
        .expect(403);
    rep.put(&path, json!({ "value": "garden" }))
        .await
        .expect(403);
    let found = rep
        .get(&format!(
            "/api/detected-entities?conversation_id={talk}&type=feature&status=rejected"
        ))
        .await
        .expect(200);
    assert_eq!(found.data().len(), 1);

    let score =
        json!({ "conversation_id": talk, "overall_score": 70, "override_reason": "met her" });
    let made = rep
        .post("/api/qualification-scores", score)
        .await
        .expect(201);
    assert_eq!(made.json["computed_by"], "human_override");
    let bare = json!({ "conversation_id": talk, "overall_score": 70 });
    rep.post("/api/qualification-scores", bare)
        .await
        .expect(400);
    let high = json!({ "conversation_id": talk, "overall_score": 101, "override_reason": "x" });
    rep.post("/api/qualification-scores", high)
        .await
        .expect(400);
}

#[tokio::test]
async fn live_rows_are_read_and_a_controller_speaks() {
    let app = TestApp::start().await;
    let rep = app.person(Role::SalesRep).await;
    let operations = app.person(Role::Operations).await;
    let prospect = own(&app, rep.id).await;
    let live = Uuid::new_v4();
    app.sql()
        .await
        .execute(
            "insert into live_conversations (id, prospect_id, prospect_name, channel, status, \
             next_best_question, state, controller, controller_user_id) \
             values ($1, $2, '', 'whatsapp', 'connected', 'When?', 'human_active', 'human', $3)",
            &[&live, &prospect, &rep.id],
        )
        .await
        .unwrap();
    let path = format!("/api/live-conversations/{live}");
    assert_eq!(
        rep.get(&path).await.expect(200).json["next_best_question"],
        "When?"
    );
    assert!(operations.get(&path).await.expect(200).json["next_best_question"].is_null());
    assert_eq!(
        rep.get("/api/live-conversations?count=true")
            .await
            .expect(200)
            .json["total"],
        1
    );

    for (seq, words) in [(1, "Good morning."), (2, "When would suit you?")] {
        let body = json!({ "live_conversation_id": live, "message": words });
        let said = rep.post("/api/transcript-messages", body).await.expect(201);
        assert_eq!(said.json["seq"], seq);
        assert_eq!(said.json["speaker"], "rep");
    }
    let stale = json!({ "live_conversation_id": live, "message": "x", "control_epoch": 9 });
    let refused = rep
        .post("/api/transcript-messages", stale)
        .await
        .expect(409);
    assert_eq!(refused.json["code"], "stale_epoch");
    let said = rep
        .get(&format!(
            "/api/transcript-messages?live_conversation_id={live}&sort=seq"
        ))
        .await
        .expect(200);
    assert_eq!(said.data().len(), 2);

    // Whoever opted out reads nothing more, whichever way it is written.
    let stop = json!({ "prospect_id": prospect, "channel": "whatsapp", "reason": "verbal" });
    rep.post("/api/suppressions", stop).await.expect(201);
    let body = json!({ "live_conversation_id": live, "message": "One more thing." });
    let refused = rep.post("/api/transcript-messages", body).await.expect(422);
    assert_eq!(refused.json["code"], "suppressed");
    let note =
        json!({ "live_conversation_id": live, "message": "Opted out.", "visibility": "internal" });
    let noted = rep.post("/api/transcript-messages", note).await.expect(201);
    assert_eq!(noted.json["seq"], 3);
    for empty in ["agent-actions", "agent-plan-steps", "qualification-scores"] {
        let list = rep
            .get(&format!("/api/{empty}?count=true"))
            .await
            .expect(200);
        assert_eq!(list.json["total"], 0, "{empty}");
    }
}
