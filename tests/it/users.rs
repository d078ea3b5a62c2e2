//! `/api/users`, `/api/teams`, `/api/team-members`.

use doorstep::users::Role;
use serde_json::{Value, json};

use crate::app::TestApp;

#[tokio::test]
async fn everybody_reads_and_edits_himself() {
    let app = TestApp::start().await;
    for role in Role::ALL {
        let person = app.person(*role).await;
        let me = person.get("/api/users/me").await.expect(200);
        assert_eq!(me.header("cache-control"), Some("private, max-age=5"));
        assert_eq!(me.json["email"], json!(person.email));
        assert_eq!(me.json["role"], role.word());
        let tag = me.header("etag").unwrap().to_owned();
        person
            .get_with("/api/users/me", &[("if-none-match", &tag)])
            .await
            .expect(304);

        let path = format!("/api/users/{}", person.id);
        let body =
            json!({ "name": "Renamed", "availability": "online", "timezone": "Europe/Madrid" });
        let changed = person
            .put_with(&path, body.clone(), &[("if-match", &tag)])
            .await
            .expect(200);
        assert_eq!(changed.json["name"], "Renamed");
        person
            .put_with(&path, body, &[("if-match", &tag)])
            .await
            .expect(412);
        let other = if *role == Role::Admin {
            "sales_rep"
        } else {
            "admin"
        };
        person
            .put(&path, json!({ "role": other }))
            .await
            .expect(403);
        person
            .put(&path, json!({ "email": "else@example.com" }))
            .await
            .expect(200);
        let me = person.get("/api/users/me").await.expect(200);
        assert_eq!(me.json["email"], json!(person.email));
        assert_eq!(me.json["role"], role.word());
    }
    app.anon().get("/api/users/me").await.expect(401);
    let inactive = app.inactive().await;
    let me = inactive.get("/api/users/me").await.expect(200);
    assert_eq!(me.json["status"], "inactive");
    assert_eq!(inactive.get("/api/users").await.expect(200).data().len(), 1);
}

#[tokio::test]
async fn others_stand_in_a_directory() {
    let app = TestApp::start().await;
    let admin = app.person(Role::Admin).await;
    for role in [Role::SalesRep, Role::QaSupervisor] {
        let person = app.person(role).await;
        let list = person.get("/api/users?count=true").await.expect(200);
        assert_eq!(
            list.json["total"].as_u64().unwrap(),
            list.data().len() as u64
        );
        for row in list.data() {
            let own = row["id"] == json!(person.id);
            for hidden in [
                "email",
                "status",
                "created_at",
                "phone_e164",
                "max_open_leads",
            ] {
                assert!(own || row[hidden].is_null(), "{hidden}: {row}");
            }
            assert!(row["name"].is_string() && row["role"].is_string());
        }
        let path = format!("/api/users/{}", admin.id);
        let one = person.get(&path).await.expect(200);
        assert_eq!(one.json["email"], Value::Null);
        let tag = one.header("etag").unwrap().to_owned();
        person
            .get_with(&path, &[("if-none-match", &tag)])
            .await
            .expect(304);
        person.put(&path, json!({ "name": "x" })).await.expect(403);
        for query in ["status=active", "sort=-created_at", "sort=last_active"] {
            person.get(&format!("/api/users?{query}")).await.expect(400);
        }
        person
            .get("/api/users?sort=-name&limit=1")
            .await
            .expect(200);
    }
    let all = admin.get("/api/users?role=qa_supervisor").await.expect(200);
    assert_eq!(all.data().len(), 1);
    assert!(all.data()[0]["email"].is_string());
    admin
        .delete(&format!("/api/users/{}", admin.id))
        .await
        .expect(405);
    admin.post("/api/users", json!({})).await.expect(405);
}

#[tokio::test]
async fn an_administrator_sets_roles_and_lets_people_in() {
    let app = TestApp::start().await;
    let (admin, person) = (app.person(Role::Admin).await, app.inactive().await);
    let path = format!("/api/users/{}", person.id);
    assert!(person.get("/api/teams").await.expect(200).data().is_empty());
    let body = json!({ "status": "active", "role": "qa_supervisor" });
    admin.put(&path, body).await.expect(200);
    assert!(!person.get("/api/teams").await.expect(200).data().is_empty());

    let gone = admin
        .put(&path, json!({ "status": "inactive" }))
        .await
        .expect(200);
    assert!(gone.json["deactivated_at"].is_string());
    let ended = person.get("/api/users/me").await.expect(401);
    assert_eq!(ended.json["code"], "session_ended");

    let second = app.person(Role::Admin).await;
    let path = format!("/api/users/{}", admin.id);
    second
        .put(&path, json!({ "role": "operations" }))
        .await
        .expect(200);
    let path = format!("/api/users/{}", second.id);
    second
        .put(&path, json!({ "role": "operations" }))
        .await
        .expect(403);
}

#[tokio::test]
async fn teams_are_the_administrators() {
    let app = TestApp::start().await;
    let (admin, manager) = (
        app.person(Role::Admin).await,
        app.person(Role::SalesManager).await,
    );
    let north = admin
        .post("/api/teams", json!({ "name": "North" }))
        .await
        .expect(201)
        .id();
    let again = admin
        .post("/api/teams", json!({ "name": "North" }))
        .await
        .expect(409);
    assert_eq!(again.json["code"], "team_exists");
    let below = json!({ "name": "North-East", "parentTeamId": north });
    let below = admin.post("/api/teams", below).await.expect(201).id();
    let circle = json!({ "parent_team_id": below });
    let refused = admin
        .put(&format!("/api/teams/{north}"), circle)
        .await
        .expect(400);
    assert!(refused.json["details"]["parent_team_id"].is_string());

    let member = json!({ "team_id": north, "user_id": manager.id, "is_lead": true });
    let member_id = admin
        .post("/api/team-members", member.clone())
        .await
        .expect(201)
        .id();
    let again = admin.post("/api/team-members", member).await.expect(409);
    assert_eq!(again.json["code"], "member_exists");
    manager
        .put(&format!("/api/teams/{below}"), json!({ "name": "NE" }))
        .await
        .expect(200);
    manager
        .post("/api/teams", json!({ "name": "South" }))
        .await
        .expect(403);
    let list = manager
        .get(&format!("/api/team-members?team_id={north}"))
        .await
        .expect(200);
    assert_eq!(list.data().len(), 1);
    admin
        .delete(&format!("/api/teams/{north}"))
        .await
        .expect(409);
    admin
        .delete(&format!("/api/team-members/{member_id}"))
        .await
        .expect(204);
    admin
        .delete(&format!("/api/teams/{below}"))
        .await
        .expect(204);
    admin
        .delete(&format!("/api/teams/{north}"))
        .await
        .expect(204);
}
