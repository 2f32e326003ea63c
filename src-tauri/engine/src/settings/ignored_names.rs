//! File names: the extensions of videos, and the patterns of names that are ignored.

use std::path::Path;

use globset::{GlobBuilder, GlobSet, GlobSetBuilder};

use super::name_rules::{OTHER_VIDEO_ENDINGS, is_store};

/// The subfolder for posted files, which is never scanned.
pub(crate) const POSTED: &str = "Posted";
/// The extensions of videos. The content decides whether a file is a video.
const ENDINGS: [&str; 6] = ["mp4", "m4v", "mov", "qt", "webm", "mkv"];

/// The patterns of ignored names.
#[derive(Debug, Clone)]
pub(crate) struct IgnoredNames(GlobSet);

impl IgnoredNames {
    /// Compiles patterns with `*`, `?` and `[abc]`, which ignore case.
    ///
    /// # Errors
    /// Returns the first invalid pattern.
    pub(crate) fn new(patterns: &[String]) -> Result<Self, String> {
        let mut set = GlobSetBuilder::new();
        for pattern in patterns {
            let glob = GlobBuilder::new(pattern)
                .case_insensitive(true)
                .literal_separator(true)
                .backslash_escape(true)
                .build()
                .map_err(|_| pattern.clone())?;
            set.add(glob);
        }
        set.build().map(Self).map_err(|error| error.to_string())
    }

    /// Returns true if files and folders with this name are ignored.
    pub(crate) fn ignores(&self, name: &str) -> bool {
        name.eq_ignore_ascii_case(POSTED) || is_store(name) || self.0.is_match(name)
    }

    /// Returns true if a path in a folder can be a video that Slipway does not read: its name ends as one, or has no
    /// ending, and no part of it is ignored. Only its content can tell.
    pub(crate) fn may_be_other_video(&self, path: &Path) -> bool {
        is_maybe_video(path) && !self.ignores_part(path)
    }

    fn ignores_part(&self, path: &Path) -> bool {
        path.components()
            .any(|part| self.ignores(&part.as_os_str().to_string_lossy()))
    }

    /// Returns true if a path in a folder can be a video: its extension is one of a video, and no part of it is ignored.
    pub(crate) fn may_be_video(&self, path: &Path) -> bool {
        is_called_video(path) && !self.ignores_part(path)
    }
}

/// Returns true if a path has the extension of a video.
pub(crate) fn is_called_video(path: &Path) -> bool {
    path.extension().is_some_and(|ending| {
        ENDINGS
            .iter()
            .any(|known| ending.eq_ignore_ascii_case(known))
    })
}

/// Returns true if a path has no extension, or that of a video which Slipway does not read.
pub(crate) fn is_maybe_video(path: &Path) -> bool {
    path.extension().is_none_or(|ending| {
        OTHER_VIDEO_ENDINGS
            .iter()
            .any(|known| ending.eq_ignore_ascii_case(known))
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use slipway_core::views::Settings;

    #[test]
    fn ignores_the_names_of_unfinished_files() {
        let names = IgnoredNames::new(&Settings::default().ignored_names).unwrap();
        let counts = |path: &str| names.may_be_video(Path::new(path));
        for video in [
            "Glaze day.mp4",
            "CLIP.MOV",
            "ada/2026-11-26_take-3.webm",
            "Tmp.mkv",
            "party.mp4",
            "a.b.c.m4v",
            "10.qt",
        ] {
            assert!(counts(video), "{video}");
        }
        for other in [
            ".clip.mp4",
            "~$clip.mp4",
            "clip.mp4.part",
            "clip.part.mp4",
            "clip.mp4.crdownload",
            "clip.tmp.mp4",
            "CLIP_TMP.MP4",
            "clip.rendering.mov",
            "clip.mp4.sb-1a2b3c-xyz",
            "Posted/clip.mp4",
            "posted/clip.mp4",
            ".hidden/clip.mp4",
            "Adobe Premiere Pro Preview Files/Sequence 01.PRV/clip.mp4",
            "clip.txt",
            "clip",
            "mp4",
        ] {
            assert!(!counts(other), "{other}");
        }
    }

    #[test]
    fn reports_an_invalid_pattern() {
        let patterns = ["*.tmp".to_owned(), "[a".to_owned()];
        assert_eq!(IgnoredNames::new(&patterns).unwrap_err(), "[a");
    }
}
