//! Looking through a folder: names first, and only what may be a video is looked at itself.

use std::{fs, io, path::Path};

use slipway_core::views::Subfolders;

use super::file_stat::{PathKind, StatOptions};
use crate::settings::IgnoredNames;

/// Deeper than anybody sorts videos.
const MAX_DEPTH: usize = 64;
/// After how many entries others get their turn.
const YIELD_INTERVAL: usize = 4096;

/// What is in a folder.
#[derive(Debug, Default)]
pub(super) struct Scan {
    /// What may be videos, by path in the folder.
    pub(super) found: Vec<Found>,
    /// How many other files there are.
    pub(super) others: u32,
    /// Parts of the folder that could not be looked into; nothing is known of what is there.
    pub(super) unread: Vec<String>,
    /// The names of the folders right in it.
    pub(super) subfolders: Vec<String>,
}

/// What may be a video.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Found {
    /// Its path in the folder, with `/` between parts.
    pub(super) path: String,
    /// Nothing when the name is not valid text.
    pub(super) kind: Option<PathKind>,
}

/// Looks through a folder. Symbolic links are never followed, so that it ends. Blocks: it reads from disk.
///
/// # Errors
/// When the folder itself cannot be read.
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
                // Gone meanwhile, or a pipe or socket.
                Ok(None) => {}
                Err(_) => scan.unread.push(path),
            }
        }
    }
    scan.subfolders.sort_unstable();
    Ok(scan)
}

impl Scan {
    /// Whether the scan can tell that a file is not there.
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
    fn videos_are_found_links_are_not_followed_and_loops_end() {
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
        // The link to a folder counts as a file that is none of ours.
        assert_eq!(scan.others, 3);
        assert_eq!(scan.subfolders, ["ada"]);
        let link = scan.found.iter().find(|found| found.path == "link.mp4");
        assert!(matches!(link.unwrap().kind, Some(PathKind::Link(_))));
        assert_eq!(paths(root, Subfolders::Ignore).0, ["link.mp4", "one.mp4"]);
    }

    #[test]
    fn what_could_not_be_read_is_not_taken_for_gone() {
        let scan = Scan {
            unread: vec!["ada".into()],
            ..Scan::default()
        };
        assert!(!scan.covers("ada/two.mov") && !scan.covers("ada"));
        assert!(scan.covers("adam/two.mov") && scan.covers("one.mp4"));
    }

    #[test]
    fn a_hundred_thousand_other_files_are_not_looked_at() {
        let folder = tempfile::tempdir().unwrap();
        for number in 0..100_000 {
            fs::File::create(folder.path().join(format!("{number}.jpg"))).unwrap();
        }
        fs::write(folder.path().join("one.mp4"), "x").unwrap();
        let (found, scan) = paths(folder.path(), Subfolders::Include);
        assert_eq!((found, scan.others), (vec!["one.mp4".into()], 100_000));
    }
}
