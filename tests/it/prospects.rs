//! `/api/prospects`.

use std::collections::BTreeSet;

use doorstep::users::Role;
use serde_json::{Value, json};
use uuid::Uuid;

use crate::app::{Person, TestApp};

fn prospect(name: &str) -> Value {
    json!({ "name": name, "email": format!("{}@example.com", name.replace(' ', ".")) })
}

async fn made(by: &Person, name: &str) -> Uuid {
    by.post("/api/prospects", prospect(name))
        .await
        .expect(201)
        .id()
}

fn details(json: &Value, field: &str) -> String {
    json["details"][field]
        .as_str()
        .unwrap_or_default()
        .to_owned()
}

#[tokio::test]
async fn a_reps_prospect_is_his_own_and_nobody_elses() {
    let app = TestApp::start().await;
    let (rep, colleague) = (
        app.person(Role::SalesRep).await,
        app.person(Role::SalesRep).await,
    );
    let answer = rep
        .post(
            "/api/prospects",
            json!({ "name": "Ana", "phone": "+34 600 111 222" }),
        )
        .await
        .expect(201);
    assert_eq!(answer.json["assigned_to"], json!(rep.id));
    assert_eq!(answer.json["created_by"], json!(rep.id));
    let path = format!("/api/prospects/{}", answer.id());
    assert_eq!(answer.header("location"), Some(path.as_str()));
    rep.get(&path).await.expect(200);
    colleague.get(&path).await.expect(404);
    colleague
        .put(&path, json!({ "city": "Oslo" }))
        .await
        .expect(404);

    let given = json!({ "name": "Bo", "phone": "+34600111333", "assignedTo": colleague.id });
    let refused = rep.post("/api/prospects", given).await.expect(403);
    assert!(
        refused.json["details"]["assigned_to"].is_string(),
        "{}",
        refused.text
    );
}

#[tokio::test]
async fn nobody_assigns_more_than_he_may() {
    let app = TestApp::start().await;
    let rep = app.person(Role::SalesRep).await;
    let body = json!({
        "name": "Ana", "phone": "+34600111222", "id": Uuid::nil(), "created_by": Uuid::nil(),
        "version": 40, "created_at": "2001-01-01T00:00:00Z", "erasedAt": "2001-01-01T00:00:00Z",
        "merged_into_id": Uuid::nil(), "first_response_at": "2001-01-01T00:00:00Z",
    });
    let made = rep.post("/api/prospects", body).await.expect(201);
    assert_ne!(made.id(), Uuid::nil());
    assert_eq!(made.json["created_by"], json!(rep.id));
    assert_eq!(made.json["version"], 1);
    for key in ["erased_at", "merged_into_id", "first_response_at"] {
        assert_eq!(made.json[key], Value::Null, "{key}");
    }
    let path = format!("/api/prospects/{}", made.id());
    let refused = rep
        .put(&path, json!({ "assigned_to": null }))
        .await
        .expect(403);
    assert!(refused.json["details"]["assigned_to"].is_string());
    rep.put(&path, json!({ "restricted_at": "2026-01-01T00:00:00Z" }))
        .await
        .expect(403);

    let typo = json!({ "name": "Ana", "phone": "1", "preferredChanel": "sms" });
    let refused = rep.post("/api/prospects", typo).await.expect(400);
    assert!(details(&refused.json, "preferred_chanel").contains("`preferred_channel`"));
    let typo = rep.get("/api/prospects?asigned_to=x").await.expect(400);
    assert!(details(&typo.json, "asigned_to").contains("`assigned_to`"));
}

#[tokio::test]
async fn what_is_wrong_is_said_field_by_field() {
    let app = TestApp::start().await;
    let admin = app.person(Role::Admin).await;
    let wrong = json!({
        "name": "", "phone": 7, "budgetMin": 9, "budget_max": "much", "status": "begun",
        "country": "Spain", "wanted_types": ["castle"], "team_id": "mine",
    });
    let refused = admin.post("/api/prospects", wrong).await.expect(400);
    for field in [
        "name",
        "phone",
        "budget_max",
        "status",
        "country",
        "wanted_types",
        "team_id",
    ] {
        assert!(
            !details(&refused.json, field).is_empty(),
            "{field}: {}",
            refused.text
        );
    }
    assert_eq!(details(&refused.json, "phone"), "must be text");
    let refused = admin
        .post("/api/prospects", json!({ "name": "Ana" }))
        .await
        .expect(400);
    assert!(details(&refused.json, "phone").contains("required"));
    let wrong = json!({ "name": "Ana", "phone": "1", "budget_min": 9, "budget_max": 8 });
    let refused = admin.post("/api/prospects", wrong).await.expect(400);
    assert!(details(&refused.json, "budget_max").contains("budget_min"));
    for (field, value) in [
        ("email", "x"),
        ("timezone", "Mars"),
        ("language", "espa\u{f1}ol"),
    ] {
        let wrong = json!({ "name": "Ana", "phone": "1", field: value });
        let refused = admin.post("/api/prospects", wrong).await.expect(400);
        assert!(
            !details(&refused.json, field).is_empty(),
            "{field}: {}",
            refused.text
        );
    }
    let stranger = json!({ "name": "Ana", "phone": "1", "assigned_to": Uuid::new_v4() });
    let refused = admin.post("/api/prospects", stranger).await.expect(400);
    assert!(details(&refused.json, "assigned_to").contains("names nothing"));
}

