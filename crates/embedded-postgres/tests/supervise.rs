//! The supervisor against a real PostgreSQL, as root and as an ordinary user.
#![expect(
    clippy::unwrap_used,
    clippy::expect_used,
    reason = "a test may fail by panicking"
)]

mod support;

use std::fs;
use std::os::unix::fs::{MetadataExt, PermissionsExt};
use std::process::Command;
use std::time::{Duration, Instant};

use embedded_postgres::{Cluster, Error, Supervisor, running};
use support::{Folder, alive, eventually, kill, postgres_under, psql, sql, supervise_elsewhere};

#[test]
fn a_fresh_start_then_a_warm_one_keeps_the_data() {
    let folder = Folder::new();
    let begin = Instant::now();
    let first = Supervisor::start(folder.options()).unwrap();
    eprintln!("fresh start: {:?}", begin.elapsed());
    assert!(first.first_start() && first.is_up());
    sql(
        first.socket_dir(),
        "owner",
        "create table t as select 42 as n",
    );
    let begin = Instant::now();
    first.stop();
    eprintln!("stop: {:?}", begin.elapsed());
    assert!(!first.is_up());
    assert!(postgres_under(&folder.root).is_empty());
    assert_eq!(running(&folder.root), None);

    let begin = Instant::now();
    let second = Supervisor::start(folder.options()).unwrap();
    eprintln!("warm start: {:?}", begin.elapsed());
    assert!(!second.first_start());
    assert_eq!(sql(second.socket_dir(), "owner", "select n from t"), "42");
}

#[test]
fn a_second_instance_is_refused_and_the_first_goes_on() {
    let folder = Folder::new();
    let first = Supervisor::start(folder.options()).unwrap();
    let pid = first.pid().unwrap();
    let error = Supervisor::start(folder.options()).unwrap_err();
    assert!(matches!(error, Error::InUse { .. }), "{error}");
    let expected = format!(
        "is in use by another instance (process {})",
        std::process::id()
    );
    assert!(error.to_string().contains(&expected), "{error}");
    assert!(first.is_up());
    assert_eq!(first.pid(), Some(pid));
    assert_eq!(sql(first.socket_dir(), "owner", "select 1"), "1");
}

#[test]
fn another_program_joins_the_running_server() {
    let folder = Folder::new();
    assert_eq!(Cluster::running(&folder.root), None);
    let first = Supervisor::start(folder.options()).unwrap();
    let state = fs::metadata(folder.root.join("postgres.state")).unwrap();
    assert_eq!(state.mode() & 0o777, 0o600);
    let Cluster::Joined(found) = Cluster::join_or_start(folder.options()).unwrap() else {
        panic!("a second server was started");
    };
    assert_eq!(Some(found.pid), first.pid());
    assert_eq!(sql(&found.socket_dir, "web", "select current_user"), "web");
    drop(first);
    assert_eq!(Cluster::running(&folder.root), None);
    let own = Cluster::join_or_start(folder.options()).unwrap();
    assert!(matches!(own, Cluster::Own(_)));
}

#[test]
fn killing_the_supervising_process_leaves_nothing_behind() {
    let folder = Folder::new();
    let mut helper = supervise_elsewhere(&folder.root);
    let found = eventually("the helper's server", || running(&folder.root));
    sql(
        &found.socket_dir,
        "owner",
        "create table t as select 42 as n",
    );
    // A busy backend must not keep the server alive either.
    let mut busy = psql(&found.socket_dir, "owner", "select pg_sleep(600)")
        .spawn()
        .unwrap();
    eventually("the busy backend", || {
        let count = "select count(*) from pg_stat_activity where query like 'select pg_sleep%'";
        (sql(&found.socket_dir, "owner", count) == "1").then_some(())
    });
    let begin = Instant::now();
    helper.kill().unwrap();
    helper.wait().unwrap();
    eventually("the end of all processes", || {
        postgres_under(&folder.root).is_empty().then_some(())
    });
    eprintln!(
        "gone after kill -9 of the supervisor: {:?}",
        begin.elapsed()
    );
    busy.wait().unwrap();
    assert_eq!(running(&folder.root), None);
    let next = Supervisor::start(folder.options()).unwrap();
    assert_eq!(sql(next.socket_dir(), "owner", "select n from t"), "42");
}

