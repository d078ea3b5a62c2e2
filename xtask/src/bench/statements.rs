//! The very statements that the server sends, read from PostgreSQL's log.

use std::fs;

use anyhow::{Context as _, Result, bail};

use super::{load::Scene, work::Work};

/// Sends the work's sample and returns its statements, values filled in.
pub fn sent_for(scene: &Scene, work: &Work) -> Result<Vec<String>> {
    scene.superuser("alter system set log_statement = 'all'; select pg_reload_conf()")?;
    // The setting has arrived when the log shows a statement of ours.
    let log = scene.directory.join("postgres.log");
    let mut sent = Vec::new();
    for attempt in 0..50 {
        let mark = format!("mark-{}-{attempt}", std::process::id());
        scene.superuser(&format!("select '{mark}'"))?;
        request(scene, work)?;
        let text = fs::read_to_string(&log).context("PostgreSQL's log")?;
        let Some((_, after)) = text.rsplit_once(&mark) else {
            continue;
        };
        sent = executed(after);
        if !sent.is_empty() || !work.is_limited() {
            break;
        }
    }
    scene.superuser("alter system reset log_statement; select pg_reload_conf()")?;
    if sent.is_empty() {
        bail!("PostgreSQL's log shows no statement of {:?}", work.name);
    }
    Ok(sent)
}

fn request(scene: &Scene, work: &Work) -> Result<()> {
    let mut path = work.sample.path.clone();
    if path.starts_with("/api/properties?") {
        // A query string that was not sent before goes past the lists in memory.
        let zeros = "0".repeat(usize::try_from(random()? % 90)?);
        path = path.replace("limit=", &format!("limit={zeros}"));
    }
    let url = format!("{}{path}", scene.url);
    let bearer = format!("Bearer {}", work.bearer());
    let status = match &work.sample.body {
        None => ureq::get(url)
            .header("authorization", &bearer)
            .call()?
            .status(),
        Some(body) => {
            let body = body.replace("bench-0@", &format!("bench-0{}@", random()?));
            ureq::post(url)
                .header("authorization", &bearer)
                .header("content-type", "application/json")
                .send(body)?
                .status()
        }
    };
    if !status.is_success() {
        bail!("the sample of {:?} answers {status}", work.name);
    }
    Ok(())
}

fn random() -> Result<u128> {
    Ok(std::time::UNIX_EPOCH.elapsed()?.as_nanos())
}

/// The statements of one request: those that set the identity and what follows,
/// without those that look up who the person is.
fn executed(log: &str) -> Vec<String> {
    let mut statements: Vec<String> = Vec::new();
    let mut lines = log.lines().peekable();
    while let Some(line) = lines.next() {
        let Some((_, text)) = line.split_once("LOG:  execute ") else {
            continue;
        };
        let Some((_, sql)) = text.split_once(": ") else {
            continue;
        };
        let values = lines
            .peek()
            .and_then(|next| next.split_once("DETAIL:  parameters: "))
            .map_or(Vec::new(), |(_, list)| values(list));
        statements.push(unstamped(&filled(sql, &values)));
    }
    // The last identity statement starts the request's own transaction.
    let start = statements
        .iter()
        .rposition(|sql| sql.contains("set_config('role'"))
        .unwrap_or_default();
    let person_lookup = |sql: &String| sql.contains("doorstep.my_team_ids()");
    // What the server does beside requests: the change stream, jobs, wishes.
    let beside = |sql: &String| {
        let tables = ["events_after", "doorstep.jobs", "doorstep.stale_wishes"];
        tables.iter().any(|table| sql.contains(table))
    };
    let own: Vec<String> = statements.split_off(start);
    // Its identity stands alone where it has just begun.
    if own.len() < 2 || own.iter().any(person_lookup) || own.iter().any(beside) {
        return Vec::new();
    }
    own
}

/// `$1 = 'a', $2 = NULL` → the literals.
fn values(list: &str) -> Vec<String> {
    let mut values = Vec::new();
    let mut rest = list;
    while let Some((_, after)) = rest.split_once(" = ") {
        if let Some(quoted) = after.strip_prefix('\'') {
            let mut end = 0;
            let bytes = quoted.as_bytes();
            while end < bytes.len() {
                if bytes[end] == b'\'' {
                    if bytes.get(end + 1) == Some(&b'\'') {
                        end += 2;
                        continue;
                    }
                    break;
                }
                end += 1;
            }
            values.push(format!("'{}'", &quoted[..end]));
            rest = quoted.get(end + 1..).unwrap_or_default();
        } else {
            let end = after.find(", $").unwrap_or(after.len());
            values.push(after[..end].to_owned());
            rest = &after[end..];
        }
    }
    values
}

fn filled(sql: &str, values: &[String]) -> String {
    let mut filled = sql.to_owned();
    for (index, value) in values.iter().enumerate().rev() {
        filled = filled.replace(&format!("${}", index + 1), &without_colons(value));
    }
    filled
}

/// The sample's address as the work knows it, without what made it unique.
fn unstamped(statement: &str) -> String {
    let Some((before, stamped)) = statement.split_once("'bench-0") else {
        return statement.to_owned();
    };
    match stamped.split_once('@') {
        Some((_, after)) => format!("{before}'bench-0@{after}"),
        None => statement.to_owned(),
    }
}

/// pgbench takes a colon for the start of a variable, in a literal as well.
fn without_colons(literal: &str) -> String {
    match literal.contains(':') {
        true => format!("E{}", literal.replace('\\', "\\\\").replace(':', "\\x3a")),
        false => literal.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_the_server_does_beside_a_request_is_not_its_own() {
        let identity = "LOG:  execute s1: select set_config('role', 'x', true)\n";
        let insert = "LOG:  execute s2: insert into prospects\n";
        let stale = "LOG:  execute s3: select from doorstep.stale_wishes\n";
        assert_eq!(executed(&format!("{identity}{insert}")).len(), 2);
        assert!(executed(&format!("{identity}{insert}{identity}{stale}")).is_empty());
        assert!(executed(&format!("{identity}{insert}{identity}")).is_empty());
    }

    #[test]
    fn values_are_read_from_the_log() {
        assert_eq!(
            values("$1 = 'a''b', $2 = NULL, $3 = '{\"x\": 1}'"),
            ["'a''b'", "NULL", "'{\"x\": 1}'"]
        );
        assert_eq!(filled("$1", &["'04:52'".into()]), "E'04\\x3a52'");
        assert_eq!(
            filled("f($1, $2)", &["'a'".into(), "NULL".into()]),
            "f('a', NULL)"
        );
    }
}
