//! `/api/leads`: people whom web forms and portals report.

use doorstep::{leads::keys, users::Role};
use serde_json::{Value, json};

use crate::app::TestApp;

async fn key(app: &TestApp, name: &str) -> String {
    let source = keys::LeadSource::Portal;
    keys::create(app.app.db(), name, source, None)
        .await
        .unwrap()
}

fn lead() -> Value {
    json!({ "name": "Ana", "email": "Ana@Example.com", "phone": "+34 600 111 222",
            "message": "Is the flat still free?", "city": "Lisbon" })
}

#[tokio::test]
async fn a_key_reports_and_does_nothing_else() {
    let app = TestApp::start().await;
    let key = key(&app, "homes.example").await;
    let (form, admin) = (app.anon(), app.person(Role::Admin).await);
    form.post("/api/leads", lead()).await.expect(401);
    for wrong in ["", "x", &key[..key.len() - 1]] {
        let refused = form
            .post_with("/api/leads", lead(), &[("lead-key", wrong)])
            .await;
        assert_eq!(refused.expect(401).json["code"], "bad_lead_key");
    }
    let own = [("lead-key", key.as_str())];
    let new = form.post_with("/api/leads", lead(), &own).await.expect(201);
    assert_eq!(new.json.as_object().unwrap().len(), 2, "{}", new.text);
    let there = admin.get("/api/prospects").await.expect(200);
    let [ana] = there.data().as_slice() else {
        panic!("{}", there.text)
    };
    assert_eq!(
        (&ana["source"], &ana["status"]),
        (&json!("portal"), &json!("new"))
    );
    assert!(ana["last_inbound_at"].is_string() && ana["response_due_at"].is_string());
    assert!(!new.text.contains(ana["id"].as_str().unwrap()));

    // The same person in other words: noted, not entered, not revealed.
    let again = json!({ "name": "Anna", "whatsapp": "0034600111222", "message": "Hello?" });
    let known = form.post_with("/api/leads", again, &own).await.expect(200);
    assert!(!known.text.contains(ana["id"].as_str().unwrap()));
    let there = admin.get("/api/prospects").await.expect(200);
    assert_eq!(there.data().len(), 1);
    let talks = admin.get("/api/conversations").await.expect(200);
    assert_eq!(talks.data().len(), 2);
    assert_eq!(talks.data()[0]["direction"], "inbound");
    assert_eq!(talks.data()[0]["transcript"], "Prospect: Hello?");
    form.get_with("/api/prospects", &own).await.expect(401);

    for wrong in [
        json!({ "name": "Bo" }),
        json!({ "name": "Bo", "phone": "600 111" }),
        json!({ "name": "Bo", "email": "bo@example.com", "assigned_to": ana["id"] }),
    ] {
        form.post_with("/api/leads", wrong, &own).await.expect(400);
    }
    keys::revoke(app.app.db(), "homes.example").await.unwrap();
    form.post_with("/api/leads", lead(), &own).await.expect(401);
}

#[tokio::test]
async fn what_is_sent_at_once_or_twice_is_one_person() {
    let app = TestApp::start().await;
    let key = key(&app, "form").await;
    let form = app.anon();
    let own = [("lead-key", key.as_str())];
    let posts = (0..6).map(|_| form.post_with("/api/leads", lead(), &own));
    let answers = futures_util::future::join_all(posts).await;
    let new = answers
        .iter()
        .filter(|it| it.status.as_u16() == 201)
        .count();
    let known = answers
        .iter()
        .filter(|it| it.status.as_u16() == 200)
        .count();
    assert_eq!((new, known), (1, 5));
    let once = [("lead-key", key.as_str()), ("idempotency-key", "a")];
    let bo = json!({ "name": "Bo", "email": "bo@example.com" });
    let first = form
        .post_with("/api/leads", bo.clone(), &once)
        .await
        .expect(201);
    let second = form.post_with("/api/leads", bo, &once).await.expect(201);
    assert_eq!(first.json, second.json);
    let admin = app.person(Role::Admin).await;
    assert_eq!(
        admin.get("/api/prospects").await.expect(200).data().len(),
        2
    );
}

