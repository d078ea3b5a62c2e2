//! What time does to a package: each at its moment and not before, and once.

use doorstep::jobs;
use jiff::{SignedDuration, Timestamp};

use super::*;
use crate::{app::Client, hands::Hands};

/// Does what is due, until nothing is.
async fn work(app: &TestApp) {
    for _ in 0..100 {
        if jobs::round(&app.app).await.unwrap() == 0 {
            return;
        }
    }
    panic!("the jobs do not end");
}

/// A desk at nine in the morning: a manager who leads everybody, and reps in turn.
struct Desk {
    hands: Hands,
    app: TestApp,
    admin: Person,
    manager: Person,
    reps: Vec<Person>,
}

impl Desk {
    async fn open(reps: usize, rule: Value) -> Self {
        let hands = Hands::at("2024-06-03T09:00:00Z");
        let app = hands.server().await;
        let admin = app.person(Role::Admin).await;
        let manager = app.person(Role::SalesManager).await;
        let lead = "update team_members set is_lead = true where user_id = $1";
        app.sql().await.execute(lead, &[&manager.id]).await.unwrap();
        let mut people = Vec::new();
        for _ in 0..reps {
            people.push(app.person(Role::SalesRep).await);
        }
        let keys: Vec<Uuid> = people.iter().map(|rep| rep.id).collect();
        let mut body = json!({ "name": "In turn", "entity": "handoff", "targets": keys });
        body.as_object_mut()
            .unwrap()
            .extend(rule.as_object().unwrap().clone());
        if reps > 0 {
            admin.post("/api/routing-rules", body).await.expect(201);
        }
        Self {
            hands,
            app,
            admin,
            manager,
            reps: people,
        }
    }

    /// A package of an hour that nobody's prospect has, routed.
    async fn package(&self) -> Uuid {
        let prospect = prospect(&self.app, Prospect::default()).await;
        let talk = conversation(&self.app, prospect, "connected", "neutral", 4).await;
        let body = json!({
            "conversation_id": talk, "prospect_id": prospect, "priority": "medium",
            "reason": "He asked.", "summary": "Call back.", "conversation_context": "",
            "source_channel": "phone", "next_steps": ["Call him"],
        });
        let made = self.admin.post("/api/handoffs", body).await.expect(201);
        work(&self.app).await;
        made.id()
    }

    async fn at(&self, package: Uuid) -> Value {
        let path = format!("/api/handoffs/{package}");
        self.admin.get(&path).await.expect(200).json
    }

    async fn history(&self, package: Uuid) -> Vec<Value> {
        let path = format!("/api/handoffs/{package}/history");
        self.admin.get(&path).await.expect(200).data().clone()
    }

    /// A second before the moment nothing happens; at the moment it does.
    async fn just_before_and_at(&self, moment: &Value, package: Uuid) {
        let moment: Timestamp = moment.as_str().unwrap().parse().unwrap();
        self.hands.set(moment - SignedDuration::from_secs(1));
        let before = self.at(package).await;
        work(&self.app).await;
        assert_eq!(self.at(package).await, before, "a second too early");
        self.hands.set(moment);
        work(&self.app).await;
    }
}

async fn claim(client: &Client, package: Uuid, status: u16) {
    let path = format!("/api/handoffs/{package}/claim");
    client.post(&path, json!({})).await.expect(status);
}

