//! Exports: what each role finds in its file.

use doorstep::users::Role;
use serde_json::{Value, json};

use crate::app::{TestApp, property};

#[tokio::test]
async fn a_file_holds_what_its_reader_may_see() {
    let app = TestApp::start().await;
    let admin = app.person(Role::Admin).await;
    for (name, phone) in [("=cmd()", "+351912000101"), ("Bento", "+351912000102")] {
        let body = json!({"name": name, "phone": phone, "email": format!("{}@mail.example", phone.trim_start_matches('+'))});
        admin.post("/api/prospects", body).await.expect(201);
    }
    let mut home = property("Home");
    home["features"] = json!(["balcony", "lift"]);
    home["longitude"] = json!(-0.39);
    admin.post("/api/properties", home).await.expect(201);
    let file = admin
        .get("/api/exports/prospects?format=csv")
        .await
        .expect(200);
    assert_eq!(file.header("content-type"), Some("text/csv; charset=utf-8"));
    assert!(
        file.header("content-disposition")
            .unwrap()
            .contains("prospects-")
    );
    assert!(
        file.text.contains("'=cmd()") && file.text.contains("'+351912000102"),
        "{}",
        file.text
    );
    assert_eq!(file.text.lines().count(), 3);
    let homes = admin.get("/api/exports/properties").await.expect(200).text;
    assert!(
        homes.contains(",balcony; lift,") && homes.contains(",-0.39,"),
        "{homes}"
    );
    let lines = admin
        .get("/api/exports/prospects?format=jsonl")
        .await
        .expect(200)
        .text;
    let first: Value = serde_json::from_str(lines.lines().next().unwrap()).unwrap();
    assert!(first["phone"].as_str().unwrap().starts_with("+351"));

    for role in [Role::QaSupervisor, Role::Operations] {
        let person = app.person(role).await;
        let file = person.get("/api/exports/prospects").await.expect(200).text;
        assert!(
            !file.contains("912000101") && file.contains("***01"),
            "{file}"
        );
        assert!(file.contains("3***@mail.example"), "{file}");
    }
    let operations = app.person(Role::Operations).await;
    let none = operations
        .get("/api/exports/transcript-messages")
        .await
        .expect(200);
    assert_eq!(none.text.lines().count(), 1);
    let rep = app.person(Role::SalesRep).await;
    rep.get("/api/exports/prospects").await.expect(403);
    app.anon().get("/api/exports/properties").await.expect(401);
    admin.get("/api/exports/prospectz").await.expect(404);
    admin
        .get("/api/exports/prospects?format=xls")
        .await
        .expect(400);

    let log = admin
        .get("/api/audit-log?action=export.started")
        .await
        .expect(200);
    assert_eq!(log.data().len(), 6, "{}", log.text);
}

#[tokio::test]
async fn a_manager_s_file_ends_at_the_cap() {
    let app = TestApp::start().await;
    let admin = app.person(Role::Admin).await;
    let sql = app.sql().await;
    sql.batch_execute(
        "update doorstep.settings set value = '1500' where name = 'export_row_cap'; \
         insert into properties (name, city, price_range, bedrooms, type, description) \
         select 'Home ' || n, 'Faro', 'EUR 1', 1, 'villa', 'x' from generate_series(1, 2500) n",
    )
    .await
    .unwrap();
    let manager = app.person(Role::SalesManager).await;
    let file = manager.get("/api/exports/properties").await.expect(200);
    assert_eq!(file.header("x-row-cap"), Some("1500"));
    assert_eq!(file.text.lines().count(), 1501);
    let whole = admin
        .get("/api/exports/properties?format=jsonl")
        .await
        .expect(200);
    let ids = whole.text.lines().map(|line| {
        let row: Value = serde_json::from_str(line).unwrap();
        row["id"].as_str().unwrap().to_owned()
    });
    let ids: std::collections::HashSet<String> = ids.collect();
    assert_eq!(ids.len(), 2500);
}

#[tokio::test]
async fn every_table_can_be_exported_and_homes_come_back() {
    let app = TestApp::start().await;
    let admin = app.person(Role::Admin).await;
    for table in doorstep::exports::names() {
        for format in ["csv", "jsonl"] {
            let path = format!("/api/exports/{table}?format={format}");
            let file = admin.get(&path).await;
            assert_eq!(file.status, 200, "{table}: {}", file.text);
        }
    }
    for role in [
        Role::QaSupervisor,
        Role::Operations,
        Role::ComplianceOfficer,
        Role::SalesManager,
    ] {
        let person = app.person(role).await;
        for table in doorstep::exports::names().filter(|table| *table != "audit_log") {
            person
                .get(&format!("/api/exports/{table}"))
                .await
                .expect(200);
        }
    }
    let mut home = property("Home");
    home["listing_key"] = json!("K1");
    home["list_price_low"] = json!(200000);
    home["list_price_high"] = json!(200000);
    home["currency"] = json!("EUR");
    admin.post("/api/properties", home).await.expect(201);
    let file = admin.get("/api/exports/properties").await.expect(200).text;
    let made = admin
        .upload("/api/imports?kind=properties", file)
        .await
        .expect(201);
    let path = format!("/api/imports/{}", made.id());
    let began = std::time::Instant::now();
    loop {
        let now = admin.get(&path).await.expect(200).json;
        if now["status"] == "completed" {
            assert_eq!(
                (&now["unchanged"], &now["refused"]),
                (&json!(1), &json!(0)),
                "{now}"
            );
            break;
        }
        assert!(began.elapsed().as_secs() < 60, "{now}");
        tokio::time::sleep(std::time::Duration::from_millis(20)).await;
    }
}
