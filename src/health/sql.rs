//! The statements that look how the database fares.

use super::types::{TestDb, Tested, TestedTables};
use crate::{
    db::{Db, Identity, Query, Run as _, SystemReason},
    error::Error,
};

/// Reads the two public tables as somebody who is not signed in.
pub async fn test_db(db: &Db) -> TestDb {
    let anon = Identity::anon();
    let reader = db.read(&anon);
    let (properties, integrations) = tokio::join!(
        reader.run(Query::new("select count(*) from properties")),
        reader.run(Query::new("select count(*) from integrations")),
    );
    let failures: Vec<String> = [("properties", &properties), ("integrations", &integrations)]
        .into_iter()
        .filter_map(|(name, result)| {
            // The sentence of an error is made for anybody; its cause is not.
            let error = result.as_ref().err()?;
            Some(format!("{name}: {}", error.sentence()))
        })
        .collect();
    TestDb {
        success: failures.is_empty(),
        message: match failures.is_empty() {
            true => "Database connection successful!".to_owned(),
            false => format!("Database connection failed. {}", failures.join(" ")),
        },
        tables: TestedTables {
            properties: tested(properties),
            integrations: tested(integrations),
        },
    }
}

fn tested(rows: Result<Vec<tokio_postgres::Row>, Error>) -> Tested {
    let count = rows.ok().and_then(|rows| rows.first()?.try_get(0).ok());
    Tested {
        accessible: count.is_some(),
        count: count.unwrap_or_default(),
    }
}

/// How far the stream of events lags behind, in seconds: the age of the oldest
/// one that a transaction which is still open holds back.
///
/// # Errors
/// 503 when the database is away.
pub async fn events_lag(db: &Db) -> Result<f64, Error> {
    let worker = Identity::system(SystemReason::Work);
    let query = Query::new(
        "select coalesce(extract(epoch from clock_timestamp() - (select created_at from events \
         where transaction_id >= pg_snapshot_xmin(pg_current_snapshot()) \
         order by transaction_id, id limit 1)), 0)::float8",
    );
    let rows = db.read(&worker).run(query).await?;
    let row = rows.first().ok_or_else(|| Error::internal("no row"))?;
    row.try_get(0).map_err(Error::internal)
}
