//! Refresh tokens that come again.

use std::collections::HashSet;

use futures_util::future::join_all;

use super::{Signed, refresh, sign_up};
use crate::app::{Answer, TestApp};

fn token(answer: &Answer) -> String {
    answer.json["refresh_token"].as_str().unwrap().to_owned()
}

/// As if every token had been used longer ago than the reuse interval.
async fn wait(app: &TestApp) {
    let sql = app.sql().await;
    sql.execute(
        "update auth.refresh_tokens set updated_at = updated_at - interval '11 s'",
        &[],
    )
    .await
    .unwrap();
}

async fn is_alive(signed: &Signed) -> bool {
    signed.client.get("/api/properties").await.status == 200
}

#[tokio::test]
async fn the_parent_of_the_active_token_gets_the_active_one_at_any_time() {
    let app = TestApp::start().await;
    let signed = sign_up(&app, "ana@example.com").await;
    let next = token(&refresh(&app, &signed.refresh).await.expect(200));
    assert_ne!(next, signed.refresh);
    wait(&app).await;
    let again = refresh(&app, &signed.refresh).await.expect(200);
    assert_eq!(token(&again), next);
    assert!(is_alive(&signed).await);
}

#[tokio::test]
async fn a_grandparent_ends_the_family_after_the_interval_and_not_within() {
    let app = TestApp::start().await;
    let signed = sign_up(&app, "ana@example.com").await;
    let second = token(&refresh(&app, &signed.refresh).await.expect(200));
    let third = token(&refresh(&app, &second).await.expect(200));
    let within = refresh(&app, &signed.refresh).await.expect(200);
    assert_eq!(token(&within), third);
    wait(&app).await;
    let replay = refresh(&app, &signed.refresh).await.expect(400);
    assert_eq!(replay.json["code"], "refresh_token_already_used");
    for used in [&signed.refresh, &second, &third] {
        let refused = refresh(&app, used).await.expect(400);
        assert_eq!(refused.json["code"], "refresh_token_already_used");
    }
    assert!(
        !is_alive(&signed).await,
        "the thief's access token must be dead too"
    );
    signed.client.get("/auth/v1/user").await.expect(403);
}

#[tokio::test]
async fn fifty_that_refresh_together_get_one_token() {
    let app = TestApp::start().await;
    let signed = sign_up(&app, "ana@example.com").await;
    let answers = join_all((0..50).map(|_| refresh(&app, &signed.refresh))).await;
    let tokens: HashSet<String> = answers.iter().map(token).collect();
    assert_eq!(tokens.len(), 1, "{tokens:?}");
    let sql = app.sql().await;
    let active: i64 = sql
        .query_one(
            "select count(*) from auth.refresh_tokens where not revoked",
            &[],
        )
        .await
        .unwrap()
        .get(0);
    assert_eq!(active, 1);
}

#[tokio::test]
async fn parent_grandparent_and_active_together_leave_no_living_descendant() {
    let app = TestApp::start().await;
    for round in 0..10 {
        let signed = sign_up(&app, &format!("ana{round}@example.com")).await;
        let second = token(&refresh(&app, &signed.refresh).await.expect(200));
        let third = token(&refresh(&app, &second).await.expect(200));
        wait(&app).await;
        let order = (0..15).map(|index| match (index + round) % 3 {
            0 => &signed.refresh,
            1 => &second,
            _ => &third,
        });
        let answers = join_all(order.map(|used| refresh(&app, used))).await;
        let given: HashSet<String> = answers
            .iter()
            .filter(|answer| answer.status == 200)
            .map(token)
            .collect();
        for descendant in given {
            refresh(&app, &descendant).await.expect(400);
        }
        assert!(!is_alive(&signed).await);
    }
}