#[tokio::test]
async fn the_same_person_is_entered_once() {
    let app = TestApp::start().await;
    let admin = app.person(Role::Admin).await;
    let first = json!({ "name": "Ana", "phone": "+34 600-111-222" });
    admin.post("/api/prospects", first).await.expect(201);
    let again = json!({ "name": "Anna", "phone": "0034600111222" });
    let refused = admin.post("/api/prospects", again).await.expect(409);
    assert_eq!(refused.json["code"], "prospect_duplicate");
}

#[tokio::test]
async fn masked_columns_are_no_filter_and_no_order() {
    let app = TestApp::start().await;
    let admin = app.person(Role::Admin).await;
    let (rep, qa) = (
        app.person(Role::SalesRep).await,
        app.person(Role::QaSupervisor).await,
    );
    let body = json!({ "name": "Ana", "phone": "+34600111222", "email": "ana@example.com" });
    let id = admin.post("/api/prospects", body).await.expect(201).id();
    for person in [&rep, &qa] {
        let seen = person.get("/api/prospects").await.expect(200);
        assert_eq!(seen.data().len(), 1);
        assert_eq!(seen.data()[0]["phone"], "***22");
        assert_eq!(seen.data()[0]["email"], "a***@example.com");
        for query in [
            "phone=%2B34600111222",
            "email=ana@example.com",
            "whatsapp=1",
            "sort=phone",
            "sort=-created_at,email",
        ] {
            let refused = person
                .get(&format!("/api/prospects?{query}"))
                .await
                .expect(400);
            assert!(refused.text.contains("masked"), "{query}: {}", refused.text);
        }
        let path = format!("/api/prospects/{id}");
        let one = person.get(&path).await.expect(200);
        assert_eq!(one.json["phone"], "***22");
        // Seen, but not theirs to change.
        person
            .put(&path, json!({ "city": "Oslo" }))
            .await
            .expect(403);
        person.delete(&path).await.expect(403);
    }
    let found = admin
        .get("/api/prospects?phone=0034600111222&sort=email")
        .await
        .expect(200);
    assert_eq!(found.data().len(), 1);
    assert_eq!(found.data()[0]["phone"], "+34600111222");
    let none = admin
        .get("/api/prospects?email=ANA@example.org")
        .await
        .expect(200);
    assert!(none.data().is_empty());
}

#[tokio::test]
async fn a_walk_by_cursor_meets_each_row_once() {
    let app = TestApp::start().await;
    let (rep, admin) = (
        app.person(Role::SalesRep).await,
        app.person(Role::Admin).await,
    );
    for number in 0..23 {
        made(&rep, &format!("own {number}")).await;
        made(&admin, &format!("pool {number}")).await;
    }
    // Rows of one moment, and empty sort columns.
    let sql = app.sql().await;
    sql.batch_execute(
        "set session_replication_role = replica; \
        update prospects set created_at = '2026-01-01' where name < 'own 5'; \
        update prospects set city = left(name, 5) where name > 'pool'",
    )
    .await
    .unwrap();
    for query in [
        "limit=7",
        "limit=7&sort=-created_at",
        "limit=5&sort=created_at",
        "limit=4&sort=city",
        "limit=4&sort=-city,name",
        "limit=3&sort=status,-name",
        "limit=7&q=o",
    ] {
        let (mut seen, mut total, mut cursor) = (BTreeSet::new(), 0, String::new());
        loop {
            let page = rep
                .get(&format!("/api/prospects?{query}&count=true{cursor}"))
                .await
                .expect(200);
            for row in page.data() {
                assert!(seen.insert(row["id"].to_string()), "{query}: twice");
                total += 1;
            }
            let whole = page.json["total"].as_i64().unwrap();
            match page.json["next_cursor"].as_str() {
                Some(next) => cursor = format!("&cursor={next}"),
                None => {
                    assert_eq!(total, whole, "{query}");
                    break;
                }
            }
        }
        assert!(total >= 23, "{query}: {total}");
    }
    let page = rep.get("/api/prospects?limit=2").await.expect(200);
    let cursor = page.json["next_cursor"].as_str().unwrap();
    rep.get(&format!("/api/prospects?sort=name&cursor={cursor}"))
        .await
        .expect(400);
    rep.get("/api/prospects?cursor=bm90aGluZw")
        .await
        .expect(400);
}

