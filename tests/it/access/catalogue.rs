//! What the catalogue must say whoever asks: forced RLS everywhere, definer functions pinned and on a
//! closed list, nothing executable by PUBLIC, a login role that owns nothing.

use std::path::Path;

use super::rows::id;
use super::trial::batch;
use super::world::{Principal, connect};

async fn names(query: &str) -> Vec<String> {
    let client = connect().await;
    client
        .query(query, &[])
        .await
        .expect(query)
        .iter()
        .map(|row| row.get(0))
        .collect()
}

fn none(found: Vec<String>, what: &str) {
    assert!(found.is_empty(), "{what}:\n{}", found.join("\n"));
}

/// Functions in our schemas that no extension owns.
const OURS: &str = "from pg_proc p join pg_namespace n on n.oid = p.pronamespace
  where n.nspname in ('public', 'doorstep', 'auth')
    and not exists (select from pg_depend d where d.objid = p.oid and d.deptype = 'e')";

#[tokio::test]
async fn row_level_security_is_enabled_and_forced_on_every_table() {
    let query =
        "select c.oid::regclass::text from pg_class c join pg_namespace n on n.oid = c.relnamespace
      where c.relkind in ('r', 'p') and n.nspname in ('public', 'doorstep', 'auth')
        and not (c.relrowsecurity and c.relforcerowsecurity)
        and not exists (select from pg_depend d where d.objid = c.oid and d.deptype = 'e')";
    none(
        names(query).await,
        "tables without enabled and forced row level security",
    );
}

#[tokio::test]
async fn every_policy_for_writing_has_both_clauses() {
    let query = "select format('%s on %s', policyname, tablename) from pg_policies
      where schemaname in ('public', 'doorstep', 'auth') and cmd in ('UPDATE', 'ALL') and (qual is null or with_check is null)";
    none(
        names(query).await,
        "policies for UPDATE without USING or WITH CHECK",
    );
}

#[tokio::test]
async fn policies_ask_each_helper_once_a_statement() {
    let query = r"select format('%s on %s: %s', policyname, tablename, coalesce(qual, with_check)) from pg_policies
      where schemaname in ('public', 'doorstep')
        and regexp_replace(coalesce(qual, '') || ' ' || coalesce(with_check, ''), 'SELECT (doorstep|auth|public)?\.?(my_role|uid|my_team_ids|led_team_ids|led_user_ids|is_admin)\(\)', '', 'g')
            ~ '(my_role|uid|my_team_ids|led_team_ids|led_user_ids|is_admin)\(\)'";
    none(names(query).await, "policies that call a helper once a row");
}

#[tokio::test]
async fn definer_functions_are_pinned_and_on_the_closed_list() {
    let unpinned = format!(
        "select p.oid::regprocedure::text {OURS} and p.prosecdef
           and not coalesce(p.proconfig @> array['search_path=\"\"'] or p.proconfig @> array['search_path='], false)"
    );
    none(
        names(&unpinned).await,
        "SECURITY DEFINER functions without search_path = ''",
    );
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("migrations/README.md");
    let list = std::fs::read_to_string(path).expect("migrations/README.md");
    let (_, list) = list
        .split_once("the closed list")
        .expect("the closed list in migrations/README.md");
    let listed: Vec<&str> = list
        .split(|c: char| !c.is_ascii_alphanumeric() && c != '_')
        .collect();
    let definers = format!("select distinct p.proname::text {OURS} and p.prosecdef order by 1");
    let found = names(&definers).await;
    none(
        found
            .into_iter()
            .filter(|name| !listed.contains(&name.as_str()))
            .collect(),
        "SECURITY DEFINER functions that migrations/README.md does not list",
    );
}

#[tokio::test]
async fn no_function_is_executable_by_public() {
    // auth.uid() and its sisters read the transaction's own settings; a Supabase project gives them to PUBLIC too.
    let open = format!(
        "select p.oid::regprocedure::text {OURS}
           and p.oid::regprocedure::text not in ('auth.uid()', 'auth.role()', 'auth.jwt()', 'auth.email()')
           and exists (select from aclexplode(coalesce(p.proacl, acldefault('f', p.proowner))) a where a.grantee = 0)"
    );
    none(names(&open).await, "functions that PUBLIC may execute");
    let triggers = format!(
        "select p.oid::regprocedure::text {OURS} and p.prorettype = 'trigger'::regtype
           and exists (select from aclexplode(coalesce(p.proacl, acldefault('f', p.proowner))) a where a.grantee <> p.proowner)"
    );
    none(
        names(&triggers).await,
        "trigger functions that somebody may execute",
    );
}

