//! `/api/properties`.

use doorstep::users::Role;
use serde_json::json;

use crate::app::{TestApp, property};

#[tokio::test]
async fn a_property_is_made_read_changed_and_deleted() {
    let app = TestApp::start().await;
    let admin = app.person(Role::Admin).await;

    let made = admin
        .post("/api/properties", property("Casa Azul"))
        .await
        .expect(201);
    let path = format!("/api/properties/{}", made.id());
    assert_eq!(made.header("location"), Some(path.as_str()));

    let read = app.anon().get(&path).await.expect(200);
    assert_eq!(read.json["name"], "Casa Azul");
    assert_eq!(read.header("etag"), made.header("etag"));

    let changed = admin
        .put(&path, json!({ "priceRange": "EUR 190,000" }))
        .await
        .expect(200);
    assert_eq!(changed.json["price_range"], "EUR 190,000");
    assert_eq!(changed.json["city"], "Valencia");

    admin.delete(&path).await.expect(204);
    app.anon().get(&path).await.expect(404);
}

#[tokio::test]
async fn nobody_in_particular_writes_nothing() {
    let app = TestApp::start().await;
    let refused = app
        .anon()
        .post("/api/properties", property("Casa"))
        .await
        .expect(401);
    assert_eq!(refused.json["code"], "not_signed_in");
}

#[tokio::test]
async fn a_public_list_from_memory_is_never_older_than_the_last_change() {
    let app = TestApp::start().await;
    let admin = app.person(Role::Admin).await;
    let anon = app.anon();
    let path = "/api/properties?city=valencia";
    assert_eq!(anon.get(path).await.expect(200).data().len(), 0);

    let made = admin
        .post("/api/properties", property("Casa Azul"))
        .await
        .expect(201);
    let list = anon.get(path).await.expect(200);
    assert_eq!(list.data().len(), 1);
    let tag = list.header("etag").unwrap().to_owned();
    anon.get_with(path, &[("if-none-match", &tag)])
        .await
        .expect(304);

    // A change that this server did not make itself comes by the stream.
    let sql = app.sql().await;
    sql.execute(
        "update public.properties set status = 'sold' where id = $1",
        &[&made.id()],
    )
    .await
    .unwrap();
    for _ in 0..100 {
        if anon.get(path).await.expect(200).data().is_empty() {
            return;
        }
        tokio::time::sleep(std::time::Duration::from_millis(50)).await;
    }
    panic!("the list from memory still shows a sold home after five seconds");
}

#[tokio::test]
async fn a_reps_property_is_a_draft() {
    let app = TestApp::start().await;
    let (rep, admin) = (
        app.person(Role::SalesRep).await,
        app.person(Role::Admin).await,
    );
    let other = app.person(Role::SalesRep).await;
    let made = rep
        .post("/api/properties", property("Draft"))
        .await
        .expect(201);
    assert_eq!(made.json["standard_status"], "Incomplete");
    let path = format!("/api/properties/{}", made.id());
    rep.get(&path).await.expect(200);
    other.get(&path).await.expect(200);
    app.inactive().await.get(&path).await.expect(404);
    app.anon().get(&path).await.expect(404);
    rep.put(&path, json!({ "city": "Oslo" })).await.expect(403);
    let mut public = property("Public");
    public["standardStatus"] = json!("Active");
    rep.post("/api/properties", public).await.expect(403);
    let shown = admin
        .put(&path, json!({ "standard_status": "Active" }))
        .await
        .expect(200);
    assert_eq!(shown.json["version"], 2);
    app.anon().get(&path).await.expect(200);
    let reserved = admin
        .put(&path, json!({ "status": "reserved" }))
        .await
        .expect(200);
    assert_eq!(reserved.json["standard_status"], "Hold");
    app.anon().get(&path).await.expect(404);
}

#[tokio::test]
async fn what_a_property_cannot_be_is_said() {
    let app = TestApp::start().await;
    let admin = app.person(Role::Admin).await;
    for (field, value) in [
        ("bedrooms", json!(-1)),
        ("bedrooms", json!(2.5)),
        ("bedrooms", json!(99_999_999_999_u64)),
        ("image_url", json!("javascript:alert(1)")),
        ("currency", json!("eur")),
        ("currency", json!(null)),
        ("latitude", json!(91)),
        ("living_area", json!(0)),
        ("living_area_units", json!(null)),
        ("on_market_date", json!("soon")),
        ("features", json!(["a", 7])),
        ("listing_key", json!("a\u{0}b")),
    ] {
        let mut body = property("Casa");
        body["list_price_low"] = json!(1);
        body["currency"] = json!("EUR");
        body["living_area"] = json!(80);
        body["living_area_units"] = json!("sqm");
        body[field] = value.clone();
        let refused = admin.post("/api/properties", body).await.expect(400);
        let reason = refused.json["details"][field].as_str().unwrap_or_default();
        assert!(!reason.is_empty(), "{field} {value}: {}", refused.text);
    }
}