#[tokio::test]
async fn limits_are_whole_numbers_from_one_up() {
    let app = TestApp::start().await;
    let admin = app.person(Role::Admin).await;
    let sql = app.sql().await;
    sql.execute(
        "insert into prospects (name, phone) select 'p ' || n, '+3460000' || (10000 + n) \
         from generate_series(1, 510) n",
        &[],
    )
    .await
    .unwrap();
    for wrong in ["0", "-1", "1.5", "x", "", "1e3"] {
        let refused = admin
            .get(&format!("/api/prospects?limit={wrong}"))
            .await
            .expect(400);
        assert!(!details(&refused.json, "limit").is_empty(), "{wrong}");
    }
    let page = admin.get("/api/prospects").await.expect(200);
    assert_eq!(page.data().len(), 100);
    for most in ["500", "501", "99999999999999999999"] {
        let page = admin
            .get(&format!("/api/prospects?limit={most}"))
            .await
            .expect(200);
        assert_eq!(page.data().len(), 500, "{most}");
        assert!(page.json["next_cursor"].is_string());
    }
}

#[tokio::test]
async fn words_are_found_whatever_their_accents() {
    let app = TestApp::start().await;
    let admin = app.person(Role::Admin).await;
    for (name, city) in [
        ("José Muñoz", "Málaga"),
        ("Jose", "Oslo"),
        ("Mona", "Munich"),
    ] {
        let body = json!({ "name": name, "phone": "+346001112", "city": city });
        let body = match name {
            "José Muñoz" => body,
            other => json!({ "name": other, "email": format!("{other}@x.org"), "city": city }),
        };
        admin.post("/api/prospects", body).await.expect(201);
    }
    for (words, names) in [
        ("jose", vec!["Jose", "José Muñoz"]),
        ("JOSÉ MUNOZ", vec!["José Muñoz"]),
        ("malaga", vec!["José Muñoz"]),
        ("mun", vec!["José Muñoz", "Mona"]),
        ("nobody", vec![]),
        ("!!", vec![]),
    ] {
        let encoded: String = form_urlencoded::byte_serialize(words.as_bytes()).collect();
        let found = admin
            .get(&format!("/api/prospects?q={encoded}&count=true"))
            .await
            .expect(200);
        let mut got: Vec<&str> = found
            .data()
            .iter()
            .filter_map(|row| row["name"].as_str())
            .collect();
        got.sort_unstable();
        assert_eq!(got, names, "{words}");
        assert_eq!(found.json["total"], names.len());
    }
    // The name counts more than the city.
    let found = admin.get("/api/prospects?q=mun").await.expect(200);
    assert_eq!(found.data()[0]["name"], "José Muñoz");
    let city = admin.get("/api/prospects?city=MALAGA").await.expect(200);
    assert_eq!(city.data().len(), 1);
    admin.get("/api/prospects?q=").await.expect(400);
}

#[tokio::test]
async fn tags_save_a_read_and_guard_a_write() {
    let app = TestApp::start().await;
    let admin = app.person(Role::Admin).await;
    let path = format!("/api/prospects/{}", made(&admin, "Ana").await);
    let read = admin.get(&path).await.expect(200);
    let tag = read.header("etag").unwrap().to_owned();
    let again = admin
        .get_with(&path, &[("if-none-match", &tag)])
        .await
        .expect(304);
    assert_eq!(again.text, "");
    let city = json!({ "city": "Oslo" });
    let changed = admin
        .put_with(&path, city.clone(), &[("if-match", &tag)])
        .await
        .expect(200);
    assert_ne!(changed.header("etag").unwrap(), tag);
    let lost = admin
        .put_with(&path, city.clone(), &[("if-match", &tag)])
        .await
        .expect(412);
    assert_eq!(lost.json["code"], "lost_update");
    admin
        .put_with(&path, json!({}), &[("if-match", &tag)])
        .await
        .expect(412);
    admin
        .put_with(&path, city, &[("if-match", "*")])
        .await
        .expect(200);
    admin
        .get_with(&path, &[("if-none-match", &tag)])
        .await
        .expect(200);
}

