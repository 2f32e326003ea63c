//! [`FileStat`]: size, times and identity of a file, which must be stable before the file is ingested.

use std::{
    fs::Metadata,
    io,
    path::{Path, PathBuf},
};

use slipway_core::views::CaptionRule;

use crate::videos::modified_ns;

/// Size, modification time and inode of a video, and the state of its sidecar if the caption rule uses one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct FileStat {
    pub(super) size: u64,
    pub(super) modified_ns: i64,
    /// `None` on file systems whose inodes are not stable.
    pub(super) inode: Option<u64>,
    pub(super) sidecar: Option<SidecarStat>,
}

/// Size and modification time of a sidecar.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct SidecarStat {
    size: u64,
    modified_ns: i64,
}

/// The kind of a path, with its stat.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum PathKind {
    /// A regular file.
    File(FileStat),
    /// A symbolic link; its target is not considered.
    Link(FileStat),
}

impl FileStat {
    /// The stat of a file that cannot be read.
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
    /// Returns the text that column `side` stores.
    pub(super) fn to_text(self) -> String {
        format!("{} {}", self.size, self.modified_ns)
    }
}

/// The parts of a stat that count in one folder.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct StatOptions {
    /// The extension of sidecars, if the caption rule uses them.
    pub(super) sidecar: Option<&'static str>,
    /// True if the file system keeps the inode of a file.
    pub(super) inodes: bool,
}

impl StatOptions {
    /// Returns the kind and stat of `path`, or `None` if it is missing or neither a file nor a link.
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

/// Returns true if a sync tool has only a placeholder of the file on this computer, and would download it if it was read.
/// Blocks.
pub(super) fn is_placeholder(path: &Path) -> bool {
    std::fs::symlink_metadata(path).is_ok_and(|metadata| lacks_content(&metadata))
}

/// Source: <https://learn.microsoft.com/windows/win32/fileio/file-attribute-constants>.
#[cfg(windows)]
fn lacks_content(metadata: &Metadata) -> bool {
    const OFFLINE: u32 = 0x1000;
    const RECALL_ON_OPEN: u32 = 0x4_0000;
    const RECALL_ON_DATA_ACCESS: u32 = 0x40_0000;
    let attributes = std::os::windows::fs::MetadataExt::file_attributes(metadata);
    attributes & (OFFLINE | RECALL_ON_OPEN | RECALL_ON_DATA_ACCESS) != 0
}

/// Source: `SF_DATALESS` in `sys/stat.h`.
#[cfg(target_os = "macos")]
fn lacks_content(metadata: &Metadata) -> bool {
    const DATALESS: u32 = 0x4000_0000;
    std::os::macos::fs::MetadataExt::st_flags(metadata) & DATALESS != 0
}

/// Sync tools for other systems give placeholders names that are not those of videos.
#[cfg(not(any(windows, target_os = "macos")))]
fn lacks_content(_: &Metadata) -> bool {
    false
}

/// Returns the extension of the sidecars that a caption rule reads.
pub(super) fn sidecar_extension(rule: &CaptionRule) -> Option<&'static str> {
    match rule {
        CaptionRule::TextFile => Some("txt"),
        CaptionRule::JsonFile => Some("json"),
        CaptionRule::FileName | CaptionRule::Template { .. } => None,
    }
}

/// Returns the path of a video's sidecar.
pub(super) fn sidecar_path(video: &Path, extension: &str) -> PathBuf {
    video.with_extension(extension)
}

fn sidecar_stat(video: &Path, extension: &str) -> Option<SidecarStat> {
    // The target of a link could change without an event.
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
