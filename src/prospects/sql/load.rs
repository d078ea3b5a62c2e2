//! Many people at once, by their telephone and e-mail.

use uuid::Uuid;

use super::TABLE;
use crate::{
    db::{Loaded, Query, Rows as _, Run},
    error::Error,
    input::Writable as _,
    prospects::ProspectBody,
};

/// What an import says of people who are there already. Whose they are, how far
/// they have come and where they came from is not a file's to say.
const CHANGED: &[&str] = &[
    "name",
    "wanted_types",
    "wanted_features",
    "must_haves",
    "email",
    "phone",
    "whatsapp",
    "budget",
    "city",
    "timeline",
    "last_contact",
    "preferred_channel",
    "purpose",
    "budget_min",
    "budget_max",
    "budget_currency",
    "timeline_months_max",
    "timezone",
    "country",
    "region",
    "language",
    "wanted_bedrooms_min",
    "wanted_bedrooms_max",
];

/// Makes the table that [`load`] takes its rows from: the columns of a body
/// and the line. Telephones are E.164 and addresses in lower case.
pub fn temporary() -> Query {
    let mut query = Query::new(
        "create temporary table import_prospects on commit drop as select 0::int8 as line, ",
    );
    query
        .columns("", ProspectBody::KEYS)
        .text(" from prospects with no data");
    query
}

/// Makes the people who are new and completes those whom the caller sees; each
/// new one remembers his `import` and line. No two rows may share a telephone
/// or an e-mail.
///
/// # Errors
/// What the first bad row breaks; nothing is loaded then.
pub async fn load(on: &impl Run, import: Uuid) -> Result<Vec<Loaded>, Error> {
    let all = ProspectBody::KEYS;
    let mut query = Query::new("with ");
    matched(&mut query, "import_prospects");
    query
        .text(
            ", held as materialized (select m.line, m.id, m.many, case when p.source_detail->>'import' = ",
        )
        .add(import.to_string())
        .text(" then (p.source_detail->>'line')::int8 end as earlier, (")
        .filled("g.", "p.", CHANGED, false)
        .text(") is not distinct from (")
        .columns("p.", CHANGED)
        .text(
            ") as same from matched m join import_prospects g using (line) join prospects p on p.id = m.id), \
             changed as (update ",
        )
        .text(TABLE)
        .text(" p set ")
        .filled("g.", "p.", CHANGED, true)
        .text(
            " from import_prospects g join held h using (line) where p.id = h.id \
             and h.many = 1 and not h.same returning g.line), made as (insert into ",
        )
        .text(TABLE)
        .text(" (source_detail, ");
    let written: Vec<&str> = all
        .iter()
        .copied()
        .filter(|it| *it != "source_detail")
        .collect();
    query
        .columns("", &written)
        .text(") select jsonb_build_object('import', ")
        .add(import.to_string())
        .text("::text, 'line', g.line), ")
        .defaulted(
            "g.",
            &written,
            &[
                ("status", "'new'"),
                ("wanted_types", "'{}'"),
                ("wanted_features", "'{}'"),
                ("must_haves", "'{}'"),
                ("rejected_property_ids", "'{}'"),
            ],
        )
        .text(
            " from import_prospects g where not exists (select from held h where h.line = g.line)) \
             select g.line, case when h.line is null then 'inserted' when h.many > 1 then 'two_people' \
             when h.same then 'unchanged' when c.line is not null then 'updated' \
             else 'forbidden' end, h.earlier from import_prospects g \
             left join held h using (line) left join changed c using (line)",
        );
    on.run(query).await?.all()
}

/// `matched as (…)`: the rows of `given` (line, phone, email, whatsapp) that
/// stand for somebody whom the caller sees, with his id, and how many people it
/// could be. WhatsApp counts where there is neither of the others.
fn matched(query: &mut Query, given: &'static str) {
    query.text("matched as materialized (select line, (array_agg(id order by id))[1] as id, count(distinct id) as many from (");
    for (index, condition) in [
        "p.phone_e164 = g.phone",
        "p.email_normalized = g.email",
        "p.whatsapp_e164 = g.whatsapp and g.phone is null and g.email is null",
    ]
    .into_iter()
    .enumerate()
    {
        query
            .text(if index == 0 { "" } else { " union all " })
            .text("select g.line, p.id from ")
            .text(given)
            .text(" g join ")
            .text(TABLE)
            .text(" p on ")
            .text(condition)
            .text(" where p.merged_into_id is null and p.erased_at is null");
    }
    query.text(") as found group by line)");
}

/// Finds or makes the people of the rows of `import_conversations` that do not
/// name one, and returns each row's line with its person.
///
/// # Errors
/// As [`load`].
pub async fn of_conversations(on: &impl Run, import: Uuid) -> Result<Vec<(i64, Uuid)>, Error> {
    let mut make = Query::new(
        "with given as (select * from import_conversations where prospect_id is null), ",
    );
    matched(&mut make, "given");
    make.text(" insert into ")
        .text(TABLE)
        .text(" (name, email, phone, source, source_detail) \
               select name, email, phone, 'import', jsonb_build_object('import', ")
        .add(import.to_string())
        .text(
            "::text, 'line', line) from (select distinct on (coalesce(email, phone)) g.* from given g \
             where not exists (select from matched m where m.line = g.line) \
             order by coalesce(email, phone), line) as unknown",
        );
    on.run(make).await?;
    let mut find = Query::new(
        "with given as (select * from import_conversations where prospect_id is null), ",
    );
    matched(&mut find, "given");
    find.text(" select line, id from matched union all select g.line, p.id from import_conversations g join ")
        .text(TABLE)
        .text(" p on p.id = g.prospect_id");
    let rows = on.run(find).await?;
    rows.iter()
        .map(|row| {
            let line = row.try_get(0).map_err(Error::internal)?;
            let id = row.try_get(1).map_err(Error::internal)?;
            Ok((line, id))
        })
        .collect()
}
