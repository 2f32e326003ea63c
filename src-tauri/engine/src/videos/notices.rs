//! The notice about a video that was posted before, or is already in the queue.

use jiff::Timestamp;
use slipway_core::views::{KnownState, Notice};

pub(crate) mod text {
    //! The texts about known videos.

    slipway_core::texts! {
        pub(crate) static TEXTS;
        notice video_posted = "video.posted" (account: text, at: moment);
        notice video_planned = "video.planned" (account: text, at: moment);
    }
}

/// That the same video was posted, or is about to be.
pub(super) fn known(account: &str, at: Timestamp, state: KnownState) -> Notice {
    match state {
        KnownState::Posted => text::video_posted(account, at),
        KnownState::Planned => text::video_planned(account, at),
    }
}
