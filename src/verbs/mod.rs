//! What the command line can do.

mod backup;
mod export;
mod failure;
mod import;
mod lead_keys;
mod serve;

use std::io::{self, BufRead as _, IsTerminal as _, Write as _};

use crate::{
    accounts::{self, NewAccount},
    catalogue,
    cli::{KeysVerb, User, Verb},
    config::Config,
    data_dir::DataDir,
    db::Db,
    demo::{self, DemoPerson},
    health,
    postgres::{Company, OnlyLoopback, Postgres, Progress},
    router,
};

pub use failure::Failure;

/// Does what was asked for.
///
/// # Errors
/// See [`Failure`].
pub async fn run(config: Config, verb: Verb) -> Result<(), Failure> {
    match verb {
        Verb::Serve => serve::serve(config).await,
        Verb::Migrate => migrate(&config).await,
        Verb::Demo { yes } => load_demo(&config, yes).await,
        Verb::TestDb => test_db(&config).await,
        Verb::Openapi => openapi(),
        Verb::Keys { keys: None } => keys(&config),
        Verb::Keys {
            keys: Some(KeysVerb::Leads(verb)),
        } => lead_keys::run(&config, verb).await,
        Verb::User(user) => self::user(&config, user).await,
        Verb::Import(import) => import::import(&config, import).await,
        Verb::Export(export) => export::export(&config, export).await,
        Verb::Backup { file } => backup::backup(&config, &file).await,
        Verb::Restore { file } => backup::restore(&config, &file).await,
    }
}

/// Tells a person what takes long, on standard error.
fn progress() -> Progress {
    std::sync::Arc::new(|line: &str| tracing::info!("{line}"))
}

/// A line on standard output. A reader that went away (`| head`) has what it
/// wanted.
fn print(text: impl std::fmt::Display) -> Result<(), Failure> {
    let mut output = io::stdout().lock();
    match writeln!(output, "{text}").and_then(|()| output.flush()) {
        Err(error) if error.kind() != io::ErrorKind::BrokenPipe => Err(error.into()),
        _ => Ok(()),
    }
}

/// A database whose schema is current, for as long as `work` takes.
async fn with_db<T>(
    config: &Config,
    work: impl AsyncFnOnce(&Db) -> Result<T, Failure>,
) -> Result<T, Failure> {
    with_postgres(config, async |_, db| work(db).await).await
}

/// Like [`with_db`], with the PostgreSQL behind it.
async fn with_postgres<T>(
    config: &Config,
    work: impl AsyncFnOnce(&Postgres, &Db) -> Result<T, Failure>,
) -> Result<T, Failure> {
    let postgres = Postgres::open(config, Company::Joining, progress()).await?;
    let done = async {
        postgres.migrate(&progress()).await?;
        let db = postgres.db(config.pools)?;
        let done = work(&postgres, &db).await;
        db.close();
        done
    }
    .await;
    postgres.stop().await;
    done
}

async fn migrate(config: &Config) -> Result<(), Failure> {
    let postgres = match Postgres::open(config, Company::Joining, progress()).await {
        Ok(postgres) => postgres,
        Err(error) => {
            let failure = Failure::from(error);
            // On standard output alone stands what the administrator runs.
            if let Some(script) = failure.script() {
                print(script.trim_end())?;
            }
            return Err(failure.without_script());
        }
    };
    let applied = postgres.migrate(&progress()).await;
    postgres.stop().await;
    match applied? {
        0 => eprintln!("The schema is up to date."),
        count => eprintln!("The schema is up to date: {count} migrations were applied."),
    }
    Ok(())
}

async fn load_demo(config: &Config, yes: bool) -> Result<(), Failure> {
    if config.database.is_some() && !yes && !is_agreed()? {
        return Err(Failure::new("the demo was not loaded"));
    }
    let directory = DataDir::open(&config.data_dir)?;
    let loaded = with_postgres(config, async |postgres, db| {
        let _kept = alone(postgres).await?;
        let loaded = demo::load(db, &directory).await?;
        postgres.analyze().await?;
        Ok(loaded)
    });
    let (people, report) = loaded.await?;
    match report {
        Some(report) => print(format_args!("The demo is loaded: {report}."))?,
        None => {
            print("The demo people are there; the desk is not empty, so nothing else was loaded.")?
        }
    }
    print("While the demo's people are active only this machine is served.")?;
    print(demo_lines(&people).trim_end())
}

/// Sees to it that only this machine is served while the answer lives.
async fn alone(postgres: &Postgres) -> Result<OnlyLoopback, Failure> {
    let kept = postgres.only_loopback().await?;
    kept.ok_or_else(|| Failure::new(catalogue::verbs::DEMO_BESIDE_OTHERS))
}

