//! Detects files that another process still writes: open for writing, or locked.

use std::{fs::File, path::Path};

/// Returns, for each file, whether a process has it open for writing or holds a lock on it. Blocks.
pub(super) fn in_use(paths: &[&Path]) -> Vec<bool> {
    let written = written(paths);
    paths
        .iter()
        .zip(written)
        .map(|(path, written)| written || is_locked(path))
        .collect()
}

/// Returns true if a process holds a lock on a file, or prevents others from opening it.
fn is_locked(path: &Path) -> bool {
    match File::open(path) {
        // An error means that the file system has no locks.
        Ok(file) => matches!(
            file.try_lock_shared(),
            Err(std::fs::TryLockError::WouldBlock)
        ),
        // On Windows, a file that is being written cannot be opened. On other systems, the error has other causes.
        Err(_) => cfg!(windows) && path.exists(),
    }
}

/// Returns, for each file, whether a process of this user has it open for writing.
#[cfg(target_os = "linux")]
fn written(paths: &[&Path]) -> Vec<bool> {
    use std::{
        collections::{HashMap, HashSet},
        fs,
        os::unix::fs::MetadataExt,
    };

    let files: HashMap<(u64, u64), usize> = paths
        .iter()
        .enumerate()
        .filter_map(|(at, path)| {
            let found = fs::symlink_metadata(path).ok()?;
            Some(((found.dev(), found.ino()), at))
        })
        .collect();
    let names: HashSet<_> = paths.iter().filter_map(|path| path.file_name()).collect();
    let mut written = vec![false; paths.len()];
    let processes = fs::read_dir("/proc").into_iter().flatten().flatten();
    for process in processes {
        let is_process = process
            .file_name()
            .to_string_lossy()
            .bytes()
            .all(|letter| letter.is_ascii_digit());
        if !is_process {
            continue;
        }
        let process = process.path();
        let open = fs::read_dir(process.join("fd")).into_iter().flatten();
        for descriptor in open.flatten() {
            // The link's target is compared first, because a stat of the file can hang when its server is gone. The
            // folder is compared as well, to find files that were renamed or have several names.
            let Ok(target) = fs::read_link(descriptor.path()) else {
                continue;
            };
            if !target.is_absolute() {
                continue;
            }
            let near = target.file_name().is_some_and(|name| names.contains(name))
                || paths.iter().any(|path| path.parent() == target.parent());
            if !near {
                continue;
            }
            let Ok(found) = fs::metadata(descriptor.path()) else {
                continue;
            };
            if let Some(&at) = files.get(&(found.dev(), found.ino())) {
                let info = process.join("fdinfo").join(descriptor.file_name());
                written[at] |= fs::read_to_string(info).is_ok_and(|info| writes(&info));
            }
        }
    }
    written
}

/// Returns true if the `fdinfo` of a descriptor says that it is open for writing. The flags are octal, and their lowest
/// two bits are the access mode: 0 is read-only. Source: `proc_pid_fdinfo(5)`.
#[cfg(target_os = "linux")]
fn writes(info: &str) -> bool {
    info.lines()
        .find_map(|line| line.strip_prefix("flags:"))
        .and_then(|flags| u64::from_str_radix(flags.trim(), 8).ok())
        .is_some_and(|flags| flags & 0o3 != 0)
}

#[cfg(not(target_os = "linux"))]
fn written(paths: &[&Path]) -> Vec<bool> {
    vec![false; paths.len()]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn writers_and_lock_holders_count_and_readers_do_not() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("clip.mp4");
        let other = folder.path().join("other.mp4");
        let writer = File::create(&path).unwrap();
        let _reader = (File::create(&other), File::open(&other)).1.unwrap();
        let both = || in_use(&[&path, &other]);
        #[cfg(target_os = "linux")]
        {
            assert_eq!(both(), [true, false]);
            let renamed = folder.path().join("renamed.mp4");
            std::fs::rename(&path, &renamed).unwrap();
            assert_eq!(in_use(&[&renamed]), [true]);
            std::fs::rename(&renamed, &path).unwrap();
        }
        drop(writer);
        assert_eq!(both(), [false, false]);

        let holder = File::open(&path).unwrap();
        holder.lock().unwrap();
        assert_eq!(both(), [true, false]);
        holder.unlock().unwrap();
        assert_eq!(both(), [false, false]);
    }
}
