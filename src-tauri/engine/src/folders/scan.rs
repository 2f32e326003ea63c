//! Scans a folder for videos. Names are checked first, so that only possible videos cost a stat.

use std::{fs, io, path::Path};

use slipway_core::views::Subfolders;

use super::file_stat::{PathKind, StatOptions};
use crate::settings::IgnoredNames;

/// The deepest level of subfolders that is scanned.
const MAX_DEPTH: usize = 64;
/// The number of entries after which the thread yields.
const YIELD_INTERVAL: usize = 4096;

/// The result of a scan.
#[derive(Debug, Default)]
pub(super) struct Scan {
    /// The files that can be videos.
    pub(super) found: Vec<Found>,
    /// The files that can be videos which Slipway does not read.
    pub(super) other_videos: Vec<Found>,
    /// The number of other files.
    pub(super) others: u32,
    /// The paths that could not be read, whose content is unknown.
    pub(super) unread: Vec<String>,
    /// The names of the folder's direct subfolders.
    pub(super) subfolders: Vec<String>,
}

/// A file that can be a video.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Found {
    /// The path in the folder, with `/` as separator.
    pub(super) path: String,
    /// `None` if the name is not valid Unicode.
    pub(super) kind: Option<PathKind>,
}

/// Scans a folder. Symbolic links are not followed, so that cycles are impossible. Blocks.
///
/// # Errors
/// The folder itself cannot be read.
pub(super) fn scan(
    root: &Path,
    subfolders: Subfolders,
    names: &IgnoredNames,
    options: StatOptions,
) -> io::Result<Scan> {
    let mut scan = Scan::default();
    let mut folders = vec![(String::new(), 0)];
    let mut entries = 0_usize;
    while let Some((folder, depth)) = folders.pop() {
        let inside = match fs::read_dir(root.join(&folder)) {
            Ok(inside) => inside,
            Err(error) if depth == 0 => return Err(error),
            Err(_) => {
                scan.unread.push(folder);
                continue;
            }
        };
        for entry in inside {
            let Ok(entry) = entry else {
                scan.unread.push(folder.clone());
                break;
            };
            entries += 1;
            if entries.is_multiple_of(YIELD_INTERVAL) {
                std::thread::yield_now();
            }
            let name = entry.file_name();
            let Ok(kind) = entry.file_type() else {
                continue;
            };
            let text = name.to_string_lossy();
            let path = within(&folder, &text);
            if kind.is_dir() {
                if !names.ignores(&text) {
                    if depth == 0 {
                        scan.subfolders.push(text.into_owned());
                    }
                    if subfolders != Subfolders::Ignore && depth < MAX_DEPTH {
                        folders.push((path, depth + 1));
                    }
                }
                continue;
            }
            if !names.may_be_video(Path::new(&name)) {
                scan.others = scan.others.saturating_add(1);
                if kind.is_file()
                    && name.to_str().is_some()
                    && names.may_be_other_video(Path::new(&name))
                    && let Ok(kind @ Some(PathKind::File(_))) = options.stat(&root.join(&path))
                {
                    scan.other_videos.push(Found { path, kind });
                }
                continue;
            }
            if name.to_str().is_none() {
                scan.found.push(Found { path, kind: None });
                continue;
            }
            match options.stat(&root.join(&path)) {
                Ok(Some(kind)) => scan.found.push(Found {
                    path,
                    kind: Some(kind),
                }),
                // The file was deleted since, or is a pipe or socket.
                Ok(None) => {}
                Err(_) => scan.unread.push(path),
            }
        }
    }
    scan.subfolders.sort_unstable();
    Ok(scan)
}

impl Scan {
    /// Returns true if the scan read the place of a file, so that an absent file is known to be missing.
    pub(super) fn covers(&self, path: &str) -> bool {
        !self.unread.iter().any(|part| {
            part.is_empty()
                || path
                    .strip_prefix(part.as_str())
                    .is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
        })
    }
}

fn within(folder: &str, name: &str) -> String {
    if folder.is_empty() {
        name.to_owned()
    } else {
        format!("{folder}/{name}")
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use slipway_core::views::Settings;

    const OPTIONS: StatOptions = StatOptions {
        sidecar: None,
        inodes: true,
    };

    fn paths(root: &Path, subfolders: Subfolders) -> (Vec<String>, Scan) {
        let names = IgnoredNames::new(&Settings::default().ignored_names).unwrap();
        let scan = scan(root, subfolders, &names, OPTIONS).unwrap();
        let mut paths: Vec<_> = scan.found.iter().map(|found| found.path.clone()).collect();
        paths.sort();
        (paths, scan)
    }

    #[cfg(unix)]
    #[test]
    fn finds_videos_and_follows_no_links() {
        let folder = tempfile::tempdir().unwrap();
        let root = folder.path();
        for inside in ["ada/deep", "Posted", ".hidden"] {
            fs::create_dir_all(root.join(inside)).unwrap();
        }
        for file in [
            "one.mp4",
            "notes.txt",
            "ada/two.mov",
            "ada/deep/three.webm",
            "Posted/four.mp4",
            ".hidden/five.mp4",
            "six.mp4.part",
        ] {
            fs::write(root.join(file), "x").unwrap();
        }
        std::os::unix::fs::symlink(root, root.join("ada/loop")).unwrap();
        std::os::unix::fs::symlink(root.join("one.mp4"), root.join("link.mp4")).unwrap();
        let (found, scan) = paths(root, Subfolders::Include);
        assert_eq!(
            found,
            ["ada/deep/three.webm", "ada/two.mov", "link.mp4", "one.mp4"]
        );
        // A link to a folder counts as another file.
        assert_eq!(scan.others, 3);
        assert_eq!(scan.subfolders, ["ada"]);
        let link = scan.found.iter().find(|found| found.path == "link.mp4");
        assert!(matches!(link.unwrap().kind, Some(PathKind::Link(_))));
        assert_eq!(paths(root, Subfolders::Ignore).0, ["link.mp4", "one.mp4"]);
    }

    #[test]
    fn unread_parts_are_not_missing() {
        let scan = Scan {
            unread: vec!["ada".into()],
            ..Scan::default()
        };
        assert!(!scan.covers("ada/two.mov") && !scan.covers("ada"));
        assert!(scan.covers("adam/two.mov") && scan.covers("one.mp4"));
    }

    #[test]
    fn scans_a_hundred_thousand_other_files() {
        let folder = tempfile::tempdir().unwrap();
        for number in 0..100_000 {
            fs::File::create(folder.path().join(format!("{number}.jpg"))).unwrap();
        }
        fs::write(folder.path().join("one.mp4"), "x").unwrap();
        let (found, scan) = paths(folder.path(), Subfolders::Include);
        assert_eq!((found, scan.others), (vec!["one.mp4".into()], 100_000));
    }
}
