//! `/api/handoffs`: the worked cases of the scoring model end to end, and the
//! life of a package.

use doorstep::users::Role;
use futures_util::future::join_all;
use serde_json::{Value, json};
use uuid::Uuid;

use crate::{
    app::{Person, TestApp},
    desk::{Prospect, conversation, entity, prospect, viewing, villa},
};

mod clock;
mod hours;
mod life;
mod rush;

struct Scene {
    app: TestApp,
    rep: Person,
    prospect: Uuid,
    appointment: Uuid,
}

impl Scene {
    /// A rep's viewing of a villa, `hours` from now, with his own prospect.
    async fn new(wishes: Prospect, price: i64, features: &[&str], hours: i64) -> Self {
        let app = TestApp::start().await;
        let rep = app.person(Role::SalesRep).await;
        let admin = app.person(Role::Admin).await;
        let home = villa(&admin, price, features).await;
        let assigned_to = Some(rep.id);
        let prospect = prospect(
            &app,
            Prospect {
                assigned_to,
                ..wishes
            },
        )
        .await;
        let body = viewing(prospect, home, hours);
        let appointment = rep.post("/api/appointments", body).await.expect(201).id();
        Self {
            app,
            rep,
            prospect,
            appointment,
        }
    }

    async fn set_status(&self, status: &str) {
        let path = format!("/api/appointments/{}", self.appointment);
        self.rep
            .put(&path, json!({ "status": status }))
            .await
            .expect(200);
    }

    async fn understood(&self, conversation: Uuid, facts: &[(&str, &str)]) {
        for (kind, value) in facts {
            entity(&self.app, conversation, kind, value, "confirmed").await;
        }
    }

    async fn hand_off(&self) -> crate::app::Answer {
        let body = json!({ "appointmentId": self.appointment });
        self.rep.post("/api/handoffs/from-appointment", body).await
    }

    async fn count(&self, what: &str) -> i64 {
        let sql = self.app.sql().await;
        let query = format!("select count(*) from {what}");
        sql.query_one(&query, &[]).await.unwrap().get(0)
    }
}

#[track_caller]
fn judged(package: &Value, total: i64, grade: &str, temperature: &str, priority: &str) {
    let score = &package["qualification_score"];
    let found = json!([
        score["overallScore"],
        score["grade"],
        score["temperature"],
        package["priority"],
    ]);
    assert_eq!(
        found,
        json!([total, grade, temperature, priority]),
        "{score:#}"
    );
}

async fn case_a() -> Scene {
    let wishes = Prospect {
        budget: Some("AED 1.5-2M"),
        timeline: Some("1-3 months"),
        city: Some("Dubai"),
        ..Prospect::default()
    };
    let scene = Scene::new(wishes, 1_800_000, &["pool"], 24).await;
    let talk = conversation(&scene.app, scene.prospect, "qualified", "positive", 14).await;
    let facts = [
        ("property_type", "villa"),
        ("bedrooms", "4"),
        ("feature", "pool"),
        ("financing", "pre-approved"),
        ("decision_maker", "sole"),
    ];
    scene.understood(talk, &facts).await;
    scene
}

async fn case_c() -> (Scene, Uuid) {
    let wishes = Prospect {
        budget_max: Some(1_500_000),
        timeline: Some("6 months"),
        city: Some("Dubai"),
        ..Prospect::default()
    };
    let scene = Scene::new(wishes, 1_700_000, &[], -24).await;
    scene.set_status("completed").await;
    let talk = conversation(&scene.app, scene.prospect, "connected", "neutral", 5).await;
    scene
        .understood(talk, &[("property_type", "villa"), ("bedrooms", "4")])
        .await;
    (scene, talk)
}

#[tokio::test]
async fn worked_case_a() {
    let scene = case_a().await;
    let made = scene.hand_off().await.expect(201);
    judged(&made.json, 95, "A", "hot", "high");
    let package = &made.json;
    assert_eq!(package["status"], "pending");
    assert_eq!(package["prospect_name"], "Layla Haddad");
    assert_eq!(package["suggested_properties"], json!(["Palm Villa"]));
    assert_eq!(package["appointment_id"], scene.appointment.to_string());
    assert_eq!(package["created_by"], scene.rep.id.to_string());
    assert!(
        package["reason"]
            .as_str()
            .unwrap()
            .starts_with("viewing_scheduled")
    );
    assert_eq!(package["inputs_hash"].as_str().unwrap().len(), 64);
    let location = format!("/api/handoffs/{}", made.id());
    assert_eq!(made.header("location"), Some(location.as_str()));

    let again = scene.hand_off().await.expect(200);
    assert_eq!(again.json, made.json);
    assert_eq!(scene.rep.get(&location).await.expect(200).json, made.json);
}

