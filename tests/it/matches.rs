//! `GET /api/prospects/{id}/matches`, `GET /api/properties/{id}/matches`.

use std::collections::BTreeSet;

use doorstep::users::Role;
use serde_json::{Value, json};
use uuid::Uuid;

use crate::{
    app::{Answer, Client, TestApp},
    desk::villa,
};

mod every_prospect;
mod every_row;
mod narrowed;

/// The keys in the list, in order.
fn keys(answer: &Answer, of: &str) -> Vec<Uuid> {
    let rows = answer.data().iter();
    rows.map(|row| row[of]["id"].as_str().unwrap().parse().unwrap())
        .collect()
}

async fn prospect(client: &Client, number: u32, more: Value) -> Uuid {
    let mut body = json!({
        "name": "Layla Haddad", "phone": format!("+97150{number:07}"), "city": "Dubai",
        "purpose": "buy", "budget_min": 1_500_000, "budget_max": 2_000_000,
        "budget_currency": "AED", "wanted_types": ["villa"], "wanted_bedrooms_min": 4,
        "wanted_bedrooms_max": 4, "wanted_features": ["pool"],
    });
    let (Some(body_map), Some(more)) = (body.as_object_mut(), more.as_object()) else {
        unreachable!("both are objects")
    };
    body_map.extend(more.clone());
    client.post("/api/prospects", body).await.expect(201).id()
}

#[tokio::test]
async fn a_list_says_why_and_leaves_out_what_cannot_be_offered() {
    let app = TestApp::start().await;
    let admin = app.person(Role::Admin).await;
    let best = villa(&admin, 1_800_000, &["Swimming Pool"]).await;
    let dry = villa(&admin, 1_800_000, &[]).await;
    let dear = villa(&admin, 2_400_001, &["pool"]).await;
    let just = villa(&admin, 2_400_000, &["pool"]).await;
    let [sold, held, kept, draft, turned_down] = [
        villa(&admin, 1_800_000, &["pool"]).await,
        villa(&admin, 1_800_000, &["pool"]).await,
        villa(&admin, 1_800_000, &["pool"]).await,
        villa(&admin, 1_800_000, &["pool"]).await,
        villa(&admin, 1_800_000, &["pool"]).await,
    ];
    let rejected = json!({ "rejected_property_ids": [turned_down] });
    let prospect = prospect(&admin, 1, rejected).await;
    for (home, status) in [
        (sold, json!({ "status": "sold" })),
        (held, json!({ "status": "reserved" })),
        (kept, json!({ "status": "reserved" })),
        (draft, json!({ "standard_status": "Withdrawn" })),
    ] {
        let path = format!("/api/properties/{home}");
        admin.put(&path, status).await.expect(200);
    }
    app.sql()
        .await
        .execute(
            "update property_private set reserved_for_prospect_id = $2 where property_id = $1",
            &[&kept, &prospect],
        )
        .await
        .unwrap();
    let path = format!("/api/prospects/{prospect}/matches");
    let list = admin.get(&path).await.expect(200);
    let mut first = [best, kept];
    first.sort();
    assert_eq!(keys(&list, "property"), [first[0], first[1], dry, just]);
    assert!(!keys(&list, "property").contains(&dear));
    let part = &list.data()[0]["components"][0];
    assert_eq!(
        *part,
        json!({ "dimension": "price", "points": 30, "max": 30, "reason": "price_inside",
                "text": "Price is within the budget" })
    );
    let scores: Vec<_> = list.data().iter().map(|row| &row["score"]).collect();
    assert_eq!(scores, [100, 100, 90, 76]);
    let path = format!("/api/properties/{best}/matches");
    let list = admin.get(&path).await.expect(200);
    assert_eq!(keys(&list, "prospect"), [prospect]);
    let path = format!("/api/properties/{turned_down}/matches");
    assert!(admin.get(&path).await.expect(200).data().is_empty());
}

