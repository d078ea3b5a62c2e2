//! Deadlines in the working hours of a team, or of whom a package is offered to.

use super::*;
use crate::hands::Hands;

/// A package written by hand.
fn by_hand(talk: Uuid, prospect: Uuid, priority: &str) -> Value {
    json!({
        "conversation_id": talk, "prospect_id": prospect, "priority": priority,
        "reason": "He asked.", "summary": "Call back.", "conversation_context": "",
        "source_channel": "phone",
    })
}

/// The default team's address.
async fn team_path(app: &TestApp) -> String {
    let query = "select id from teams where is_default";
    let team: Uuid = app.sql().await.query_one(query, &[]).await.unwrap().get(0);
    format!("/api/teams/{team}")
}

#[tokio::test]
async fn a_team_works_when_it_says() {
    // Monday, half past five in the evening in Dubai.
    let hands = Hands::at("2024-06-03T13:30:00Z");
    let app = hands.server().await;
    let admin = app.person(Role::Admin).await;
    let rep = app.person(Role::SalesRep).await;
    let team = team_path(&app).await;
    let day = json!([["09:00", "18:00"]]);
    let hours = json!({ "1": day, "2": day, "3": day, "4": day, "5": day });
    let said =
        json!({ "working_hours": hours, "timezone": "Asia/Dubai", "holidays": ["2024-06-05"] });
    rep.put(&team, said.clone()).await.expect(403);
    let kept = admin.put(&team, said).await.expect(200);
    assert_eq!(kept.json["working_hours"], hours);
    assert_eq!(kept.json["timezone"], "Asia/Dubai");
    for wrong in [
        json!({ "working_hours": { "8": [] } }),
        json!({ "working_hours": { "1": [["22:00", "06:00"]] } }),
        json!({ "timezone": "Dubai" }),
        json!({ "holidays": ["5 June"] }),
    ] {
        admin.put(&team, wrong).await.expect(400);
    }

    let due = async |priority: &str, more: Value| {
        let prospect = prospect(&app, Prospect::default()).await;
        let talk = conversation(&app, prospect, "connected", "neutral", 4).await;
        let mut body = by_hand(talk, prospect, priority);
        body.as_object_mut()
            .unwrap()
            .extend(more.as_object().unwrap().clone());
        let made = admin.post("/api/handoffs", body).await.expect(201);
        made.json["claim_due_at"].as_str().unwrap().to_owned()
    };
    assert_eq!(due("high", json!({})).await, "2024-06-03T13:35:00Z");
    assert_eq!(due("medium", json!({})).await, "2024-06-04T05:30:00Z");
    // Half an hour, nine on Tuesday, none on Wednesday's holiday, nine, five and a half.
    assert_eq!(due("low", json!({})).await, "2024-06-07T10:30:00Z");

    // A rep says himself when he works; what he does not say, the team says.
    let offered = json!({ "offered_to": rep.id });
    assert_eq!(due("medium", offered.clone()).await, "2024-06-04T05:30:00Z");
    let me = format!("/api/users/{}", rep.id);
    let nights = json!({ "working_hours": { "1": [["20:00", "00:00"]] } });
    rep.put(&me, nights).await.expect(200);
    assert_eq!(due("medium", offered.clone()).await, "2024-06-03T17:00:00Z");
    rep.put(&me, json!({ "timezone": "Europe/Berlin" }))
        .await
        .expect(200);
    assert_eq!(due("medium", offered).await, "2024-06-03T19:00:00Z");
    let refused = rep.put(&me, json!({ "working_hours": { "1": [["20:00"]] } }));
    let refused = refused.await.expect(400);
    assert!(
        refused.json["details"]["working_hours.1[0]"].is_string(),
        "{}",
        refused.text
    );

    // A team below works as the one above it says, until it says something itself.
    let parent: &str = team.rsplit('/').next().unwrap();
    let below = json!({ "name": "Below", "parent_team_id": parent });
    let below = admin.post("/api/teams", below).await.expect(201).id();
    let pool = json!({ "team_id": below });
    assert_eq!(due("medium", pool.clone()).await, "2024-06-04T05:30:00Z");
    let late = json!({ "working_hours": { "1": [["19:00", "21:00"]] } });
    admin
        .put(&format!("/api/teams/{below}"), late)
        .await
        .expect(200);
    assert_eq!(due("medium", pool).await, "2024-06-03T16:00:00Z");
}

#[tokio::test]
async fn a_generated_package_is_due_in_working_time_too() {
    let hands = Hands::at("2024-06-07T15:00:00Z");
    let app = hands.server().await;
    let admin = app.person(Role::Admin).await;
    let team = team_path(&app).await;
    let hours = json!({ "1": [["09:00", "18:00"]] });
    let said = json!({ "working_hours": hours, "timezone": "Asia/Dubai" });
    admin.put(&team, said).await.expect(200);
    let prospect = prospect(&app, Prospect::default()).await;
    let talk = conversation(&app, prospect, "connected", "neutral", 4).await;
    let asked = json!({ "conversation_id": talk, "reason": "human_requested" });
    let made = admin.post("/api/handoffs/from-conversation", asked).await;
    let made = made.expect(201).json;
    assert_eq!(made["priority"], "high");
    assert_eq!(made["claim_due_at"], "2024-06-10T05:05:00Z");
    // A day after it was made nobody has been at work yet.
    assert_eq!(made["expires_at"], "2024-06-10T05:10:00Z");
}
