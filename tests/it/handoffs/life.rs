//! Claim, release, reassign and complete.

use super::*;

#[tokio::test]
async fn one_of_many_claims_a_package_from_the_pool() {
    let scene = case_a().await;
    let package = scene.hand_off().await.expect(201).id();
    let path = format!("/api/handoffs/{package}");
    let rival = scene.app.person(Role::SalesRep).await;
    let pooled = rival
        .get("/api/handoffs?status=pending&count=true")
        .await
        .expect(200);
    assert_eq!(pooled.json["total"], 1);
    assert!(
        pooled.data()[0]["prospect_phone"]
            .as_str()
            .unwrap()
            .contains('*')
    );

    let claim = format!("{path}/claim");
    let both = [&*scene.rep, &*rival];
    let answers = join_all((0..20).map(|n| {
        let claim = claim.clone();
        async move { both[n % 2].post(&claim, json!({})).await }
    }))
    .await;
    assert_eq!(
        answers.iter().filter(|answer| answer.status == 200).count(),
        1
    );
    let lost = answers.iter().filter(|answer| answer.status == 409);
    assert!(
        lost.clone()
            .all(|answer| answer.json["code"] == "already_claimed")
    );
    assert_eq!(lost.count(), 19);
    let quality = scene.app.person(Role::QaSupervisor).await;
    quality.post(&claim, json!({})).await.expect(403);
}

#[tokio::test]
async fn a_package_is_released_passed_on_and_completed() {
    let scene = case_a().await;
    let package = scene.hand_off().await.expect(201).id();
    let path = format!("/api/handoffs/{package}");
    let manager = scene.app.person(Role::Admin).await;
    let verb = |name: &str| format!("{path}/{name}");

    let claimed = scene
        .rep
        .send(reqwest::Method::POST, &verb("claim"), None, &[])
        .await
        .expect(200);
    assert_eq!(claimed.json["claimed_by"], scene.rep.id.to_string());
    let released = scene
        .rep
        .post(&verb("release"), json!({ "reason": "ill" }))
        .await
        .expect(200);
    assert_eq!(released.json["status"], "pending");
    let early = scene
        .rep
        .post(&verb("complete"), json!({ "outcome": "won" }))
        .await;
    assert!(
        [403, 409].contains(&early.status.as_u16()),
        "{}",
        early.text
    );

    let rival = scene.app.person(Role::SalesRep).await;
    let passed = manager
        .post(&verb("reassign"), json!({ "userId": rival.id }))
        .await
        .expect(200);
    assert_eq!(passed.json["offered_to"], rival.id.to_string());
    rival.post(&verb("claim"), json!({})).await.expect(200);
    rival.post(&verb("complete"), json!({})).await.expect(400);
    rival
        .post(&verb("complete"), json!({ "outcome": "party" }))
        .await
        .expect(400);
    let done = rival
        .post(
            &verb("complete"),
            json!({ "outcome": "booked", "notes": "Tuesday" }),
        )
        .await
        .expect(200);
    assert_eq!(done.json["completion_outcome"], "booked");
    let again = rival
        .post(&verb("complete"), json!({ "outcome": "won" }))
        .await
        .expect(409);
    assert_eq!(again.json["code"], "already_completed");
    scene.hand_off().await.expect(201);
}

#[tokio::test]
async fn a_package_of_a_conversation_or_by_hand() {
    let scene = case_a().await;
    let talk = conversation(&scene.app, scene.prospect, "connected", "negative", 4).await;
    let body = json!({ "conversationId": talk, "reason": "human_requested" });
    let path = "/api/handoffs/from-conversation";
    let made = scene.rep.post(path, body.clone()).await.expect(201);
    assert_eq!(made.json["priority"], "high");
    assert!(
        made.json["reason"]
            .as_str()
            .unwrap()
            .starts_with("human_requested")
    );
    assert_eq!(made.json["conversation_id"], talk.to_string());
    scene.rep.post(path, body.clone()).await.expect(200);
    scene
        .app
        .person(Role::QaSupervisor)
        .await
        .post(path, body)
        .await
        .expect(200);
    let unknown = json!({ "conversation_id": Uuid::new_v4() });
    scene.rep.post(path, unknown).await.expect(404);

    let other = conversation(&scene.app, scene.prospect, "connected", "neutral", 4).await;
    let by_hand = json!({
        "conversation_id": other, "prospect_id": scene.prospect, "priority": "low",
        "reason": "She asked.", "summary": "Call back.", "conversation_context": "",
        "source_channel": "phone", "next_steps": ["Call."],
    });
    let made = scene
        .rep
        .post("/api/handoffs", by_hand.clone())
        .await
        .expect(201);
    assert_eq!(made.json["next_steps"], json!(["Call."]));
    let moment = |column: &str| {
        made.json[column]
            .as_str()
            .unwrap()
            .parse::<jiff::Timestamp>()
    };
    let (made_at, due) = (
        moment("created_at").unwrap(),
        moment("claim_due_at").unwrap(),
    );
    let hours = |until: jiff::Timestamp| until.duration_since(made_at).as_hours();
    assert!((23..=24).contains(&hours(due)), "{due}");
    let days = hours(moment("expires_at").unwrap());
    assert!((7 * 24 - 1..=7 * 24).contains(&days), "{days}");
    let twice = scene
        .rep
        .post("/api/handoffs", by_hand.clone())
        .await
        .expect(409);
    assert_eq!(twice.json["code"], "handoff_active");
    let quality = scene.app.person(Role::QaSupervisor).await;
    let refused = quality.post("/api/handoffs", by_hand).await;
    assert!(
        [400, 403].contains(&refused.status.as_u16()),
        "{}",
        refused.text
    );

    let path = format!("/api/handoffs/{}", made.id());
    scene
        .rep
        .put(&path, json!({ "summary": "x" }))
        .await
        .expect(403);
    let manager = scene.app.person(Role::Admin).await;
    let expired = manager
        .put(&path, json!({ "status": "expired" }))
        .await
        .expect(200);
    assert_eq!(expired.json["status"], "expired");
}