#[tokio::test]
async fn a_match_shows_what_its_reader_may_see() {
    let app = TestApp::start().await;
    let admin = app.person(Role::Admin).await;
    let rep = app.person(Role::SalesRep).await;
    let colleague = app.person(Role::SalesRep).await;
    let supervisor = app.person(Role::QaSupervisor).await;
    let home = villa(&admin, 1_800_000, &["pool"]).await;
    let own = prospect(&rep, 11, json!({})).await;
    let his = prospect(&colleague, 22, json!({})).await;
    let pool = prospect(&admin, 33, json!({ "assigned_to": null })).await;
    let lost = prospect(&rep, 44, json!({ "status": "lost" })).await;
    let path = format!("/api/properties/{home}/matches");

    let list = rep.get(&path).await.expect(200);
    let seen: BTreeSet<Uuid> = keys(&list, "prospect").into_iter().collect();
    assert_eq!(seen, BTreeSet::from([own, pool]));
    for row in list.data() {
        let mine = row["prospect"]["id"] == json!(own);
        let phone = row["prospect"]["phone"].as_str().unwrap();
        assert_eq!(phone.starts_with("+971"), mine, "{phone}");
    }
    let list = supervisor.get(&path).await.expect(200);
    assert_eq!(list.data().len(), 3);
    for row in list.data() {
        let phone = row["prospect"]["phone"].as_str().unwrap();
        assert!(!phone.starts_with("+971"), "{phone}");
    }
    let all: BTreeSet<Uuid> = keys(&admin.get(&path).await.expect(200), "prospect")
        .into_iter()
        .collect();
    assert_eq!(all, BTreeSet::from([own, his, pool]));
    assert!(!all.contains(&lost));

    let path = format!("/api/prospects/{his}/matches");
    rep.get(&path).await.expect(404);
    assert_eq!(
        keys(&colleague.get(&path).await.expect(200), "property"),
        [home]
    );
    app.anon().get(&path).await.expect(401);
    let nowhere = format!("/api/properties/{}/matches", Uuid::new_v4());
    rep.get(&nowhere).await.expect(404);
}

/// The fair-housing rule: what a person is has no part in what he is shown.
#[tokio::test]
async fn origin_religion_family_and_health_are_no_needs() {
    let app = TestApp::start().await;
    let admin = app.person(Role::Admin).await;
    for (price, feature) in [
        (1_600_000, "near mosque"),
        (1_700_000, "family compound"),
        (1_800_000, "wheelchair ramp"),
        (1_900_000, "pool"),
    ] {
        villa(&admin, price, &[feature]).await;
    }
    for feature in [
        "mostly Muslim neighbours",
        "no kids around",
        "close to church",
        "wheelchair access",
        "Indian community",
    ] {
        let body =
            json!({ "name": "A", "phone": "+971501112233", "wanted_features": ["pool", feature] });
        let refused = admin.post("/api/prospects", body).await.expect(400);
        assert!(
            refused.json["details"]["wanted_features[1]"].is_string(),
            "{feature}"
        );
    }
    let body = json!({ "name": "A", "phone": "+971501112233", "city": "Christian area" });
    admin.post("/api/prospects", body).await.expect(400);

    let plain = prospect(&admin, 1, json!({})).await;
    let labelled = prospect(&admin, 2, json!({ "language": "ar", "country": "EG" })).await;
    let talk = crate::desk::conversation(&app, labelled, "connected", "positive", 4).await;
    for (kind, value) in [
        ("household", "family with four children"),
        ("language", "Arabic"),
        ("motivation", "wants to be near his mosque"),
        ("feature", "near mosque"),
        ("feature", "wheelchair ramp"),
        ("feature", "family compound"),
        ("area", "Muslim area"),
    ] {
        crate::desk::entity(&app, talk, kind, value, "detected").await;
    }
    let mut lists = Vec::new();
    for prospect in [plain, labelled] {
        let path = format!("/api/prospects/{prospect}/matches");
        let mut list = admin.get(&path).await.expect(200).json;
        for row in list["data"].as_array_mut().unwrap() {
            row["property"]["updated_at"].take();
        }
        lists.push(list);
    }
    assert_eq!(lists[0], lists[1]);
}