#[tokio::test]
async fn worked_case_b() {
    let wishes = Prospect {
        city: Some("Dubai"),
        ..Prospect::default()
    };
    let scene = Scene::new(wishes, 1_800_000, &[], -2).await;
    scene.set_status("no_show").await;
    let made = scene.hand_off().await.expect(201);
    judged(&made.json, 3, "D", "cold", "medium");
    assert_eq!(made.json["conversation_context"], "");
    let talk = made.json["conversation_id"].as_str().unwrap();
    let talk = scene
        .rep
        .get(&format!("/api/conversations/{talk}"))
        .await
        .expect(200);
    assert_eq!(talk.json["outcome"], "placeholder");
}

#[tokio::test]
async fn worked_cases_c_and_d() {
    let (scene, _) = case_c().await;
    judged(
        &scene.hand_off().await.expect(201).json,
        61,
        "B",
        "warm",
        "medium",
    );
    let (scene, talk) = case_c().await;
    scene
        .understood(talk, &[("human_request", "let me talk to a person")])
        .await;
    judged(
        &scene.hand_off().await.expect(201).json,
        61,
        "B",
        "warm",
        "high",
    );
}

#[tokio::test]
async fn worked_case_e() {
    let scene = case_a().await;
    let opt_out =
        "insert into suppressions (prospect_id, channel, reason) values ($1, 'all', 'verbal')";
    scene
        .app
        .sql()
        .await
        .execute(opt_out, &[&scene.prospect])
        .await
        .unwrap();
    let refused = scene.hand_off().await.expect(422);
    assert_eq!(refused.json["code"], "suppressed");
    assert_eq!(scene.count("handoff_packages").await, 0);
}

#[tokio::test]
async fn a_hundred_askers_share_one_package() {
    let scene = Scene::new(Prospect::default(), 1_800_000, &[], 24).await;
    let started = std::time::Instant::now();
    let answers = join_all((0..100).map(|_| async {
        // A busy server says so and is asked again, as any client would.
        let mut answer = scene.hand_off().await;
        for _ in 0..5 {
            if answer.status != 503 {
                break;
            }
            answer = scene.hand_off().await;
        }
        answer
    }))
    .await;
    let took = started.elapsed();
    let made = answers.iter().filter(|answer| answer.status == 201).count();
    let found = answers.iter().filter(|answer| answer.status == 200).count();
    assert_eq!((made, found), (1, 99), "after {took:?}");
    let first = answers[0].json["id"].clone();
    assert!(answers.iter().all(|answer| answer.json["id"] == first));
    assert_eq!(scene.count("handoff_packages").await, 1);
    assert_eq!(scene.count("conversations where is_placeholder").await, 1);
}

#[tokio::test]
async fn an_appointment_that_is_not_there() {
    let app = TestApp::start().await;
    let rep = app.person(Role::SalesRep).await;
    let path = "/api/handoffs/from-appointment";
    let missing = rep.post(path, json!({})).await.expect(400);
    assert!(missing.json["details"]["appointment_id"].is_string());
    rep.post(path, json!({ "appointmentId": "42" }))
        .await
        .expect(400);
    let id = Uuid::new_v4();
    let unknown = rep
        .post(path, json!({ "appointmentId": id }))
        .await
        .expect(404);
    assert_eq!(
        unknown.json["error"],
        format!("Appointment not found: {id}")
    );
    app.anon()
        .post(path, json!({ "appointmentId": id }))
        .await
        .expect(401);
}

#[tokio::test]
async fn who_asks_decides_what_is_seen_and_not_what_is_made() {
    let scene = case_a().await;
    let body = json!({ "appointmentId": scene.appointment });
    let path = "/api/handoffs/from-appointment";
    for role in [Role::QaSupervisor, Role::ComplianceOfficer] {
        scene
            .app
            .person(role)
            .await
            .post(path, body.clone())
            .await
            .expect(403);
    }
    let stranger = scene.app.person(Role::SalesRep).await;
    stranger.post(path, body.clone()).await.expect(404);

    let operations = scene.app.person(Role::Operations).await;
    let key = [("idempotency-key", "once")];
    let masked = operations
        .post_with(path, body.clone(), &key)
        .await
        .expect(201);
    assert!(
        masked.json["prospect_phone"]
            .as_str()
            .unwrap()
            .contains('*'),
        "{}",
        masked.text
    );
    assert_eq!(masked.json["conversation_context"], "");
    judged(&masked.json, 95, "A", "hot", "high");
    let replayed = operations.post_with(path, body, &key).await.expect(201);
    assert_eq!(replayed.json, masked.json);
    let own = scene.hand_off().await.expect(200);
    assert!(
        own.json["prospect_phone"]
            .as_str()
            .unwrap()
            .starts_with("+97150")
    );
    assert_eq!(own.json["inputs_hash"], masked.json["inputs_hash"]);
}
