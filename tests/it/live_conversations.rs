//! The verbs of `/api/live-conversations`: who speaks, and who speaks next.

use doorstep::users::Role;
use futures_util::future::join_all;
use serde_json::{Value, json};
use uuid::Uuid;

use crate::{
    app::{Person, TestApp},
    desk::{Prospect, prospect},
};

struct Scene {
    app: TestApp,
    rep: Person,
    manager: Person,
    prospect: Uuid,
    live: Uuid,
}

impl Scene {
    /// A conversation of the agent with a rep's prospect.
    async fn on(channel: &str) -> Self {
        let app = TestApp::start().await;
        let rep = app.person(Role::SalesRep).await;
        let manager = app.person(Role::SalesManager).await;
        lead(&app, manager.id).await;
        let wishes = Prospect {
            assigned_to: Some(rep.id),
            ..Prospect::default()
        };
        let prospect = prospect(&app, wishes).await;
        let live = live(&app, prospect, channel).await;
        Self {
            app,
            rep,
            manager,
            prospect,
            live,
        }
    }

    fn path(&self, verb: &str) -> String {
        format!("/api/live-conversations/{}/{verb}", self.live)
    }

    async fn number(&self, query: &str) -> i64 {
        let sql = self.app.sql().await;
        sql.query_one(query, &[&self.live]).await.unwrap().get(0)
    }
}

/// Lets a person lead the default team.
async fn lead(app: &TestApp, person: Uuid) {
    let sql = app.sql().await;
    sql.execute(
        "update team_members set is_lead = true where user_id = $1",
        &[&person],
    )
    .await
    .unwrap();
}

async fn live(app: &TestApp, prospect: Uuid, channel: &str) -> Uuid {
    let sql = app.sql().await;
    sql.query_one(
        "insert into live_conversations (prospect_id, prospect_name, channel, status) \
         values ($1, '', $2, 'connected') returning id",
        &[&prospect, &channel],
    )
    .await
    .unwrap()
    .get(0)
}

fn code(answer: &crate::app::Answer) -> &str {
    answer.json["code"].as_str().unwrap_or_default()
}

#[tokio::test]
async fn one_of_a_hundred_takes_over() {
    let scene = Scene::on("phone").await;
    let both = [&*scene.rep, &*scene.manager];
    let path = scene.path("takeover");
    let answers = join_all((0..100).map(|n| {
        let path = path.clone();
        async move { both[n % 2].post(&path, json!({ "epoch": 1 })).await }
    }))
    .await;
    let won: Vec<_> = answers.iter().filter(|it| it.status == 200).collect();
    assert_eq!(won.len(), 1);
    assert_eq!(won[0].json["state"], "human_active");
    assert_eq!(won[0].json["control_epoch"], 2);
    let lost = answers.iter().filter(|it| it.status == 409);
    assert!(lost.clone().all(|it| code(it) == "stale_epoch"));
    assert_eq!(lost.count(), 99);
    let audited = "select count(*) from audit_log where row_id = $1";
    assert_eq!(scene.number(audited).await, 1);
    let told = "select count(*) from events where row_id = $1 and kind = 'updated'";
    assert_eq!(scene.number(told).await, 1);
}

