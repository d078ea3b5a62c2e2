//! Who may connect: nobody has a password; the kernel says who is calling.

use std::fs;
use std::io::Write;
use std::os::unix::fs::{OpenOptionsExt, chown};
use std::path::{Path, PathBuf};

use crate::command::Owner;
use crate::{Error, Options};

/// The two files, outside the data folder so that the server cannot change
/// them, and so that root never writes where another user could plant a link.
#[derive(Debug, Clone)]
pub(crate) struct AccessFiles {
    pub hba: PathBuf,
    pub ident: PathBuf,
}

/// Writes both files; at every start, since the roles may be others by now.
pub(crate) fn write(
    options: &Options,
    root: &Path,
    os_user: &str,
    server: Option<Owner>,
) -> Result<AccessFiles, Error> {
    let files = AccessFiles {
        hba: root.join("pg_hba.conf"),
        ident: root.join("pg_ident.conf"),
    };
    put(&files.hba, &hba(&options.app), server)?;
    put(&files.ident, &ident(options, os_user), server)?;
    Ok(files)
}

fn hba(app: &str) -> String {
    format!("# Written at every start; changes are lost.\nlocal all all peer map={app}\n")
}

/// Our own user and root, each to the superuser and every login role. Root can
/// become any user anyway; the line spares it the detour.
fn ident(options: &Options, os_user: &str) -> String {
    let mut text = String::from("# Written at every start; changes are lost.\n");
    let mut users = vec![os_user, "root"];
    users.dedup();
    let mut roles: Vec<&str> = Vec::new();
    for role in std::iter::once(&options.superuser).chain(&options.login_roles) {
        if !roles.contains(&role.as_str()) {
            roles.push(role);
        }
    }
    for user in users {
        for role in &roles {
            text.push_str(&format!("{} \"{user}\" \"{role}\"\n", options.app));
        }
    }
    text
}

fn put(path: &Path, text: &str, server: Option<Owner>) -> Result<(), Error> {
    let fresh = path.with_extension("new");
    let mut file = fs::OpenOptions::new()
        .write(true)
        .create(true)
        .truncate(true)
        .mode(if server.is_some() { 0o640 } else { 0o600 })
        .open(&fresh)
        .map_err(Error::io("write", &fresh))?;
    file.write_all(text.as_bytes())
        .map_err(Error::io("write", &fresh))?;
    if let Some(server) = server {
        chown(&fresh, None, Some(server.gid)).map_err(Error::io("change the group of", &fresh))?;
    }
    fs::rename(&fresh, path).map_err(Error::io("write", path))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_role_once_for_us_and_for_root() {
        let mut options = Options::new("app", "/nowhere");
        options.superuser = "owner".into();
        options.login_roles = vec!["web".into(), "owner".into()];
        let lines = ident(&options, "me");
        let expected = "app \"me\" \"owner\"\napp \"me\" \"web\"\n\
                        app \"root\" \"owner\"\napp \"root\" \"web\"\n";
        assert_eq!(lines.split_once('\n').unwrap().1, expected);
        assert_eq!(ident(&options, "root").matches("root").count(), 2);
    }
}