#[tokio::test]
async fn a_hundred_posts_with_one_key_are_one() {
    let app = TestApp::start().await;
    let admin = app.person(Role::Admin).await;
    let mut tasks = Vec::new();
    for _ in 0..100 {
        let client = admin.client.clone();
        tasks.push(tokio::spawn(async move {
            let body = json!({ "name": "Ana", "phone": "+34600111222" });
            client
                .post_with("/api/prospects", body, &[("idempotency-key", "once")])
                .await
        }));
    }
    let (mut ids, mut made) = (BTreeSet::new(), 0);
    for task in tasks {
        let answer = task.await.unwrap();
        match answer.status.as_u16() {
            201 => {
                ids.insert(answer.id());
                made += u32::from(answer.header("idempotency-replayed").is_none());
            }
            409 => assert_eq!(answer.json["code"], "idempotency_running"),
            other => panic!("{other}: {}", answer.text),
        }
    }
    assert_eq!((ids.len(), made), (1, 1));
    let rows = admin.get("/api/prospects?count=true").await.expect(200);
    assert_eq!(rows.json["total"], 1);

    let key = [("idempotency-key", "once")];
    let other = json!({ "name": "Bo", "phone": "+34600111333" });
    let refused = admin
        .post_with("/api/prospects", other.clone(), &key)
        .await
        .expect(422);
    assert_eq!(refused.json["code"], "idempotency_reused");
    // Keys are a caller's own.
    let rep = app.person(Role::SalesRep).await;
    rep.post_with("/api/prospects", other, &key)
        .await
        .expect(201);
}

#[tokio::test]
async fn the_status_moves_as_it_may() {
    let app = TestApp::start().await;
    let rep = app.person(Role::SalesRep).await;
    let path = format!("/api/prospects/{}", made(&rep, "Ana").await);
    let jump = rep
        .put(&path, json!({ "status": "qualified" }))
        .await
        .expect(409);
    assert_eq!(jump.json["code"], "illegal_status_change");
    rep.put(&path, json!({ "status": "contacted" }))
        .await
        .expect(200);
    let lost = rep
        .put(&path, json!({ "status": "lost" }))
        .await
        .expect(200);
    assert_eq!(lost.json["lost_reason"], "unspecified");
    rep.put(&path, json!({ "status": "contacted" }))
        .await
        .expect(409);
}

#[tokio::test]
async fn prospects_are_released_and_assigned() {
    let app = TestApp::start().await;
    let (rep, other) = (
        app.person(Role::SalesRep).await,
        app.person(Role::SalesRep).await,
    );
    let operations = app.person(Role::Operations).await;
    let id = made(&rep, "Ana Torres").await;
    let path = format!("/api/prospects/{id}");
    other
        .post(&format!("{path}/release"), json!({}))
        .await
        .expect(404);
    let released = rep
        .post(&format!("{path}/release"), json!({}))
        .await
        .expect(200);
    assert_eq!(released.json["assigned_to"], Value::Null);
    assert_eq!(released.json["email"], "A***@example.com");
    rep.post(&format!("{path}/release"), json!({}))
        .await
        .expect(403);
    let again = operations
        .post(&format!("{path}/release"), json!({}))
        .await
        .expect(409);
    assert_eq!(again.json["code"], "not_assigned");

    rep.post(&format!("{path}/assign"), json!({ "userId": rep.id }))
        .await
        .expect(403);
    let body = json!({ "userId": other.id });
    let assigned = operations
        .post(&format!("{path}/assign"), body)
        .await
        .expect(200);
    assert_eq!(assigned.json["assigned_to"], json!(other.id));
    other.get(&path).await.expect(200);
    rep.get(&path).await.expect(404);
    let wrong = json!({ "userId": operations.id });
    let refused = operations
        .post(&format!("{path}/assign"), wrong)
        .await
        .expect(422);
    assert_eq!(refused.json["code"], "assignee_not_in_sales");
    let nobody = json!({ "userId": Uuid::new_v4() });
    operations
        .post(&format!("{path}/assign"), nobody)
        .await
        .expect(400);
    operations
        .post(&format!("{path}/assign"), json!({}))
        .await
        .expect(400);
}
