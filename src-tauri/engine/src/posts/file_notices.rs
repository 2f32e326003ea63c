//! Why a file was not added, and what TikTok's rules say about one that was.

use slipway_core::{
    notice::{Explain, notice},
    views::{Notice, Severity},
};

use crate::posts::{AddError, StoredFinding};

const LEFT_OUT: &str = "Slipway left it out. The other files are not affected.";

impl Explain for AddError {
    fn explain(&self) -> Notice {
        match self {
            Self::Missing => notice(
                "file.missing",
                "The file is not there.",
                LEFT_OUT,
                "Check whether it was moved or renamed, then add it again.",
            ),
            Self::Folder => notice(
                "file.folder",
                "This is a folder, not a video.",
                LEFT_OUT,
                "Open the folder and drop the videos themselves.",
            ),
            Self::NotAFile => notice(
                "file.special",
                "This is not a regular file.",
                LEFT_OUT,
                "Add a video file.",
            ),
            Self::Empty => notice(
                "file.empty",
                "The file is empty.",
                LEFT_OUT,
                "Export the video again; the file has no content.",
            ),
            Self::Picture => notice(
                "file.picture",
                "This is a picture. TikTok takes photos only from verified web addresses, not from a computer.",
                LEFT_OUT,
                "Add a video, or post the photo in the TikTok app.",
            ),
            Self::NotAVideo(clip::ProbeError::NoVideoTrack) => notice(
                "file.no_video",
                "There are no moving pictures in this file.",
                LEFT_OUT,
                "Add an MP4, MOV or WebM video.",
            ),
            Self::NotAVideo(clip::ProbeError::Truncated) => notice(
                "file.truncated",
                "The video’s end is missing. It may still be being written, or the copy was cut off.",
                LEFT_OUT,
                "Wait until the export or copy has finished, then add it again.",
            ),
            Self::NotAVideo(clip::ProbeError::Damaged { .. } | clip::ProbeError::TooComplex) => {
                notice(
                    "file.damaged",
                    "The video file is damaged.",
                    LEFT_OUT,
                    "Export it again as MP4 and add that file.",
                )
            }
            Self::NotAVideo(_) => notice(
                "file.not_a_video",
                "This is not a video that Slipway can read.",
                LEFT_OUT,
                "Add an MP4, MOV or WebM video.",
            ),
            Self::Name => notice(
                "file.name",
                "The file’s name is not valid text.",
                LEFT_OUT,
                "Rename the file, then add it again.",
            ),
            Self::Unreadable(error) => unreadable(error),
            Self::Duplicate => notice(
                "file.duplicate",
                "This file is already a draft in your queue.",
                "Slipway keeps the one draft.",
                "Open the draft to go on with it.",
            ),
        }
    }
}

impl Explain for StoredFinding {
    fn explain(&self) -> Notice {
        let Self { found, wanted, .. } = self;
        let (happened, you) = match self.rule.as_str() {
            "container" => (
                format!("The container is {found}. TikTok takes {wanted}."),
                "Make it fit here, or export the video as MP4.",
            ),
            "codec" => (
                format!("The video codec is {found}. TikTok takes {wanted}."),
                "Make it fit here, or export the video again with H.264.",
            ),
            "frame_rate_low" | "frame_rate_high" => (
                format!("The frame rate is {found}. TikTok takes {wanted}."),
                "Make it fit here, or export the video again at 30 or 60 fps.",
            ),
            "picture_too_small" | "picture_too_large" => (
                format!("The picture is {found}. TikTok takes {wanted}."),
                "Make it fit here, or export the video again in 1080 × 1920.",
            ),
            "too_long" | "too_long_for_creator" => (
                format!("The video is {found} long. TikTok takes {wanted}."),
                "Have it cut here, or shorten it in your editor and add it again.",
            ),
            "too_short" => (
                format!("The video is only {found} long; {wanted} is safe."),
                "Make it a little longer if TikTok refuses it.",
            ),
            "too_large" => (
                format!("The file has {found}. TikTok takes {wanted}."),
                "Make it fit here, or export the video again with a lower bit rate.",
            ),
            "no_audio" => (
                format!("The video has {found}; most videos on TikTok have {wanted}."),
                "Add a sound track if that was not meant.",
            ),
            "landscape" => (
                format!("The video is {found}: wider than it is high."),
                "Upright videos fill the screen.",
            ),
            "hdr" => (
                format!("The video is {found}. TikTok shows {wanted}."),
                "Its colours may look different on TikTok; export it in standard dynamic range to be sure.",
            ),
            _ => (format!("Found: {found}. Wanted: {wanted}."), ""),
        };
        let slipway = match self.severity {
            Severity::Blocks => "Slipway does not send a file that TikTok would refuse.",
            Severity::Warns => "Slipway sends it as it is.",
        };
        notice(&format!("clip.{}", self.rule), happened, slipway, you)
    }
}

/// For a file that cannot be read.
pub(crate) fn unreadable(error: &std::io::Error) -> Notice {
    notice(
        "file.unreadable",
        format!("The file cannot be read: {error}."),
        LEFT_OUT,
        "Check that you may open it and that its drive is connected.",
    )
}
