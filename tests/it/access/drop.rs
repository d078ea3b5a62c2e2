//! Drops each policy and each grant in turn and looks for the cell that turns red.
//!
//! `DOORSTEP_DROP=policies` asks for it. Everything happens below one savepoint and is rolled back. A
//! policy or grant whose absence no cell notices is a survivor: nothing shows that it is needed, or
//! nothing would show that it is lost.

use std::collections::BTreeSet;

use tokio_postgres::Client;

use super::effects::{self, Effect};
use super::ledger::base;
use super::matrix::{Answer, Document};
use super::schema::Schema;
use super::system::{self, Probe};
use super::trial::{self, Case};

/// Whether the run is to drop policies instead of trying the matrix.
pub fn asked_for() -> bool {
    std::env::var("DOORSTEP_DROP").is_ok_and(|v| v == "policies")
}

/// One thing to take away.
struct Mutant {
    /// The table that it is about, or empty.
    table: String,
    /// The role that it serves, or empty.
    role: String,
    /// The column, where it is a grant on one.
    column: String,
    /// The verb that it is about, or empty.
    verb: String,
    /// The statement that takes it away.
    statement: String,
}

const POLICIES: &str = "
select case when schemaname = 'public' then tablename else schemaname || '.' || tablename end::text,
       case when 'authenticated' = any (roles) then substring(policyname from '^(sales_rep|sales_manager|admin|qa_supervisor|compliance_officer|operations|inactive)')
            else roles[1]::text end,
       '', lower(cmd), format('drop policy %I on %I.%I', policyname, schemaname, tablename)
  from pg_policies where schemaname in ('public', 'doorstep', 'auth') order by 1, 5";

const GRANTS: &str = "
with relation as (
  select c.oid, c.relacl, c.relowner, c.relkind, n.nspname, c.relname,
         case when n.nspname = 'public' then c.relname::text else n.nspname || '.' || c.relname end as name
    from pg_class c join pg_namespace n on n.oid = c.relnamespace
   where n.nspname in ('public', 'doorstep', 'auth') and c.relkind in ('r', 'p', 'v', 'm', 'S')
     and not exists (select from pg_depend d where d.objid = c.oid and d.deptype = 'e')
), given as (
  select r.name, a.grantee, '' as col, a.privilege_type,
         format('revoke %s on %s %I.%I from ', a.privilege_type, case when r.relkind = 'S' then 'sequence' else 'table' end, r.nspname, r.relname) as act, r.relowner as owner
    from relation r, aclexplode(r.relacl) a
  union all
  select r.name, a.grantee, t.attname::text, a.privilege_type,
         format('revoke %s (%I) on %I.%I from ', a.privilege_type, t.attname, r.nspname, r.relname), r.relowner
    from relation r join pg_attribute t on t.attrelid = r.oid, aclexplode(t.attacl) a
  union all
  select n.nspname || '.' || p.proname, a.grantee, '', 'execute', format('revoke execute on function %s from ', p.oid::regprocedure), p.proowner
    from pg_proc p join pg_namespace n on n.oid = p.pronamespace, aclexplode(p.proacl) a
   where n.nspname in ('public', 'doorstep', 'auth') and not exists (select from pg_depend d where d.objid = p.oid and d.deptype = 'e')
  union all
  select '', a.grantee, '', a.privilege_type, format('revoke %s on schema %I from ', a.privilege_type, n.nspname), n.nspowner
    from pg_namespace n, aclexplode(n.nspacl) a where n.nspname in ('public', 'doorstep', 'auth')
)
select g.name::text, coalesce(r.rolname::text, 'public'), g.col, lower(g.privilege_type), g.act || coalesce(quote_ident(r.rolname), 'public')
  from given g left join pg_roles r on r.oid = g.grantee
 where g.grantee <> g.owner and g.privilege_type <> 'CREATE' and coalesce(r.rolname, '') not like 'pg\\_%'
 order by 1, 2, 4, 3";

async fn mutants(client: &Client) -> Vec<Mutant> {
    let mut out = Vec::new();
    for query in [POLICIES, GRANTS] {
        for row in client.query(query, &[]).await.expect("policies and grants") {
            out.push(Mutant {
                table: row.get(0),
                role: row.get::<_, Option<String>>(1).unwrap_or_default(),
                column: row.get(2),
                verb: row.get(3),
                statement: row.get(4),
            });
        }
    }
    out
}