#[tokio::test]
async fn control_goes_to_a_person_and_back() {
    let scene = Scene::on("sms").await;
    let (rep, manager) = (&scene.rep, &scene.manager);
    rep.post(&scene.path("return"), json!({ "epoch": 1 }))
        .await
        .expect(403);
    rep.post(&scene.path("takeover"), json!({}))
        .await
        .expect(400);
    let taken = rep
        .post(&scene.path("takeover"), json!({ "epoch": 1 }))
        .await
        .expect(200);
    assert_eq!(taken.json["controller_user_id"], json!(rep.id));
    let again = rep
        .post(&scene.path("takeover"), json!({ "epoch": 2 }))
        .await
        .expect(409);
    assert_eq!(code(&again), "already_controlled");
    let stale = rep
        .post(&scene.path("return"), json!({ "epoch": 1 }))
        .await
        .expect(409);
    assert_eq!(code(&stale), "stale_epoch");

    // A manager barges in, and passes it on.
    let barged = manager
        .post(&scene.path("takeover"), json!({ "epoch": 2 }))
        .await
        .expect(200);
    assert_eq!(barged.json["controller_user_id"], json!(manager.id));
    let quality = scene.app.person(Role::QaSupervisor).await;
    for (who, status) in [(rep.id, 200), (quality.id, 422)] {
        let body = json!({ "userId": who });
        let answer = manager.post(&scene.path("transfer"), body).await;
        assert_eq!(answer.status, status, "{}", answer.text);
    }
    let operations = scene.app.person(Role::Operations).await;
    let body = json!({ "user_id": quality.id, "epoch": 4 });
    let refused = operations.post(&scene.path("transfer"), body).await;
    assert_eq!(refused.expect(422).json["code"], "assignee_not_in_sales");

    let reason = json!({ "epoch": 4, "reason": "She will send the plans" });
    let returned = rep.post(&scene.path("return"), reason).await.expect(200);
    assert_eq!(returned.json["state"], "ai_active");
    assert_eq!(returned.json["controller"], "ai");
    assert_eq!(returned.json["control_epoch"], 5);
    let notes = "select count(*) from transcript_messages where live_conversation_id = $1 \
                 and speaker = 'system' and visibility = 'internal' and message like '%plans%'";
    assert_eq!(scene.number(notes).await, 1);
    let early = operations
        .post(&scene.path("transfer"), json!({ "user_id": rep.id }))
        .await
        .expect(409);
    assert_eq!(code(&early), "not_controlled");
}

#[tokio::test]
async fn a_public_message_takes_over_and_a_note_does_not() {
    let scene = Scene::on("sms").await;
    let path = scene.path("messages");
    let note = json!({ "message": "She sounds tired.", "visibility": "internal" });
    let said = scene.rep.post(&path, note).await.expect(201);
    assert_eq!(said.json["visibility"], "internal");
    assert_eq!(said.json["seq"], 1);
    let one = format!("/api/live-conversations/{}", scene.live);
    assert_eq!(scene.rep.get(&one).await.json["state"], "ai_active");

    scene
        .rep
        .post(&path, json!({ "message": "" }))
        .await
        .expect(400);
    let stale = json!({ "message": "Hello", "epoch": 7 });
    scene.rep.post(&path, stale).await.expect(409);
    let key = [("idempotency-key", "hello-1")];
    let hello = json!({ "message": "Hello, this is a person." });
    let said = scene
        .rep
        .post_with(&path, hello.clone(), &key)
        .await
        .expect(201);
    assert_eq!(said.json["speaker"], "rep");
    assert_eq!(said.json["sender_user_id"], json!(scene.rep.id));
    assert_eq!(said.json["control_epoch"], 2);
    let again = scene.rep.post_with(&path, hello, &key).await.expect(201);
    assert_eq!(again.id(), said.id());
    let now = scene.rep.get(&one).await.expect(200);
    assert_eq!(now.json["state"], "human_active");
    assert!(now.json["last_outbound_at"].is_string());

    let many = join_all((0..20).map(|n| {
        let path = path.clone();
        let rep = &scene.rep;
        async move {
            rep.post(&path, json!({ "message": format!("Line {n}") }))
                .await
        }
    }))
    .await;
    let mut numbers: Vec<i64> = many
        .into_iter()
        .map(|answer| answer.expect(201).json["seq"].as_i64().unwrap())
        .collect();
    numbers.sort_unstable();
    assert_eq!(numbers, (3..=22).collect::<Vec<_>>());
}

