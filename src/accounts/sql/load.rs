//! Many people at once, by their e-mail.

use serde_json::json;
use uuid::Uuid;

use crate::{
    db::{Loaded, Query, Rows as _, Run},
    error::Error,
};

/// Makes the table that the other statements take their rows from.
pub fn temporary() -> Query {
    Query::new(
        "create temporary table import_users (line int8, email text, name text, role text, \
         phone_e164 text, timezone text, languages text[], max_open_leads int4, team text, \
         is_lead boolean) on commit drop",
    )
}

/// The lines that name a team which the caller does not see.
///
/// # Errors
/// 503 when the database is away.
pub async fn without_team(on: &impl Run) -> Result<Vec<i64>, Error> {
    let query = Query::new(
        "select line from import_users g where team is not null and not exists \
         (select from teams t where lower(t.name) = lower(g.team))",
    );
    let rows = on.run(query).await?;
    rows.iter()
        .map(|row| row.try_get(0).map_err(Error::internal))
        .collect()
}

/// Takes lines away.
///
/// # Errors
/// 503 when the database is away.
pub async fn leave_out(on: &impl Run, lines: Vec<i64>) -> Result<(), Error> {
    let query = Query::new("delete from import_users where line = any (")
        .bind(lines)
        .push(")");
    on.run(query).await.map(drop)
}

/// Makes those whom sign-in does not know, without a password, and returns
/// their ids.
///
/// # Errors
/// What the first bad row breaks.
pub async fn make(on: &impl Run) -> Result<Vec<Uuid>, Error> {
    let users = Query::new(
        "with made as (insert into auth.users (instance_id, aud, role, id, email, \
         encrypted_password, email_confirmed_at, created_at, updated_at, raw_app_meta_data, \
         raw_user_meta_data) \
         select '00000000-0000-0000-0000-000000000000', 'authenticated', 'authenticated', \
         gen_random_uuid(), email, '', doorstep.request_now(), doorstep.request_now(), \
         doorstep.request_now(), ",
    )
    .bind(json!({"provider": "email", "providers": ["email"]}))
    .push(
        "::jsonb, jsonb_build_object('name', name) from import_users g \
         where not exists (select from auth.users u where u.email = g.email) \
         returning id, email), \
         known as (insert into auth.identities (provider_id, user_id, provider, identity_data, \
         created_at, updated_at) select id::text, id, 'email', jsonb_build_object('sub', id, \
         'email', email, 'email_verified', true, 'phone_verified', false), \
         doorstep.request_now(), doorstep.request_now() from made) select id from made",
    );
    let rows = on.run(users).await?;
    rows.iter()
        .map(|row| row.try_get(0).map_err(Error::internal))
        .collect()
}

/// Puts people into their teams, lets the `new` ones in, and writes what the
/// rows say of each.
///
/// # Errors
/// What the first bad row breaks.
pub async fn complete(on: &impl Run, new: Vec<Uuid>) -> Result<Vec<Loaded>, Error> {
    let teams = Query::new(
        "insert into team_members (team_id, user_id, is_lead) \
         select t.id, u.id, coalesce(g.is_lead, false) from import_users g \
         join users u using (email) join teams t on lower(t.name) = lower(g.team) \
         where not exists (select from team_members m where m.team_id = t.id and m.user_id = u.id)",
    );
    on.run(teams).await?;
    let leads = Query::new(
        "update team_members m set is_lead = g.is_lead from import_users g \
         join users u using (email) join teams t on lower(t.name) = lower(g.team) \
         where m.team_id = t.id and m.user_id = u.id and m.is_lead <> g.is_lead",
    );
    on.run(leads).await?;
    let columns = [
        "role",
        "phone_e164",
        "timezone",
        "languages",
        "max_open_leads",
        "name",
    ];
    let mut people = Query::new("with held as materialized (select g.line, u.id, u.id = any (")
        .bind(new)
        .push(") as is_new, (");
    people
        .filled("g.", "u.", &columns, false)
        .text(") is not distinct from (")
        .columns("u.", &columns)
        .text(
            ") as same from import_users g join users u using (email)), \
             changed as (update users u set status = case when h.is_new then 'active' else u.status end, ",
        )
        .filled("g.", "u.", &columns, true)
        .text(
            " from import_users g join held h using (line) where u.id = h.id \
             and (h.is_new or not h.same) returning g.line) \
             select g.line, case when h.is_new and c.line is not null then 'inserted' \
             when h.is_new is not true and h.same then 'unchanged' \
             when c.line is not null then 'updated' else 'forbidden' end, null::int8 \
             from import_users g left join held h using (line) left join changed c using (line)",
        );
    on.run(people).await?.all()
}