#[tokio::test]
async fn definer_functions_belong_to_roles_that_cannot_log_in() {
    let query = format!(
        "select p.oid::regprocedure || ' belongs to ' || pg_get_userbyid(p.proowner) {OURS} and p.prosecdef
           and pg_get_userbyid(p.proowner) not in ('doorstep_definer', 'doorstep_auth')"
    );
    none(
        names(&query).await,
        "SECURITY DEFINER functions of other owners",
    );
}

#[tokio::test]
async fn the_login_role_owns_nothing_and_reads_one_table() {
    let login = "(select r.oid from pg_class c, aclexplode(c.relacl) a join pg_roles r on r.oid = a.grantee
      where c.oid = 'doorstep.live_sessions'::regclass and r.rolcanlogin and a.grantee <> c.relowner limit 1)";
    let owned = format!(
        "select d.classid::regclass || ' ' || d.objid from pg_shdepend d where d.deptype = 'o' and d.refobjid = {login}"
    );
    none(names(&owned).await, "objects that the login role owns");
    let readable = format!(
        "select c.oid::regclass || ' ' || a.privilege_type from pg_class c, aclexplode(c.relacl) a
          where a.grantee = {login} and not (c.oid = 'doorstep.live_sessions'::regclass and a.privilege_type = 'SELECT')"
    );
    none(names(&readable).await, "grants of the login role");
    let might = format!(
        "select rolname::text from pg_roles where oid = {login}
           and (rolsuper or rolbypassrls or rolinherit or rolcreaterole or rolcreatedb or rolreplication)"
    );
    none(names(&might).await, "a login role with more than it needs");
}

#[tokio::test]
async fn nobody_has_nothing() {
    let query =
        "select c.oid::regclass || ' ' || a.privilege_type from pg_class c, aclexplode(c.relacl) a
      where a.grantee = (select oid from pg_roles where rolname = 'nobody')
        and not (c.oid = 'doorstep.live_sessions'::regclass and a.privilege_type = 'SELECT')";
    none(names(query).await, "grants of nobody");
    let public = "select c.oid::regclass || ' ' || a.privilege_type
      from pg_class c join pg_namespace n on n.oid = c.relnamespace, aclexplode(c.relacl) a
      where a.grantee = 0 and n.nspname in ('public', 'doorstep', 'auth')
        and not exists (select from pg_depend d where d.objid = c.oid and d.deptype = 'e')";
    none(names(public).await, "grants of PUBLIC");
}

#[tokio::test]
async fn views_are_for_reading() {
    let query = "select c.oid::regclass || ' ' || a.privilege_type || ' to ' || a.grantee::regrole
      from pg_class c join pg_namespace n on n.oid = c.relnamespace, aclexplode(c.relacl) a
      where c.relkind in ('v', 'm') and n.nspname in ('public', 'doorstep') and a.grantee <> c.relowner and a.privilege_type <> 'SELECT'
        and not exists (select from pg_depend d where d.objid = c.oid and d.deptype = 'e')";
    none(names(query).await, "views that somebody may write");
}

#[tokio::test]
async fn masked_views_have_the_columns_of_their_table() {
    let query = "with shape as (select c.relname::text as name, n.nspname, array_agg((a.attname::text, format_type(a.atttypid, a.atttypmod)) order by a.attnum) as columns
        from pg_class c join pg_namespace n on n.oid = c.relnamespace join pg_attribute a on a.attrelid = c.oid
       where n.nspname = 'public' and c.relkind in ('r', 'v') and a.attnum > 0 and not a.attisdropped group by 1, 2)
      select v.name from shape v join shape t on t.name = regexp_replace(v.name, '_(masked|pool|metadata|state|no_payload|directory)$', '')
       where v.name ~ '_(masked|pool|metadata|state|no_payload|directory)$' and v.columns <> t.columns";
    none(names(query).await, "views that differ from their table");
}

#[tokio::test]
async fn a_temporary_table_shadows_nothing() {
    if super::drop::asked_for() {
        return;
    }
    let stage = super::stage().await;
    let client = &stage.client;
    let rep = Principal::named("sales_rep").become_him();
    let refused = batch(
        client,
        &format!("{rep}; create temporary table shadow (x int)"),
    )
    .await;
    assert_eq!(
        refused.expect_err("a caller makes a temporary table").0,
        "42501"
    );
    let plant = format!(
        "create temporary table users as select u.id, 'admin'::text as role, 'active'::text as status, null::timestamptz as deactivated_at
           from public.users u where u.id = {}; grant select on pg_temp.users to public;
         create function pg_temp.uid() returns uuid language sql as $f$select {}$f$; set local search_path = pg_temp, auth, public",
        id("users", "sales_rep"),
        id("users", "admin")
    );
    let answers = batch(
        client,
        &format!("{plant}; {rep}; select doorstep.my_role(), public.is_admin()"),
    )
    .await
    .expect("asks");
    let row = &answers.last().expect("an answer").0[0];
    assert_eq!((row.get(0), row.get(1)), (Some("sales_rep"), Some("f")));
}
