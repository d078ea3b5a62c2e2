//! Lists of prospects: what is masked, cursors, limits, search.

use std::collections::BTreeSet;

use doorstep::users::Role;
use serde_json::json;

use super::{details, made};
use crate::app::TestApp;

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
async fn the_service_key_finds_everybody() {
    let app = TestApp::start().await;
    let rep = app.person(Role::SalesRep).await;
    let amal = json!({ "name": "Amal Haddad", "phone": "+971501234567" });
    rep.post("/api/prospects", amal).await.expect(201);
    let found = app.service().get("/api/prospects?q=haddad").await;
    assert_eq!(found.expect(200).data()[0]["name"], "Amal Haddad");
}

/// A list without filters says so, instead of answering everything.
#[tokio::test]
async fn what_an_address_does_not_know_is_refused() {
    let app = TestApp::start().await;
    let (admin, rep) = (
        app.person(Role::Admin).await,
        app.person(Role::SalesRep).await,
    );
    let prospect = made(&rep, "Ana").await;
    let home = admin
        .post("/api/properties", crate::app::property("Casa"))
        .await
        .expect(201)
        .id();
    let talk = json!({ "prospect_id": prospect, "channel": "phone", "outcome": "qualified" });
    let talk = rep.post("/api/conversations", talk).await.expect(201).id();
    let package = rep
        .post(
            "/api/handoffs/from-conversation",
            json!({ "conversation_id": talk }),
        )
        .await
        .expect(201)
        .id();
    for path in [
        format!("/api/prospects/{prospect}/matches"),
        format!("/api/properties/{home}/matches"),
        format!("/api/prospects/{prospect}/history"),
        format!("/api/prospects/{prospect}/contactability"),
        format!("/api/handoffs/{package}/history"),
    ] {
        rep.get(&path).await.expect(200);
        for asked in ["?limit=5", "?minScore=80", "?a=1&b=2"] {
            let refused = rep.get(&format!("{path}{asked}")).await.expect(400);
            let name = match asked {
                "?minScore=80" => "min_score",
                "?limit=5" => "limit",
                _ => "b",
            };
            assert!(!details(&refused.json, name).is_empty(), "{}", refused.text);
        }
    }
}
