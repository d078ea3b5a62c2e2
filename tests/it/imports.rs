//! Imports over the API: what comes in, what is refused, and by whom.

use std::time::{Duration, Instant};

use doorstep::users::Role;
use serde_json::{Value, json};

use crate::app::{Client, TestApp};

const VALENCIA: &str = include_str!("../data/valencia-sample.csv");
const SACRAMENTO: &str = include_str!("../data/sacramento-sample.csv");
const BAY_AREA: &str = include_str!("../data/bay-area-sample.jsonl");
const RESO: &str = include_str!("../data/reso-sample.json");
const DIALOGUES: &str = include_str!("../data/dialogues-sample.jsonl");
const PROSPECTS: &str = include_str!("../data/prospects-sample.csv");

/// Uploads a file and waits for the import's end.
async fn import(client: &Client, query: &str, file: impl Into<Vec<u8>>) -> Value {
    let made = client
        .upload(&format!("/api/imports?{query}"), file)
        .await
        .expect(201);
    let path = made.header("location").unwrap().to_owned();
    let began = Instant::now();
    loop {
        let now = client.get(&path).await.expect(200).json;
        if matches!(now["status"].as_str(), Some("completed" | "failed")) {
            return now;
        }
        assert!(began.elapsed() < Duration::from_secs(60), "{now}");
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
}

#[track_caller]
fn counts(import: &Value, wanted: Value) {
    assert_eq!(import["status"], "completed", "{import}");
    for (name, number) in wanted.as_object().unwrap() {
        assert_eq!(&import[name], number, "{name} of {import}");
    }
}

async fn count(app: &TestApp, condition: &str) -> i64 {
    let sql = format!("select count(*) from {condition}");
    app.sql().await.query_one(&sql, &[]).await.unwrap().get(0)
}

#[tokio::test]
async fn the_advertisements_of_valencia_come_in_once() {
    let app = TestApp::start().await;
    let admin = app.person(Role::Admin).await;
    let query = "kind=properties&set=city%3DValencia&file_name=valencia-sample.csv";
    let keys = VALENCIA
        .lines()
        .skip(1)
        .map(|line| line.split(',').next().unwrap());
    let keys: std::collections::HashSet<&str> = keys.collect();
    let rows = VALENCIA.lines().count() - 1;
    let first = import(&admin, query, VALENCIA).await;
    counts(
        &first,
        json!({"rows_read": rows, "inserted": keys.len(), "refused": 0, "superseded": rows - keys.len()}),
    );
    assert!(
        first["notes"].to_string().contains("DISTANCE_TO_METRO"),
        "{first}"
    );
    let again = import(&admin, query, VALENCIA).await;
    counts(
        &again,
        json!({"inserted": 0, "updated": 0, "unchanged": keys.len()}),
    );
    assert_eq!(count(&app, "properties where type = 'penthouse'").await, 3);
    assert!(count(&app, "properties where bedrooms = 0").await >= 3);
    assert_eq!(
        count(
            &app,
            "properties where currency = 'EUR' and city = 'Valencia' and living_area_units = 'sqm'"
        )
        .await,
        keys.len() as i64
    );
    // Each home has its side row, its event and no more.
    assert_eq!(count(&app, "property_private").await, keys.len() as i64);
    assert_eq!(
        count(&app, "events where noun = 'properties'").await,
        keys.len() as i64
    );
    // A newer period wins, an older one does not.
    let line = VALENCIA.lines().nth(1).unwrap();
    let of = |period: &str, price: &str| {
        let mut cells: Vec<&str> = line.split(',').collect();
        cells[1] = period;
        cells[2] = price;
        format!(
            "{}\n{}\n",
            VALENCIA.lines().next().unwrap(),
            cells.join(",")
        )
    };
    counts(
        &import(&admin, query, of("201703", "1.0")).await,
        json!({"superseded": 1, "updated": 0}),
    );
    // Nor does another line of the same one: a file stays what it was.
    let period = line.split(',').nth(1).unwrap();
    let same = import(&admin, query, of(period, "2.0")).await;
    counts(&same, json!({"superseded": 1, "updated": 0}));
    counts(
        &import(&admin, query, of("201903", "7777.0")).await,
        json!({"updated": 1}),
    );
    assert_eq!(
        count(&app, "properties where list_price_low = 7777").await,
        1
    );
}

#[tokio::test]
async fn homes_of_every_form_come_in() {
    let app = TestApp::start().await;
    let admin = app.person(Role::Operations).await;
    let sacramento = import(&admin, "kind=properties&set=currency%3DUSD", SACRAMENTO).await;
    counts(&sacramento, json!({"inserted": 30, "refused": 0}));
    assert_eq!(
        count(&app, "properties where city = 'Rancho Cordova'").await,
        1
    );
    let bay = import(&admin, "kind=properties&set=currency%3DUSD", BAY_AREA).await;
    counts(&bay, json!({"inserted": 18, "refused": 2}));
    let refused = admin
        .get(&format!(
            "/api/imports/{}/refused",
            bay["id"].as_str().unwrap()
        ))
        .await
        .expect(200);
    assert!(
        refused.text.contains("\"import_column\":\"city\""),
        "{}",
        refused.text
    );
    // Mended, the rows come in.
    let mended = refused
        .text
        .replace("\"address\"", "\"area\":\"Fremont\",\"address\"");
    counts(
        &import(&admin, "kind=properties&set=currency%3DUSD", mended).await,
        json!({"inserted": 2, "refused": 0}),
    );
    let reso = import(&admin, "kind=properties", RESO).await;
    counts(&reso, json!({"inserted": 2, "refused": 1}));
    let sql = app.sql().await;
    let row = sql
        .query_one("select type, features, status, offer, image_url from properties where listing_key = 'RESO-1'", &[])
        .await
        .unwrap();
    assert_eq!(row.get::<_, String>(0), "villa");
    assert_eq!(
        row.get::<_, Vec<String>>(1),
        ["pool: In Ground", "view: Hills", "parking: Garage"]
    );
    assert_eq!(
        count(
            &app,
            "properties where status = 'reserved' and offer = 'rent' and listing_key = 'RESO-2'"
        )
        .await,
        1
    );
    // Without a currency no price is believed.
    let none = import(&admin, "kind=properties", SACRAMENTO).await;
    counts(&none, json!({"inserted": 0, "refused": 30}));
}

#[tokio::test]
async fn people_are_known_by_telephone_and_mail() {
    let app = TestApp::start().await;
    let admin = app.person(Role::Admin).await;
    // Who must not be contacted stays so, whatever a file brings.
    let sql = app.sql().await;
    sql.execute(
        "insert into suppressions (channel, address_hash, scope, reason) \
         values ('email', doorstep.address_hash('ana@mail.example'), 'global', 'manual')",
        &[],
    )
    .await
    .unwrap();
    let first = import(&admin, "kind=prospects&set=country%3DPT", PROSPECTS).await;
    counts(
        &first,
        json!({"rows_read": 7, "inserted": 3, "updated": 1, "duplicates": 1, "refused": 3}),
    );
    let row = sql
        .query_one(
            "select name, phone, budget_max::text, source, status from prospects where email = 'ana@mail.example'",
            &[],
        )
        .await
        .unwrap();
    let text = |index: usize| row.get::<_, String>(index);
    assert_eq!(
        [text(0), text(1), text(2), text(3), text(4)],
        ["Ana S.", "+351912000101", "450000.00", "web_form", "new"]
    );
    assert_eq!(count(&app, "suppressions where lifted_at is null").await, 1);
    let path = format!("/api/imports/{}/refused", first["id"].as_str().unwrap());
    let refused = admin.get(&path).await.expect(200).text;
    assert!(
        refused.starts_with("import_line,import_column,import_reason,Full name,"),
        "{refused}"
    );
    assert!(refused.contains("7,E-Mail,must be an address"), "{refused}");
    assert!(refused.contains("8,Mobile,"), "{refused}");
    let again = import(&admin, "kind=prospects&set=country%3DPT", PROSPECTS).await;
    counts(
        &again,
        json!({"inserted": 0, "duplicates": 0, "refused": 3}),
    );
    assert_eq!(count(&app, "prospects").await, 3);
    // One row cannot be two people.
    let both = "name,email,phone\nX,ana@mail.example,+351912000102\n";
    let refused = import(&admin, "kind=prospects", both).await;
    counts(&refused, json!({"refused": 1, "updated": 0}));
}

#[tokio::test]
async fn dialogues_become_conversations_that_are_over() {
    let app = TestApp::start().await;
    let admin = app.person(Role::Admin).await;
    let first = import(
        &admin,
        "kind=conversations&set=timestamp%3D2019-03-01",
        DIALOGUES,
    )
    .await;
    counts(&first, json!({"inserted": 3, "refused": 0}));
    counts(
        &import(&admin, "kind=conversations", DIALOGUES).await,
        json!({"unchanged": 3}),
    );
    let turns: usize = DIALOGUES
        .lines()
        .map(|line| {
            serde_json::from_str::<Value>(line).unwrap()["turns"]
                .as_array()
                .unwrap()
                .len()
        })
        .sum();
    assert_eq!(count(&app, "transcript_messages").await, turns as i64);
    assert_eq!(
        count(&app, "live_conversations where status = 'ended' and state = 'ended' and started_at = '2019-03-01'").await,
        3
    );
    assert_eq!(
        count(
            &app,
            "conversations c where c.message_count = (select max(seq) from transcript_messages m where m.conversation_id = c.id)"
        )
        .await,
        3
    );
    assert_eq!(
        count(
            &app,
            "transcript_messages where seq = 1 and speaker = 'prospect'"
        )
        .await,
        3
    );
    let known = json!({"id": "call-1", "email": "ana@mail.example", "name": "Ana", "outcome": "qualified",
        "turns": [{"speaker": "agent", "text": "Hello", "timestamp": "2026-01-01T10:00:00Z"},
                  {"speaker": "prospect", "text": "Hi", "timestamp": "2026-01-01T10:01:00Z"}]});
    counts(
        &import(&admin, "kind=conversations", format!("{known}\n")).await,
        json!({"inserted": 1}),
    );
    assert_eq!(
        count(
            &app,
            "conversations where duration = 60 and prospect_name = 'Ana'"
        )
        .await,
        1
    );
}

#[tokio::test]
async fn people_who_sign_in_are_an_administrator_s() {
    let app = TestApp::start().await;
    let admin = app.person(Role::Admin).await;
    let file = "email,name,role,team\nNEW@firm.example,New One,sales_rep,Everyone\n\
                other@firm.example,Other,queen,\nthird@firm.example,Third,sales_rep,Nowhere\n";
    let done = import(&admin, "kind=users", file).await;
    counts(&done, json!({"inserted": 1, "refused": 2}));
    assert_eq!(
        count(
            &app,
            "users where email = 'new@firm.example' and status = 'active'"
        )
        .await,
        1
    );
    assert_eq!(
        count(&app, "auth.users where email like '%@firm.example'").await,
        1
    );
    counts(
        &import(&admin, "kind=users", file).await,
        json!({"inserted": 0, "unchanged": 1}),
    );
    let manager = app.person(Role::SalesManager).await;
    manager
        .upload("/api/imports?kind=users", file)
        .await
        .expect(403);
}

#[tokio::test]
async fn whoever_may_not_import_is_refused() {
    let app = TestApp::start().await;
    let file = "name,email\nAna,ana@mail.example\n";
    for role in [Role::SalesRep, Role::QaSupervisor, Role::ComplianceOfficer] {
        let person = app.person(role).await;
        person
            .upload("/api/imports?kind=prospects", file)
            .await
            .expect(403);
        assert_eq!(person.get("/api/imports").await.expect(200).data().len(), 0);
    }
    app.anon()
        .upload("/api/imports?kind=prospects", file)
        .await
        .expect(401);
    assert_eq!(count(&app, "imports").await, 0);
    let admin = app.person(Role::Admin).await;
    let wrong = admin
        .upload("/api/imports?kind=prospects&set=emial%3Dx", file)
        .await
        .expect(400);
    assert!(wrong.text.contains("`email`"), "{}", wrong.text);
    // A manager changes his own listings alone; the others' rows are named.
    let rows = "key,city,rooms,price,currency\nK1,Faro,2,100000,EUR\n";
    counts(
        &import(&admin, "kind=properties", rows).await,
        json!({"inserted": 1}),
    );
    let manager = app.person(Role::SalesManager).await;
    let theirs = rows.replace("100000", "1") + "K2,Faro,1,90000,EUR\n";
    let done = import(&manager, "kind=properties", theirs).await;
    counts(&done, json!({"inserted": 1, "updated": 0, "refused": 1}));
    assert_eq!(
        manager.get("/api/imports").await.expect(200).data().len(),
        1
    );
    assert_eq!(admin.get("/api/imports").await.expect(200).data().len(), 2);
}

#[tokio::test]
async fn a_dry_run_keeps_nothing_and_counts_the_same() {
    let app = TestApp::start().await;
    let admin = app.person(Role::Admin).await;
    let query = "kind=prospects&set=country%3DPT";
    let tried = import(&admin, &format!("{query}&dry_run=true"), PROSPECTS).await;
    counts(&tried, json!({"inserted": 3, "updated": 1, "refused": 3}));
    assert_eq!(count(&app, "prospects").await, 0);
    // A mapping is kept under its name.
    let mapping = "%7B%22Wer%22%3A%22name%22%2C%22Wo%22%3A%22email%22%7D";
    let file = "Wer,Wo\nAna,ana@mail.example\n";
    let kept = format!("kind=prospects&save_mapping=ours&mapping={mapping}");
    counts(&import(&admin, &kept, file).await, json!({"inserted": 1}));
    counts(
        &import(&admin, "kind=prospects&mapping=ours", file).await,
        json!({"unchanged": 1}),
    );
    let mappings = admin.get("/api/import-mappings").await.expect(200);
    assert_eq!(mappings.data()[0]["name"], "ours");
}

#[tokio::test]
async fn one_bad_row_costs_no_other() {
    let app = TestApp::start().await;
    let admin = app.person(Role::Admin).await;
    // The database alone refuses a language that is none.
    let mut file = "name,email,language\n".to_owned();
    for number in 0..700 {
        let language = if number % 100 == 7 { "x" } else { "pt" };
        file.push_str(&format!("N{number},n{number}@mail.example,{language}\n"));
    }
    let done = import(&admin, "kind=prospects", file).await;
    counts(
        &done,
        json!({"inserted": 693, "refused": 7, "rows_read": 700}),
    );
    let path = format!("/api/imports/{}/refused", done["id"].as_str().unwrap());
    let refused = admin.get(&path).await.expect(200).text;
    assert!(refused.contains("\n9,language,"), "{refused}");
}
