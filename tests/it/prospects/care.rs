//! History, duplicates, merging, and the first answer.

use doorstep::users::Role;
use serde_json::json;
use uuid::Uuid;

use super::{details, made};
use crate::app::TestApp;

#[tokio::test]
async fn the_way_of_a_prospect_can_be_read() {
    let app = TestApp::start().await;
    let (rep, other) = (
        app.person(Role::SalesRep).await,
        app.person(Role::SalesRep).await,
    );
    let id = made(&rep, "Ana").await;
    let path = format!("/api/prospects/{id}");
    for change in [
        json!({ "status": "contacted" }),
        json!({ "status": "qualified" }),
        json!({ "status": "lost", "lost_reason": "bought elsewhere" }),
    ] {
        rep.put(&path, change).await.expect(200);
    }
    let jump = rep.put(&path, json!({ "status": "closed" })).await;
    assert_eq!(jump.expect(409).json["code"], "illegal_status_change");
    let history = rep.get(&format!("{path}/history")).await.expect(200);
    let steps: Vec<_> = history
        .data()
        .iter()
        .map(|step| (step["from_status"].clone(), step["to_status"].clone()))
        .collect();
    assert_eq!(
        steps,
        [
            (json!("qualified"), json!("lost")),
            (json!("contacted"), json!("qualified")),
            (json!("new"), json!("contacted")),
        ]
    );
    assert_eq!(history.data()[0]["reason"], "bought elsewhere");
    assert_eq!(history.data()[0]["actor"], json!(rep.id));
    other.get(&format!("{path}/history")).await.expect(404);
}

#[tokio::test]
async fn a_duplicate_is_named_to_whoever_sees_it() {
    let app = TestApp::start().await;
    let (rep, colleague, admin) = (
        app.person(Role::SalesRep).await,
        app.person(Role::SalesRep).await,
        app.person(Role::Admin).await,
    );
    let first = json!({ "name": "Ana", "phone": "+34 600 111 222" });
    let id = rep.post("/api/prospects", first).await.expect(201).id();
    let again = json!({ "name": "Anna", "phone": "0034-600-111-222" });
    for (who, named) in [(&rep, true), (&admin, true), (&colleague, false)] {
        let refused = who.post("/api/prospects", again.clone()).await.expect(409);
        assert_eq!(refused.json["code"], "prospect_duplicate");
        let expected = if named { id.to_string() } else { String::new() };
        assert_eq!(details(&refused.json, "existing_id"), expected);
    }
    let wrong = json!({ "name": "Bo", "phone": "600 111 222" });
    let wrong = rep.post("/api/prospects", wrong).await.expect(400);
    assert!(details(&wrong.json, "phone").contains("+34 600 111 222"));
}

#[tokio::test]
async fn of_parallel_creates_one_wins() {
    let app = TestApp::start().await;
    let rep = app.person(Role::SalesRep).await;
    let posts = (0..8).map(|number| {
        let body = json!({ "name": format!("Ana {number}"), "email": "ana@example.com" });
        let rep = &rep;
        async move { rep.post("/api/prospects", body).await }
    });
    let answers = futures_util::future::join_all(posts).await;
    let won = answers.iter().filter(|it| it.status.as_u16() == 201);
    let won: Vec<String> = won.map(|it| it.id().to_string()).collect();
    assert_eq!(won.len(), 1);
    for lost in answers.iter().filter(|it| it.status.as_u16() != 201) {
        assert_eq!(lost.status.as_u16(), 409, "{}", lost.text);
        assert_eq!(details(&lost.json, "existing_id"), won[0]);
    }
}

