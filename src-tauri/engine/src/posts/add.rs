//! Examines a file that is to become a draft: whether it is a video, and whether TikTok accepts it.

use std::{
    fs::File,
    io::Read,
    path::{Path, PathBuf},
};

use slipway_core::views::{Media, PostSettings};

use super::{error::AddError, finding::StoredFinding, new_post::NewPost};
use crate::videos::{fingerprint, modified_ns};

/// Examines the file at `path` on a thread for blocking work.
pub(crate) async fn examine_in_background(path: PathBuf) -> Result<NewPost, AddError> {
    tokio::task::spawn_blocking(move || examine(&path))
        .await
        .unwrap_or_else(|error| Err(AddError::Unreadable(std::io::Error::other(error))))
}

/// Examines the file at `path`. Blocks while it reads from disk.
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
        findings: findings.into_iter().map(StoredFinding::from).collect(),
        settings: PostSettings::default(),
    })
}

/// Whether the file is a picture, which has an error of its own: TikTok takes photos only from verified web addresses.
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
    fn each_kind_of_unusable_file_has_its_error() {
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
