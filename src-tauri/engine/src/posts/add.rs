//! From a path to a draft: is it a file, a video, and one that TikTok takes?

use std::{
    fs::File,
    io::Read,
    path::{Path, PathBuf},
};

use slipway_core::views::{Media, PostSettings, Severity};

use super::StoredFinding;
use crate::{
    posts::AddError,
    videos::{VideoFile, fingerprint, modified_ns},
};

/// A file that can become a draft.
#[derive(Debug, Clone)]
pub(crate) struct NewPost {
    pub(crate) path: String,
    pub(crate) file_name: String,
    pub(crate) size: u64,
    pub(crate) modified_ns: i64,
    pub(crate) fingerprint: String,
    pub(crate) media: Media,
    pub(crate) findings: Vec<StoredFinding>,
    pub(crate) settings: PostSettings,
}

impl NewPost {
    /// The properties by which the file is recognised.
    pub(crate) fn video_file(&self) -> VideoFile<'_> {
        VideoFile {
            path: &self.path,
            size: self.size,
            modified_ns: self.modified_ns,
            fingerprint: &self.fingerprint,
        }
    }
}

/// Looks at the file at `path`, where that holds nobody up.
pub(crate) async fn look_into(path: PathBuf) -> Result<NewPost, AddError> {
    tokio::task::spawn_blocking(move || examine(&path))
        .await
        .unwrap_or_else(|error| Err(AddError::Unreadable(std::io::Error::other(error))))
}

/// Looks at the file at `path`. Blocks: it reads from disk.
pub(crate) fn examine(path: &Path) -> Result<NewPost, AddError> {
    let missing_or = |error: std::io::Error| match error.kind() {
        std::io::ErrorKind::NotFound => AddError::Missing,
        _ => AddError::Unreadable(error),
    };
    let path = std::path::absolute(path).map_err(missing_or)?;
    let metadata = std::fs::metadata(&path).map_err(missing_or)?;
    if metadata.is_dir() {
        return Err(AddError::Folder);
    }
    if !metadata.is_file() {
        return Err(AddError::NotAFile);
    }
    let text = path.to_str().ok_or(AddError::Name)?.to_owned();
    if metadata.len() == 0 {
        return Err(AddError::Empty);
    }
    if is_picture(&path).map_err(missing_or)? {
        return Err(AddError::Picture);
    }
    let clip = clip::probe_file(&path).map_err(|error| match error {
        clip::ProbeError::Empty => AddError::Empty,
        clip::ProbeError::Io(error) => missing_or(error),
        error => AddError::NotAVideo(error),
    })?;
    let findings = clip::findings(&clip, metadata.len(), &clip::CreatorLimits::default());
    Ok(NewPost {
        file_name: path
            .file_name()
            .map_or_else(|| text.clone(), |n| n.to_string_lossy().into()),
        size: metadata.len(),
        modified_ns: modified_ns(&metadata),
        fingerprint: fingerprint(&path).map_err(missing_or)?,
        path: text,
        media: media(&clip),
        findings: findings
            .into_iter()
            .map(|finding| StoredFinding {
                rule: finding.rule.as_str().to_owned(),
                severity: match finding.severity {
                    clip::Severity::Blocks => Severity::Blocks,
                    clip::Severity::Warns => Severity::Warns,
                },
                found: finding.found,
                wanted: finding.wanted,
            })
            .collect(),
        settings: PostSettings::default(),
    })
}

/// TikTok takes photos only from verified web addresses, so dropped pictures deserve their own words.
/// Source: `/doc/content-posting-api-reference-photo-post`.
fn is_picture(path: &Path) -> std::io::Result<bool> {
    let mut head = Vec::with_capacity(12);
    File::open(path)?.take(12).read_to_end(&mut head)?;
    Ok(head.starts_with(&[0xFF, 0xD8, 0xFF])
        || head.starts_with(b"\x89PNG\r\n\x1a\n")
        || head.starts_with(b"GIF8")
        || head.starts_with(b"RIFF") && head.ends_with(b"WEBP"))
}

fn media(clip: &clip::Clip) -> Media {
    Media {
        container: clip.container.to_string(),
        video_codec: clip.video.codec.to_string(),
        audio_codec: clip.audio.as_ref().map(|audio| audio.codec.to_string()),
        width: clip.video.width,
        height: clip.video.height,
        fps: clip.video.frame_rate,
        duration_ms: u64::try_from(clip.duration.as_millis()).unwrap_or(u64::MAX),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_no_video_is_told_apart() {
        let folder = tempfile::tempdir().unwrap();
        let put = |name: &str, bytes: &[u8]| {
            let path = folder.path().join(name);
            std::fs::write(&path, bytes).unwrap();
            path
        };
        assert!(matches!(
            examine(&put("empty.mp4", b"")),
            Err(AddError::Empty)
        ));
        assert!(matches!(
            examine(&put("notes.mp4", b"just text")),
            Err(AddError::NotAVideo(_))
        ));
        assert!(matches!(
            examine(&put("photo.mp4", b"\xFF\xD8\xFF\xE0 a jpeg")),
            Err(AddError::Picture)
        ));
        assert!(matches!(examine(folder.path()), Err(AddError::Folder)));
        assert!(matches!(
            examine(&folder.path().join("gone")),
            Err(AddError::Missing)
        ));
    }
}
