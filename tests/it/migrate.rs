//! Migrations: applied once, whoever starts together and whatever is killed.

use std::{env, time::Duration};

use doorstep::db::{MigrateError, migrate, migrate_some, migration_names, migrations_current};
use tokio_postgres::Client;

use crate::{cluster::Database, pool::Numbers};

/// Every object of the schema as text, and a hash of all of it.
const FINGERPRINT: &str = "
with parts (part) as (
  select format('%s %s %s %s', c.oid::regclass, c.relkind, c.relowner::regrole, c.relacl)
    || coalesce(pg_get_viewdef(case c.relkind when 'v' then c.oid end), '')
    || coalesce(pg_get_indexdef(case c.relkind when 'i' then c.oid end), '')
  from pg_class c join ours on ours.oid = c.relnamespace
  union all
  select format('%s %s %s %s %s', a.attrelid::regclass, a.attname, a.atttypid::regtype, a.attnotnull, a.attacl)
    || coalesce(pg_get_expr(d.adbin, d.adrelid), '')
  from pg_attribute a join pg_class c on c.oid = a.attrelid join ours on ours.oid = c.relnamespace
    left join pg_attrdef d on d.adrelid = a.attrelid and d.adnum = a.attnum
  where a.attnum > 0
  union all
  select p.oid::regprocedure || pg_get_functiondef(p.oid) || p.proowner::regrole || coalesce(p.proacl::text, '')
  from pg_proc p join ours on ours.oid = p.pronamespace
  where p.prokind = 'f' and not exists (select from pg_depend e where e.objid = p.oid and e.deptype = 'e')
  union all
  select format('%s %s %s', conrelid::regclass, conname, pg_get_constraintdef(c.oid))
  from pg_constraint c join ours on ours.oid = c.connamespace
  union all
  select pg_get_triggerdef(t.oid) || t.tgenabled::text
  from pg_trigger t join pg_class c on c.oid = t.tgrelid join ours on ours.oid = c.relnamespace
  where not t.tgisinternal
  union all
  select format('%s %s %s %s %s %s', polrelid::regclass, polname, polcmd, polroles::regrole[],
                pg_get_expr(polqual, polrelid), pg_get_expr(polwithcheck, polrelid))
  from pg_policy
  union all
  select name || checksum::text from doorstep.migrations
)
select md5(string_agg(part, E'\\n' order by part collate \"C\")), count(*) from parts";

/// Hash and number of the objects of a migrated database.
async fn fingerprint(sql: &Client) -> (String, i64) {
    let schemas = "(select oid from pg_namespace where nspname in ('public', 'auth', 'doorstep'))";
    let text = FINGERPRINT.replacen("with parts", &format!("with ours as {schemas}, parts"), 1);
    let row = sql.query_one(&text, &[]).await.unwrap();
    (row.get(0), row.get(1))
}

/// What a migration that nothing disturbed makes.
async fn undisturbed() -> (String, i64) {
    let database = Database::empty().await;
    run(&database).await.unwrap();
    fingerprint(&database.sql().await).await
}

async fn run(database: &Database) -> Result<usize, MigrateError> {
    migrate(&database.owner(), &database.names(), |_| {}).await
}

/// One version, the right one, and a second run finds nothing to do.
async fn is_clean(database: &Database) {
    assert_eq!(run(database).await.unwrap(), 0);
    assert!(migrations_current(&database.owner()).await.unwrap());
    let sql = database.sql().await;
    assert_eq!(fingerprint(&sql).await, undisturbed().await);
}

async fn applied(sql: &Client) -> i64 {
    let text = "select to_regclass('doorstep.migrations') is not null";
    match sql.query_one(text, &[]).await.unwrap().get(0) {
        false => 0,
        true => {
            let count = "select count(*) from doorstep.migrations";
            sql.query_one(count, &[]).await.unwrap().get(0)
        }
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn servers_that_start_together_make_one_version() {
    let database = Database::empty().await;
    let runs = (0..4).map(|_| {
        let database = database.clone();
        tokio::spawn(async move { run(&database).await })
    });
    let mut made = Vec::new();
    for run in runs.collect::<Vec<_>>() {
        made.push(run.await.unwrap().unwrap());
    }
    made.sort_unstable();
    assert_eq!(made[..3], [0, 0, 0], "one applied everything");
    assert!(made[3] > 10);
    is_clean(&database).await;
}

/// Ends the migrating backend after a number of its commands. What counts
/// stands outside of transactions, in a sequence.
const KILLER: &str = "
create schema killer;
create sequence killer.commands;
create table killer.plan (after bigint);
insert into killer.plan values (0);
create function killer.strike() returns event_trigger language plpgsql security definer
set search_path = '' as $$
begin
  if pg_catalog.nextval('killer.commands') = (select after from killer.plan) then
    perform pg_catalog.pg_terminate_backend(pg_catalog.pg_backend_pid());
    perform pg_catalog.pg_sleep(10);
  end if;
end $$;
create event trigger strike on ddl_command_end execute function killer.strike();";

/// `DOORSTEP_LONG=1` kills at every single command; else one in about thirty.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_kill_at_any_statement_leaves_whole_files() {
    let long = env::var_os("DOORSTEP_LONG").is_some();
    let database = Database::empty().await;
    let sql = database.sql().await;
    sql.batch_execute(KILLER).await.unwrap();
    let mut numbers = Numbers(11);
    let (mut after, mut whole, mut kills) = (1_i64, 0, 0);
    loop {
        sql.query_one("select setval('killer.commands', 1, false)", &[])
            .await
            .unwrap();
        sql.execute("update killer.plan set after = $1", &[&after])
            .await
            .unwrap();
        let Err(error) = run(&database).await else {
            break;
        };
        assert!(!matches!(error, MigrateError::Changed(_)), "{error}");
        kills += 1;
        let now = applied(&sql).await;
        assert!(now >= whole, "an applied file is gone");
        after = match now > whole {
            true => 1,
            false if long => after + 1,
            false => after + 1 + i64::from(numbers.below(60)),
        };
        whole = now;
    }
    assert!(kills > if long { 500 } else { 14 }, "only {kills} kills");
    eprintln!("{kills} kills");
    sql.batch_execute("drop event trigger strike; drop schema killer cascade")
        .await
        .unwrap();
    is_clean(&database).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_program_that_dies_in_the_middle_is_followed_by_another() {
    let database = Database::empty().await;
    let mut numbers = Numbers(5);
    for _ in 0..12 {
        let one = database.clone();
        let run = tokio::spawn(async move { run(&one).await });
        tokio::time::sleep(Duration::from_millis(u64::from(numbers.below(120)))).await;
        // Its connection breaks; PostgreSQL may still be at its last command.
        run.abort();
        let _ = run.await;
    }
    run(&database).await.unwrap();
    is_clean(&database).await;
}

#[tokio::test]
async fn an_applied_file_that_changed_is_refused() {
    let database = Database::create().await;
    let sql = database.sql().await;
    sql.batch_execute("update doorstep.migrations set checksum = '\\x00' where name like '005%'")
        .await
        .unwrap();
    let error = run(&database).await.unwrap_err();
    assert!(matches!(&error, MigrateError::Changed(name) if name.starts_with("005")));
}

#[tokio::test]
async fn an_older_program_leaves_a_newer_database_alone() {
    let database = Database::create().await;
    let sql = database.sql().await;
    sql.batch_execute("insert into doorstep.migrations values ('999_later', '\\x00')")
        .await
        .unwrap();
    let error = run(&database).await.unwrap_err();
    assert!(matches!(&error, MigrateError::Newer(name) if name == "999_later"));
}

/// The numbers in the order in which they came to the main branch, a line a
/// time that they did: what an installation has applied is what stood in the
/// lines up to some point. A new file goes into a line of its own, at the end.
const LANDED: &[&[&str]] = &[
    &["001", "002", "003", "004", "005", "006", "007", "008"],
    &["010", "011", "012", "013", "014", "015", "016"],
    &["033"],
    &["020"],
    &["025"],
    &["040"],
    &["056", "057"],
    &["041", "042", "043", "044"],
    &["034", "035"],
    &["021"],
    &["045", "047"],
    &["050", "051"],
    &["058", "059", "060"],
    &["061"],
    &["062"],
    &["070"],
    &["063", "064", "065"],
    &["073", "074"],
    &["075"],
];

/// A lower number may land after a higher one. Whoever has upgraded each time
/// has the same schema as whoever installs today, and nothing is left out.
#[tokio::test]
async fn a_database_that_grew_is_one_that_was_made_anew() {
    let mut listed: Vec<&str> = LANDED.concat();
    listed.sort_unstable();
    let files: Vec<&str> = migration_names().map(|name| &name[..3]).collect();
    assert_eq!(listed, files, "LANDED names each file once");

    let database = Database::empty().await;
    for step in 1..=LANDED.len() {
        let there: Vec<&str> = LANDED[..step].concat();
        let wanted = |name: &str| there.contains(&&name[..3]);
        let made = migrate_some(&database.owner(), &database.names(), wanted, |_| {})
            .await
            .unwrap_or_else(|error| panic!("{:?}: {error}", LANDED[step - 1]));
        assert_eq!(made, LANDED[step - 1].len(), "{:?}", LANDED[step - 1]);
        let current = migrations_current(&database.owner()).await.unwrap();
        assert_eq!(current, step == LANDED.len());
    }
    is_clean(&database).await;
}

/// Whoever has not upgraded since the higher numbers gets the lower ones at once.
#[tokio::test]
async fn a_lower_number_is_not_forgotten() {
    let database = Database::empty().await;
    let there: Vec<&str> = LANDED[..7].concat();
    assert!(there.contains(&"057") && !there.contains(&"041"));
    let wanted = |name: &str| there.contains(&&name[..3]);
    let older = migrate_some(&database.owner(), &database.names(), wanted, |_| {})
        .await
        .unwrap();
    assert!(!migrations_current(&database.owner()).await.unwrap());
    let newer = run(&database).await.unwrap();
    assert_eq!(older + newer, migration_names().count());
    is_clean(&database).await;
}