/// Everything that is green now.
async fn green(client: &Client, schema: &mut Schema, document: &Document) -> Green {
    let mut cases = Vec::new();
    for case in trial::cases(document, schema) {
        if trial::attempt(client, schema, &case).await.is_none() {
            cases.push(case);
        }
    }
    client
        .batch_execute("rollback to savepoint c")
        .await
        .expect("rollback");
    let mut probes = Vec::new();
    for probe in system::probes(client, &document.system).await {
        if system::attempt(client, &probe).await.is_none() {
            probes.push(probe);
        }
    }
    let mut effects = Vec::new();
    for effect in effects::all() {
        if effects::attempt(client, &effect).await.is_none() {
            effects.push(effect);
        }
    }
    let mut seen = BTreeSet::new();
    let sample = (0..cases.len())
        .filter(|i| !cases[*i].lax && cases[*i].expected != Answer::Keep)
        .filter(|i| {
            seen.insert((
                cases[*i].line,
                cases[*i].verb,
                cases[*i].principal.name.clone(),
                cases[*i].expected.word(),
            ))
        })
        .collect();
    Green {
        cases,
        sample,
        probes,
        effects,
    }
}

/// The distance of a case about another table.
const FAR: u32 = 16;

/// How likely a case is to notice a mutant; small numbers are tried first.
fn distance(case: &Case, mutant: &Mutant) -> u32 {
    let same = case.table == mutant.table || base(&case.table) == mutant.table;
    let verb = mutant.verb == "all" || case.verb.word() == mutant.verb;
    let role = case.principal.name == mutant.role || case.principal.role == mutant.role;
    let column = mutant.column.is_empty() || case.columns.iter().any(|c| c.name == mutant.column);
    u32::from(!same) * FAR
        + u32::from(!column) * 8
        + u32::from(!verb) * 4
        + u32::from(!role) * 2
        + u32::from(case.lax)
}

/// Drops each in turn; returns those that no cell noticed.
pub async fn survivors(client: &Client, schema: &mut Schema, document: &Document) -> Vec<String> {
    system::isolate_owner(client).await;
    // Where PUBLIC may use schema public, no role's own grant would be missed.
    client
        .batch_execute("revoke usage on schema public from public; savepoint c")
        .await
        .expect("close schema public");
    let green = green(client, schema, document).await;
    client
        .batch_execute("rollback to savepoint c")
        .await
        .expect("rollback");
    let mutants = mutants(client).await;
    let total = mutants.len();
    let mut survivors = Vec::new();
    for mutant in mutants {
        client
            .batch_execute("rollback to savepoint c; savepoint d")
            .await
            .expect("savepoint");
        client
            .batch_execute(&format!("{}; savepoint c", mutant.statement))
            .await
            .expect(&mutant.statement);
        if let Some(red) = first_red(client, schema, &green, &mutant).await {
            eprintln!("{:<90} {red}", mutant.statement);
        } else {
            eprintln!("{:<90} SURVIVED", mutant.statement);
            survivors.push(mutant.statement);
        }
        client
            .batch_execute("rollback to savepoint d; release savepoint d")
            .await
            .expect("rollback");
    }
    eprintln!("{} dropped, {} survived", total, survivors.len());
    survivors
}

/// What was green before anything was dropped.
struct Green {
    cases: Vec<Case>,
    /// One case for each line, principal and answer: what is tried for a mutant of another table.
    sample: Vec<usize>,
    probes: Vec<Probe>,
    effects: Vec<Effect>,
}

async fn first_red(
    client: &Client,
    schema: &mut Schema,
    green: &Green,
    mutant: &Mutant,
) -> Option<String> {
    let near = |p: &&Probe| p.table == mutant.table && p.database_role == mutant.role;
    for probe in green.probes.iter().filter(near) {
        if system::attempt(client, probe).await.is_some() {
            return Some(format!(
                "line {} {} {} {}",
                probe.line, probe.role, probe.letter, probe.table
            ));
        }
    }
    let mut ordered: Vec<(u32, &Case)> = green
        .cases
        .iter()
        .map(|c| (distance(c, mutant), c))
        .collect();
    ordered.retain(|(distance, _)| *distance < FAR);
    ordered.sort_by_key(|(distance, _)| *distance);
    let far = green.sample.iter().map(|i| (FAR, &green.cases[*i]));
    let mut tried = false;
    for (distance, case) in ordered.into_iter().chain(far) {
        if distance >= FAR && !std::mem::replace(&mut tried, true) {
            for effect in &green.effects {
                if let Some(red) = effects::attempt(client, effect).await {
                    return Some(red);
                }
            }
        }
        if let Some(red) = trial::attempt(client, schema, case).await {
            let case = red.case;
            return Some(format!(
                "line {} {} {} {} {}",
                case.line,
                case.table,
                case.verb.word(),
                case.principal.name,
                case.kind
            ));
        }
    }
    for probe in green.probes.iter().filter(|p| !near(p)) {
        if system::attempt(client, probe).await.is_some() {
            return Some(format!(
                "line {} {} {} {}",
                probe.line, probe.role, probe.letter, probe.table
            ));
        }
    }
    None
}
