//! The notice about a video that was posted before, or is already in the queue.

use jiff::Timestamp;
use slipway_core::{
    account_name,
    views::{KnownState, Notice},
};

pub(crate) mod text {
    //! The texts about known videos.

    slipway_core::texts! {
        pub(crate) static TEXTS;
        notice video_posted = "video.posted" (account: message, at: moment);
        notice video_planned = "video.planned" (account: message, at: moment);
    }
}

/// That the same video was posted, or is about to be.
pub(super) fn known(account: &str, at: Timestamp, state: KnownState) -> Notice {
    let account = account_name::message(account);
    match state {
        KnownState::Posted => text::video_posted(account, at),
        KnownState::Planned => text::video_planned(account, at),
    }
}
