//! The program itself, started as a person starts it.

mod faults;
mod run;

use std::time::Instant;

use serde_json::Value;

use crate::cluster::connect;
use run::{Folder, Foreign, PATIENCE, eventually, signal_to, text};

#[tokio::test(flavor = "multi_thread")]
async fn from_nothing_to_a_desk_and_back() {
    let folder = Folder::new();
    let server = folder.serve(&[]);

    let (status, headers, body) = server.get("/readyz").await;
    assert_eq!((status, &body["status"]), (200, &Value::from("ready")));
    assert!(headers.contains_key("x-request-id"));
    let (status, _, body) = server.get("/api/test-db").await;
    assert_eq!((status, &body["success"]), (200, &Value::from(true)));
    assert_eq!(body["tables"]["properties"]["accessible"], true);
    assert!(body["tables"]["properties"]["count"].as_i64() > Some(0));
    assert_eq!(server.get("/healthz").await.0, 200);

    // Beside the running server.
    let keys = text(&folder.run(&["keys"]).stdout);
    let names: Vec<_> = keys
        .lines()
        .filter_map(|line| line.split_once('='))
        .collect();
    assert_eq!(names.len(), 3, "{keys}");
    assert_eq!(names[0], ("NEXT_PUBLIC_SUPABASE_URL", server.url.as_str()));
    assert_eq!(names[1].0, "NEXT_PUBLIC_SUPABASE_ANON_KEY");
    assert_eq!(names[2].0, "SUPABASE_SERVICE_ROLE_KEY");
    let create = [
        "user",
        "create",
        "--email",
        "Ada@example.com",
        "--password",
        "secret-1",
        "--name",
        "Ada",
        "--role",
        "admin",
    ];
    assert!(folder.run(&create).status.success());
    let again = folder.run(&create);
    assert_eq!(again.status.code(), Some(1));
    assert!(
        folder
            .run(&[
                "user",
                "set-role",
                "--email",
                "ada@example.com",
                "--role",
                "operations"
            ])
            .status
            .success()
    );
    let people = text(&folder.run(&["user", "list"]).stdout);
    let ada = people
        .lines()
        .find(|line| line.starts_with("ada@example.com"))
        .unwrap();
    assert!(
        ada.contains("operations") && ada.contains("active"),
        "{ada}"
    );
    assert_eq!(people.matches("(demo)").count(), 22, "{people}");

    // A second server changes nothing of the first.
    let second = folder.run(&["serve", "--listen", "127.0.0.1:0"]);
    assert_eq!(second.status.code(), Some(1));
    assert!(text(&second.stderr).contains("in use"));
    assert!(second.stdout.is_empty());
    assert_eq!(server.get("/readyz").await.0, 200);

    let (code, rest) = server.end("-TERM");
    assert_eq!((code, rest.as_str()), (Some(0), ""));
    assert_eq!(folder.postgres_processes(), 0);

    // Without a server.
    let people = text(&folder.run(&["user", "list"]).stdout);
    assert!(people.contains("ada@example.com"), "{people}");
    let keys = text(&folder.run(&["keys"]).stdout);
    assert!(
        keys.starts_with("NEXT_PUBLIC_SUPABASE_URL=http://127.0.0.1:8080\n"),
        "{keys}"
    );
    let tested: Value = serde_json::from_slice(&folder.run(&["test-db"]).stdout).unwrap();
    assert_eq!(tested["success"], true);
    assert_eq!(folder.postgres_processes(), 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_kill_leaves_nothing_behind_and_the_next_start_works() {
    let folder = Folder::new();
    let server = folder.serve(&["--no-demo"]);
    let (code, _) = server.end("-KILL");
    assert_eq!(code, None);
    eventually("PostgreSQL ends with its server", || {
        folder.postgres_processes() == 0
    });
    let server = folder.serve(&["--no-demo"]);
    assert_eq!(server.get("/readyz").await.0, 200);
    assert_eq!(server.end("-INT").0, Some(0));
}

#[tokio::test(flavor = "multi_thread")]
async fn while_postgresql_is_away_requests_are_told_to_come_back() {
    let folder = Folder::new();
    let server = folder.serve(&["--no-demo", "--rate-limit", "0"]);
    assert_eq!(server.get("/api/test-db").await.0, 200);
    let killed = folder.postmaster().unwrap();
    signal_to("-KILL", killed);
    let deadline = Instant::now() + PATIENCE;
    loop {
        let (status, headers, body) = server.get("/api/properties?limit=1&q=home").await;
        match status {
            // Another one answers, be it that nobody asked in between.
            200 if folder.postmaster().is_some_and(|now| now != killed) => break,
            200 => {}
            503 => assert!(headers.contains_key("retry-after"), "{body}"),
            other => panic!("{other}: {body}"),
        }
        assert!(Instant::now() < deadline, "it did not come back");
    }
    assert_eq!(server.get("/readyz").await.0, 200);
}

#[tokio::test(flavor = "multi_thread")]
async fn metrics_are_for_the_machine_itself_and_the_service_key() {
    let folder = Folder::new();
    let server = folder.serve(&["--no-demo"]);
    let metrics = format!("{}/metrics", server.url);
    let client = reqwest::Client::new();
    let answer = client.get(&metrics).send().await.unwrap();
    let lines = answer.text().await.unwrap();
    assert!(lines.contains("events_lag_seconds 0"), "{lines}");
    assert!(lines.contains("db_connections"), "{lines}");

    // The dashboard asks for nothing that is not there.
    let answer = client.get(&metrics).send().await.unwrap();
    let lines = answer.text().await.unwrap();
    let dashboard: Value = serde_json::from_str(include_str!("../../deploy/grafana.json")).unwrap();
    let panels = dashboard["panels"].as_array().unwrap();
    let targets = panels
        .iter()
        .flat_map(|it| it["targets"].as_array().unwrap());
    for query in targets.map(|target| target["expr"].as_str().unwrap()) {
        let mut names = query.split(|c: char| !c.is_ascii_alphanumeric() && c != '_');
        let ours = ["http_", "db_", "events_"];
        let name = names.find(|name| ours.iter().any(|prefix| name.starts_with(prefix)));
        let name = name.unwrap();
        assert!(
            lines.contains(&format!("\n{name}")),
            "{query} asks for {name}"
        );
    }

    // What a proxy on the machine hands on comes from elsewhere.
    let from_elsewhere = || {
        client
            .get(&metrics)
            .header("x-forwarded-for", "203.0.113.9")
    };
    let answer = from_elsewhere().send().await.unwrap();
    assert_eq!(answer.status(), 403);
    assert_eq!(
        answer.json::<Value>().await.unwrap()["code"],
        "loopback_only"
    );
    let keys = text(&folder.run(&["keys"]).stdout);
    let key = keys
        .lines()
        .last()
        .unwrap()
        .split_once('=')
        .unwrap()
        .1
        .to_owned();
    let answer = from_elsewhere().header("apikey", key).send().await.unwrap();
    assert_eq!(answer.status(), 200);
}

#[test]
fn only_this_machine_is_served_while_demo_people_can_sign_in() {
    let folder = Folder::new();
    let open = folder.run(&["serve", "--listen", "0.0.0.0:0"]);
    assert_eq!(open.status.code(), Some(2));
    assert!(text(&open.stderr).contains("--no-demo"));
    assert!(
        !folder.0.join("data-dir/data").exists(),
        "nothing was started"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn the_demo_is_not_loaded_beside_a_server_that_others_reach() {
    let folder = Folder::new();
    let server = folder.serve(&["--no-demo", "--listen", "0.0.0.0:0"]);
    let refused = folder.run(&["demo"]);
    assert_eq!(refused.status.code(), Some(1));
    let told = text(&refused.stderr);
    assert!(told.contains("open to other machines"), "{told}");
    let people = text(&folder.run(&["user", "list"]).stdout);
    assert_eq!(people, "", "nobody was made");
    assert_eq!(server.end("-TERM").0, Some(0));

    // The lock ends with its server.
    let server = folder.serve(&["--no-demo"]);
    assert!(folder.run(&["demo"]).status.success());
    let rep = ["--email", "rep@demo.example"];
    let deactivate = [&["user", "deactivate"], &rep[..]].concat();
    assert!(folder.run(&deactivate).status.success());
    let people = text(&folder.run(&["user", "list"]).stdout);
    let line = people.lines().find(|line| line.starts_with(rep[1]));
    assert!(line.unwrap().contains("deactivated"), "{people}");
    drop(server);
    for person in people.lines() {
        let email = person.split_whitespace().next().unwrap();
        folder.run(&["user", "deactivate", "--email", email]);
    }
    let people = text(&folder.run(&["user", "list"]).stdout);
    let last = people.lines().find(|line| line.starts_with("admin@"));
    assert!(last.unwrap().contains(" active "), "{people}");
}

#[tokio::test(flavor = "multi_thread")]
async fn the_last_administrator_stays_and_the_zone_is_said_once() {
    let folder = Folder::new();
    let server = folder.serve(&["--no-demo", "--timezone", "europe/madrid"]);
    let ada = ["--email", "ada@example.com"];
    let said = ["--password", "secret-1", "--name", "Ada", "--role", "admin"];
    let create = [&["user", "create"], &ada[..], &said[..]].concat();
    assert!(folder.run(&create).status.success());
    let refused = folder.run(&[&["user", "deactivate"], &ada[..]].concat());
    assert_eq!(refused.status.code(), Some(1));
    let told = text(&refused.stderr);
    assert!(told.contains("administrator"), "{told}");
    let nobody = folder.run(&["user", "deactivate", "--email", "nobody@example.com"]);
    assert_eq!(nobody.status.code(), Some(1));
    let zone = || async {
        let sql = connect(&folder.superuser()).await;
        let zone = "select value #>> '{}' from doorstep.settings where name = 'timezone'";
        sql.query_one(zone, &[]).await.unwrap().get::<_, String>(0)
    };
    assert_eq!(zone().await, "Europe/Madrid");
    assert_eq!(server.end("-TERM").0, Some(0));
    let server = folder.serve(&["--no-demo"]);
    assert_eq!(zone().await, "Europe/Madrid", "what is not said stays");
    drop(server);
}

#[test]
fn a_wrong_setting_is_named_before_anything_starts() {
    let folder = Folder::new();
    std::fs::write(
        folder.0.join(".env"),
        "DOORSTEP_THREADS=2\nDOORSTEP_LOG=xml\n",
    )
    .unwrap();
    std::fs::write(
        folder.0.join(".env.local"),
        "DOORSTEP_THREADS=many\nDATABASE_URL=\n",
    )
    .unwrap();
    let output = folder.run(&["serve"]);
    let told = text(&output.stderr);
    assert_eq!(output.status.code(), Some(2), "{told}");
    // .env.local wins over .env, an empty value counts as none.
    assert!(
        told.contains("--threads (DOORSTEP_THREADS) is \"many\""),
        "{told}"
    );
    assert!(told.contains("--log (DOORSTEP_LOG) is \"xml\""), "{told}");
    assert!(!told.contains("DATABASE_URL"), "{told}");
    assert!(!folder.0.join("data-dir").exists());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_given_database_is_prepared_by_an_administrator_and_served_without_a_login_role() {
    let foreign = Foreign::start();
    let superuser = connect(&foreign.config("postgres")).await;
    superuser
        .batch_execute("create role desk login")
        .await
        .unwrap();
    superuser
        .batch_execute("create database desk")
        .await
        .unwrap();
    let url = foreign.url();
    let folder = &foreign.folder;

    let migrate = || folder.run(&["migrate", "--database-url", &url]);
    let refused = migrate();
    assert_eq!(refused.status.code(), Some(3), "{}", text(&refused.stderr));
    assert!(text(&refused.stderr).contains("the role anon does not exist"));
    let administrator = connect(&foreign.config("desk")).await;
    let schemas = "select count(*) from pg_namespace where nspname in ('doorstep', 'auth')";
    let made: i64 = administrator.query_one(schemas, &[]).await.unwrap().get(0);
    assert_eq!(made, 0, "it stopped before its first statement");
    administrator
        .batch_execute(&text(&refused.stdout))
        .await
        .unwrap();
    let applied = migrate();
    assert!(applied.status.success(), "{}", text(&applied.stderr));

    let server = folder.serve(&["--database-url", &url]);
    let (status, _, ready) = server.get("/readyz").await;
    assert_eq!(status, 200, "{ready}");
    assert!(
        ready["notes"][0]
            .as_str()
            .unwrap()
            .contains("DOORSTEP_LOGIN_URL")
    );
    let (status, _, page) = server.get("/api/properties").await;
    assert_eq!((status, page["data"].as_array().unwrap().len()), (200, 0));
    assert_eq!(server.end("-TERM").0, Some(0));
    let roles = "select count(*) from users";
    let people: i64 = administrator.query_one(roles, &[]).await.unwrap().get(0);
    assert_eq!(people, 0, "no demo without being asked");
}
