//! Which names count: what a video is called, and what is left out although it is called so.

use std::path::Path;

use globset::{GlobBuilder, GlobSet, GlobSetBuilder};

/// Where finished videos go; never looked into.
pub(crate) const POSTED: &str = "Posted";
/// What the names of videos end with. Whether a file is one is for its content to say.
const ENDINGS: [&str; 6] = ["mp4", "m4v", "mov", "qt", "webm", "mkv"];

/// The names that are left out.
#[derive(Debug, Clone)]
pub(crate) struct IgnoredNames(GlobSet);

impl IgnoredNames {
    /// From patterns with `*`, `?` and `[abc]`, in any case.
    ///
    /// # Errors
    /// The first pattern that is none.
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

    /// Whether a file or folder of this name is left out.
    pub(crate) fn ignores(&self, name: &str) -> bool {
        name.eq_ignore_ascii_case(POSTED) || self.0.is_match(name)
    }

    /// Whether a path within a folder may be a video: by its name, and with nothing on the way that is left out.
    pub(crate) fn may_be_video(&self, path: &Path) -> bool {
        is_called_video(path)
            && path
                .components()
                .all(|part| !self.ignores(&part.as_os_str().to_string_lossy()))
    }
}

/// Whether a name ends as a video's does.
pub(crate) fn is_called_video(path: &Path) -> bool {
    path.extension().is_some_and(|ending| {
        ENDINGS
            .iter()
            .any(|known| ending.eq_ignore_ascii_case(known))
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use slipway_core::views::Settings;

    #[test]
    fn what_is_not_finished_is_known_by_its_name() {
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
    fn a_pattern_that_is_none_is_named() {
        let patterns = ["*.tmp".to_owned(), "[a".to_owned()];
        assert_eq!(IgnoredNames::new(&patterns).unwrap_err(), "[a");
    }
}