#[tokio::test]
async fn an_offer_passes_to_the_next_and_the_third_time_to_a_manager() {
    let desk = Desk::open(2, json!({ "claim_timeout_s": 600 })).await;
    let package = desk.package().await;
    let first = desk.at(package).await;
    let offered = |package: &Value| package["offered_to"].as_str().unwrap().to_owned();
    assert_eq!(first["claim_due_at"], "2024-06-03T09:10:00Z");
    desk.just_before_and_at(&first["claim_due_at"], package)
        .await;
    let second = desk.at(package).await;
    assert_ne!(offered(&second), offered(&first));
    assert_eq!(second["claim_due_at"], "2024-06-03T09:20:00Z");
    let people = [&desk.reps[0], &desk.reps[1]];
    let is = |package: &Value| {
        people
            .iter()
            .position(|rep| rep.id.to_string() == offered(package))
    };
    assert!(is(&first).is_some() && is(&second).is_some());

    // The second time nobody is left: it lies in the pool for an hour, and the manager knows.
    let told = "/api/tasks?source=escalation";
    assert!(desk.manager.get(told).await.expect(200).data().is_empty());
    desk.just_before_and_at(&second["claim_due_at"], package)
        .await;
    let third = desk.at(package).await;
    assert_eq!(third["offered_to"], Value::Null);
    assert_eq!(third["claim_due_at"], "2024-06-03T10:20:00Z");
    let task = desk.manager.get(told).await.expect(200);
    assert_eq!(task.data().len(), 1, "{}", task.text);
    assert_eq!(task.data()[0]["assignee"], desk.manager.id.to_string());
    assert_eq!(task.data()[0]["handoff_id"], package.to_string());

    desk.just_before_and_at(&third["claim_due_at"], package)
        .await;
    let fourth = desk.at(package).await;
    assert_eq!(offered(&fourth), desk.manager.id.to_string());
    let overdue = |rows: Vec<Value>| {
        let rows = rows
            .into_iter()
            .filter(|row| row["reason"] == "claim_overdue");
        rows.map(|row| (row["offered_from"].clone(), row["created_at"].clone()))
            .collect::<Vec<_>>()
    };
    let kept = overdue(desk.history(package).await);
    let expected = [
        (first["offered_to"].clone(), first["claim_due_at"].clone()),
        (second["offered_to"].clone(), second["claim_due_at"].clone()),
        (Value::Null, third["claim_due_at"].clone()),
    ];
    assert_eq!(kept, expected);
    // Whoever let it pass does not get it any more; the manager does.
    claim(&desk.reps[0], package, 404).await;
    claim(&desk.manager, package, 200).await;
}

#[tokio::test]
async fn what_nobody_takes_expires() {
    let desk = Desk::open(0, json!({})).await;
    let package = desk.package().await;
    let made = desk.at(package).await;
    assert_eq!(made["expires_at"], "2024-06-06T09:00:00Z");
    desk.hands.set("2024-06-06T08:59:59Z".parse().unwrap());
    work(&desk.app).await;
    assert_eq!(desk.at(package).await["status"], "pending");
    desk.just_before_and_at(&made["expires_at"], package).await;
    assert_eq!(desk.at(package).await["status"], "expired");
    let kept = desk.history(package).await;
    let last = kept.last().unwrap();
    assert_eq!(last["reason"], "unclaimed");
    assert_eq!(last["actor"], Value::Null);
    assert_eq!(last["created_at"], made["expires_at"]);
    claim(&desk.manager, package, 409).await;

    // A manager revives it, and it waits anew.
    let revived = json!({ "status": "pending" });
    let path = format!("/api/handoffs/{package}");
    desk.manager.put(&path, revived).await.expect(200);
    work(&desk.app).await;
    let again = desk.at(package).await;
    assert_eq!(again["claim_due_at"], "2024-06-06T10:00:00Z");
    assert_eq!(again["expires_at"], "2024-06-09T09:00:00Z");
}

