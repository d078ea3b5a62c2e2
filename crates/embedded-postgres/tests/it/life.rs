//! Starting, stopping, dying and coming back.

use std::fs;
use std::os::unix::fs::MetadataExt;
use std::process::Command;
use std::time::{Duration, Instant};

use embedded_postgres::{Cluster, Supervisor, running};

use crate::support::{
    Folder, alive, eventually, kill, postgres_under, psql, sql, supervise_elsewhere,
};

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
fn an_interrupted_initdb_is_done_again() {
    let folder = Folder::new();
    fs::create_dir_all(folder.root.join("data.init/data/base")).unwrap();
    fs::write(folder.root.join("data.init/data/PG_VERSION"), "15\n").unwrap();
    let supervisor = Supervisor::start(folder.options()).unwrap();
    assert!(supervisor.first_start());
    assert!(!folder.root.join("data.init").exists());
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

#[test]
fn a_start_right_after_killing_a_first_start_works() {
    let folder = Folder::new();
    let mut helper = supervise_elsewhere(&folder.root);
    let base = folder.root.join("data.init/data/base");
    eventually("initdb to be at work", || base.exists().then_some(()));
    helper.kill().unwrap();
    helper.wait().unwrap();
    let supervisor = Supervisor::start(folder.options()).unwrap();
    assert!(supervisor.first_start());
    assert_eq!(sql(supervisor.socket_dir(), "owner", "select 1"), "1");
}
