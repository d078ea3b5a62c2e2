//! The pages, as a browser gets them.

use doorstep::users::Role;
use serde_json::json;

use crate::app::{Answer, TestApp, property};

const PAGES: &[&str] = &[
    "/",
    "/handoffs",
    "/tasks",
    "/conversations",
    "/prospects",
    "/appointments",
    "/properties",
    "/campaigns",
    "/analytics",
    "/users",
    "/settings",
];

/// Text that would run, break out of an attribute or end an element.
const HOSTILE: &str = "<script>alert(1)</script>\"'><img src=x onerror=alert(2)> &amp; ]]>";

#[tokio::test]
async fn whoever_is_not_signed_in_is_sent_to_the_sign_in_page_and_back() {
    let app = TestApp::start().await;
    let anon = app.anon();
    for path in PAGES.iter().filter(|path| **path != "/") {
        let sent = anon.get(path).await.expect(303);
        let back = path.replace('/', "%2F");
        let target = format!("/auth/signin?redirect={back}");
        assert_eq!(sent.header("location"), Some(target.as_str()));
        assert!(!sent.text.contains("Doorstep"), "{path}");
    }
    let home = anon.get("/").await.expect(303);
    assert_eq!(home.header("location"), Some("/auth/signin"));
    let deep = anon.get("/properties?city=M%C3%A1laga").await.expect(303);
    assert_eq!(
        deep.header("location"),
        Some("/auth/signin?redirect=%2Fproperties%3Fcity%3DM%25C3%25A1laga")
    );
    anon.get("/nothing/here").await.expect(303);
}

#[tokio::test]
async fn every_page_renders_for_every_role_and_carries_nothing_inline() {
    let app = TestApp::start().await;
    for role in Role::ALL {
        let person = app.person(*role).await;
        for path in PAGES {
            let page = person.get(path).await;
            assert_harmless(path, &page);
            page.expect(200);
        }
    }
    let inactive = app.inactive().await;
    for path in PAGES {
        let page = inactive.get(path).await.expect(200);
        assert_harmless(path, &page);
        assert!(page.text.contains("Not activated yet"), "{path}");
        assert!(!page.text.contains("href=\"/prospects\""), "{path}");
    }
}

#[track_caller]
fn assert_harmless(path: &str, page: &Answer) {
    let csp = page.header("content-security-policy").unwrap();
    assert_eq!(
        csp,
        "default-src 'none'; style-src 'self'; img-src 'self'; form-action 'self'; \
         base-uri 'none'; frame-ancestors 'none'"
    );
    assert_eq!(page.header("x-content-type-options"), Some("nosniff"));
    assert_eq!(page.header("referrer-policy"), Some("same-origin"));
    let cache = page.header("cache-control").unwrap();
    assert!(cache.contains("no-store"), "{path}: {cache}");
    let kind = page.header("content-type").unwrap();
    assert!(kind.starts_with("text/html"), "{path}: {kind}");
    for tag in tags(&page.text) {
        let element = tag.split_whitespace().next().unwrap_or_default();
        assert!(
            !matches!(element, "script" | "style" | "iframe" | "object" | "base"),
            "{path}: {tag}"
        );
        for attribute in tag.split_whitespace().skip(1) {
            let name = attribute.split('=').next().unwrap_or_default();
            let inline = name == "style" || name.starts_with("on");
            assert!(!inline, "{path}: {tag}");
        }
    }
    assert!(!page.text.contains("javascript:"), "{path}");
}

/// Every tag of a page, its attributes' values left out.
fn tags(page: &str) -> Vec<String> {
    let mut tags = Vec::new();
    let mut letters = page.chars();
    while letters.by_ref().any(|letter| letter == '<') {
        let (mut tag, mut quoted) = (String::new(), false);
        for letter in letters.by_ref() {
            match letter {
                '"' => quoted = !quoted,
                '>' if !quoted => break,
                _ if quoted => {}
                _ => tag.push(letter.to_ascii_lowercase()),
            }
        }
        tags.push(tag);
    }
    tags
}

