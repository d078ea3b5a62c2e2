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