#[test]
fn a_start_right_after_killing_everything_works() {
    let folder = Folder::new();
    let mut helper = supervise_elsewhere(&folder.root);
    let found = eventually("the helper's server", || running(&folder.root));
    sql(
        &found.socket_dir,
        "owner",
        "create table t as select 42 as n",
    );
    let mut busy = psql(&found.socket_dir, "owner", "select pg_sleep(600)")
        .spawn()
        .unwrap();
    helper.kill().unwrap();
    kill(found.pid, "KILL");
    helper.wait().unwrap();
    let begin = Instant::now();
    let next = Supervisor::start(folder.options()).unwrap();
    eprintln!("start after kill -9 of both: {:?}", begin.elapsed());
    assert_eq!(sql(next.socket_dir(), "owner", "select n from t"), "42");
    busy.wait().unwrap();
}

#[test]
fn a_server_that_dies_is_started_again() {
    let folder = Folder::new();
    let supervisor = Supervisor::start(folder.options()).unwrap();
    sql(
        supervisor.socket_dir(),
        "owner",
        "create table t as select 42 as n",
    );
    for round in 1..=2 {
        let pid = supervisor.pid().unwrap();
        let begin = Instant::now();
        kill(pid, "KILL");
        eventually("the notice of its end", || {
            (supervisor.pid() != Some(pid)).then_some(())
        });
        assert!(!supervisor.is_up() || supervisor.restarts() == round);
        assert!(supervisor.wait_until_up(Duration::from_secs(30)));
        eprintln!("up again after: {:?}", begin.elapsed());
        eventually("the count", || {
            (supervisor.restarts() == round).then_some(())
        });
        assert_eq!(supervisor.trouble(), None);
        assert_eq!(
            sql(supervisor.socket_dir(), "owner", "select n from t"),
            "42"
        );
        assert_eq!(
            running(&folder.root).map(|found| found.pid),
            supervisor.pid()
        );
    }
    supervisor.stop();
    assert!(postgres_under(&folder.root).is_empty());
}

#[test]
fn stopping_works_while_the_server_cannot_come_back() {
    let folder = Folder::new();
    let supervisor = Supervisor::start(folder.options()).unwrap();
    let (version, aside) = (
        folder.root.join("data/PG_VERSION"),
        folder.root.join("aside"),
    );
    fs::rename(&version, &aside).unwrap();
    kill(supervisor.pid().unwrap(), "KILL");
    let trouble = eventually("a failed restart", || {
        supervisor
            .trouble()
            .filter(|reason| reason.contains("before it was ready"))
    });
    assert!(trouble.contains("PG_VERSION"), "{trouble}");
    assert!(!supervisor.is_up());
    let begin = Instant::now();
    supervisor.stop();
    assert!(begin.elapsed() < Duration::from_secs(10));
    fs::rename(&aside, &version).unwrap();
    assert!(Supervisor::start(folder.options()).is_ok());
}

#[test]
fn another_major_is_never_started_on_existing_data() {
    let folder = Folder::new();
    Supervisor::start(folder.options()).unwrap().stop();
    let version = folder.root.join("data/PG_VERSION");
    let before = fs::read_to_string(&version).unwrap();
    fs::write(&version, "14\n").unwrap();
    let error = Supervisor::start(folder.options()).unwrap_err();
    assert!(
        matches!(error, Error::WrongMajor { needed: 14, .. }),
        "{error}"
    );
    let message = error.to_string();
    for part in ["made by PostgreSQL 14", "pg_dumpall", "psql"] {
        assert!(message.contains(part), "{message}");
    }
    fs::write(&version, before).unwrap();
    Supervisor::start(folder.options()).unwrap();
}

