//! Why a file is left out, a post waits for approval, or a folder takes nothing: facts, turned into text when shown.

use serde::{Deserialize, Serialize};
use slipway_core::views::KnownState;

use super::sidecar::SidecarError;
use crate::{
    planner::PlanError,
    posts::{AddError, Incomplete},
    schedule::ScheduleError,
    videos::Use,
};

/// Why a file is left out.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub(crate) enum SkipReason {
    /// The creator leaves it alone.
    Dismissed,
    /// Everybody whom it is for has it already.
    Known { uses: Vec<KnownBy> },
    /// Slipway made it of another video, whose post has it.
    Made,
    /// A symbolic link.
    Link,
    /// No bytes.
    Empty,
    /// A picture.
    Picture,
    /// Nothing moves in it.
    NoVideo,
    /// Its video stops in the middle, and nothing more came.
    Cut,
    /// Damaged for good.
    Damaged,
    /// Nothing that Slipway can read.
    NotAVideo,
    /// Its name is not valid text.
    Name,
    /// It cannot be read.
    Unreadable { detail: String },
    /// The side file cannot be used.
    Side { fault: SidecarError },
    /// The side file names an account that is none of the folder's.
    SideAccount { name: String },
    /// The subfolder names an account that is none of the folder's.
    NoSuchAccount { name: String },
    /// It is in no subfolder, so that it is for nobody.
    NoSubfolder,
    /// The caption is longer than TikTok takes.
    Caption { units: usize, max: usize },
}

/// Who has a video.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct KnownBy {
    pub(crate) account: String,
    /// In milliseconds since 1970.
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
    /// Why a file cannot become a post; nothing when it only is not whole yet.
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
            AddError::Missing => Self::Unreadable {
                detail: std::io::ErrorKind::NotFound.to_string(),
            },
            // The text of the error itself may hold the path.
            AddError::Unreadable(error) => Self::Unreadable {
                detail: error.kind().to_string(),
            },
            AddError::NotAVideo(_)
            | AddError::Folder
            | AddError::NotAFile
            | AddError::Duplicate => Self::NotAVideo,
        })
    }

    /// Whether another side file can change it.
    pub(super) fn concerns_sidecar(&self) -> bool {
        matches!(
            self,
            Self::Side { .. } | Self::SideAccount { .. } | Self::Caption { .. }
        )
    }

    /// Whether it can be taken all the same, by hand.
    pub(crate) fn can_take(&self) -> bool {
        matches!(self, Self::Dismissed | Self::Known { .. } | Self::Made)
    }
}

/// Why a post waits for approval although its folder sends by itself.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub(crate) enum Hold {
    /// Its side file chooses more than the creator agreed to for the folder.
    BeyondConsent,
    /// Its account has no weekly slots.
    NoSlots,
    /// The moment of its side file cannot be planned.
    Moment,
    /// TikTok does not take the file.
    File,
    /// Something that TikTok asks for is missing.
    Incomplete,
}

impl Hold {
    /// Why a post could not be put in line; nothing when it is worth another try.
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

/// Why a folder takes nothing until the creator has done something.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum BlockReason {
    /// One of its accounts is no longer connected.
    AccountGone,
    /// One of its accounts did not grant what its action needs.
    Scope { scope: &'static str },
    /// The creator did not agree to posting directly.
    Consent,
    /// TikTok no longer offers the chosen audience.
    Privacy,
    /// Its settings cannot be read or used.
    Settings,
    /// It may not be read.
    Permission,
}