#[tokio::test]
async fn homes_are_found_by_words_city_and_kind() {
    let app = TestApp::start().await;
    let admin = app.person(Role::Admin).await;
    for (name, city, kind) in [
        ("Villa Peñón", "Málaga", "villa"),
        ("Ático", "Malaga", "penthouse"),
        ("Casa Baja", "Cádiz", "townhouse"),
    ] {
        let mut body = property(name);
        body["city"] = json!(city);
        body["type"] = json!(kind);
        body["description"] = json!("Cerca del peñón de Gibraltar.");
        admin.post("/api/properties", body).await.expect(201);
    }
    let names = |answer: &crate::app::Answer| -> Vec<String> {
        let rows = answer.data().iter();
        rows.filter_map(|row| row["name"].as_str().map(str::to_owned))
            .collect()
    };
    let anon = app.anon();
    let found = anon.get("/api/properties?city=MALAGA").await.expect(200);
    assert_eq!(names(&found), ["Ático", "Villa Peñón"]);
    let found = anon
        .get("/api/properties?city=malaga&type=villa&status=available")
        .await
        .expect(200);
    assert_eq!(names(&found), ["Villa Peñón"]);
    let found = anon
        .get("/api/properties?q=penon&count=true")
        .await
        .expect(200);
    assert_eq!(found.json["total"], 3);
    assert_eq!(names(&found)[0], "Villa Peñón");
    let page = anon
        .get("/api/properties?q=penon&limit=2")
        .await
        .expect(200);
    let cursor = page.json["next_cursor"].as_str().unwrap();
    let rest = anon
        .get(&format!("/api/properties?q=penon&limit=2&cursor={cursor}"))
        .await
        .expect(200);
    let mut all = [names(&page), names(&rest)].concat();
    all.sort();
    assert_eq!(all, ["Casa Baja", "Villa Peñón", "Ático"]);
    let found = anon
        .get("/api/properties?q=atico&sort=name")
        .await
        .expect(200);
    assert_eq!(names(&found), ["Ático"]);
}

#[tokio::test]
async fn an_idempotency_key_is_as_good_as_new_after_a_day() {
    let app = TestApp::start().await;
    let admin = app.person(Role::Admin).await;
    let key = [("idempotency-key", "of-yesterday")];
    let post = || admin.post_with("/api/properties", property("Casa"), &key);
    let first = post().await.expect(201);
    assert_eq!(post().await.expect(201).id(), first.id());
    let sql = app.sql().await;
    let aged = "update public.idempotency_keys set created_at = created_at - interval '25 hours'";
    assert_eq!(sql.execute(aged, &[]).await.unwrap(), 1);
    let next = post().await.expect(201);
    assert_ne!(next.id(), first.id());
    assert_eq!(post().await.expect(201).id(), next.id());
    doorstep::idempotency::purge(app.app.db()).await.unwrap();
    let kept = sql.query_one("select count(*) from public.idempotency_keys", &[]);
    assert_eq!(kept.await.unwrap().get::<_, i64>(0), 1);
}

#[tokio::test]
async fn the_desk_keeps_for_whom_a_home_is_reserved() {
    let app = TestApp::start().await;
    let (admin, rep) = (
        app.person(Role::Admin).await,
        app.person(Role::SalesRep).await,
    );
    let home = admin
        .post("/api/properties", property("Reserved"))
        .await
        .expect(201);
    let path = format!("/api/properties/{}/private", home.id());
    app.anon().get(&path).await.expect(401);
    let read = rep.get(&path).await.expect(200);
    assert_eq!(read.json["property_id"], json!(home.id()));
    assert_eq!(read.json["created_by"], json!(admin.id));
    let buyer = json!({ "name": "Ana", "phone": "+34600111222", "assigned_to": rep.id });
    let buyer = admin.post("/api/prospects", buyer).await.expect(201).id();
    let wish = json!({
        "reservedForProspectId": buyer, "reserved_until": "2031-01-01T00:00:00Z",
        "list_agent_id": rep.id, "created_by": rep.id,
    });
    rep.put(&path, wish.clone()).await.expect(403);
    let tag = read.header("etag").unwrap().to_owned();
    let changed = admin
        .put_with(&path, wish, &[("If-Match", &tag)])
        .await
        .expect(200);
    assert_eq!(changed.json["reserved_for_prospect_id"], json!(buyer));
    assert_eq!(changed.json["list_agent_id"], json!(rep.id));
    assert_eq!(changed.json["created_by"], json!(admin.id));
    let late = json!({ "reserved_until": null });
    admin
        .put_with(&path, late, &[("If-Match", &tag)])
        .await
        .expect(412);
    let stranger = json!({ "list_agent_id": "00000000-0000-4000-8000-000000000000" });
    let refused = admin.put(&path, stranger).await.expect(400);
    assert!(refused.json["details"]["list_agent_id"].is_string());
    admin.put(&path, json!({})).await.expect(200);
    let nowhere = "/api/properties/00000000-0000-4000-8000-000000000000/private";
    admin.get(nowhere).await.expect(404);
    admin
        .put(nowhere, json!({ "reserved_until": null }))
        .await
        .expect(404);
}
