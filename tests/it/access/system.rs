//! What the roles of the system itself may do: owner, service key, worker, sign-in, nobody, login.

use std::collections::BTreeMap;

use tokio_postgres::Client;

use super::matrix::SystemLine;
use super::trial::batch;
use super::world::Principal;

/// The names of the roles that stand behind the words `owner` and `login`.
pub async fn role_names(client: &Client) -> BTreeMap<String, String> {
    let owner: String = client
        .query_one("select tableowner::text from pg_tables where schemaname = 'public' and tablename = 'users'", &[])
        .await
        .expect("public.users")
        .get(0);
    let login: Option<String> = client
        .query_opt(
            "select r.rolname::text from pg_class c, aclexplode(c.relacl) a join pg_roles r on r.oid = a.grantee
              where c.oid = 'doorstep.live_sessions'::regclass and r.rolcanlogin and a.grantee <> c.relowner",
            &[],
        )
        .await
        .expect("live_sessions")
        .map(|row| row.get(0));
    let mut names = BTreeMap::from([("owner".to_owned(), owner)]);
    if let Some(login) = login {
        names.insert("login".to_owned(), login);
    }
    names
}

/// One trial of a system role.
#[derive(Clone, Debug)]
pub struct Probe {
    /// Where the document says it.
    pub line: usize,
    /// The table.
    pub table: String,
    /// The role, as the document names it.
    pub role: String,
    /// The role, as the database names it.
    pub database_role: String,
    /// `r`, `c`, `u` or `d`.
    pub letter: char,
    /// Whether the document gives it.
    pub expected: bool,
}

/// Every trial that the document's second table asks for.
pub async fn probes(client: &Client, lines: &[SystemLine]) -> Vec<Probe> {
    let names = role_names(client).await;
    let mut out = Vec::new();
    for line in lines {
        for (role, rights) in &line.rights {
            let database_role = names.get(role).unwrap_or(role);
            for letter in "rcud".chars() {
                out.push(Probe {
                    line: line.number,
                    table: line.table.clone(),
                    role: role.clone(),
                    database_role: database_role.clone(),
                    letter,
                    expected: rights.contains(letter),
                });
            }
        }
    }
    out
}

/// Tries one; `None` where the database does as the document says, else what it did.
pub async fn attempt(client: &Client, probe: &Probe) -> Option<String> {
    let allowed = match probe.letter {
        'u' => may_update(client, probe).await,
        letter => {
            let statement = match letter {
                'r' => format!("select 1 from {} limit 1", probe.table),
                'c' if probe.table == "idempotency_keys" => {
                    "insert into idempotency_keys (principal, key, method, path, request_hash)
                    values ('service_role', 'another', 'POST', '/', '\\x00')"
                        .to_owned()
                }
                'c' => format!("insert into {} default values", probe.table),
                _ => format!("delete from {}", probe.table),
            };
            permitted(client, probe, &statement).await
        }
    };
    match allowed {
        Ok(allowed) if allowed == probe.expected => None,
        Ok(true) => Some("may".to_owned()),
        Ok(false) => Some("may not".to_owned()),
        Err(detail) => Some(detail),
    }
}

async fn may_update(client: &Client, probe: &Probe) -> Result<bool, String> {
    let query = format!(
        "select attname from pg_attribute where attrelid = '{}'::regclass and attnum > 0 and not attisdropped
            and attgenerated = '' and attidentity <> 'a' order by attname = 'id', attnum desc",
        probe.table
    );
    let answers = batch(client, &query)
        .await
        .map_err(|(code, message)| format!("{code} {message}"))?;
    for row in &answers[1].0 {
        let column = row.get(0).unwrap_or_default();
        if permitted(
            client,
            probe,
            &format!("update {} set {column} = {column}", probe.table),
        )
        .await?
        {
            return Ok(true);
        }
    }
    Ok(false)
}

async fn permitted(client: &Client, probe: &Probe, statement: &str) -> Result<bool, String> {
    let who = Principal::system(&probe.database_role).become_him();
    let text = format!(
        "{who}; {statement}; set local role none; select exists (select from {})",
        probe.table
    );
    match batch(client, &text).await {
        Ok(answers) => {
            let empty = answers[5].0[0].get(0) == Some("f");
            Ok(answers[3].1 > 0 || (empty && probe.letter != 'd'))
        }
        Err((code, _)) if code == "42501" => Ok(false),
        Err((code, _)) if code.starts_with("23") || code.starts_with("DS") => Ok(true),
        Err((code, message)) => Err(format!("{code} {message}: {statement}")),
    }
}

/// Takes the owner's memberships away for the rest of the transaction: otherwise he has by inheritance
/// what the policies give to others, and nothing shows that he has what he needs himself.
pub async fn isolate_owner(client: &Client) {
    let statement = "do $$ declare m record; begin
        for m in select r.rolname as parent, o.rolname as member from pg_auth_members a
          join pg_roles r on r.oid = a.roleid join pg_roles o on o.oid = a.member
         where o.rolname = (select tableowner from pg_tables where schemaname = 'public' and tablename = 'users')
        loop execute format('revoke %I from %I', m.parent, m.member); end loop; end $$;
      alter role service_role nobypassrls";
    client
        .batch_execute(&format!(
            "rollback to savepoint c; {statement}; savepoint c"
        ))
        .await
        .expect("isolate the owner");
}

/// What differs, in words.
pub async fn differences(client: &Client, lines: &[SystemLine]) -> Vec<String> {
    isolate_owner(client).await;
    let mut out = Vec::new();
    for probe in probes(client, lines).await {
        if let Some(actual) = attempt(client, &probe).await {
            out.push(format!(
                "line {}: {} {} on {}: {actual}",
                probe.line, probe.role, probe.letter, probe.table
            ));
        }
    }
    out
}