#[tokio::test]
async fn a_merge_keeps_everything_and_the_strictest_consent() {
    let app = TestApp::start().await;
    let (rep, manager) = (
        app.person(Role::SalesRep).await,
        app.person(Role::Admin).await,
    );
    let kept = made(&rep, "Ana").await;
    let other = json!({ "name": "Anna", "phone": "+34600111222", "city": "Lisbon" });
    let other = rep.post("/api/prospects", other).await.expect(201).id();
    let talk = json!({ "prospect_id": other, "channel": "phone", "outcome": "connected" });
    let talk = rep.post("/api/conversations", talk).await.expect(201).id();
    let consent = |prospect: Uuid, status: &str, day: u8| {
        json!({ "prospect_id": prospect, "channel": "phone", "purpose": "marketing",
                "status": status, "captured_at": format!("2026-01-0{day}T00:00:00Z") })
    };
    for body in [
        consent(other, "granted", 1),
        consent(other, "denied", 2),
        consent(kept, "granted", 3),
    ] {
        rep.post("/api/consents", body).await.expect(201);
    }
    let stop = json!({ "prospect_id": other, "channel": "sms", "reason": "verbal" });
    manager.post("/api/suppressions", stop).await.expect(201);
    let home = manager
        .post("/api/properties", crate::app::property("Casa"))
        .await
        .expect(201)
        .id();
    let sql = app.sql().await;
    sql.execute(
        "insert into appointments (prospect_id, property_id, assigned_rep_id, scheduled_date, location, status) \
         values ($1, $2, $3, '2020-01-01Z', 'There', 'completed')",
        &[&other, &home, &rep.id],
    )
    .await
    .unwrap();
    sql.execute(
        "insert into qualification_scores (conversation_id, overall_score) values ($1, 40)",
        &[&talk],
    )
    .await
    .unwrap();

    let path = format!("/api/prospects/{kept}/merge");
    for wrong in [json!({}), json!({ "into": other, "other": other })] {
        rep.post(&path, wrong).await.expect(400);
    }
    // A rep proposes; nothing happens but that it is written down.
    let asked = rep.post(&path, json!({ "other": other })).await.expect(200);
    assert_eq!(asked.id(), kept);
    let shadow = rep
        .get(&format!("/api/prospects/{other}"))
        .await
        .expect(200);
    assert!(shadow.json["merged_into_id"].is_null());
    let proposed = manager
        .get("/api/audit-log?action=prospect.merge_proposed")
        .await;
    assert_eq!(proposed.expect(200).data().len(), 1);

    let merged = manager
        .post(&path, json!({ "other": other }))
        .await
        .expect(200);
    assert_eq!(merged.id(), kept);
    assert_eq!(merged.json["phone"], "+34600111222");
    assert_eq!(merged.json["city"], "Lisbon");
    let shadow = manager.get(&format!("/api/prospects/{other}")).await;
    assert_eq!(shadow.expect(200).json["merged_into_id"], json!(kept));
    for (noun, least) in [
        ("conversations", 1),
        ("appointments", 1),
        ("qualification-scores", 1),
        ("suppressions", 1),
        ("consents", 4),
    ] {
        let rows = manager
            .get(&format!("/api/{noun}?prospect_id={kept}"))
            .await
            .expect(200);
        assert!(rows.data().len() >= least, "{noun}: {}", rows.text);
    }
    let holds: String = sql
        .query_one(
            "select status from consents where prospect_id = $1 and channel = 'phone' \
             order by captured_at desc, id desc limit 1",
            &[&kept],
        )
        .await
        .unwrap()
        .get(0);
    assert_eq!(holds, "denied");
    let again = manager.post(&path, json!({ "other": other })).await;
    assert_eq!(again.expect(409).json["code"], "prospect_gone");
    let itself = manager.post(&path, json!({ "other": kept })).await;
    assert_eq!(itself.expect(409).json["code"], "merge_with_itself");
}

#[tokio::test]
async fn nobody_merges_whom_he_does_not_see() {
    let app = TestApp::start().await;
    let (rep, other, officer) = (
        app.person(Role::SalesRep).await,
        app.person(Role::SalesRep).await,
        app.person(Role::ComplianceOfficer).await,
    );
    let (mine, his) = (made(&rep, "Ana").await, made(&other, "Bo").await);
    let path = format!("/api/prospects/{his}/merge");
    rep.post(&path, json!({ "other": mine })).await.expect(404);
    let path = format!("/api/prospects/{mine}/merge");
    rep.post(&path, json!({ "other": his })).await.expect(400);
    officer
        .post(&path, json!({ "other": his }))
        .await
        .expect(403);
}

#[tokio::test]
async fn the_first_answer_is_written_once() {
    let app = TestApp::start().await;
    let rep = app.person(Role::SalesRep).await;
    let id = made(&rep, "Ana").await;
    let read = || async {
        rep.get(&format!("/api/prospects/{id}"))
            .await
            .expect(200)
            .json
    };
    let new = read().await;
    assert!(new["first_response_at"].is_null());
    assert!(new["response_due_at"].is_string());
    let talk = |direction: &str, at: &str| {
        json!({ "prospect_id": id, "channel": "phone", "outcome": "connected",
                "direction": direction, "timestamp": at })
    };
    for (direction, at, answered) in [
        ("inbound", "2026-01-01T10:00:00Z", None),
        (
            "outbound",
            "2026-01-01T11:00:00Z",
            Some("2026-01-01T11:00:00Z"),
        ),
        (
            "outbound",
            "2026-01-02T11:00:00Z",
            Some("2026-01-01T11:00:00Z"),
        ),
    ] {
        let body = talk(direction, at);
        rep.post("/api/conversations", body).await.expect(201);
        let now = read().await["first_response_at"].clone();
        assert_eq!(now.as_str(), answered, "{direction} {at}");
    }
}