#[tokio::test]
async fn links_are_only_those_of_the_role() {
    let app = TestApp::start().await;
    let users = "href=\"/users\"";
    let rep = app.person(Role::SalesRep).await.get("/settings").await;
    assert!(!rep.text.contains(users));
    let admin = app.person(Role::Admin).await.get("/settings").await;
    assert!(admin.text.contains(users));
    assert!(admin.text.contains("Administrator"));
    assert!(admin.text.contains("action=\"/auth/signout\""));
}

#[tokio::test]
async fn what_is_not_here_is_a_page_for_people_and_json_for_programs() {
    let app = TestApp::start().await;
    let rep = app.person(Role::SalesRep).await;
    let page = rep.get("/nothing/here").await.expect(404);
    assert_harmless("/nothing/here", &page);
    assert!(page.text.contains("Not here, or not yours to see"));
    let answer = rep.get("/api/nothing/here").await.expect(404);
    assert_eq!(answer.json["code"], "unknown_route");

    let page = rep.get("/properties?colour=red").await.expect(400);
    assert_harmless("/properties", &page);
    let page = rep.post("/properties", json!({})).await.expect(405);
    assert_harmless("/properties", &page);
}

#[tokio::test]
async fn assets_are_named_by_their_content_and_kept_for_ever() {
    let app = TestApp::start().await;
    let rep = app.person(Role::SalesRep).await;
    let page = rep.get("/settings").await.expect(200).text;
    let mut found = 0;
    for part in page.split("\"/a/").skip(1) {
        let file = part.split(['"', '#']).next().unwrap();
        let asset = app.anon().get(&format!("/a/{file}")).await.expect(200);
        assert_eq!(
            asset.header("cache-control"),
            Some("public, max-age=31536000, immutable")
        );
        found += 1;
    }
    assert!(found > 10, "{found} references");
    app.anon().get("/a/doorstep.css").await.expect(404);
    app.anon().get("/a/..%2fCargo.toml").await.expect(404);
}

#[tokio::test]
async fn the_document_is_shown_to_everybody_with_scripts_of_our_own_alone() {
    let app = TestApp::start().await;
    let page = app.anon().get("/docs").await.expect(200);
    let csp = page.header("content-security-policy").unwrap();
    assert!(csp.contains("script-src 'self';"), "{csp}");
    assert!(!csp.contains("unsafe"), "{csp}");
    assert!(!page.text.contains("//"), "nothing from another host");
    let script = page.text.split("src=\"").nth(1).unwrap();
    let script = script.split('"').next().unwrap();
    let plain = app.anon().get(script).await.expect(200);
    assert!(plain.text.contains("SwaggerUIBundle"));
    assert_eq!(plain.header("content-encoding"), None);
    let packed = [("accept-encoding", "br;q=1, gzip;q=0.8")];
    let packed = app.anon().get_with(script, &packed).await.expect(200);
    assert_eq!(packed.header("content-encoding"), Some("gzip"));
    assert_eq!(packed.header("vary"), Some("accept-encoding"));
}

#[tokio::test]
async fn filters_order_and_pages_stand_in_the_address() {
    let app = TestApp::start().await;
    let admin = app.person(Role::Admin).await;
    for number in 0..5 {
        let home = property(&format!("Casa {number}"));
        admin.post("/api/properties", home).await.expect(201);
    }
    let first = admin
        .get("/properties?city=valencia&status=&limit=2&sort=name")
        .await;
    let first = first.expect(200).text;
    assert!(first.contains("Casa 0") && first.contains("Casa 1") && !first.contains("Casa 2"));
    assert!(first.contains("aria-sort=\"ascending\""));
    let next = link(&first, "rel=\"next\" href=\"");
    assert!(
        next.contains("city=valencia") && next.contains("sort=name"),
        "{next}"
    );
    let second = admin.get(&next).await.expect(200).text;
    assert!(second.contains("Casa 2") && second.contains("Casa 3") && !second.contains("Casa 1"));
    assert!(second.contains("First page"));

    let none = admin.get("/properties?city=oslo").await.expect(200).text;
    assert!(none.contains("Nothing matches these filters."));
    assert!(none.contains("Clear the filters"));
}

