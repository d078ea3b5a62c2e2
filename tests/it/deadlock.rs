//! Whoever PostgreSQL ends to break a deadlock begins again, unseen.

use std::time::{Duration, Instant};

use doorstep::users::Role;
use serde_json::{Value, json};
use uuid::Uuid;

use crate::{
    app::{Person, TestApp},
    desk::{Prospect, prospect, viewing, villa},
};

const PATIENCE: Duration = Duration::from_secs(20);

/// Posts with an `Idempotency-Key` while somebody else holds the prospect's
/// row, and then wants what the request holds. The other never looks for
/// deadlocks, so that the request is the one that PostgreSQL ends.
async fn deadlocked(app: &TestApp, person: &Person, prospect: Uuid, path: &str, body: Value) {
    let other = app.sql().await;
    other
        .batch_execute("set deadlock_timeout = '1h'; begin")
        .await
        .unwrap();
    let row = "select from public.prospects where id = $1 for update";
    other.execute(row, &[&prospect]).await.unwrap();

    let key = format!("key of {path}");
    let (poster, address, said) = (person.client.clone(), path.to_owned(), body.clone());
    let sent = key.clone();
    let posted = tokio::spawn(async move {
        let headers = [("idempotency-key", sent.as_str())];
        poster.post_with(&address, said, &headers).await
    });

    let watch = app.sql().await;
    let held = format!("{} {key}", person.id);
    // The request itself: what else works on the row may wait for it too.
    let waiting = "select exists (select from pg_locks l join pg_stat_activity a using (pid) \
                   where l.locktype = 'advisory' and l.granted \
                   and (l.classid::bigint << 32 | l.objid::bigint) = hashtextextended($1, 0) \
                   and a.wait_event in ('transactionid', 'tuple'))";
    let deadline = Instant::now() + PATIENCE;
    while !watch
        .query_one(waiting, &[&held])
        .await
        .unwrap()
        .get::<_, bool>(0)
    {
        assert!(Instant::now() < deadline, "the request waits for nobody");
        tokio::task::yield_now().await;
    }
    // In one message: whoever begins again must not find the key still held.
    let take = format!("select pg_advisory_xact_lock(hashtextextended('{held}', 0)); commit");
    other.batch_execute(&take).await.unwrap();

    let answer = posted.await.unwrap().expect(201);
    let again = person
        .post_with(path, body, &[("idempotency-key", &key)])
        .await
        .expect(201);
    assert_eq!(again.header("idempotency-replayed"), Some("true"));
    assert_eq!(again.id(), answer.id());
    let deadlocks = "select deadlocks from pg_stat_database where datname = current_database()";
    let deadline = Instant::now() + PATIENCE;
    while watch
        .query_one(deadlocks, &[])
        .await
        .unwrap()
        .get::<_, i64>(0)
        == 0
    {
        assert!(Instant::now() < deadline, "there was no deadlock");
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
}

#[tokio::test]
async fn a_post_with_a_key_survives_being_the_victim() {
    let app = TestApp::start().await;
    let rep = app.person(Role::SalesRep).await;
    let person = prospect(
        &app,
        Prospect {
            assigned_to: Some(rep.id),
            ..Prospect::default()
        },
    )
    .await;
    let body = json!({ "prospect_id": person, "channel": "phone", "outcome": "connected" });
    deadlocked(&app, &rep, person, "/api/conversations", body).await;
}

#[tokio::test]
async fn a_transaction_of_several_statements_survives_being_the_victim() {
    let app = TestApp::start().await;
    let (rep, admin) = (
        app.person(Role::SalesRep).await,
        app.person(Role::Admin).await,
    );
    let home = villa(&admin, 1_000_000, &[]).await;
    let person = prospect(
        &app,
        Prospect {
            assigned_to: Some(rep.id),
            ..Prospect::default()
        },
    )
    .await;
    let made = rep
        .post("/api/appointments", viewing(person, home, 48))
        .await
        .expect(201);
    let body = json!({ "appointmentId": made.id() });
    deadlocked(&app, &rep, person, "/api/handoffs/from-appointment", body).await;
}
