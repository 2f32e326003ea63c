//! A file that can become a draft, as its examination describes it.

use slipway_core::views::{Media, PostSettings};

use super::finding::StoredFinding;
use crate::videos::VideoFile;

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