fn is_agreed() -> Result<bool, Failure> {
    eprint!(
        "This loads made-up people, homes and prospects into the database that DATABASE_URL \
         names, and the people can sign in. Go on? [y/N] "
    );
    let mut answer = String::new();
    io::stdin().lock().read_line(&mut answer)?;
    Ok(matches!(answer.trim(), "y" | "Y" | "yes"))
}

/// The demo people as a person reads them, a line each.
fn demo_lines(people: &[DemoPerson]) -> String {
    let wide = people.iter().map(|it| it.email.len()).max().unwrap_or(0);
    people
        .iter()
        .map(|person| {
            let password = match &person.password {
                Some(password) => password,
                None => "(password unknown here)",
            };
            let DemoPerson { email, role, .. } = person;
            format!("  {email:wide$}  {password:16}  {role}\n")
        })
        .collect()
}

async fn test_db(config: &Config) -> Result<(), Failure> {
    let tested = match Postgres::open(config, Company::Looking, progress()).await {
        Ok(postgres) => {
            // An embedded database is ours to bring up to date; a given one is
            // only looked at.
            let ready = match config.database {
                None => postgres.migrate(&progress()).await.map(drop),
                Some(_) => Ok(()),
            };
            let tested = match ready {
                Ok(()) => {
                    let db = postgres.db(config.pools)?;
                    let tested = health::test_db(&db).await;
                    db.close();
                    tested
                }
                Err(error) => health::TestDb::failed(&error),
            };
            postgres.stop().await;
            tested
        }
        Err(error) => health::TestDb::failed(&error),
    };
    print(serde_json::to_string_pretty(&tested)?)?;
    match tested.success {
        true => Ok(()),
        false => Err(Failure::new(tested.message)),
    }
}

fn openapi() -> Result<(), Failure> {
    print(serde_json::to_string_pretty(&router::document())?)
}

fn keys(config: &Config) -> Result<(), Failure> {
    let directory = DataDir::open(&config.data_dir)?;
    let keys = directory.keys(config.jwt_secret.as_deref())?;
    let address = directory.running().unwrap_or_else(|| config.address());
    print(format_args!("NEXT_PUBLIC_SUPABASE_URL={address}"))?;
    print(format_args!(
        "NEXT_PUBLIC_SUPABASE_ANON_KEY={}",
        keys.anon()
    ))?;
    print(format_args!("SUPABASE_SERVICE_ROLE_KEY={}", keys.service()))
}

async fn user(config: &Config, user: User) -> Result<(), Failure> {
    match user {
        User::Create {
            email,
            password,
            name,
            role,
        } => {
            let password = match password {
                Some(password) => password,
                None => asked_password()?,
            };
            let account = NewAccount {
                id: None,
                email,
                name,
                role,
                password,
                demo: false,
            };
            let id = with_db(config, async |db| Ok(accounts::create(db, &account).await?)).await;
            let id = id.map_err(|failure| failure.of_person(&account.email))?;
            print(format_args!(
                "{} is {} and may sign in ({id}).",
                account.email,
                account.role.word()
            ))
        }
        User::SetRole { email, role } => {
            let done = with_db(config, async |db| {
                Ok(accounts::set_role(db, &email, role).await?)
            });
            done.await.map_err(|failure| failure.of_person(&email))?;
            print(format_args!("{email} is {} now.", role.word()))
        }
        User::Activate { email } => {
            let done = let_in(config, &email);
            done.await.map_err(|failure| failure.of_person(&email))?;
            print(format_args!("{email} may sign in."))
        }
        User::Deactivate { email } => {
            let done = with_db(config, async |db| {
                Ok(accounts::deactivate(db, &email).await?)
            });
            done.await.map_err(|failure| failure.of_person(&email))?;
            print(format_args!("{email} is signed out and may not sign in."))
        }
        User::List => {
            let everybody = with_db(config, async |db| Ok(accounts::list(db).await?)).await?;
            for person in everybody {
                let demo = if person.demo { "  (demo)" } else { "" };
                print(format_args!(
                    "{:32}  {:18}  {:11}  {}{demo}",
                    person.email, person.role, person.status, person.name
                ))?;
            }
            Ok(())
        }
    }
}

/// A demo person is let in only where nobody else is served.
async fn let_in(config: &Config, email: &str) -> Result<(), Failure> {
    with_postgres(config, async |postgres, db| {
        let _kept = match demo::is_one(db, email).await? {
            true => Some(alone(postgres).await?),
            false => None,
        };
        Ok(accounts::activate(db, email).await?)
    })
    .await
}

fn asked_password() -> Result<String, Failure> {
    if io::stdin().is_terminal() {
        eprint!("Password (it is shown as you type): ");
    }
    let mut line = String::new();
    io::stdin().lock().read_line(&mut line)?;
    Ok(line.trim_end_matches(['\r', '\n']).to_owned())
}