/// The address behind `start`, as a browser reads it.
fn link(page: &str, start: &str) -> String {
    let (_, rest) = page.split_once(start).unwrap();
    rest.split('"').next().unwrap().replace("&#38;", "&")
}

#[tokio::test]
async fn hostile_text_is_text_in_every_column() {
    let app = TestApp::start().await;
    let admin = app.person(Role::Admin).await;
    fill(&app, HOSTILE, &admin.id.to_string()).await;
    for path in PAGES {
        let page = admin.get(path).await.expect(200);
        assert_harmless(path, &page);
        assert!(!page.text.contains("<img"), "{path}");
        assert!(
            page.text.contains("&#60;script&#62;"),
            "{path} shows none of it"
        );
    }
    let query: String = form_urlencoded::byte_serialize(HOSTILE.as_bytes()).collect();
    let page = admin.get(&format!("/properties?q={query}")).await;
    assert_harmless("/properties", &page.expect(200));
    let page = admin.get(&format!("/properties?status={query}")).await;
    assert_harmless("/properties", &page.expect(400));
}

#[tokio::test]
async fn a_rep_sees_his_own_rows_and_not_anothers() {
    let app = TestApp::start().await;
    let (mine, other) = (
        app.person(Role::SalesRep).await,
        app.person(Role::SalesRep).await,
    );
    fill(&app, "Amal", &mine.id.to_string()).await;
    fill(&app, "Boris", &other.id.to_string()).await;
    // Who waits is seen by every rep of the team.
    let elsewhere = "with team as (insert into teams (name) values ('Elsewhere') returning id) \
                     update handoff_packages set team_id = team.id from team \
                     where prospect_name = 'Boris'";
    app.sql().await.batch_execute(elsewhere).await.unwrap();
    for path in [
        "/",
        "/prospects",
        "/conversations",
        "/appointments",
        "/handoffs",
    ] {
        let page = mine.get(path).await.expect(200).text;
        assert!(page.contains("Amal"), "{path} lacks his own");
        assert!(!page.contains("Boris"), "{path} shows another's");
    }
    let counts = mine.get("/analytics").await.expect(200).text;
    let (_, prospects) = counts
        .split_once("href=\"/prospects\">Prospects</a><b>")
        .unwrap();
    assert!(prospects.starts_with("1<"), "{prospects:.20}");
}

#[tokio::test]
async fn owners_are_called_by_name_as_far_as_the_reader_knows_them() {
    let app = TestApp::start().await;
    let rep = app.person(Role::SalesRep).await;
    fill(&app, "Amal", &rep.id.to_string()).await;
    let sql = app.sql().await;
    let rename = "update users set name = 'Rep Amal Owner' where id = $1";
    sql.execute(rename, &[&rep.id]).await.unwrap();
    for role in [Role::Admin, Role::QaSupervisor, Role::Operations] {
        let page = app.person(role).await.get("/prospects").await;
        assert!(page.expect(200).text.contains("Rep Amal Owner"), "{role}");
    }
    let own = rep.get("/prospects").await.expect(200).text;
    assert!(own.contains("<bdi>You</bdi>"));
}

/// One row of every noun, with `text` wherever people write, owned by `owner`.
async fn fill(app: &TestApp, text: &str, owner: &str) {
    let sql = app.sql().await;
    let statement = include_str!("pages.sql")
        .replace("{text}", &text.replace('\'', "''"))
        .replace("{owner}", owner);
    sql.batch_execute(&statement).await.unwrap();
}
