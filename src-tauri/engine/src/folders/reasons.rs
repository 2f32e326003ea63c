//! Reasons why a file is skipped, a post needs approval, or a folder is blocked. Stored as facts, worded when shown.

use serde::{Deserialize, Serialize};
use slipway_core::{io_fault::IoFault, views::KnownState};

use super::sidecar::SidecarError;
pub(crate) use crate::posts::ApprovalReason;
use crate::{
    planner::PlanError,
    posts::{AddError, Incomplete},
    schedule::ScheduleError,
    videos::Use,
};

/// Why no posts are created for a file. Stored as JSON in `folder_files.cause`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub(crate) enum SkipReason {
    /// The creator dismissed the file.
    Dismissed,
    /// Every account of the folder already has the video.
    Known { uses: Vec<KnownBy> },
    /// Slipway transcoded the file from another video, and that video's post uses it.
    Made,
    /// Posts were made of the same video in this folder, at this path.
    Copy { path: String },
    /// A sync tool made the file because of a conflict.
    ConflictCopy { tool: String },
    /// The file is the moving part of a phone's photo.
    MotionPhoto,
    /// The file is a video with an extension of which Slipway reads no videos, or with none.
    OtherFormat { ending: Option<String> },
    /// The path is a symbolic link.
    Link,
    /// The file is empty.
    Empty,
    /// The file is a picture.
    Picture,
    /// The file has no video track.
    NoVideo,
    /// The file is truncated and did not grow within the timeout.
    Cut,
    /// The file is damaged.
    Damaged,
    /// The file is not a video that Slipway can read.
    NotAVideo,
    /// The file name is not valid Unicode.
    Name,
    /// The file cannot be read.
    Unreadable {
        /// The name of an [`IoFault`], or the text of the error in older versions.
        detail: String,
    },
    /// The sidecar cannot be used.
    Side { fault: SidecarError },
    /// The sidecar names an account that does not belong to the folder.
    SideAccount { name: String },
    /// The subfolder names an account that does not belong to the folder.
    NoSuchAccount { name: String },
    /// The folder has one subfolder per account, and the file is in none of them.
    NoSubfolder,
    /// The caption is longer than TikTok accepts.
    Caption { units: usize, max: usize },
}

/// An account that already has a video.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct KnownBy {
    pub(crate) account: String,
    /// Milliseconds since the Unix epoch.
    pub(crate) at: i64,
    pub(crate) posted: bool,
}

impl From<&Use> for KnownBy {
    fn from(one: &Use) -> Self {
        Self {
            account: one.account_name.clone(),
            at: one.at.as_millisecond(),
            posted: one.state == KnownState::Posted,
        }
    }
}

impl SkipReason {
    /// Converts the error of an inspection. Returns `None` for a truncated file, which may still be growing.
    pub(super) fn of(error: AddError) -> Option<Self> {
        Some(match error {
            AddError::NotAVideo(clip::ProbeError::Truncated) => return None,
            AddError::NotAVideo(clip::ProbeError::NoVideoTrack) => Self::NoVideo,
            AddError::NotAVideo(
                clip::ProbeError::Damaged { .. } | clip::ProbeError::TooComplex,
            ) => Self::Damaged,
            AddError::Empty => Self::Empty,
            AddError::Picture => Self::Picture,
            AddError::Name => Self::Name,
            AddError::Missing => Self::unreadable(IoFault::Missing),
            AddError::Unreadable(error) => {
                tracing::warn!(%error, "[Folders] File not readable");
                Self::unreadable(IoFault::from(&error))
            }
            AddError::NotAVideo(_)
            | AddError::Folder
            | AddError::NotAFile
            | AddError::Duplicate => Self::NotAVideo,
        })
    }

    fn unreadable(fault: IoFault) -> Self {
        Self::Unreadable {
            detail: fault.as_str().to_owned(),
        }
    }

    /// Returns true if a changed sidecar can remove this reason.
    pub(super) fn concerns_sidecar(&self) -> bool {
        matches!(
            self,
            Self::Side { .. } | Self::SideAccount { .. } | Self::Caption { .. }
        )
    }

    /// Returns true if the creator can ingest the file nevertheless.
    pub(crate) fn can_take(&self) -> bool {
        self.concerns_content() || matches!(self, Self::ConflictCopy { .. })
    }

    /// Returns true if the decision belongs to the content of the file, so that it counts at every place and time.
    pub(super) fn concerns_content(&self) -> bool {
        matches!(
            self,
            Self::Dismissed
                | Self::Known { .. }
                | Self::Made
                | Self::Copy { .. }
                | Self::MotionPhoto
        )
    }
}

impl ApprovalReason {
    /// Converts the error of queueing a post. Returns `None` if a retry can succeed.
    pub(super) fn of(error: &PlanError) -> Option<Self> {
        match error {
            PlanError::Incomplete(Incomplete::File) => Some(Self::File),
            PlanError::Incomplete(_) | PlanError::NoSuchAccount => Some(Self::Incomplete),
            PlanError::Schedule(ScheduleError::NoSlots) => Some(Self::NoSlots),
            PlanError::Schedule(ScheduleError::Store(_)) => None,
            PlanError::Schedule(_) => Some(Self::Moment),
            _ => None,
        }
    }
}

/// Why a folder ingests nothing until the creator acts.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum BlockReason {
    /// An account of the folder is no longer connected.
    AccountGone,
    /// An account of the folder did not grant the scope that the folder's action needs.
    Scope { scope: &'static str },
    /// The creator's consent to direct posting is missing.
    Consent,
    /// TikTok no longer offers the chosen audience.
    Privacy,
    /// The stored settings cannot be read or used.
    Settings,
    /// Slipway has no permission to read the folder.
    Permission,
}
