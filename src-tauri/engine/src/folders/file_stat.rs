//! How a file looks from outside: what must not change any more before it is taken.

use std::{
    fs::Metadata,
    io,
    path::{Path, PathBuf},
};

use slipway_core::views::CaptionRule;

use crate::videos::modified_ns;

/// Size, time and place on the disk of a video, and of its side file where that counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Look {
    pub(super) size: u64,
    pub(super) modified_ns: i64,
    /// Nothing on file systems that do not keep it.
    pub(super) inode: Option<u64>,
    pub(super) side: Option<SideLook>,
}

/// Size and time of a side file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct SideLook {
    size: u64,
    modified_ns: i64,
}

/// What is at a path.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Thing {
    File(Look),
    /// A symbolic link, whatever it leads to.
    Link(Look),
}

impl Look {
    /// Of what cannot be looked at.
    pub(super) const fn nothing() -> Self {
        Self {
            size: 0,
            modified_ns: 0,
            inode: None,
            side: None,
        }
    }
}

impl SideLook {
    /// As it is stored.
    pub(super) fn to_text(self) -> String {
        format!("{} {}", self.size, self.modified_ns)
    }
}

/// How paths of a folder are looked at.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Glance {
    /// What a side file's name ends with, where there are some.
    pub(super) side: Option<&'static str>,
    /// Whether the file system keeps a file's inode.
    pub(super) inodes: bool,
}

impl Glance {
    /// What is at `path`; nothing when it is gone, or is neither a file nor a link.
    pub(super) fn at(self, path: &Path) -> io::Result<Option<Thing>> {
        let metadata = match std::fs::symlink_metadata(path) {
            Ok(metadata) => metadata,
            Err(error)
                if matches!(
                    error.kind(),
                    io::ErrorKind::NotFound | io::ErrorKind::NotADirectory
                ) =>
            {
                return Ok(None);
            }
            Err(error) => return Err(error),
        };
        let look = Look {
            size: metadata.len(),
            modified_ns: modified_ns(&metadata),
            inode: inode(&metadata).filter(|_| self.inodes),
            side: self.side.and_then(|side| side_look(path, side)),
        };
        Ok(if metadata.is_symlink() {
            Some(Thing::Link(look))
        } else if metadata.is_file() {
            Some(Thing::File(look))
        } else {
            None
        })
    }
}

/// What a side file's name ends with under this rule.
pub(super) fn side_ending(rule: &CaptionRule) -> Option<&'static str> {
    match rule {
        CaptionRule::TextFile => Some("txt"),
        CaptionRule::JsonFile => Some("json"),
        CaptionRule::FileName | CaptionRule::Template { .. } => None,
    }
}

/// Where the side file of a video is.
pub(super) fn side_path(video: &Path, ending: &str) -> PathBuf {
    video.with_extension(ending)
}

fn side_look(video: &Path, ending: &str) -> Option<SideLook> {
    // A link would lead to a file that somebody else changes.
    let metadata = std::fs::symlink_metadata(side_path(video, ending)).ok()?;
    metadata.is_file().then(|| SideLook {
        size: metadata.len(),
        modified_ns: modified_ns(&metadata),
    })
}

#[cfg(unix)]
#[expect(clippy::unnecessary_wraps, reason = "other systems have none")]
fn inode(metadata: &Metadata) -> Option<u64> {
    Some(std::os::unix::fs::MetadataExt::ino(metadata))
}

#[cfg(not(unix))]
fn inode(_: &Metadata) -> Option<u64> {
    None
}