#[tokio::test]
async fn a_claim_that_lies_goes_back_unless_a_contact_is_noted() {
    let desk = Desk::open(2, json!({})).await;
    let (idle, kept) = (desk.package().await, desk.package().await);
    let holder = async |package: Uuid| {
        let offered = desk.at(package).await["offered_to"].clone();
        let rep = desk.reps.iter().find(|rep| offered == rep.id.to_string());
        rep.unwrap()
    };
    let (lazy, busy) = (holder(idle).await, holder(kept).await);
    desk.hands.pass(SignedDuration::from_mins(30));
    claim(lazy, idle, 200).await;
    claim(busy, kept, 200).await;
    work(&desk.app).await;
    let prospect = desk.at(kept).await["prospect_id"].clone();
    // A note is no contact.
    let lain = desk.at(idle).await["prospect_id"].clone();
    let note = json!({ "prospect_id": lain, "kind": "note", "body": "Later." });
    lazy.post("/api/activities", note).await.expect(201);
    let call = json!({ "prospect_id": prospect, "kind": "call" });
    busy.post("/api/activities", call).await.expect(201);

    // Twice the hour after the claim.
    desk.just_before_and_at(&json!("2024-06-03T11:30:00Z"), idle)
        .await;
    let back = desk.at(idle).await;
    assert_eq!(back["status"], "pending");
    assert_eq!(
        back["offered_to"],
        busy.id.to_string(),
        "whoever let it lie is not asked again"
    );
    assert_eq!(back["claim_due_at"], "2024-06-03T12:30:00Z");
    assert_eq!(back["expires_at"], "2024-06-06T11:30:00Z");
    assert_eq!(desk.at(kept).await["status"], "claimed");
    let reasons: Vec<Value> = desk
        .history(idle)
        .await
        .into_iter()
        .map(|row| row["reason"].clone())
        .collect();
    assert_eq!(
        reasons.iter().filter(|reason| **reason == "idle").count(),
        1
    );
    let task = format!("/api/tasks?handoff_id={idle}");
    let task = desk.admin.get(&task).await.expect(200);
    assert_eq!(task.data()[0]["assignee"], Value::Null, "{}", task.text);
}

#[tokio::test]
async fn two_servers_do_it_once() {
    let desk = Desk::open(3, json!({})).await;
    let other = desk.hands.server_on(desk.app.database.clone()).await;
    let mut packages = Vec::new();
    for _ in 0..20 {
        packages.push(desk.package().await);
    }
    desk.hands.pass(SignedDuration::from_hours(1));
    // Both look at the same moment, again and again.
    let rounds = async |app: &TestApp| {
        let mut done = 0;
        for _ in 0..40 {
            done += jobs::round(&app.app).await.unwrap();
        }
        done
    };
    let (one, two) = tokio::join!(rounds(&desk.app), rounds(&other));
    assert!(one > 0 && two > 0, "{one} and {two}");
    for package in packages {
        let overdue = desk.history(package).await;
        let overdue = overdue
            .iter()
            .filter(|row| row["reason"] == "claim_overdue");
        assert_eq!(overdue.count(), 1);
    }
    let sql = desk.app.sql().await;
    let left = "select count(*) from doorstep.jobs where run_at <= '2024-06-03T10:00:00Z'";
    assert_eq!(sql.query_one(left, &[]).await.unwrap().get::<_, i64>(0), 0);
}

#[tokio::test]
async fn whoever_leaves_leaves_his_packages_and_tasks() {
    let desk = Desk::open(2, json!({})).await;
    let package = desk.package().await;
    let offered = desk.at(package).await["offered_to"].clone();
    let leaves = desk
        .reps
        .iter()
        .find(|rep| offered == rep.id.to_string())
        .unwrap();
    let stays = desk
        .reps
        .iter()
        .find(|rep| offered != rep.id.to_string())
        .unwrap();
    claim(leaves, package, 200).await;
    let path = format!("/api/users/{}", leaves.id);
    desk.admin
        .put(&path, json!({ "status": "inactive" }))
        .await
        .expect(200);
    work(&desk.app).await;
    let passed = desk.at(package).await;
    assert_eq!(passed["status"], "pending");
    assert_eq!(passed["offered_to"], stays.id.to_string());
    let kept = desk.history(package).await;
    assert!(kept.iter().any(|row| row["reason"] == "rep_left"));
    claim(stays, package, 200).await;
    let tasks = stays.get("/api/tasks").await.expect(200);
    assert_eq!(tasks.data().len(), 1);
    assert_eq!(tasks.data()[0]["title"], "Call him");
}