#[tokio::test]
async fn an_end_has_an_outcome_and_an_opt_out_reaches_far() {
    let scene = Scene::on("sms").await;
    let sql = scene.app.sql().await;
    sql.execute(
        "insert into consents (prospect_id, channel, purpose, status) \
         values ($1, 'sms', 'marketing', 'granted')",
        &[&scene.prospect],
    )
    .await
    .unwrap();
    let end = scene.path("end");
    let rep = &scene.rep;
    rep.post(&end, json!({ "outcome": "qualified" }))
        .await
        .expect(403);
    rep.post(&scene.path("takeover"), json!({ "epoch": 1 }))
        .await
        .expect(200);
    rep.post(&end, json!({})).await.expect(400);
    rep.post(&end, json!({ "outcome": "party" }))
        .await
        .expect(400);
    rep.post(&end, json!({ "outcome": "in_progress" }))
        .await
        .expect(400);
    let stale = json!({ "outcome": "qualified", "epoch": 1 });
    rep.post(&end, stale).await.expect(409);
    let ended = rep
        .post(&end, json!({ "outcome": "opted_out", "epoch": 2 }))
        .await
        .expect(200);
    assert_eq!(ended.json["state"], "ended");
    assert_eq!(ended.json["status"], "ended");
    assert!(ended.json["ended_at"].is_string());
    let talk = format!(
        "/api/conversations/{}",
        ended.json["conversation_id"].as_str().unwrap()
    );
    let talk = rep.get(&talk).await.expect(200);
    assert_eq!(talk.json["outcome"], "opted_out");
    assert_eq!(talk.json["status"], "closed");
    let row = sql
        .query_one(
            "select (select count(*) from suppressions where prospect_id = $1 and channel = 'all'), \
             (select count(*) from consents where prospect_id = $1 and status = 'withdrawn')",
            &[&scene.prospect],
        )
        .await
        .unwrap();
    assert_eq!((row.get::<_, i64>(0), row.get::<_, i64>(1)), (1, 1));
    for verb in ["takeover", "end", "messages"] {
        let body: Value = json!({ "epoch": 3, "outcome": "qualified", "message": "Hello" });
        let keys: &[&str] = match verb {
            "takeover" => &["epoch"],
            "end" => &["outcome"],
            _ => &["message"],
        };
        let body: Value = keys
            .iter()
            .map(|key| ((*key).to_owned(), body[*key].clone()))
            .collect::<serde_json::Map<_, _>>()
            .into();
        let answer = rep.post(&scene.path(verb), body).await.expect(409);
        assert_eq!(code(&answer), "conversation_over");
    }
}

#[tokio::test]
async fn each_role_has_its_part() {
    let scene = Scene::on("phone").await;
    let stranger = scene.app.person(Role::SalesRep).await;
    let body = json!({ "epoch": 1 });
    let take = scene.path("takeover");
    scene.app.anon().post(&take, body.clone()).await.expect(401);
    stranger.post(&take, body.clone()).await.expect(404);
    for role in [
        Role::Admin,
        Role::QaSupervisor,
        Role::ComplianceOfficer,
        Role::Operations,
    ] {
        let person = scene.app.person(role).await;
        person.post(&take, body.clone()).await.expect(403);
    }
    scene.rep.post(&take, body.clone()).await.expect(200);
    // One call at a time.
    let wishes = Prospect {
        assigned_to: Some(scene.rep.id),
        ..Prospect::default()
    };
    let other = live(&scene.app, prospect(&scene.app, wishes).await, "phone").await;
    let other = format!("/api/live-conversations/{other}/takeover");
    let busy = scene.rep.post(&other, body).await.expect(409);
    assert_eq!(code(&busy), "has_another_call");

    // Operations pass it on and see no more of it than the state.
    let sql = scene.app.sql().await;
    sql.execute(
        "update live_conversations set next_best_question = 'When?' where id = $1",
        &[&scene.live],
    )
    .await
    .unwrap();
    let operations = scene.app.person(Role::Operations).await;
    let moved = operations
        .post(&scene.path("transfer"), json!({ "userId": stranger.id }))
        .await
        .expect(200);
    assert_eq!(moved.json["controller_user_id"], json!(stranger.id));
    assert!(moved.json["next_best_question"].is_null());
    let officer = scene.app.person(Role::ComplianceOfficer).await;
    officer
        .post(&scene.path("end"), json!({ "outcome": "abandoned" }))
        .await
        .expect(200);
}