#[test]
fn only_our_own_user_gets_in_and_only_as_the_given_roles() {
    let folder = Folder::new();
    let supervisor = Supervisor::start(folder.options()).unwrap();
    let socket_dir = supervisor.socket_dir();
    assert_eq!(sql(socket_dir, "web", "select current_user"), "web");
    sql(socket_dir, "owner", "create role stranger login");
    let refused = psql(socket_dir, "stranger", "select 1").output().unwrap();
    assert!(!refused.status.success());
    let said = String::from_utf8_lossy(&refused.stderr).into_owned();
    assert!(said.contains("Peer authentication failed"), "{said}");

    let rules = "select type, array_to_string(database, ','), array_to_string(user_name, ','), \
                 auth_method, array_to_string(options, ',') from pg_hba_file_rules";
    assert_eq!(
        sql(socket_dir, "owner", rules),
        "local|all|all|peer|map=epg-test"
    );
    let wrong = "select count(*) from pg_ident_file_mappings where error is not null";
    assert_eq!(sql(socket_dir, "owner", wrong), "0");
    let mapped =
        "select count(*) from pg_ident_file_mappings where pg_username not in ('owner','web')";
    assert_eq!(sql(socket_dir, "owner", mapped), "0");
}

#[test]
fn the_server_is_safe_and_set_as_asked() {
    let folder = Folder::new();
    let mut options = folder.options();
    options.settings = vec![
        ("work_mem".into(), "12MB".into()),
        ("port".into(), "1".into()),
    ];
    let supervisor = Supervisor::start(options).unwrap();
    for (name, value) in [
        ("listen_addresses", ""),
        ("fsync", "on"),
        ("full_page_writes", "on"),
        ("data_checksums", "on"),
        ("recovery_init_sync_method", "syncfs"),
        ("random_page_cost", "1.1"),
        ("work_mem", "12MB"),
        ("port", "5432"),
        ("server_encoding", "UTF8"),
    ] {
        assert_eq!(
            sql(supervisor.socket_dir(), "owner", &format!("show {name}")),
            value,
            "{name}"
        );
    }
    let collate = "select datcollate from pg_database where datname = 'postgres'";
    assert_eq!(sql(supervisor.socket_dir(), "owner", collate), "C.UTF-8");
    let status = fs::read_to_string(format!("/proc/{}/status", supervisor.pid().unwrap())).unwrap();
    let field = |name: &str| {
        let line = status.lines().find(|line| line.starts_with(name)).unwrap();
        line.split_whitespace().nth(1).unwrap_or("").to_owned()
    };
    assert_ne!(field("Uid:"), "0");
    assert_eq!(
        (field("NoNewPrivs:").as_str(), field("Umask:").as_str()),
        ("1", "0077")
    );
    if support::is_root() {
        assert_eq!(field("Groups:"), "");
    }
    for name in ["data", "run"] {
        let mode = fs::metadata(folder.root.join(name)).unwrap().mode();
        assert_eq!(mode & 0o777, 0o700, "{name}");
    }
}

#[test]
fn a_path_too_long_for_a_socket_gets_another_folder() {
    let folder = Folder::new();
    let mut options = folder.options();
    options.root = folder.root.join("a-long-name".repeat(12));
    let supervisor = Supervisor::start(options).unwrap();
    let socket_dir = supervisor.socket_dir().to_path_buf();
    assert!(!socket_dir.starts_with(&folder.root));
    assert_eq!(fs::metadata(&socket_dir).unwrap().mode() & 0o777, 0o700);
    assert_eq!(sql(&socket_dir, "owner", "select 1"), "1");
    supervisor.stop();
    assert!(!socket_dir.exists());
}

