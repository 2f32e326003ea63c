//! Recognises the moving part of a phone's photo: a clip of some seconds beside the photo, or one that says so itself.

use std::{
    fs::File,
    io::{self, Read},
    path::{Path, PathBuf},
};

use slipway_core::blocking::blocking;

use crate::posts::NewPost;

/// The longest moving part of a photo, in milliseconds. Phones record up to three seconds.
const LONGEST_MS: u64 = 3_500;
/// The largest file that is searched for Apple's mark, in bytes.
const SIZE_MAX: u64 = 32 * 1024 * 1024;
/// The extensions of photos.
const PHOTOS: [&str; 8] = ["heic", "HEIC", "jpg", "JPG", "jpeg", "JPEG", "dng", "DNG"];
/// The metadata key that links a Live Photo's clip with its photo.
const APPLE_KEY: &[u8] = b"com.apple.quicktime.content.identifier";

/// Returns true if a video is the moving part of a photo.
pub(super) async fn is_motion_photo(post: &NewPost) -> bool {
    if post.media.duration_ms > LONGEST_MS {
        return false;
    }
    let (path, size) = (PathBuf::from(&post.path), post.size);
    blocking(move || Ok(has_photo(&path) || size <= SIZE_MAX && has_apple_key(&path)?))
        .await
        .unwrap_or(false)
}

/// Returns true if a photo of the same name is beside a video.
fn has_photo(video: &Path) -> bool {
    let stem = video.file_stem().unwrap_or_default().to_string_lossy();
    // iOS adds this to the clip if it was recorded as HEVC and exported.
    let stem = stem.strip_suffix("_HEVC").unwrap_or(&stem);
    PHOTOS.iter().any(|ending| {
        let photo = video.with_file_name(format!("{stem}.{ending}"));
        std::fs::symlink_metadata(photo).is_ok_and(|found| found.is_file())
    })
}

fn has_apple_key(path: &Path) -> io::Result<bool> {
    let mut bytes = Vec::new();
    File::open(path)?.take(SIZE_MAX).read_to_end(&mut bytes)?;
    Ok(bytes
        .windows(APPLE_KEY.len())
        .any(|window| window == APPLE_KEY))
}
