//! Who gets in, and how the server is set.

use std::fs;
use std::os::unix::fs::MetadataExt;

use embedded_postgres::{Supervisor, running};

use crate::support::{Folder, is_root, psql, sql};

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
    if is_root() {
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