#[tokio::test]
async fn a_merged_row_keeps_its_addresses_and_takes_nothing_new() {
    let app = TestApp::start().await;
    let admin = app.person(Role::Admin).await;
    let enter = |name: &str, phone: &str| json!({ "name": name, "phone": phone });
    let kept = admin
        .post("/api/prospects", enter("Ana", "+34600111222"))
        .await;
    let kept = kept.expect(201).id();
    let shadow = admin
        .post("/api/prospects", enter("Anna", "+34600333444"))
        .await;
    let shadow = shadow.expect(201).id();
    let merge = json!({ "other": shadow });
    let path = format!("/api/prospects/{kept}/merge");
    admin.post(&path, merge).await.expect(200);

    // Whoever comes with the other number is the same person.
    let again = admin
        .post("/api/prospects", enter("A.", "+34 600 333 444"))
        .await;
    let again = again.expect(409);
    assert_eq!(again.json["code"], "prospect_duplicate");
    assert_eq!(details(&again.json, "existing_id"), kept.to_string());
    let renamed = json!({ "name": "Somebody" });
    let renamed = admin
        .put(&format!("/api/prospects/{shadow}"), renamed)
        .await;
    assert_eq!(renamed.expect(409).json["code"], "prospect_gone");
    let call = json!({
        "prospect_id": shadow, "kind": "call", "scheduled_date": "2099-01-01T10:00:00Z",
        "location": "by phone", "assigned_rep_id": app.person(Role::SalesRep).await.id,
    });
    let call = admin.post("/api/appointments", call).await;
    assert_eq!(call.expect(409).json["code"], "prospect_gone");
}

/// What is one statement comes from one row: a mixed budget or place is nobody's.
#[tokio::test]
async fn a_merge_mixes_no_wishes() {
    let app = TestApp::start().await;
    let admin = app.person(Role::Admin).await;
    let enter = async |number: u32, more: serde_json::Value| {
        let mut body = json!({ "name": "Ana", "phone": format!("+34600111{number:03}") });
        let said = more.as_object().unwrap().clone();
        body.as_object_mut().unwrap().extend(said);
        admin.post("/api/prospects", body).await.expect(201).id()
    };
    let said = json!({
        "budget": "about 2 million", "timeline": "next summer", "country": "AE",
        "wanted_bedrooms_min": 3,
    });
    let other = json!({
        "budget": "300k", "budget_min": 250_000, "budget_max": 300_000, "budget_currency": "EUR",
        "timeline": "now", "timeline_months_max": 0, "country": "ES", "region": "Valencia",
        "timezone": "Europe/Madrid", "wanted_bedrooms_max": 1, "wanted_types": ["villa"],
    });
    let parts = [
        ("budget", "budget"),
        ("budget", "budget_min"),
        ("budget", "budget_max"),
        ("budget", "budget_currency"),
        ("timeline", "timeline"),
        ("timeline", "timeline_months_max"),
        ("country", "country"),
        ("country", "region"),
        ("country", "timezone"),
        ("wanted_bedrooms_min", "wanted_bedrooms_min"),
        ("wanted_bedrooms_min", "wanted_bedrooms_max"),
    ];
    // One row says something of each, then nothing of any.
    for (number, kept) in [(1, said.clone()), (3, json!({}))] {
        let first = enter(number, kept.clone()).await;
        let second = enter(number + 1, other.clone()).await;
        let before = admin
            .get(&format!("/api/prospects/{first}"))
            .await
            .expect(200);
        let given = admin
            .get(&format!("/api/prospects/{second}"))
            .await
            .expect(200);
        let path = format!("/api/prospects/{first}/merge");
        let merged = admin
            .post(&path, json!({ "other": second }))
            .await
            .expect(200);
        for (group, column) in parts {
            let from = match kept.get(group) {
                Some(_) => &before,
                None => &given,
            };
            assert_eq!(merged.json[column], from.json[column], "{column}");
        }
        assert_eq!(merged.json["wanted_types"], json!(["villa"]));
    }
}
