//! What is not started, and what is said then.

use std::fs;
use std::os::unix::fs::PermissionsExt;

use embedded_postgres::{Error, Supervisor};

use crate::support::{Folder, alive, is_root, postgres_under, sql};

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
    if !is_root() {
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
