//! `/api/routing-rules`.

use doorstep::users::Role;
use serde_json::json;

use crate::app::TestApp;

mod assigned;

#[tokio::test]
async fn a_rule_is_checked_when_it_is_saved() {
    let app = TestApp::start().await;
    let admin = app.person(Role::Admin).await;
    let good = json!([{ "field": "city", "operator": "equals", "value": "Dubai" }]);
    let made = admin
        .post(
            "/api/routing-rules",
            json!({ "name": "Dubai", "conditions": good, "priority": 5 }),
        )
        .await
        .expect(201);
    assert_eq!(made.json["conditions"], good);
    assert_eq!(made.json["assign_to"], "auto");
    assert_eq!(made.json["entity"], "prospect");

    let path = format!("/api/routing-rules/{}", made.id());
    let bad = json!({ "all": [
        { "field": "city", "op": "eq", "value": "Dubai" },
        { "field": "shoe_size", "op": "eq", "value": 44 },
    ] });
    let refused = admin
        .put(&path, json!({ "conditions": bad }))
        .await
        .expect(400);
    assert!(refused.json["details"]["conditions.all[1].field"].is_string());
    admin
        .put(&path, json!({ "assign_to": "somebody" }))
        .await
        .expect(400);
    admin
        .put(&path, json!({ "max_new_per_window": 3 }))
        .await
        .expect(400);
    admin.delete(&path).await.expect(204);
}

#[tokio::test]
async fn a_manager_names_his_own_people_alone() {
    let app = TestApp::start().await;
    let manager = app.person(Role::SalesManager).await;
    let stranger = app.person(Role::SalesRep).await;
    let sql = app.sql().await;
    let leave = "delete from team_members where user_id = $1";
    sql.execute(leave, &[&stranger.id]).await.unwrap();
    let lead = "update team_members set is_lead = true where user_id = $1";
    sql.execute(lead, &[&manager.id]).await.unwrap();

    let naming = |targets| json!({ "name": "Mine", "targets": targets });
    for targets in [
        json!([stranger.id]),
        json!([manager.id, { "user_id": stranger.id, "weight": 2 }]),
        json!({ "users": [stranger.id] }),
        json!({ "team_id": "00000000-0000-4000-8000-000000000000" }),
    ] {
        let refused = manager.post("/api/routing-rules", naming(targets)).await;
        assert!(refused.expect(403).json["details"]["targets"].is_string());
    }
    let own = naming(json!([manager.id]));
    let made = manager.post("/api/routing-rules", own).await.expect(201);
    let path = format!("/api/routing-rules/{}", made.id());
    let hand_over = json!({ "targets": [stranger.id] });
    manager.put(&path, hand_over).await.expect(403);
    let admin = app.person(Role::Admin).await;
    let any = json!({ "targets": [stranger.id] });
    admin.put(&path, any).await.expect(200);
    // What the administrator wrote may stay when the manager changes the rest.
    manager
        .put(&path, json!({ "priority": 7 }))
        .await
        .expect(200);
}

#[tokio::test]
async fn a_rep_reads_the_names_of_what_is_switched_on() {
    let app = TestApp::start().await;
    let admin = app.person(Role::Admin).await;
    let rep = app.person(Role::SalesRep).await;
    for (name, enabled) in [("B", true), ("A", true), ("Off", false)] {
        let body = json!({ "name": name, "enabled": enabled });
        admin.post("/api/routing-rules", body).await.expect(201);
    }
    let list = rep.get("/api/routing-rules?count=true").await.expect(200);
    let names: Vec<_> = list.data().iter().map(|row| row["name"].clone()).collect();
    assert_eq!(names, ["A", "B"]);
    assert!(list.data()[0]["conditions"].is_null());
    rep.get("/api/routing-rules?sort=priority")
        .await
        .expect(400);
    let path = format!(
        "/api/routing-rules/{}",
        list.data()[0]["id"].as_str().unwrap()
    );
    rep.put(&path, json!({ "name": "Mine" })).await.expect(403);
    rep.post("/api/routing-rules", json!({ "name": "Mine" }))
        .await
        .expect(403);
}
