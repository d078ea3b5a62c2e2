//! `/api/appointments`.

use doorstep::users::Role;
use futures_util::future::join_all;
use serde_json::json;
use uuid::Uuid;

use crate::{
    app::{Person, TestApp},
    desk::{Prospect, hours_from_now, prospect, viewing, villa},
};

async fn scene(app: &TestApp) -> (Person, Uuid, Uuid) {
    let rep = app.person(Role::SalesRep).await;
    let admin = app.person(Role::Admin).await;
    let home = villa(&admin, 1_800_000, &["pool"]).await;
    let client = own(app, rep.id).await;
    (rep, client, home)
}

async fn own(app: &TestApp, rep: Uuid) -> Uuid {
    let wishes = Prospect {
        assigned_to: Some(rep),
        ..Prospect::default()
    };
    prospect(app, wishes).await
}

#[tokio::test]
async fn of_fifty_bookings_of_one_slot_one_is_made() {
    let app = TestApp::start().await;
    let (rep, client, home) = scene(&app).await;
    let body = viewing(client, home, 24);
    let answers = join_all((0..50).map(|_| rep.post("/api/appointments", body.clone()))).await;
    let made = answers.iter().filter(|a| a.status == 201).count();
    let refused: Vec<_> = answers.iter().filter(|a| a.status == 409).collect();
    assert_eq!((made, refused.len()), (1, 49));
    for answer in refused {
        let code = answer.json["code"].as_str().unwrap();
        assert!(code.ends_with("_double_booked"), "{code}");
    }
}

#[tokio::test]
async fn each_of_the_three_is_booked_once() {
    let app = TestApp::start().await;
    let (rep, client, home) = scene(&app).await;
    let admin = app.person(Role::Admin).await;
    rep.post("/api/appointments", viewing(client, home, 24))
        .await
        .expect(201);
    let second = own(&app, rep.id).await;
    let elsewhere = villa(&admin, 900_000, &[]).await;
    let busy = rep
        .post("/api/appointments", viewing(second, elsewhere, 24))
        .await
        .expect(409);
    assert_eq!(busy.json["code"], "rep_double_booked");

    let other = app.person(Role::SalesRep).await;
    let theirs = own(&app, other.id).await;
    let shown = other
        .post("/api/appointments", viewing(theirs, home, 24))
        .await
        .expect(409);
    assert_eq!(shown.json["code"], "property_double_booked");

    let mut body = viewing(client, elsewhere, 24);
    body["assigned_rep_id"] = json!(other.id);
    let twice = admin.post("/api/appointments", body).await.expect(409);
    assert_eq!(twice.json["code"], "prospect_double_booked");
    rep.post("/api/appointments", viewing(client, home, 25))
        .await
        .expect(201);
}

#[tokio::test]
async fn another_date_moves_an_appointment() {
    let app = TestApp::start().await;
    let (rep, client, home) = scene(&app).await;
    let mut body = viewing(client, home, 24);
    body["ends_at"] = json!(hours_from_now(26));
    body["timezone"] = json!("Asia/Dubai");
    let first = rep.post("/api/appointments", body).await.expect(201);
    let path = format!("/api/appointments/{}", first.id());

    let same = rep
        .put(
            &path,
            json!({ "scheduled_date": first.json["scheduled_date"], "notes": "ring twice" }),
        )
        .await
        .expect(200);
    assert_eq!(same.json["notes"], "ring twice");

    let stale = [("if-match", first.header("etag").unwrap())];
    let later = json!({ "scheduledDate": hours_from_now(25), "location": "At the gate" });
    rep.put_with(&path, later.clone(), &stale).await.expect(412);
    // The new time overlaps the old one, which no longer counts.
    let moved = rep.put(&path, later).await.expect(201);
    assert_ne!(moved.id(), first.id());
    assert_eq!(moved.json["rescheduled_from_id"], first.json["id"]);
    assert_eq!(moved.json["ical_uid"], first.json["ical_uid"]);
    assert_eq!(moved.json["ical_sequence"], 1);
    assert_eq!(moved.json["location"], "At the gate");
    assert_eq!(moved.json["notes"], "ring twice");
    assert_eq!(
        moved.json["ends_at"],
        hours_from_now(27),
        "the duration stays"
    );
    let location = format!("/api/appointments/{}", moved.id());
    assert_eq!(moved.header("location"), Some(location.as_str()));

    assert_eq!(
        rep.get(&path).await.expect(200).json["status"],
        "rescheduled"
    );
    let again = json!({ "scheduled_date": hours_from_now(50) });
    assert_eq!(
        rep.put(&path, again).await.expect(409).json["code"],
        "illegal_status_change"
    );
}

#[tokio::test]
async fn values_are_checked_and_lists_are_by_date() {
    let app = TestApp::start().await;
    let (rep, client, home) = scene(&app).await;
    for (key, value) in [
        ("timezone", json!("Mars/Olympus")),
        ("timezone", json!("+04:00")),
        ("ends_at", json!(hours_from_now(-2))),
        ("property_id", json!(null)),
        ("property_id", json!(Uuid::new_v4())),
        ("buffer_minutes", json!(-1)),
        ("kind", json!("party")),
    ] {
        let mut body = viewing(client, home, 24);
        body[key] = value;
        let refused = rep.post("/api/appointments", body).await.expect(400);
        assert!(refused.json["details"][key].is_string(), "{}", refused.text);
    }
    let mut booked = Vec::new();
    for hours in [72, 24, 48] {
        let viewing = viewing(client, home, hours);
        let made = rep.post("/api/appointments", viewing).await.expect(201);
        booked.push(made.json["scheduled_date"].as_str().unwrap().to_owned());
    }
    booked.sort();
    let list = rep
        .get(&format!(
            "/api/appointments?prospectId={client}&assignedRepId={}&status=scheduled",
            rep.id
        ))
        .await
        .expect(200);
    let dates: Vec<_> = list
        .data()
        .iter()
        .map(|row| row["scheduled_date"].as_str().unwrap().to_owned())
        .collect();
    assert_eq!(dates, booked);

    let early = format!(
        "/api/appointments/{}",
        list.data()[0]["id"].as_str().unwrap()
    );
    let refused = rep
        .put(&early, json!({ "status": "completed" }))
        .await
        .expect(409);
    assert_eq!(refused.json["code"], "appointment_has_not_started");

    rep.put(&early, json!({ "notes": "ring twice" }))
        .await
        .expect(200);
    let quality = app.person(Role::QaSupervisor).await;
    assert!(quality.get(&early).await.expect(200).json["notes"].is_null());
    quality
        .put(&early, json!({ "notes": "x" }))
        .await
        .expect(403);
    app.person(Role::SalesRep)
        .await
        .get(&early)
        .await
        .expect(404);
}
