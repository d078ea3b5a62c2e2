//! Many conversations that are over, with what was said.

use uuid::Uuid;

use crate::{
    db::{Query, Run},
    error::Error,
};

/// The name under which imported conversations keep the id of where they come
/// from.
const PROVIDER: &str = "import";

/// Makes the tables that [`insert`] takes its rows from.
pub fn temporary() -> [Query; 2] {
    [
        Query::new(
            "create temporary table import_conversations (line int8, id uuid, external_id text, \
             prospect_id uuid, name text, email text, phone text, whatsapp text, channel text, \
             outcome text, direction text, \"timestamp\" timestamptz, ended_at timestamptz, \
             duration int4, sentiment text, language text, transcript text) on commit drop",
        ),
        Query::new(
            "create temporary table import_messages (conversation_id uuid, number int4, \
             speaker text, message text, said_at timestamptz) on commit drop",
        ),
    ]
}

/// Takes away the rows that are there already, and returns their lines.
///
/// # Errors
/// 503 when the database is away.
pub async fn known(on: &impl Run) -> Result<Vec<i64>, Error> {
    let query = Query::new(
        "delete from import_conversations g using conversations c where c.id = g.id \
         returning g.line",
    );
    let rows = on.run(query).await?;
    rows.iter()
        .map(|row| row.try_get(0).map_err(Error::internal))
        .collect()
}

/// Makes the conversations, each with the live conversation that it was and
/// its messages; `people` are line and prospect.
///
/// # Errors
/// What the first bad row breaks; nothing is loaded then.
pub async fn insert(on: &impl Run, people: Vec<(i64, Uuid)>) -> Result<(), Error> {
    let (lines, ids): (Vec<i64>, Vec<Uuid>) = people.into_iter().unzip();
    let whose = Query::new("update import_conversations g set prospect_id = p.id from unnest(")
        .bind(lines)
        .push("::int8[], ")
        .bind(ids)
        .push("::uuid[]) as p (line, id) where p.line = g.line");
    on.run(whose).await?;
    let conversations = Query::new(
        "insert into conversations (id, prospect_id, channel, outcome, direction, \"timestamp\", \
         started_at, ended_at, duration, sentiment, language, transcript, status, provider, \
         provider_conversation_id, created_by) \
         select id, prospect_id, channel, outcome, direction, \
         coalesce(\"timestamp\", doorstep.request_now()), \"timestamp\", ended_at, duration, \
         sentiment, language, transcript, 'closed', case when external_id is not null then ",
    )
    .bind(PROVIDER)
    .push(
        "::text end, external_id, (select u.id from users u where u.id = (select auth.uid())) \
           from import_conversations",
    );
    on.run(conversations).await?;
    let live = Query::new(
        "insert into live_conversations (conversation_id, prospect_id, channel, status, state, \
         controller, started_at, ended_at, duration) \
         select g.id, g.prospect_id, g.channel, 'ended', 'ended', 'none', c.\"timestamp\", \
         coalesce(g.ended_at, c.\"timestamp\"), g.duration \
         from import_conversations g join conversations c using (id)",
    );
    on.run(live).await?;
    let messages = Query::new(
        "insert into transcript_messages (live_conversation_id, conversation_id, speaker, \
         message, \"timestamp\") \
         select l.id, l.conversation_id, m.speaker, m.message, coalesce(m.said_at, l.started_at) \
         from import_messages m join live_conversations l using (conversation_id) \
         join import_conversations g on g.id = m.conversation_id \
         order by m.conversation_id, m.number",
    );
    on.run(messages).await.map(drop)
}
