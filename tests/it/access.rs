//! Who may do what: every cell of `docs/access.md`, tried against the real database.
//!
//! The matrix is the decision and the policies are written by hand from the specification, so neither
//! is made from the other. Everything happens in one transaction that is rolled back, one savepoint a
//! trial. `DOORSTEP_DROP=policies` runs the other way round: it drops each policy and grant in turn
//! and asks which cell turns red (see `drop.rs`).

mod asks;
mod calls;
mod catalogue;
mod desk;
mod drop;
mod effects;
mod http;
mod ledger;
mod matrix;
mod routes;
mod rows;
mod schema;
mod system;
mod trial;
mod world;

use std::path::Path;

/// Fewer cells than this were not the whole matrix.
const CELLS_AT_LEAST: usize = 13_000;

fn document() -> matrix::Document {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/access.md");
    matrix::read(&path).unwrap_or_else(|errors| panic!("docs/access.md:\n{errors}"))
}

/// One world at a time: two of them in one database would wait for each other's unique keys.
static STAGE: tokio::sync::Mutex<()> = tokio::sync::Mutex::const_new(());

/// A connection inside a transaction in which the world stands and savepoint `c` is set.
struct Stage {
    client: tokio_postgres::Client,
    schema: schema::Schema,
    _alone: tokio::sync::MutexGuard<'static, ()>,
}

async fn stage() -> Stage {
    let alone = STAGE.lock().await;
    let client = world::connect().await;
    let problems = world::build(&client).await;
    assert!(
        problems.is_empty(),
        "the world could not be built:\n{}",
        problems.join("\n")
    );
    let schema = schema::Schema::read(&client).await;
    client
        .batch_execute("savepoint c")
        .await
        .expect("savepoint");
    Stage {
        client,
        schema,
        _alone: alone,
    }
}

#[tokio::test]
async fn every_cell_answers_as_the_document_says() {
    if drop::asked_for() {
        return;
    }
    let document = document();
    let mut stage = stage().await;
    let (client, schema) = (&stage.client, &mut stage.schema);
    let cases = trial::cases(&document, schema);
    let mut differences = Vec::new();
    for case in &cases {
        differences.extend(trial::attempt(client, schema, case).await);
    }
    assert!(
        differences.is_empty(),
        "{} of {} cells differ:\n{}",
        differences.len(),
        cases.len(),
        trial::table(&differences)
    );
    assert!(
        cases.len() >= CELLS_AT_LEAST,
        "only {} cells were tried",
        cases.len()
    );
}

#[tokio::test]
async fn whoever_signs_himself_up_is_an_inactive_sales_rep() {
    if drop::asked_for() {
        return;
    }
    let stage = stage().await;
    let client = &stage.client;
    let mut newcomer = world::Principal::named("inactive");
    newcomer.person = Some("newcomer".to_owned());
    let me = rows::id("users", "newcomer");
    let text = format!(
        "{}; insert into users (id, name, email, role, status, max_open_leads) values ({me}, 'New', 'forged@desk.test', 'admin', 'active', 999);
         set local role none; select role, status, email, max_open_leads from users where id = {me}",
        newcomer.become_him()
    );
    let answers = trial::batch(client, &text)
        .await
        .expect("he inserts his own row");
    let row = &answers[5].0[0];
    let kept: Vec<_> = (0..4).map(|i| row.get(i).unwrap_or_default()).collect();
    assert_eq!(kept, ["sales_rep", "inactive", "newcomer@desk.test", "50"]);
}

#[tokio::test]
async fn a_deactivated_person_has_no_session_and_no_role() {
    if drop::asked_for() {
        return;
    }
    let stage = stage().await;
    let client = &stage.client;
    let me = rows::id("users", "sales_rep");
    let text = format!(
        "update users set status = 'inactive', deactivated_at = '2029-01-01Z' where id = {me};
         select count(*) from doorstep.live_sessions where user_id = {me};
         {}; select doorstep.my_role() is null, count(*) from prospects",
        world::Principal::named("sales_rep").become_him()
    );
    let before = trial::batch(
        client,
        &format!("select count(*) from doorstep.live_sessions where user_id = {me}"),
    )
    .await
    .expect("sessions");
    assert_eq!(before[1].0[0].get(0), Some("1"));
    let after = trial::batch(client, &text).await.expect("deactivation");
    assert_eq!(after[2].0[0].get(0), Some("0"), "his sessions are over");
    let row = &after[5].0[0];
    assert_eq!(
        (row.get(0), row.get(1)),
        (Some("t"), Some("0")),
        "and his token opens nothing"
    );
}

#[tokio::test]
async fn every_table_is_in_the_document() {
    let document = document();
    let client = world::connect().await;
    let schema = schema::Schema::read(&client).await;
    let missing: Vec<&str> = schema
        .tables()
        .filter(|t| !document.lines.iter().any(|l| l.table == *t))
        .filter(|t| !t.starts_with("auth.schema_migrations"))
        .collect();
    assert!(
        missing.is_empty(),
        "docs/access.md does not name {missing:?}"
    );
}

#[tokio::test]
async fn system_roles_have_what_the_document_says() {
    if drop::asked_for() {
        return;
    }
    let document = document();
    let stage = stage().await;
    let client = &stage.client;
    let differences = system::differences(client, &document.system).await;
    assert!(differences.is_empty(), "{}", differences.join("\n"));
}

#[tokio::test]
async fn every_column_of_every_table_is_tried() {
    let document = document();
    let client = world::connect().await;
    let schema = schema::Schema::read(&client).await;
    let mut missing = Vec::new();
    for table in schema.tables() {
        let named = |column: &str| {
            document.lines.iter().any(|l| {
                let names = l.table == table && l.verbs.contains(&matrix::Verb::Update);
                names && l.columns.iter().any(|c| c.name == "*" || c.name == column)
            })
        };
        missing.extend(
            schema
                .writable(table)
                .filter(|c| !named(c))
                .map(|c| format!("{table}.{c}")),
        );
    }
    assert!(
        missing.is_empty(),
        "no line of docs/access.md says who writes {missing:?}"
    );
}

#[tokio::test]
async fn what_the_definer_functions_do_happens() {
    if drop::asked_for() {
        return;
    }
    let stage = stage().await;
    let mut missing = Vec::new();
    for effect in effects::all() {
        missing.extend(effects::attempt(&stage.client, &effect).await);
    }
    assert!(missing.is_empty(), "{}", missing.join("\n"));
}

#[tokio::test]
async fn each_policy_and_grant_has_a_cell_that_turns_red() {
    if !drop::asked_for() {
        return;
    }
    let document = document();
    let mut stage = stage().await;
    let (client, schema) = (&stage.client, &mut stage.schema);
    let survivors = drop::survivors(client, schema, &document).await;
    assert!(
        survivors.is_empty(),
        "{} survivors:\n{}",
        survivors.len(),
        survivors.join("\n")
    );
}
