//! One person of each role, with a password of this installation's own.

use std::{
    fs,
    io::{self, Write as _},
};

use super::seed::id;
use crate::{
    accounts::{self, Account, NewAccount},
    auth::keys::random_text,
    data_dir::{DataDir, private},
    db::Db,
    error::Error,
    users::Role,
};

/// Those who may sign in.
const PEOPLE: [(&str, &str, Role); 6] = [
    ("rep@demo.example", "Rosa Rep", Role::SalesRep),
    ("manager@demo.example", "Manuel Manager", Role::SalesManager),
    ("admin@demo.example", "Ada Admin", Role::Admin),
    ("qa@demo.example", "Quentin Quality", Role::QaSupervisor),
    (
        "compliance@demo.example",
        "Clara Compliance",
        Role::ComplianceOfficer,
    ),
    (
        "operations@demo.example",
        "Omar Operations",
        Role::Operations,
    ),
];

/// Somebody to try the program as.
#[derive(Clone, Debug)]
pub struct DemoPerson {
    /// What he signs in with.
    pub email: String,
    /// What people call him.
    pub name: String,
    /// The word of his role.
    pub role: String,
    /// His password, where this installation made it.
    pub password: Option<String>,
}

impl DemoPerson {
    pub(super) fn of(account: Account, passwords: &[(String, String)]) -> Self {
        let known = passwords.iter().find(|(email, _)| *email == account.email);
        Self {
            password: known.map(|(_, password)| password.clone()),
            email: account.email,
            name: account.name,
            role: account.role,
        }
    }

    pub(super) async fn create(&self, db: &Db) -> Result<(), Error> {
        let number = PEOPLE.iter().position(|(email, _, _)| *email == self.email);
        let account = NewAccount {
            id: number.map(|number| id("person", number)),
            email: self.email.clone(),
            name: self.name.clone(),
            role: self
                .role
                .parse()
                .map_err(|_| Error::internal("no such role"))?,
            password: self.password.clone().unwrap_or_default(),
            demo: true,
        };
        accounts::create(db, &account).await.map(drop)
    }
}

/// Whether somebody is one of those who may sign in.
pub(super) fn may_sign_in(email: &str) -> bool {
    PEOPLE.iter().any(|(known, _, _)| *known == email)
}

/// The demo people with the passwords of the file, which is made at the first
/// call.
pub(super) fn with_passwords(directory: &DataDir) -> io::Result<Vec<DemoPerson>> {
    let mut passwords = read(directory)?;
    if passwords.is_empty() {
        for (email, _, _) in PEOPLE {
            passwords.push((email.to_owned(), random_text(12)?));
        }
        let text: String = passwords
            .iter()
            .map(|(email, password)| format!("{email} {password}\n"))
            .collect();
        let mut file = private().truncate(true).open(directory.demo_people())?;
        file.write_all(text.as_bytes())?;
        file.sync_all()?;
    }
    let password_of = |email: &str| {
        let known = passwords.iter().find(|(known, _)| known == email);
        known.map(|(_, password)| password.clone())
    };
    Ok(PEOPLE
        .iter()
        .map(|(email, name, role)| DemoPerson {
            email: (*email).to_owned(),
            name: (*name).to_owned(),
            role: role.word().to_owned(),
            password: password_of(email),
        })
        .collect())
}

/// Pairs of address and password; none where there is no demo.
pub(super) fn read(directory: &DataDir) -> io::Result<Vec<(String, String)>> {
    match fs::read_to_string(directory.demo_people()) {
        Ok(text) => Ok(text
            .lines()
            .filter_map(|line| line.split_once(' '))
            .map(|(email, password)| (email.to_owned(), password.to_owned()))
            .collect()),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(Vec::new()),
        Err(error) => Err(error),
    }
}
