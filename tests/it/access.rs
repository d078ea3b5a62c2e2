//! Who may do what: every cell of `docs/access.md`, tried against the real database.
//!
//! The matrix is the decision and the policies are written by hand from the specification, so neither
//! is made from the other. Everything happens in one transaction that is rolled back, one savepoint a
//! trial. `DOORSTEP_DROP=policies` runs the other way round: it drops each policy and grant in turn
//! and asks which cell turns red (see `drop.rs`).

mod catalogue;
mod drop;
mod ledger;
mod matrix;
mod rows;
mod schema;
mod system;
mod trial;
mod world;

use std::path::Path;

/// Fewer cells than this were not the whole matrix.
const CELLS_AT_LEAST: usize = 5_000;

fn document() -> matrix::Document {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/access.md");
    matrix::read(&path).unwrap_or_else(|errors| panic!("docs/access.md:\n{errors}"))
}

/// A connection inside a transaction in which the world stands and savepoint `c` is set.
async fn stage() -> (tokio_postgres::Client, schema::Schema) {
    let client = world::connect().await;
    let problems = world::build(&client).await;
    if !problems.is_empty() { eprintln!("PROBLEMS {}:\n{}", problems.len(), problems.iter().filter(|p| !p.starts_with("42P01")).take(40).cloned().collect::<Vec<_>>().join("\n")); }
    let schema = schema::Schema::read(&client).await;
    client.batch_execute("savepoint c").await.expect("savepoint");
    (client, schema)
}

#[tokio::test]
async fn every_cell_answers_as_the_document_says() {
    if drop::asked_for() {
        return;
    }
    let document = document();
    let (client, mut schema) = stage().await;
    let cases = trial::cases(&document, &schema);
    let mut differences = Vec::new();
    for case in &cases {
        differences.extend(trial::attempt(&client, &mut schema, case).await);
    }
    assert!(
        differences.is_empty(),
        "{} of {} cells differ:\n{}",
        differences.len(),
        cases.len(),
        trial::table(&differences)
    );
    assert!(cases.len() >= CELLS_AT_LEAST, "only {} cells were tried", cases.len());
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
    assert!(missing.is_empty(), "docs/access.md does not name {missing:?}");
}

#[tokio::test]
async fn system_roles_have_what_the_document_says() {
    if drop::asked_for() {
        return;
    }
    let document = document();
    let (client, _) = stage().await;
    let differences = system::differences(&client, &document.system).await;
    assert!(differences.is_empty(), "{}", differences.join("\n"));
}

#[tokio::test]
async fn each_policy_and_grant_has_a_cell_that_turns_red() {
    if !drop::asked_for() {
        return;
    }
    let document = document();
    let (client, mut schema) = stage().await;
    let survivors = drop::survivors(&client, &mut schema, &document).await;
    assert!(survivors.is_empty(), "{} survivors:\n{}", survivors.len(), survivors.join("\n"));
}
