//! Who we are, and who the server runs as.
//!
//! An ordinary user runs the server as itself. PostgreSQL refuses to run as
//! root, so root gives it a user id of its own that nothing else on the machine
//! uses, and sees to it that this user can reach the folders.

use std::fs::{self, DirBuilder, Metadata};
use std::os::unix::fs::{DirBuilderExt, MetadataExt, PermissionsExt, chown, lchown};
use std::path::{Path, PathBuf};
use std::process::Command;

use crate::Error;
use crate::command::{Owner, first_line};

/// A range that systemd's table of user ids leaves unused, below 65536 so that
/// it exists in containers with a mapped range.
const PRIVATE_UIDS: std::ops::Range<u32> = 60706..61184;

/// Who we are, and who the server runs as.
#[derive(Debug)]
pub(crate) struct Identity {
    /// The name of our own user, as PostgreSQL's peer check will see it.
    pub os_user: String,
    /// Whom the server runs as, if that is somebody else.
    pub server: Option<Owner>,
}

impl Identity {
    /// Looks up our name, and chooses the server's user: the owner of existing
    /// data, otherwise a private one.
    pub(crate) fn new(root: &Path, data: &Path) -> Result<Identity, Error> {
        let uid = rustix::process::geteuid();
        let os_user = first_line(Command::new("id").arg("-un"))
            .filter(|name| !name.is_empty() && !name.contains(['"', '\n']))
            .ok_or(Error::Nameless { uid: uid.as_raw() })?;
        let server = match (uid.is_root(), fs::metadata(data)) {
            (false, _) => None,
            (true, Ok(found)) if found.uid() != 0 => Some(owner_of(&found)),
            (true, _) => Some(private_owner(root)),
        };
        Ok(Identity { os_user, server })
    }
}

fn owner_of(found: &Metadata) -> Owner {
    Owner {
        uid: found.uid(),
        gid: found.gid(),
    }
}

/// The same root gets the same id, so that an interrupted start can go on.
fn private_owner(root: &Path) -> Owner {
    let span = PRIVATE_UIDS.end - PRIVATE_UIDS.start;
    let hash = fnv(root.as_os_str().as_encoded_bytes());
    let uid = (0..span)
        .map(|step| PRIVATE_UIDS.start + (hash % span + step) % span)
        .find(|uid| first_line(Command::new("id").arg("-un").arg(uid.to_string())).is_none())
        .unwrap_or(PRIVATE_UIDS.start);
    Owner { uid, gid: uid }
}

/// FNV-1a: stable between releases, which the standard hasher is not.
pub(crate) fn fnv(bytes: &[u8]) -> u32 {
    bytes.iter().fold(0x811c_9dc5, |hash, byte| {
        (hash ^ u32::from(*byte)).wrapping_mul(0x0100_0193)
    })
}

/// As root: the user that initdb runs as, since initdb wants one with a name.
/// It gets the server's group, and with it the way into the root folder.
pub(crate) fn initdb_owner(server: Owner) -> Result<Owner, Error> {
    first_line(Command::new("id").args(["-u", "nobody"]))
        .and_then(|line| line.parse().ok())
        .map(|uid| Owner {
            uid,
            gid: server.gid,
        })
        .ok_or_else(|| {
            Error::Option(
                "as root, initdb runs as the user nobody, and this system has none. Add it, or \
                 run as an ordinary user."
                    .into(),
            )
        })
}

/// Creates the root folder and what is missing above it, and returns its real path.
pub(crate) fn create_root(root: &Path) -> Result<PathBuf, Error> {
    let root = std::path::absolute(root).map_err(Error::io("find", root))?;
    let missing: Vec<&Path> = root.ancestors().take_while(|dir| !dir.exists()).collect();
    for dir in missing.iter().rev() {
        // Whatever the umask is: root's folders above the last are for everybody to enter.
        let open = rustix::process::geteuid().is_root() && *dir != root;
        create_dir(dir, if open { 0o755 } else { 0o700 })?;
    }
    fs::canonicalize(&root).map_err(Error::io("find", &root))
}

/// Creates one folder with exactly this mode, and is content if it is there.
pub(crate) fn create_dir(dir: &Path, mode: u32) -> Result<(), Error> {
    match DirBuilder::new().mode(mode).create(dir) {
        Ok(()) => fs::set_permissions(dir, fs::Permissions::from_mode(mode))
            .map_err(Error::io("set the mode of", dir)),
        Err(_) if dir.is_dir() => Ok(()),
        Err(source) => Err(Error::io("create", dir)(source)),
    }
}

/// As root: lets the server's user into the root folder, and checks every
/// folder on the way there.
pub(crate) fn open_root_for(root: &Path, server: Owner) -> Result<(), Error> {
    let found = fs::metadata(root).map_err(Error::io("look at", root))?;
    if found.uid() != 0 {
        return Err(Error::Foreign {
            root: root.to_path_buf(),
            uid: found.uid(),
        });
    }
    if !may_enter(&found, server) && found.gid() == 0 {
        // The group is the narrowest way: only this one user gets in.
        chown(root, None, Some(server.gid)).map_err(Error::io("change the group of", root))?;
        let mode = (found.mode() & 0o7700) | 0o010;
        fs::set_permissions(root, fs::Permissions::from_mode(mode))
            .map_err(Error::io("set the mode of", root))?;
    }
    let mut way: Vec<&Path> = root.ancestors().collect();
    way.reverse();
    for dir in way {
        let found = fs::metadata(dir).map_err(Error::io("look at", dir))?;
        if !may_enter(&found, server) {
            return Err(Error::Unreachable {
                dir: dir.to_path_buf(),
                uid: server.uid,
            });
        }
    }
    Ok(())
}

fn may_enter(dir: &Metadata, user: Owner) -> bool {
    let bit = if dir.uid() == user.uid {
        0o100
    } else if dir.gid() == user.gid {
        0o010
    } else {
        0o001
    };
    dir.mode() & bit != 0
}

/// Gives a folder and everything in it to `owner`; links are changed, not followed.
pub(crate) fn give(path: &Path, owner: Owner) -> Result<(), Error> {
    lchown(path, Some(owner.uid), Some(owner.gid))
        .map_err(Error::io("change the owner of", path))?;
    let found = fs::symlink_metadata(path).map_err(Error::io("look at", path))?;
    if found.is_dir() {
        for entry in fs::read_dir(path).map_err(Error::io("read", path))? {
            give(&entry.map_err(Error::io("read", path))?.path(), owner)?;
        }
    }
    Ok(())
}