#[tokio::test]
async fn each_key_has_its_own_allowance() {
    let app = TestApp::with(|settings| (settings.rate, settings.burst) = (1, 4)).await;
    let (one, two) = (key(&app, "one").await, key(&app, "two").await);
    let service = app.service();
    let mut last = 0;
    for number in 0..6 {
        let body = json!({ "name": "Ana", "email": format!("{number}@example.com") });
        let answer = service
            .post_with("/api/leads", body, &[("lead-key", &one)])
            .await;
        last = answer.status.as_u16();
        if last == 429 {
            assert!(answer.header("retry-after").is_some());
        }
    }
    assert_eq!(last, 429);
    let body = json!({ "name": "Bo", "email": "bo@example.com" });
    service
        .post_with("/api/leads", body, &[("lead-key", &two)])
        .await
        .expect(201);
}

/// What a known person says further is kept: where he kept silent on the
/// prospect himself, and all of it with what he wrote. What stands is not
/// overwritten, a budget is not mixed, consent stays as strict as it was.
#[tokio::test]
async fn a_further_lead_fills_what_is_empty_and_overwrites_nothing() {
    let app = TestApp::start().await;
    let (one, two) = (key(&app, "homes.example").await, key(&app, "form").await);
    let (form, admin) = (app.anon(), app.person(Role::Admin).await);
    let officer = app.person(Role::ComplianceOfficer).await;
    let first = json!({ "name": "Ana", "phone": "+34600111222", "city": "Lisbon",
                        "budget": "300k", "source_detail": { "page": "/lisbon" } });
    let own = [("lead-key", one.as_str())];
    let new = form.post_with("/api/leads", first, &own).await.expect(201);
    assert_eq!(new.header("location"), None, "nobody may read it there");
    let id = admin.get("/api/prospects").await.expect(200).data()[0]["id"].clone();
    let consent = json!({ "prospect_id": id, "channel": "phone", "purpose": "marketing",
                          "status": "withdrawn" });
    officer.post("/api/consents", consent).await.expect(201);

    let further = json!({
        "name": "Anna", "phone": "+34 600 111 222", "email": "anna@example.com", "city": "Porto",
        "budget_max": 900_000, "budget_currency": "EUR", "timeline": "in spring",
        "purpose": "rent", "wanted_features": ["garden"], "language": "pt", "country": "PT",
        "source_detail": { "page": "/porto" },
    });
    let other = [("lead-key", two.as_str()), ("idempotency-key", "k")];
    for _ in 0..2 {
        let known = form
            .post_with("/api/leads", further.clone(), &other)
            .await
            .expect(200);
        assert_eq!(known.header("location"), None);
    }
    let path = format!("/api/prospects/{}", id.as_str().unwrap());
    let ana = admin.get(&path).await.expect(200).json;
    for (column, value) in [
        ("name", json!("Ana")),
        ("city", json!("Lisbon")),
        ("budget", json!("300k")),
        ("budget_max", json!(null)),
        ("budget_currency", json!(null)),
        ("email", json!(null)),
        ("source", json!("portal")),
        ("source_detail", json!({ "page": "/lisbon" })),
        ("timeline", json!("in spring")),
        ("purpose", json!("rent")),
        ("wanted_features", json!(["garden"])),
        ("language", json!("pt")),
        ("country", json!("PT")),
    ] {
        assert_eq!(ana[column], value, "{column}");
    }
    let talks = admin.get("/api/conversations").await.expect(200);
    let [touch] = talks.data().as_slice() else {
        panic!("{}", talks.text)
    };
    let notes = touch["notes"].as_str().unwrap();
    for said in [
        "Reported by form (portal)",
        "city: Porto",
        "email: anna@example.com",
        "budget_max: 900000",
        "/porto",
    ] {
        assert!(notes.contains(said), "{said}: {notes}");
    }
    let consents = admin.get("/api/consents").await.expect(200);
    assert_eq!(consents.data().len(), 1);

    // A budget in words alone drops no currency in beside it.
    let bo = json!({ "name": "Bo", "email": "bo@example.com" });
    form.post_with("/api/leads", bo, &own).await.expect(201);
    let says = json!({ "name": "Bo", "email": "bo@example.com", "budget": "2m",
                       "budget_currency": "GBP" });
    form.post_with("/api/leads", says, &own).await.expect(200);
    let rows = admin.get("/api/prospects").await.expect(200);
    let bo = rows.data().iter().find(|row| row["name"] == "Bo").unwrap();
    assert_eq!(
        (&bo["budget"], &bo["budget_currency"]),
        (&json!("2m"), &json!("GBP"))
    );
}
