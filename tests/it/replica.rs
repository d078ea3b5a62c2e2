//! A database that a Supabase project had before, and one whose owner has no
//! login role beside him.

use doorstep::{
    db::{PoolSizes, migrate, missing, roles_script},
    users::Role,
};
use serde_json::json;
use tokio_postgres::Client;

use crate::{
    app::{TestApp, property},
    cluster::{Database, connect, own_cluster},
};

const PROJECT: &str = include_str!("../replica/supabase.sql");
const SIZES: PoolSizes = PoolSizes {
    reads: 2,
    writes: 2,
};

/// Owner, number of columns and rows of each table of the schema `auth`.
async fn auth_tables(sql: &Client) -> Vec<String> {
    let rows = sql
        .query(
            "select format('%s %s %s', c.relname, c.relowner::regrole, \
               (select count(*) from pg_attribute a where a.attrelid = c.oid and attnum > 0)) \
             from pg_class c where c.relnamespace = 'auth'::regnamespace and c.relkind = 'r' \
             order by 1",
            &[],
        )
        .await
        .unwrap();
    rows.iter().map(|row| row.get(0)).collect()
}

async fn auth_functions(sql: &Client) -> Vec<String> {
    let rows = sql
        .query(
            "select p.proname || md5(p.prosrc) || p.proowner::regrole from pg_proc p \
             where p.pronamespace = 'auth'::regnamespace order by 1",
            &[],
        )
        .await
        .unwrap();
    rows.iter().map(|row| row.get(0)).collect()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_supabase_project_keeps_and_uses_what_it_has() {
    let database = Database::on(own_cluster(), "project").await;
    let names = database.names();
    let sql = database.sql().await;
    let project = PROJECT.replace("{{owner}}", &format!("\"{}\"", names.owner));
    sql.batch_execute(&project).await.unwrap();
    let (tables, functions) = (auth_tables(&sql).await, auth_functions(&sql).await);
    let owner = connect(&database.owner()).await;

    // The owner is an ordinary role: what only an administrator can give is
    // listed, and nothing has been changed.
    let lacking = missing(&owner, &names).await.unwrap();
    let what: Vec<&str> = lacking.iter().map(|item| item.what.as_str()).collect();
    assert!(
        what.contains(&"the role doorstep_definer does not exist"),
        "{what:?}"
    );
    assert!(what.iter().any(|what| what.contains("auth")), "{what:?}");
    sql.batch_execute(&roles_script(&names)).await.unwrap();
    assert_eq!(missing(&owner, &names).await.unwrap(), []);

    migrate(&database.owner(), &names, |_| {}).await.unwrap();
    let row = sql
        .query_one(
            "select rolsuper from pg_roles where rolname = $1",
            &[&names.owner],
        )
        .await
        .unwrap();
    assert!(!row.get::<_, bool>(0), "the owner is no superuser");
    assert_eq!(auth_tables(&sql).await, tables);
    assert_eq!(auth_functions(&sql).await, functions);
    let before = sql
        .query_one(
            "select u.status, count(s.*) from public.users u \
             left join doorstep.live_sessions s on s.user_id = u.id \
             where u.email = 'before@example.com' group by 1",
            &[],
        )
        .await
        .unwrap();
    assert_eq!(before.get::<_, String>(0), "inactive");
    assert_eq!(before.get::<_, i64>(1), 1, "the open session goes on");

    let app = TestApp::on(database, SIZES, |_| {}).await;
    works(&app).await;
}

/// People sign in, write, and see what they may.
async fn works(app: &TestApp) {
    let admin = app.person(Role::Admin).await;
    let mut sold = property("Vendida");
    sold["status"] = json!("sold");
    let made = admin.post("/api/properties", sold).await.expect(201);
    let path = format!("/api/properties/{}", made.id());
    admin.get(&path).await.expect(200);
    app.anon().get(&path).await.expect(404);
    let rep = app.person(Role::SalesRep).await;
    rep.put(&path, json!({ "name": "Mía" })).await.expect(403);
    let tag = [("if-match", made.header("etag").unwrap())];
    let name = json!({ "name": "Vendida ya" });
    app.service()
        .put_with(&path, name.clone(), &tag)
        .await
        .expect(200);
    app.service().put_with(&path, name, &tag).await.expect(412);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_owner_without_a_login_role_serves_as_nobody() {
    let database = Database::create().await;
    let mut login = database.owner();
    login.options("-c role=nobody");
    let client = connect(&login).await;
    let who = async || -> String {
        let row = client.query_one("select current_user::text", &[]).await;
        row.unwrap().get(0)
    };
    assert_eq!(who().await, "nobody");
    for end in ["commit", "rollback"] {
        client
            .batch_execute("begin; select set_config('role', 'anon', true)")
            .await
            .unwrap();
        assert_eq!(who().await, "anon");
        client.batch_execute(end).await.unwrap();
        assert_eq!(who().await, "nobody", "after {end}");
    }
    client.batch_execute("reset role").await.unwrap();
    assert_eq!(who().await, "nobody");
    client
        .batch_execute("select * from public.properties")
        .await
        .unwrap_err();
    let app = TestApp::through(database, &login, SIZES, |_| {}).await;
    works(&app).await;
}
