//! What the connection pool promises: whoever comes next is himself, and what
//! was answered happened.

use std::{
    future::poll_fn,
    pin::pin,
    sync::atomic::{AtomicU32, Ordering},
    task::Poll,
};

use doorstep::{
    db::{Db, Identity, PoolSizes, Query, Run as _, SystemReason},
    users::Role,
};
use serde_json::json;
use uuid::Uuid;

use crate::{
    app::{Client, Person, TestApp, property},
    cluster::Database,
};

/// One connection for reads and one for writes: everybody gets everybody's.
const ONE: PoolSizes = PoolSizes {
    reads: 1,
    writes: 1,
};

/// Requests of the long test; a third of them is given up on the way.
const REQUESTS: u32 = 10_000;
const TASKS: u32 = 8;

/// A caller, and what the database must say of him.
#[derive(Clone)]
struct Somebody {
    identity: Identity,
    id: Option<Uuid>,
    role: &'static str,
}

impl Somebody {
    fn of(person: &Person) -> Self {
        Self {
            identity: identity(person),
            id: Some(person.id),
            role: "authenticated",
        }
    }

    fn check(&self, rows: &[tokio_postgres::Row]) {
        let id: Option<Uuid> = rows[0].get(0);
        let role: String = rows[0].get(1);
        let claims: String = rows[0].get(2);
        assert_eq!((id, role.as_str()), (self.id, self.role));
        assert!(claims.contains(self.role), "{claims} of {}", self.role);
    }
}

fn identity(person: &Person) -> Identity {
    let claims = json!({
        "sub": person.id, "role": "authenticated", "session_id": person.session,
        "email": person.email, "aal": "aal1",
    });
    Identity::session(person.session, claims.to_string())
}

fn who_am_i() -> Query {
    Query::new("select auth.uid(), current_user::text, current_setting('request.jwt.claims', true)")
}

/// Numbers that look random and are the same in each run (splitmix64).
pub struct Numbers(pub u64);

impl Numbers {
    /// A number below `most`.
    pub fn below(&mut self, most: u32) -> u32 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        u32::try_from((mixed >> 33) % u64::from(most)).unwrap()
    }
}

/// Drives a future for so many steps and drops it where it stands then, as a
/// server drops a handler whose client hung up.
async fn for_steps<F: Future>(future: F, steps: u32) -> Option<F::Output> {
    let mut future = pin!(future);
    let mut left = steps;
    poll_fn(|context| {
        left = left.saturating_sub(1);
        match future.as_mut().poll(context) {
            Poll::Ready(output) => Poll::Ready(Some(output)),
            Poll::Pending if left == 0 => Poll::Ready(None),
            Poll::Pending => Poll::Pending,
        }
    })
    .await
}

