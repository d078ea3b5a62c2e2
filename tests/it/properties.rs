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
