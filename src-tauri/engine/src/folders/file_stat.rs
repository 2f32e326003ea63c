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
pub(crate) struct FileStat {
    pub(super) size: u64,
    pub(super) modified_ns: i64,
    /// Nothing on file systems that do not keep it.
    pub(super) inode: Option<u64>,
    pub(super) sidecar: Option<SidecarStat>,
}

/// Size and time of a side file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct SidecarStat {
    size: u64,
    modified_ns: i64,
}

/// What is at a path.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum PathKind {
    File(FileStat),
    /// A symbolic link, whatever it leads to.
    Link(FileStat),
}

impl FileStat {
    /// Of what cannot be looked at.
    pub(super) const fn unknown() -> Self {
        Self {
            size: 0,
            modified_ns: 0,
            inode: None,
            sidecar: None,
        }
    }
}

impl SidecarStat {
    /// As it is stored.
    pub(super) fn to_text(self) -> String {
        format!("{} {}", self.size, self.modified_ns)
    }
}

/// How paths of a folder are looked at.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct StatOptions {
    /// What a side file's name ends with, where there are some.
    pub(super) sidecar: Option<&'static str>,
    /// Whether the file system keeps a file's inode.
    pub(super) inodes: bool,
}

impl StatOptions {
    /// What is at `path`; nothing when it is gone, or is neither a file nor a link.
    pub(super) fn stat(self, path: &Path) -> io::Result<Option<PathKind>> {
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
        let stat = FileStat {
            size: metadata.len(),
            modified_ns: modified_ns(&metadata),
            inode: inode(&metadata).filter(|_| self.inodes),
            sidecar: self
                .sidecar
                .and_then(|extension| sidecar_stat(path, extension)),
        };
        Ok(if metadata.is_symlink() {
            Some(PathKind::Link(stat))
        } else if metadata.is_file() {
            Some(PathKind::File(stat))
        } else {
            None
        })
    }
}

/// What a side file's name ends with under this rule.
pub(super) fn sidecar_extension(rule: &CaptionRule) -> Option<&'static str> {
    match rule {
        CaptionRule::TextFile => Some("txt"),
        CaptionRule::JsonFile => Some("json"),
        CaptionRule::FileName | CaptionRule::Template { .. } => None,
    }
}

/// Where the side file of a video is.
pub(super) fn sidecar_path(video: &Path, extension: &str) -> PathBuf {
    video.with_extension(extension)
}

fn sidecar_stat(video: &Path, extension: &str) -> Option<SidecarStat> {
    // A link would lead to a file that somebody else changes.
    let metadata = std::fs::symlink_metadata(sidecar_path(video, extension)).ok()?;
    metadata.is_file().then(|| SidecarStat {
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
