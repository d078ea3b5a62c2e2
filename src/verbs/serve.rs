//! `serve`: from nothing to answered requests, and back in good order.

use std::{io, net::SocketAddr, time::Duration};

use tokio::net::TcpListener;

use super::{Failure, demo_lines, print, progress};
use crate::{
    app::{App, Settings},
    auth::{Bearer, Keys, Tokens},
    clock::Clock,
    config::{Config, LogFormat},
    data_dir::DataDir,
    db::Db,
    demo::{self, DemoPerson},
    idempotency, imports, jobs, observe,
    postgres::{Company, Postgres},
    router::router,
    serve::{self, Stop},
};

/// How often callers whose buckets are full again are forgotten.
const TIDY: Duration = Duration::from_secs(60);

pub(super) async fn serve(config: Config) -> Result<(), Failure> {
    let mut stop = Stop::listen()?;
    let directory = DataDir::open(&config.data_dir).map_err(|error| {
        let path = config.data_dir.display();
        Failure::new(format!("cannot use the data directory {path}: {error}"))
    })?;
    let keys = keys(&config, &directory)?;
    let listener = listen(&config, &directory).await?;
    let address = listener.local_addr()?;
    if Postgres::is_new(&config) && config.demo {
        only_loopback(address)?;
        directory.expect_demo()?;
    }
    let postgres = tokio::select! {
        postgres = Postgres::open(&config, Company::Alone, progress()) => postgres?,
        () = stop.told() => return Ok(()),
    };
    let done = work(
        &config, &directory, keys, listener, address, &postgres, &mut stop,
    )
    .await;
    postgres.stop().await;
    done
}

/// Everything that needs the database, which is stopped afterwards whatever
/// happens here.
async fn work(
    config: &Config,
    directory: &DataDir,
    keys: Keys,
    listener: TcpListener,
    address: SocketAddr,
    postgres: &Postgres,
    stop: &mut Stop,
) -> Result<(), Failure> {
    let prepared = async {
        postgres.migrate(&progress()).await?;
        postgres.decide(config).await?;
        if !is_loopback(address) {
            postgres.serve_others().await?;
        }
        let db = postgres.db(config.pools)?;
        let people = demo_people(config, directory, postgres, &db).await?;
        Ok::<_, Failure>((db, people))
    };
    let (db, people) = tokio::select! {
        prepared = prepared => prepared?,
        () = stop.told() => return Ok(()),
    };
    if !people.is_empty() {
        only_loopback(address)?;
    }
    for note in postgres.notes() {
        tracing::warn!("{note}");
    }
    let url = format!("http://{}", reachable(address));
    let settings = Settings {
        public_url: match &config.public_url {
            Some(url) => url.clone(),
            None => url
                .parse()
                .map_err(|error| Failure::new(format!("{url}: {error}")))?,
        },
        rate: config.rate_limit,
        burst: config.rate_burst,
        open_signup: config.open_signup,
    };
    let app = App::with_health(db.clone(), keys, settings, postgres.health());
    observe::start_counting();
    forget_idle_callers(app.clone());
    tokio::spawn(app.clone().follow_changes());
    tokio::spawn(jobs::run(app.clone()));
    let announced = directory.announce(&url)?;
    welcome(config, &url, directory, &people);
    // The one line on standard output.
    print(format_args!("listening on {url}"))?;
    serve::serve(listener, router(app), stop).await;
    drop(announced);
    db.close();
    Ok(())
}

/// The installation's keys, which the configured public key must be one of.
fn keys(config: &Config, directory: &DataDir) -> Result<Keys, Failure> {
    let keys = directory
        .keys(config.jwt_secret.as_deref())
        .map_err(|error| {
            Failure::new(format!("cannot read or make the signing secret: {error}"))
        })?;
    let Some(given) = &config.anon_key else {
        return Ok(keys);
    };
    let bearer = Tokens::new(&keys).verify(given, Clock::system().now());
    if matches!(bearer, Ok(Bearer::Anon)) {
        return Ok(keys);
    }
    Err(Failure::setting(
        "--anon-key (NEXT_PUBLIC_SUPABASE_ANON_KEY) is not a public key of this installation: \
         leave it out, take the one that `doorstep keys` prints, or set DOORSTEP_JWT_SECRET to \
         the secret that signed it",
    ))
}