#[test]
fn an_odd_path_is_no_problem() {
    let folder = Folder::new();
    let mut options = folder.options();
    options.root = folder.root.join("a \"b\", 'c' $d é");
    let supervisor = Supervisor::start(options.clone()).unwrap();
    assert_eq!(sql(supervisor.socket_dir(), "owner", "select 1"), "1");
    assert_eq!(
        running(&options.root).map(|found| found.pid),
        supervisor.pid()
    );
}

#[test]
fn an_interrupted_initdb_is_done_again() {
    let folder = Folder::new();
    fs::create_dir_all(folder.root.join("data.init/data/base")).unwrap();
    fs::write(folder.root.join("data.init/data/PG_VERSION"), "15\n").unwrap();
    let supervisor = Supervisor::start(folder.options()).unwrap();
    assert!(supervisor.first_start());
    assert!(!folder.root.join("data.init").exists());
}

#[test]
fn a_folder_that_is_not_a_cluster_is_left_alone() {
    let folder = Folder::new();
    fs::create_dir_all(folder.root.join("data")).unwrap();
    fs::write(folder.root.join("data/letter.txt"), "dear").unwrap();
    let error = Supervisor::start(folder.options()).unwrap_err();
    assert!(matches!(error, Error::NotACluster(_)), "{error}");
    assert_eq!(
        fs::read_to_string(folder.root.join("data/letter.txt")).unwrap(),
        "dear"
    );
}

#[test]
fn a_wrong_option_is_refused_with_a_reason() {
    let folder = Folder::new();
    let mut options = folder.options();
    options.pg_bin = Some("/nonexistent".into());
    let error = Supervisor::start(options).unwrap_err();
    assert!(
        error
            .to_string()
            .contains("/nonexistent cannot be used: no initdb there"),
        "{error}"
    );
    let mut options = folder.options();
    options.login_roles = vec!["a\" \"b".into()];
    assert!(matches!(Supervisor::start(options), Err(Error::Option(_))));
}

#[test]
fn a_setting_the_server_refuses_shows_its_log() {
    let folder = Folder::new();
    let mut options = folder.options();
    options.settings = vec![("no_such_setting".into(), "1".into())];
    let error = Supervisor::start(options).unwrap_err();
    assert!(error.to_string().contains("no_such_setting"), "{error}");
    assert!(postgres_under(&folder.root).is_empty());
    assert!(Supervisor::start(folder.options()).is_ok());
}

#[test]
fn a_closed_folder_above_the_root_is_named() {
    if !support::is_root() {
        return;
    }
    let folder = Folder::new();
    let closed = folder.root.join("closed");
    fs::create_dir(&closed).unwrap();
    fs::set_permissions(&closed, fs::Permissions::from_mode(0o700)).unwrap();
    let mut options = folder.options();
    options.root = closed.join("inner");
    let error = Supervisor::start(options.clone()).unwrap_err();
    assert!(
        matches!(&error, Error::Unreachable { dir, .. } if *dir == closed),
        "{error}"
    );
    // The root itself may be closed: the server's user gets in by its group.
    options.root = closed;
    let supervisor = Supervisor::start(options).unwrap();
    assert!(alive(supervisor.pid().unwrap()));
}

#[test]
fn a_process_that_ends_without_stopping_ends_the_server() {
    let folder = Folder::new();
    let mut helper = supervise_elsewhere(&folder.root);
    let found = eventually("the helper's server", || running(&folder.root));
    // SIGTERM's default action: no destructor runs.
    Command::new("kill")
        .arg(helper.id().to_string())
        .status()
        .unwrap();
    helper.wait().unwrap();
    eventually("the server's end", || (!alive(found.pid)).then_some(()));
}

/// Not a test of its own: the process that `supervise_elsewhere` starts.
#[test]
fn helper_process() {
    support::supervise_if_asked();
}
