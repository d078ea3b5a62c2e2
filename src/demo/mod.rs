//! What a new installation holds, so that whoever opens it sees a desk at work:
//! real homes and real dialogues, and invented people around them.
//!
//! Everything is worked out first, from the files in `data/demo` and the
//! start's clock alone (`plan`), and has the same keys in every database;
//! then it is put in table by table, in short transactions.

mod campaigns;
mod contacts;
mod crew;
mod homes;
mod leads;
mod moment;
mod packages;
mod papers;
mod people;
mod plan;
mod prospects;
mod seed;
mod source;
mod sql;
mod talks;
mod visits;

use serde::Serialize;

use crate::{
    accounts,
    data_dir::DataDir,
    db::{Db, SystemReason},
    error::Error,
    handoffs,
};

pub use people::DemoPerson;
use {crew::Crew, moment::Moment, packages::Package, plan::Plan};

/// What was loaded, and what was left out.
#[derive(Clone, Copy, Debug, Default, Serialize)]
pub struct Report {
    /// Homes to let and for sale.
    pub homes: usize,
    /// Listings that name no city and were left out.
    pub homes_without_city: usize,
    /// Prospects.
    pub prospects: usize,
    /// Dialogues that became conversations.
    pub dialogues: usize,
    /// Messages in them.
    pub messages: usize,
    /// Visits that were booked in a dialogue and found no home to be at.
    pub visits_without_home: usize,
}

impl std::fmt::Display for Report {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let Self {
            homes,
            prospects,
            dialogues,
            messages,
            ..
        } = self;
        write!(
            f,
            "{homes} homes, {prospects} prospects and {dialogues} dialogues with {messages} \
             messages; left out: {} listings without a city, {} visits without a home",
            self.homes_without_city, self.visits_without_home
        )
    }
}

/// Makes the demo people that are missing and, where the desk is empty, all
/// that they work with. May be run again; returns no report where the desk was
/// not empty or has its demo.
///
/// # Errors
/// When the database refuses, or the passwords cannot be written.
pub async fn load(
    db: &Db,
    directory: &DataDir,
) -> Result<(Vec<DemoPerson>, Option<Report>), Error> {
    let people = people::with_passwords(directory).map_err(Error::internal)?;
    let there = accounts::list(db).await?;
    let missing = people
        .iter()
        .filter(|person| !there.iter().any(|it| it.email == person.email));
    let made = missing.map(|person| person.create(db));
    let read = tokio::task::spawn_blocking(source::read);
    futures_util::future::try_join_all(made).await?;
    let source = read.await.map_err(Error::internal)??;
    let moment = Moment::of(db.clock().now());
    if sql::is_loaded(db).await? || !sql::is_free(db, seed::id("prospect", 0)).await? {
        return Ok((people, None));
    }
    sql::put_as(
        db,
        SystemReason::Authentication,
        sql::SIGN_UPS,
        crew::sign_ups(&moment),
    )
    .await?;
    let crew = Crew::of(&sql::people(db, crew::emails()).await?);
    sql::put(db, sql::TEAMS, crew::teams(&moment)).await?;
    sql::put(db, sql::MEMBERSHIPS, crew::memberships(&crew, &moment)).await?;
    sql::put(db, sql::PROFILES, crew::profiles(&crew, &moment)).await?;
    sql::lead_default(db, crew.id(crew::LEADERS[crew::SOUTH_BAY])).await?;
    let plan = tokio::task::spawn_blocking(move || Plan::of(&source, &crew, &moment));
    let plan = plan.await.map_err(Error::internal)?;
    let report = plan.report;
    fill(db, plan).await?;
    let words = serde_json::to_value(report).map_err(Error::internal)?;
    sql::loaded(db, words).await?;
    Ok((people, Some(report)))
}

/// Side by side what can be: a small machine has two cores, and PostgreSQL uses one
/// a statement.
async fn fill(db: &Db, plan: Plan) -> Result<(), Error> {
    let Plan {
        homes,
        prospects,
        history,
        consents,
        suppressions,
        ..
    } = plan;
    let campaigns = async {
        sql::put(db, sql::PROSPECTS, prospects).await?;
        sql::put(db, sql::CAMPAIGNS, plan.campaigns).await?;
        sql::put(db, sql::CONVERSATIONS, plan.conversations).await?;
        sql::put(db, sql::LIVE, plan.live).await
    };
    tokio::try_join!(sql::put(db, sql::PROPERTIES, homes), campaigns)?;
    let papers = async {
        sql::put(db, sql::HISTORY, history).await?;
        sql::put(db, sql::CONSENTS, consents).await?;
        sql::put(db, sql::SUPPRESSIONS, suppressions).await?;
        sql::put(db, sql::INTEGRATIONS, plan.integrations).await?;
        sql::put(db, sql::RUNS, plan.runs).await?;
        sql::put(db, sql::LEADS, plan.leads).await?;
        sql::put(db, sql::APPOINTMENTS, plan.appointments).await?;
        sql::put(db, sql::APPOINTMENTS, plan.moved_appointments).await?;
        sql::put(db, sql::ACTIONS, plan.actions).await
    };
    let [even, odd] = plan.messages;
    let (even, odd) = (
        sql::put(db, sql::MESSAGES, even),
        sql::put(db, sql::MESSAGES, odd),
    );
    tokio::try_join!(even, odd, papers)?;
    sql::put(db, sql::ENTITIES, plan.entities).await?;
    let (even, odd): (Vec<_>, Vec<_>) = plan
        .packages
        .chunks(8)
        .map(<[Package]>::to_vec)
        .enumerate()
        .partition(|(number, _)| number.is_multiple_of(2));
    tokio::try_join!(hand_off(db, even), hand_off(db, odd))?;
    sql::put(db, sql::SCORES, packages::scores(&plan.packages)).await?;
    sql::put(db, sql::ACTIVITIES, packages::contacts(&plan.packages)).await?;
    sql::put(db, sql::CLAIMS, packages::claims(&plan.packages)).await?;
    sql::put(db, sql::COMPLETIONS, packages::completions(&plan.packages)).await
}

/// Makes packages, some in one transaction.
async fn hand_off(db: &Db, batches: Vec<(usize, Vec<Package>)>) -> Result<(), Error> {
    let worker = crate::db::Identity::system(SystemReason::Work);
    for (_, batch) in batches {
        let tx = db.begin(&worker).await?;
        for package in batch {
            handoffs::make_earlier(&tx, package.of).await?;
        }
        tx.commit().await?;
    }
    Ok(())
}

/// The demo people who may sign in, with their passwords as far as this
/// directory knows them.
///
/// # Errors
/// 503 when the database is away.
pub async fn people(db: &Db, directory: &DataDir) -> Result<Vec<DemoPerson>, Error> {
    let passwords = people::read(directory).map_err(Error::internal)?;
    let there = accounts::list(db).await?;
    Ok(there
        .into_iter()
        .filter(|account| account.demo && account.status == "active")
        .filter(|account| people::may_sign_in(&account.email))
        .map(|account| DemoPerson::of(account, &passwords))
        .collect())
}

/// Whether an address is a demo person's, active or not.
///
/// # Errors
/// 503 when the database is away.
pub async fn is_one(db: &Db, email: &str) -> Result<bool, Error> {
    let email = email.trim().to_lowercase();
    let there = accounts::list(db).await?;
    Ok(there.iter().any(|it| it.demo && it.email == email))
}