async fn listen(config: &Config, directory: &DataDir) -> Result<TcpListener, Failure> {
    TcpListener::bind(config.listen).await.map_err(|error| {
        let address = config.listen;
        match (error.kind(), directory.running()) {
            (io::ErrorKind::AddrInUse, Some(running)) => Failure::new(format!(
                "{} is in use: its server answers on {running}",
                directory.path().display()
            )),
            (io::ErrorKind::AddrInUse, None) => Failure::new(format!(
                "{address} is in use by another program; choose another address with --listen"
            )),
            _ => Failure::new(format!("cannot listen on {address}: {error}")),
        }
    })
}

/// The demo people's passwords are written on the screen and in a file: they
/// are for trying out, on the machine itself.
fn only_loopback(address: SocketAddr) -> Result<(), Failure> {
    if is_loopback(address) {
        return Ok(());
    }
    Err(Failure::setting(format!(
        "while demo people can sign in only this machine is served, and --listen {address} is \
         open to others: listen on 127.0.0.1, or start a new database with --no-demo, or \
         deactivate the demo people first"
    )))
}

fn is_loopback(address: SocketAddr) -> bool {
    address.ip().to_canonical().is_loopback()
}

/// Loads the demo where it is expected, and returns the demo people there are.
async fn demo_people(
    config: &Config,
    directory: &DataDir,
    postgres: &Postgres,
    db: &Db,
) -> Result<Vec<DemoPerson>, Failure> {
    if config.database.is_none() && config.demo && directory.expects_demo() {
        tracing::info!("Loading the demo …");
        let (_, report) = demo::load(db, directory).await?;
        if let Some(report) = report {
            tracing::info!("The demo is loaded: {report}");
        }
        postgres.analyze().await?;
        directory.got_demo()?;
    }
    Ok(demo::people(db, directory).await?)
}

/// Where a client on this machine finds a listener.
fn reachable(address: SocketAddr) -> SocketAddr {
    let mut address = address;
    if address.ip().is_unspecified() {
        let loopback = match address {
            SocketAddr::V4(_) => std::net::Ipv4Addr::LOCALHOST.into(),
            SocketAddr::V6(_) => std::net::Ipv6Addr::LOCALHOST.into(),
        };
        address.set_ip(loopback);
    }
    address
}

/// For people: where to go and how to get in.
fn welcome(config: &Config, url: &str, directory: &DataDir, people: &[DemoPerson]) {
    if config.log == LogFormat::Json {
        // Passwords do not belong in a log.
        let file = directory.demo_people();
        if !people.is_empty() {
            tracing::info!(file = %file.display(), "demo people can sign in");
        }
        return;
    }
    eprintln!("\nDoorstep is at {url}");
    if people.is_empty() {
        eprintln!("Make somebody who may sign in: doorstep user create --help\n");
    } else {
        eprintln!(
            "Sign in as one of the demo people:\n\n{}",
            demo_lines(people)
        );
    }
}

fn forget_idle_callers(app: App) {
    tokio::spawn(async move {
        let mut beat = tokio::time::interval(TIDY);
        loop {
            beat.tick().await;
            app.limits().tidy();
            app.attempts().tidy();
            if let Err(error) = idempotency::purge(app.db()).await {
                tracing::debug!(%error, "the idempotency keys are purged later");
            }
            if let Err(error) = imports::tidy(app.db()).await {
                tracing::debug!(%error, "the imports are tidied later");
            }
        }
    });
}
