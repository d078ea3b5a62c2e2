//! The document of the API.

use std::{fs, path::Path};

use crate::app::TestApp;

/// `UPDATE_SNAPSHOTS=1` writes the document anew.
#[tokio::test]
async fn the_document_is_the_one_checked_in() {
    let app = TestApp::start().await;
    let served = app.anon().get("/openapi.json").await.expect(200).text;
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/openapi.json");
    if std::env::var_os("UPDATE_SNAPSHOTS").is_some() {
        fs::write(&path, format!("{served}\n")).unwrap();
    }
    let kept = fs::read_to_string(&path).unwrap();
    assert!(
        kept.trim_end() == served,
        "docs/openapi.json is not what is served; run with UPDATE_SNAPSHOTS=1 and look at the change"
    );
}

#[tokio::test]
async fn errors_have_one_shape_everywhere() {
    let app = TestApp::start().await;
    let anon = app.anon();
    let unknown = anon.get("/api/nothing").await.expect(404);
    assert_eq!(unknown.json["code"], "unknown_route");
    let method = anon
        .send(reqwest::Method::DELETE, "/api/properties", None, &[])
        .await
        .expect(405);
    assert_eq!(method.json["code"], "method_not_allowed");
    assert!(method.header("allow").is_some());
    let typo = anon.get("/api/properties?citi=x").await.expect(400);
    assert!(
        typo.json["details"]["citi"]
            .as_str()
            .unwrap()
            .contains("`city`")
    );
    let limit = anon.get("/api/properties?limit=0").await.expect(400);
    assert!(limit.json["details"]["limit"].is_string());
    anon.get("/api/properties/not-a-uuid").await.expect(400);
}
