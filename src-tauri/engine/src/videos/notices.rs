//! The notice about a video that was posted before, or is already in the queue.

use jiff::Timestamp;
use slipway_core::{
    notice::{moment, notice},
    views::{KnownState, Notice},
};

/// That the same video was posted, or is about to be.
pub(super) fn known(account: &str, at: Timestamp, state: KnownState) -> Notice {
    let at = moment(at.as_millisecond());
    let (code, happened) = match state {
        KnownState::Posted => (
            "video.posted",
            format!("The same video was posted to {account} on {at}."),
        ),
        KnownState::Planned => (
            "video.planned",
            format!("The same video is in the queue for {account} since {at}."),
        ),
    };
    notice(
        code,
        happened,
        "Slipway knows it by its content, whatever the file is called.",
        "Post it again only if that is what you want.",
    )
}