/// One request in one of the shapes; the caller must be himself in it.
async fn request(db: &Db, caller: &Somebody, shape: u32) {
    let identity = &caller.identity;
    match shape {
        0 | 1 => caller.check(&db.read(identity).run(who_am_i()).await.unwrap()),
        2 => caller.check(&db.write(identity).run(who_am_i()).await.unwrap()),
        _ => {
            let tx = db.begin(identity).await.unwrap();
            caller.check(&tx.run(who_am_i()).await.unwrap());
            if shape == 3 {
                tx.commit().await.unwrap();
            }
        }
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn whoever_comes_after_an_abort_is_himself() {
    let app = TestApp::on(Database::create().await, ONE, |_| {}).await;
    let callers = vec![
        Somebody::of(&app.person(Role::SalesRep).await),
        Somebody::of(&app.person(Role::Admin).await),
        Somebody::of(&app.inactive().await),
        Somebody {
            identity: Identity::anon(),
            id: None,
            role: "anon",
        },
        Somebody {
            identity: Identity::service(),
            id: None,
            role: "service_role",
        },
        Somebody {
            identity: Identity::system(SystemReason::Work),
            id: None,
            role: "worker",
        },
    ];
    static ENDED: AtomicU32 = AtomicU32::new(0);
    static ABORTED: AtomicU32 = AtomicU32::new(0);
    let tasks = (0..TASKS).map(|task| {
        let (callers, db) = (callers.clone(), app.app.db().clone());
        tokio::spawn(async move {
            let mut numbers = Numbers(u64::from(task));
            for _ in 0..REQUESTS / TASKS {
                let caller = &callers[numbers.below(6) as usize];
                let shape = numbers.below(5);
                let steps = match numbers.below(3) {
                    0 => 1 + numbers.below(5),
                    _ => u32::MAX,
                };
                match for_steps(request(&db, caller, shape), steps).await {
                    Some(()) => ENDED.fetch_add(1, Ordering::Relaxed),
                    None => ABORTED.fetch_add(1, Ordering::Relaxed),
                };
            }
        })
    });
    for task in tasks.collect::<Vec<_>>() {
        task.await.unwrap();
    }
    let aborted = ABORTED.load(Ordering::Relaxed);
    assert!(aborted > REQUESTS / 10, "only {aborted} were aborted");
    assert_eq!(ENDED.load(Ordering::Relaxed) + aborted, REQUESTS);
    nothing_is_left_open(&app).await;
}

/// No connection of the server's stays in a transaction.
async fn nothing_is_left_open(app: &TestApp) {
    let sql = app.sql().await;
    for _ in 0..500 {
        let row = sql
            .query_one(
                "select count(*) from pg_stat_activity where datname = current_database() \
                 and pid <> pg_backend_pid() and state <> 'idle'",
                &[],
            )
            .await
            .unwrap();
        if row.get::<_, i64>(0) == 0 {
            return;
        }
        tokio::time::sleep(std::time::Duration::from_millis(10)).await;
    }
    panic!("a connection is still in a transaction after five seconds");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn clients_that_hang_up_leave_nobody_elses_rights_behind() {
    let app = TestApp::on(Database::create().await, ONE, |_| {}).await;
    let admin = app.person(Role::Admin).await;
    let mut sold = property("Casa Vendida");
    sold["status"] = json!("sold");
    let id = admin.post("/api/properties", sold).await.expect(201).id();
    let path = format!("/api/properties/{id}");
    let tasks = (0..4_u32).map(|task| {
        let clients = [app.anon(), admin.client.clone()];
        let path = path.clone();
        tokio::spawn(async move {
            let mut numbers = Numbers(u64::from(task) + 100);
            for _ in 0..500 {
                let who = numbers.below(2) as usize;
                let steps = match numbers.below(2) {
                    0 => 1 + numbers.below(6),
                    _ => u32::MAX,
                };
                if let Some(answer) = for_steps(clients[who].get(&path), steps).await {
                    // A sold home is there for an administrator alone.
                    answer.expect([404, 200][who]);
                }
            }
        })
    });
    for task in tasks.collect::<Vec<_>>() {
        task.await.unwrap();
    }
    nothing_is_left_open(&app).await;
}

#[tokio::test]
async fn what_is_refused_at_commit_is_not_answered_as_done() {
    let app = TestApp::start().await;
    let sql = app.sql().await;
    sql.batch_execute(
        "create function public.refuse_late() returns trigger language plpgsql as $$ \
           begin raise check_violation using constraint = 'properties_late'; end $$; \
         create constraint trigger refuse_late after insert on public.properties \
           deferrable initially deferred for each row execute function public.refuse_late()",
    )
    .await
    .unwrap();
    let admin = app.person(Role::Admin).await;
    let path = "/api/properties";
    admin.post(path, property("Tarde")).await.expect(400);
    let key = [("idempotency-key", "late")];
    admin
        .post_with(path, property("Tarde"), &key)
        .await
        .expect(400);
    let left = "select (select count(*) from public.properties) + \
                (select count(*) from public.idempotency_keys)";
    let row = sql.query_one(left, &[]).await.unwrap();
    assert_eq!(row.get::<_, i64>(0), 0);
}

#[tokio::test]
async fn a_commit_after_an_error_fails_and_keeps_nothing() {
    let app = TestApp::start().await;
    let admin = identity(&app.person(Role::Admin).await);
    let insert = || {
        Query::new(
            "insert into properties (name, city, price_range, bedrooms, type, description) \
             values ('Tx', 'Valencia', 'EUR 1', ",
        )
    };
    let tx = app.app.db().begin(&admin).await.unwrap();
    let good = insert().bind(1_i32).push(", 'villa', '') returning id");
    tx.run(good).await.unwrap();
    let bad = insert().bind(-1_i32).push(", 'villa', '') returning id");
    tx.run(bad).await.unwrap_err();
    tx.commit().await.unwrap_err();
    // The connection is fit for the next, and nothing of this one is there.
    let count = Query::new("select count(*) from properties");
    let rows = app.app.db().write(&admin).run(count).await.unwrap();
    assert_eq!(rows[0].get::<_, i64>(0), 0);
}

#[tokio::test]
async fn a_statement_that_cannot_be_prepared_fails_the_transaction_as_well() {
    let app = TestApp::start().await;
    let admin = identity(&app.person(Role::Admin).await);
    let nonsense = || Query::new("select no_such_column from properties");
    let tx = app.app.db().begin(&admin).await.unwrap();
    tx.run(nonsense()).await.unwrap_err();
    tx.commit().await.unwrap_err();
    let tx = app.app.db().begin(&admin).await.unwrap();
    let both = vec![Query::new("select 1"), nonsense()];
    tx.run_all(both).await.unwrap_err();
    tx.commit().await.unwrap_err();
}

#[tokio::test]
async fn a_session_that_ended_writes_nothing() {
    let app = TestApp::start().await;
    let admin = app.person(Role::Admin).await;
    admin
        .post("/api/properties", property("Antes"))
        .await
        .expect(201);
    let sql = app.sql().await;
    sql.execute("delete from auth.sessions where id = $1", &[&admin.session])
        .await
        .unwrap();
    // The person is still remembered here; the transaction asks anew.
    let refused = admin
        .post("/api/properties", property("Después"))
        .await
        .expect(401);
    assert_eq!(refused.json["code"], "session_ended");
    let again = Client::new(&app.url, admin.token().map(str::to_owned));
    again.get("/api/properties").await.expect(401);
    let rows = sql
        .query_one("select count(*) from public.properties", &[])
        .await
        .unwrap();
    assert_eq!(rows.get::<_, i64>(0), 1);
}
